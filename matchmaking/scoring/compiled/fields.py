"""Sector matrices: likeness of sectors in use, best match and presence per organisation, circles."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from scipy import sparse

from matchmaking.scoring.compiled.matrices import DENSE_LIMIT, Floats, Ints, Rows, Wide, rows_of
from matchmaking.scoring.context import SHRINK, Context
from matchmaking.scoring.profile import Profile

CHUNK = 4_000_000
"""So many products are held at a time, or those of one organisation."""


def sector_columns(profiles: Sequence[Profile]) -> dict[str, int]:
    """A column for every sector some organisation is active in, whoever comes first."""
    used = {sector for profile in profiles for sector in profile.shares}
    return {sector: place for place, sector in enumerate(sorted(used))}


def likeness_matrix(context: Context, names: Sequence[str]) -> Wide:
    """Lin similarity of all sectors in use, shape (S, S); sparse when there are many.

    Sectors are unlike unless they share a root, so each root is one block. Below a root, ancestors are
    visited from the top: the last one written is the lowest common one.
    """
    roots: dict[str, list[int]] = defaultdict(list)
    for place, name in enumerate(names):
        roots[context.path(name)[-1]].append(place)
    own = np.array([context.information(name) for name in names])
    if len(names) <= DENSE_LIMIT:
        full = np.zeros((len(names), len(names)), np.float32)
        for members in roots.values():
            full[np.ix_(members, members)] = _block(context, names, members, own)
        return full
    blocks = [
        (_block(context, names, members, own), np.array(members)) for members in roots.values()
    ]
    rows = np.concatenate([np.repeat(at, len(at)) for _, at in blocks])
    columns = np.concatenate([np.tile(at, len(at)) for _, at in blocks])
    data = np.concatenate([block.ravel() for block, _ in blocks])
    return sparse.csr_array((data, (rows, columns)), shape=(len(names),) * 2, dtype=np.float32)


def _block(
    context: Context, names: Sequence[str], members: list[int], own: np.ndarray
) -> np.ndarray:
    below: dict[str, list[int]] = defaultdict(list)
    depth: dict[str, int] = {}
    for local, place in enumerate(members):
        path = context.path(names[place])
        for step, node in enumerate(path):
            below[node].append(local)
            depth[node] = len(path) - step
    meet = np.zeros((len(members), len(members)))
    for node in sorted(below, key=lambda name: depth[name]):
        meet[np.ix_(below[node], below[node])] = context.information(node)
    info = own[members]
    block = np.minimum(1.0, 2 * meet / (info[:, None] + info[None, :]))
    np.fill_diagonal(block, 1.0)
    return np.asarray(block)


def field_matrix(rows: Rows, likeness: Wide, join: np.ufunc) -> Wide:
    """Spread each organisation's sector values over like sectors and join them (np.maximum or np.add)."""
    if join is np.add:
        spread = rows @ likeness
        return np.asarray(spread, np.float32) if isinstance(likeness, np.ndarray) else spread
    if sparse.issparse(likeness):
        return _best_of(rows, likeness)
    counts = np.diff(rows.indptr)
    result: Wide = _nth(rows, counts, 0) @ likeness
    for step in range(1, int(counts.max(initial=0))):
        result = np.maximum(result, _nth(rows, counts, step) @ likeness)
    return result


def _best_of(rows: Rows, likeness: Rows) -> Rows:
    """The greatest of value times likeness per organisation and sector, some organisations at a time."""
    wide = np.diff(likeness.indptr)
    reach = np.concatenate([[0], np.cumsum(wide[rows.indices])])[rows.indptr]
    steps = np.searchsorted(reach, np.arange(CHUNK, reach[-1] + CHUNK, CHUNK), "right") - 1
    bounds = np.unique(np.concatenate([[0], steps, [rows.shape[0]]]))
    parts = [
        _best_rows(rows[first:last], likeness, wide)
        for first, last in itertools.pairwise(bounds.tolist())
    ]
    return sparse.vstack(parts, format="csr", dtype=np.float32)


def _best_rows(rows: Rows, likeness: Rows, wide: Ints) -> Rows:
    lengths = wide[rows.indices]
    ends = np.cumsum(lengths)
    inside = np.arange(int(lengths.sum())) - np.repeat(ends - lengths, lengths)
    at = np.repeat(likeness.indptr[rows.indices], lengths) + inside
    owner = np.repeat(np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr)), lengths)
    place = owner * likeness.shape[1] + likeness.indices[at]
    order = np.argsort(place, kind="stable")
    place = place[order]
    first = np.flatnonzero(np.diff(place, prepend=-1))
    values = (np.repeat(rows.data, lengths) * likeness.data[at])[order]
    best = np.maximum.reduceat(values, first) if len(first) else values
    kept = np.divmod(place[first], likeness.shape[1])
    shape = (rows.shape[0], likeness.shape[1])
    return sparse.csr_array((best, kept), shape=shape, dtype=np.float32)


def _nth(rows: Rows, counts: Ints, step: int) -> Rows:
    """The same matrix with only the step-th entry of every row."""
    here = np.flatnonzero(counts > step)
    at = rows.indptr[here] + step
    return sparse.csr_array(
        (rows.data[at], (here, rows.indices[at])), shape=rows.shape, dtype=np.float32
    )


def rarity_factors(context: Context, x: Rows, columns: Mapping[str, int]) -> tuple[Floats, Rows]:
    """The tf-idf cosine of organisations as a product over sectors: scale[a] * (x[a] . rarity[b]).

    With p the information of a sector and what lies above it, the unit row of an organisation is
    scale * x p, so that the cosine of two is scale x p (scale x p)'.
    """
    nodes: dict[str, int] = {}
    paths = rows_of(
        (
            {nodes.setdefault(n, len(nodes)): context.information(n) for n in context.path(name)}
            for name in columns
        ),
        sum(len(context.path(name)) for name in columns),
    )
    raw = x @ paths
    norm = np.sqrt(np.asarray(raw.multiply(raw).sum(axis=1)).ravel())
    scale = np.divide(1, norm, out=np.zeros_like(norm), where=norm > 0).astype(np.float32)
    return scale, sparse.diags_array(scale).tocsr() @ (raw @ paths.T)


def partner_presence(near: Wide, ties: Rows) -> Wide:
    """How much all partners of an organisation work in each sector, summed; shape (n, S)."""
    return sparse.csr_array((np.ones_like(ties.data), ties.indices, ties.indptr), ties.shape) @ near


def circle_excess(total: Wide, partners: Ints, usual: np.ndarray) -> Wide:
    """Circle value per organisation and sector above its `circle_floor`, from `partner_presence`."""
    if isinstance(total, np.ndarray):
        return circle_above(total, partners[:, None], usual[None, :])
    rows = np.repeat(np.arange(total.shape[0]), np.diff(total.indptr))
    above = circle_above(total.data, partners[rows], usual[total.indices])
    return sparse.csr_array((above, total.indices, total.indptr), total.shape)


def circle_above(presence: np.ndarray, partners: np.ndarray, usual: np.ndarray) -> Floats:
    """Shrunk mean m of partners' presence against the usual, m / (m + base), minus the floor."""
    mean = (presence + SHRINK * usual) / (partners + SHRINK)
    return np.asarray(mean / (mean + usual) - circle_floor(partners), np.float32)


def circle_floor(partners: np.ndarray) -> Floats:
    """Circle value in a sector where no partner works; it depends on their number only."""
    rate = SHRINK / (partners + SHRINK)
    return np.asarray(rate / (rate + 1), np.float32)
