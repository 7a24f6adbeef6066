"""Both sides' best partners for everybody at once: all pairs, in tiles that fit the cache."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from matchmaking.scoring.compiled.arrays import Compiled
from matchmaking.scoring.compiled.blocks import Block
from matchmaking.scoring.compiled.matrices import Floats, Ints
from matchmaking.scoring.compiled.pairs import PolicyVector, both_ways, figures
from matchmaking.scoring.policy import PART_CODES, Policy
from matchmaking.scoring.profile import Market
from matchmaking.scoring.ranking import compiled
from matchmaking.scoring.ties import GRAIN, draws_between

TILE = 256
"""Rows scored at a time: a tile of 2,000 columns takes 2 MB. With fewer the products are worse used."""

RADIX = 1 << 16
"""Numbers below this are sorted by radix, which is several times faster."""

PLACE_BITS = 16
PLACES = (1 << PLACE_BITS) - 1
END = np.iinfo(np.int64).max

CHUNK = 1 << 15
"""Pairs explained at a time: with fewer, the tables they are read from come from memory too often, with more
the parts no longer stay in the cache."""

GROUPS = 128
"""A list's bound comes from the best of so many groups of its tile."""

Step = Callable[[int, int], None]


@dataclass(frozen=True)
class Kept:
    """The best partners of many organisations, sorted by owner, best first.

    `owner`, `other`: positions in `keys`. `score`, `low`, `high` in 0..1; `gains` and `gained`: weighted
    contributions per part (pairs, parts), which add up to the two directions; `known` the same, True
    where the part is known.
    """

    keys: tuple[str, ...]
    owner: Ints
    other: Ints
    score: npt.NDArray[np.float64]
    low: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]
    coverage: Floats
    gains: Floats
    gained: Floats
    known: npt.NDArray[np.bool_]

    def of(self, key: str) -> list[tuple[str, float]]:
        """The list of one organisation: (partner, score 0 to 100)."""
        mine = np.flatnonzero(self.owner == self.keys.index(key))
        return [(self.keys[self.other[i]], 100 * float(self.score[i])) for i in mine]


def best_for_everyone(
    market: Market,
    policy: Policy,
    own: Collection[str],
    others: Collection[str],
    *,
    top: int = 20,
    progress: Step | None = None,
) -> tuple[Kept, Kept]:
    """The best `top` partners of every organisation in `own` among `others`, and the reverse.

    All pairs are scored; public blocks apply, private exclusions are the caller's to filter on reading.
    `progress(done, total)` is called after each tile, in pairs.
    """
    c = compiled(market)
    rows, columns = _places(c, own), _places(c, others)
    vector = PolicyVector.of(policy)
    down, across = _Best(top, len(rows)), _Best(top, len(columns))
    total, done = len(rows) * len(columns), 0
    for row_places in _by_side(c, rows):
        for column_places in _by_side(c, columns):
            block = Block(c, vector, rows[row_places], columns[column_places])
            for start in range(0, len(row_places), TILE):
                stop = min(start + TILE, len(row_places))
                tile = block.tile(start, stop)
                down.take_rows(tile, row_places[start:stop], column_places)
                across.take_columns(tile, row_places[start:stop], column_places)
                done += tile.size
                if progress is not None:
                    progress(done, total)
    (row, partner), (column, asker) = down.trim(), across.trim()
    del down, across  # large
    return (
        _keep(c, vector, rows[row], columns[partner], top),
        _keep(c, vector, columns[column], rows[asker], top),
    )


def _places(c: Compiled, keys: Collection[str]) -> Ints:
    """Positions of organisations, in the market's order."""
    return np.sort(np.fromiter(map(c.index.__getitem__, keys), np.intp, len(keys)))


def _by_side(c: Compiled, places: Ints) -> Iterator[Ints]:
    for code in np.unique(c.side[places]):
        yield np.flatnonzero(c.side[places] == code)


