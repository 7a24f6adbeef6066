"""Both sides' best partners for everybody at once: all pairs, in tiles that fit the cache."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matchmaking.scoring.compiled.arrays import Compiled
from matchmaking.scoring.compiled.blocks import Block
from matchmaking.scoring.compiled.matrices import Floats, Ints
from matchmaking.scoring.compiled.pairs import PolicyVector, both_ways, figures
from matchmaking.scoring.policy import Policy
from matchmaking.scoring.profile import Market
from matchmaking.scoring.ranking import compiled
from matchmaking.scoring.ties import GRAIN, draws_between

TILE = 256
"""Rows scored at a time: the tile of 2,000 columns stays in the second-level cache."""

RADIX = 1 << 16
"""Numbers below this are sorted by radix, which is several times faster."""

PLACE_BITS = 16
PLACES = (1 << PLACE_BITS) - 1
END = np.iinfo(np.int64).max

CHUNK = 1 << 14
"""Pairs explained at a time: their parts stay in the second-level cache."""

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
    down, across = _Best(c, top, len(rows)), _Best(c, top, len(columns))
    total, done = len(rows) * len(columns), 0
    for row_places in _by_side(c, rows):
        for column_places in _by_side(c, columns):
            block = Block(c, vector, rows[row_places], columns[column_places])
            across.begin(column_places)
            for start in range(0, len(row_places), TILE):
                stop = min(start + TILE, len(row_places))
                tile = block.tile(start, stop)
                down.take_rows(tile, row_places[start:stop], column_places)
                across.take_columns(tile, row_places[start:stop], column_places)
                done += tile.size
                if progress is not None:
                    progress(done, total)
    return (
        _keep(c, vector, *down.pairs(rows, columns), top),
        _keep(c, vector, *across.pairs(columns, rows), top),
    )


def _places(c: Compiled, keys: Collection[str]) -> Ints:
    """Positions of organisations, in the market's order."""
    return np.sort(np.fromiter((c.index[key] for key in keys), np.intp, len(keys)))


def _by_side(c: Compiled, places: Ints) -> Iterator[Ints]:
    for code in np.unique(c.side[places]):
        yield np.flatnonzero(c.side[places] == code)


class _Best:
    """Collects candidates for the best lists of owners; equals at the bound are all kept."""

    def __init__(self, c: Compiled, top: int, owners: int) -> None:
        self.top = top
        self.found: list[tuple[Ints, Ints, Floats]] = []
        self.bound = np.zeros(owners, np.float32)

    def begin(self, owners: Ints) -> None:
        """Bounds of these owners start from what earlier blocks found: nothing certain, so zero."""
        self.bound[owners] = 0.0

    def take_rows(self, tile: Floats, owners: Ints, others: Ints) -> None:
        """Owners are rows and the tile holds all their partners of this block."""
        bound = np.maximum(_bounds(tile, self.top), 0.0)
        row, column = np.divmod(np.flatnonzero(tile >= bound[:, None]), tile.shape[1])
        score = tile[row, column]
        near = _near_best(row, score, self.top)
        self.found.append((owners[row[near]], others[column[near]], score[near]))

    def take_columns(self, tile: Floats, others: Ints, owners: Ints) -> None:
        """Owners are columns; their bound grows with every tile."""
        bound = np.maximum(self.bound[owners], _bounds(tile.T, self.top))
        self.bound[owners] = bound
        row, column = np.divmod(np.flatnonzero(tile >= bound[None, :]), tile.shape[1])
        self.found.append((owners[column], others[row], tile[row, column]))

    def pairs(self, owners: Ints, others: Ints) -> tuple[Ints, Ints]:
        """Candidates as positions in the market, trimmed to what can be among the best."""
        if not self.found:
            return np.zeros(0, np.intp), np.zeros(0, np.intp)
        owner, other, score = (np.concatenate(part) for part in zip(*self.found, strict=True))
        if (np.diff(owner) < 0).any():
            narrow = owner.astype(np.uint16) if owner.max() < RADIX else owner
            order = np.argsort(narrow, kind="stable")
            owner, other, score = owner[order], other[order], score[order]
        near = _near_best(owner, score, self.top)
        return owners[owner[near]], others[other[near]]


def _near_best(owner: Ints, score: Floats, top: int) -> Ints:
    """Which entries (sorted by owner, squared scores) reach the owner's `top`-th best, or nearly."""
    place = _place_in_group(owner)
    width = int(place.max(initial=-1)) + 1
    if width <= top:
        return np.arange(len(owner))
    group = np.cumsum(place == 0) - 1
    padded = np.full((int(group[-1]) + 1, width), -1.0, np.float32)
    padded[group, place] = score
    bound = np.partition(padded, width - top, axis=1)[:, width - top]
    lowest = np.maximum(np.sqrt(np.maximum(bound, 0)) - 2 * np.float32(GRAIN), 0) ** 2
    return np.flatnonzero(score >= lowest[group])


def _bounds(tile: Floats, top: int) -> Floats:
    """A value per row that at least `top` of its entries reach; -inf for short rows."""
    width = tile.shape[1]
    if width < top:
        return np.full(len(tile), -np.inf, np.float32)
    groups = max(top, min(GROUPS, width))
    steps = width // groups
    best = tile[:, :groups].copy()
    for step in range(1, steps):
        np.maximum(best, tile[:, step * groups : (step + 1) * groups], out=best)
    return np.asarray(np.partition(best, groups - top, axis=1)[:, groups - top])


def _place_in_group(owner: Ints) -> Ints:
    """0, 1, 2 ... within each run of equal owners."""
    starts = np.flatnonzero(np.append(True, owner[1:] != owner[:-1])) if len(owner) else owner
    sizes = np.diff(np.append(starts, len(owner)))
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
    ours = np.empty((len(policy.weights), len(owner)), np.float32)
    theirs = np.empty_like(ours)
    score, low, high = np.empty((3, len(owner)), np.float64)
    coverage = np.empty(len(owner), np.float32)
    for start in range(0, len(owner), CHUNK):
        at = slice(start, start + CHUNK)
        ahead, back = both_ways(c, owner[at], other[at])
        mine, hers = figures(ahead, policy), figures(back, policy)
        ours[:, at], theirs[:, at] = ahead, back
        score[at] = np.sqrt(mine.points.astype(np.float64) * hers.points)
        low[at] = np.sqrt(mine.low.astype(np.float64) * hers.low)
        high[at] = np.sqrt(mine.high.astype(np.float64) * hers.high)
        coverage[at] = np.minimum(mine.coverage, hers.coverage)
    order = _order(c, owner, other, score, coverage)
    kept = order[_place_in_group(owner[order]) < top]
    known = ~np.isnan(ours.take(kept, axis=1)).T
    gains = _contributions(ours, kept, policy)
    del ours  # large; the next step needs as much again
    gained = _contributions(theirs, kept, policy)
    return Kept(
        keys=c.keys,
        owner=owner[kept],
        other=other[kept],
        score=score[kept],
        low=low[kept],
        high=high[kept],
        coverage=coverage[kept],
        gains=gains,
        gained=gained,
        known=known,
    )


def _contributions(values: Floats, kept: Ints, policy: PolicyVector) -> Floats:
    """Weighted values of the kept pairs, the usual value where unknown; shape (pairs, parts)."""
    part = values.take(kept, axis=1)
    np.copyto(part, policy.priors[:, None], where=np.isnan(part))
    part *= policy.weights[:, None]
    return part.T