class _Best:
    """Collects candidates for the best lists of owners; equals at the bound are all kept.

    `bound`: the squared score that an owner's candidate must reach, from all that was found so far.
    """

    def __init__(self, top: int, owners: int) -> None:
        self.top = top
        self.found: list[tuple[Ints, Ints, Floats]] = []
        self.held = 0
        self.room = 2 * top * owners
        self.bound = np.zeros(owners, np.float32)

    def take_rows(self, tile: Floats, owners: Ints, others: Ints) -> None:
        """Owners are rows of the tile."""
        self.bound[owners] = np.maximum(self.bound[owners], _bounds(tile, self.top))
        row, column, score = _reaching(tile, self.bound[owners, None])
        near, _ = _near_best(row, score, self.top)
        self._add(owners[row[near]], others[column[near]], score[near])

    def take_columns(self, tile: Floats, others: Ints, owners: Ints) -> None:
        """Owners are columns of the tile."""
        if not self.bound[owners].all():
            self.bound[owners] = np.maximum(self.bound[owners], _bounds(tile.T, self.top))
        row, column, score = _reaching(tile, self.bound[owners])
        self._add(owners[column], others[row], score)

    def _add(self, owner: Ints, other: Ints, score: Floats) -> None:
        """Hold candidates. Whenever they have doubled they are trimmed, which lifts the bounds."""
        self.found.append((owner, other, score))
        self.held += len(owner)
        if self.held > self.room:
            self.trim()

    def trim(self) -> tuple[Ints, Ints]:
        """Keep only what can be among the best: (owner, other), sorted by owner."""
        nothing = (np.zeros(0, np.intp), np.zeros(0, np.intp), np.zeros(0, np.float32))
        owner, other, score = (
            np.concatenate(part) for part in zip(nothing, *self.found, strict=True)
        )
        if (owner[1:] < owner[:-1]).any():
            narrow = owner.astype(np.uint16) if len(self.bound) < RADIX else owner
            order = np.argsort(narrow, kind="stable")
            owner, other, score = owner[order], other[order], score[order]
        near, lowest = _near_best(owner, score, self.top)
        self.bound[owner] = np.maximum(self.bound[owner], lowest)
        owner, other = owner[near], other[near]
        self.found = [(owner, other, score[near])]
        self.held = len(near)
        self.room = max(self.room, 2 * self.held)
        return owner, other


def _reaching(tile: Floats, bound: Floats) -> tuple[Ints, Ints, Floats]:
    """Rows, columns and values of the entries that reach a bound."""
    at = np.flatnonzero(tile >= bound)
    row = at // tile.shape[1]
    return row, at - row * tile.shape[1], tile.ravel()[at]


def _near_best(owner: Ints, score: Floats, top: int) -> tuple[Ints, Floats]:
    """Which entries (sorted by owner, squared scores) reach the owner's `top`-th best, or nearly.

    Also what each entry had to reach; 0 where the owner has no more than `top`.
    """
    starts, sizes = _runs(owner)
    many = sizes > top
    lowest = np.zeros(len(starts), np.float32)
    if many.any():
        long, width = sizes[many], int(sizes.max())
        padded = np.full((len(long), width), -1.0, np.float32)
        padded[np.arange(width) < long[:, None]] = score[np.repeat(many, sizes)]
        lowest[many] = _nearly(np.partition(padded, width - top, axis=1)[:, width - top])
    each = np.repeat(lowest, sizes)
    return np.flatnonzero(score >= each), each


def _runs(owner: Ints) -> tuple[Ints, Ints]:
    """Where runs of equal owners start, and how long they are."""
    starts = np.flatnonzero(np.append(True, owner[1:] != owner[:-1])[: len(owner)])
    return starts, np.diff(np.append(starts, len(owner)))


def _nearly(bound: Floats) -> Floats:
    """Squared scores that count as equal to these bounds when computed another way."""
    return np.asarray(np.maximum(np.sqrt(np.maximum(bound, 0)) - 2 * np.float32(GRAIN), 0) ** 2)


def _bounds(tile: Floats, top: int) -> Floats:
    """A value per row that at least `top` of its entries nearly reach; 0 for short rows."""
    width = tile.shape[1]
    if width < top:
        return np.zeros(len(tile), np.float32)
    groups = max(top, min(GROUPS, width))
    best = tile[:, :groups].copy()
    for start in range(groups, width - groups + 1, groups):
        np.maximum(best, tile[:, start : start + groups], out=best)
    return _nearly(np.partition(best, groups - top, axis=1)[:, groups - top])


def _place_in_group(owner: Ints) -> Ints:
    """0, 1, 2 ... within each run of equal owners."""
    starts, sizes = _runs(owner)
    return np.asarray(np.arange(len(owner)) - np.repeat(starts, sizes))


def _order(
    c: Compiled, owner: Ints, other: Ints, score: npt.NDArray[np.float64], coverage: Floats
) -> Ints:
    """Pairs, already grouped by owner, as `ties.order` has them: score to the grain, coverage, draw."""
    steps = np.int64(round(1 / GRAIN))
    rank = steps - np.rint(score / GRAIN).astype(np.int64)
    known = steps - np.rint(coverage / GRAIN).astype(np.int64)
    key = (rank << 20) | known
    place = _place_in_group(owner)
    starts = np.flatnonzero(place == 0)
    padded = np.full((len(starts), int(place.max(initial=-1)) + 1), END, np.int64)
    padded[np.cumsum(place == 0) - 1, place] = (key << PLACE_BITS) | np.minimum(place, PLACES)
    padded.sort(axis=1)
    same = padded >> PLACE_BITS
    tied = (same[:, 1:] == same[:, :-1]) & (padded[:, 1:] < END)
    found = np.asarray((starts[:, None] + (padded & PLACES))[padded < END])
    if padded.shape[1] > PLACES:
        tied[:] = True
    unsure = np.flatnonzero(np.repeat(tied.any(axis=1), np.diff(np.append(starts, len(owner)))))
    draw = draws_between(c.seeds[owner[unsure]], c.seeds[other[unsure]])
    found[unsure] = unsure[np.lexsort((draw, key[unsure], owner[unsure]))]
    return found


def _keep(c: Compiled, policy: PolicyVector, owner: Ints, other: Ints, top: int) -> Kept:
    """Rescore candidates, order them as every list is ordered, and keep the best with contributions."""
    starts, sizes = _runs(owner)
    cuts = [0, *starts[np.flatnonzero(np.diff(starts // CHUNK)) + 1], len(owner)]
    columns = _room(int(np.minimum(sizes, top).sum()))
    done = 0
    for start, end in pairwise(cuts):
        pieces = _explain(c, policy, owner[start:end], other[start:end], top)
        stop = done + len(pieces[0])
        for column, piece in zip(columns, pieces, strict=True):
            column[..., done:stop] = piece
        done = stop
    owner, other, score, low, high, coverage, gains, gained, known = columns
    return Kept(c.keys, owner, other, score, low, high, coverage, gains.T, gained.T, known.T)


def _room(pairs: int) -> tuple[np.ndarray, ...]:
    """Arrays for the fields of `Kept`, pairs along the last axis."""
    ends = (np.empty(pairs, np.intp) for _ in range(2))
    scores = (np.empty(pairs, np.float64) for _ in range(3))
    parts = (np.empty((len(PART_CODES), pairs), kind) for kind in (np.float32, np.float32, bool))
    return (*ends, *scores, np.empty(pairs, np.float32), *parts)


def _explain(
    c: Compiled, policy: PolicyVector, owner: Ints, other: Ints, top: int
) -> tuple[np.ndarray, ...]:
    """The fields of `Kept` for some owners' candidates, pairs along the last axis."""
    ahead, back = both_ways(c, owner, other)
    mine, hers = figures(ahead, policy), figures(back, policy)
    score = np.sqrt(mine.points.astype(np.float64) * hers.points)
    coverage = np.minimum(mine.coverage, hers.coverage)
    order = _order(c, owner, other, score, coverage)
    kept = order[_place_in_group(owner[order]) < top]
    low = np.sqrt(mine.low.astype(np.float64) * hers.low)
    high = np.sqrt(mine.high.astype(np.float64) * hers.high)
    values, gained = ahead.take(kept, axis=1), back.take(kept, axis=1)
    return (
        *(part.take(kept) for part in (owner, other, score, low, high, coverage)),
        _contributions(values, policy),
        _contributions(gained, policy),
        ~np.isnan(values),
    )


def _contributions(values: Floats, policy: PolicyVector) -> Floats:
    """Weighted values, the usual value where unknown."""
    usual = np.where(np.isnan(values), policy.priors[:, None], values)
    return np.asarray(usual * policy.weights[:, None])
