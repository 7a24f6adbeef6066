"""Lists of all participants together: who is shown how often, and an order that spreads places.

A place in a list is a chance to be asked. Lists by score alone send everyone to the same few. `spread`
gives some last places of each list to organisations that no list shows yet, always where that costs
least score, within a stated bound, and says what it cost.

The price is counted in chances: a place with ten points less has half the chance to become a partner.
That rule is rough (on public research links the chance halves with every 6 to 10 points), but it needs no
outcomes, so the bound holds before anything is known of them.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.floating]
Lists = npt.NDArray[np.intp]

NEWCOMERS = 3
"""At most so many places of a list go to organisations shown nowhere else."""

DEEP = 400
"""Newcomers come from so many best of a list."""

HALVING = 0.10
"""A score lower by this much stands for half the chance."""

DEAREST = 0.10
"""At most this share of all lists' chances is given away."""


@dataclass(frozen=True)
class Exposure:
    """How places are shared out.

    `distinct`: organisations shown per place. `top20`: share of places of the 20 most shown. `nowhere`:
    organisations in no list.
    """

    places: int
    distinct: float
    top20: float
    nowhere: int


@dataclass(frozen=True)
class Spread:
    """Lists with places given to newcomers, and what it cost.

    `price`: share of the lists' total score. `chances`: share of a list's chances, mean over lists.
    """

    lists: Lists
    price: float
    chances: float
    swaps: int


def exposure(lists: Lists, size: int) -> Exposure:
    """Count who is shown in lists (rows of positions below `size`, -1 for an empty place)."""
    shown = np.bincount(lists[lists >= 0], minlength=size)
    places = int(shown.sum())
    most = np.sort(shown)[::-1][:20].sum()
    return Exposure(
        places=places,
        distinct=float((shown > 0).sum() / places) if places else 0.0,
        top20=float(most / places) if places else 0.0,
        nowhere=int((shown == 0).sum()),
    )


def top_lists(scores: Scores, draw: npt.NDArray[np.uint64], size: int) -> Lists:
    """The best `size` per row, best first, equals by draw; -1 where a row has fewer finite scores.

    `draw`: one number per column, or one per row and column.
    """
    depth = min(size, scores.shape[1])
    drawn = np.broadcast_to(draw, scores.shape)
    lists = np.empty((len(scores), depth), np.intp)
    for row, values in enumerate(scores):
        lists[row] = np.lexsort((drawn[row], -values))[:depth]
        lists[row][~np.isfinite(values[lists[row]])] = -1
    return lists


def spread(
    scores: Scores,
    draw: npt.NDArray[np.uint64],
    *,
    places: int = 10,
    goal: float = 1.0,
    newcomers: int = NEWCOMERS,
    dearest: float = DEAREST,
) -> Spread:
    """Lists by score in which the last `newcomers` places may go to organisations shown nowhere.

    `scores`: one row per list, 0..1, -inf for what must not be shown. Swaps are made cheapest first until
    `goal` distinct organisations per place are reached, no list has a place left to give, or another one
    would cost more than `dearest`, a share of the lists' chances.
    """
    deep = top_lists(scores, draw, max(places, DEEP))
    state = _Swapper(scores, deep, places, newcomers)
    before = state.total()
    wanted = int(np.ceil(goal * (state.lists >= 0).sum()))
    swaps = state.run(wanted, dearest)
    price = 1 - state.total() / before if before else 0.0
    return Spread(state.lists, float(price), float(state.spent / max(1, len(scores))), swaps)


def chance(scores: Scores) -> npt.NDArray[np.float64]:
    """What a place with this score is worth against others; nothing for -inf."""
    return np.exp2(np.asarray(scores, np.float64) / HALVING)


class _Swapper:
    """Greedy exchange: a heap of the cheapest next swap of every list, renewed when it is stale."""

    def __init__(self, scores: Scores, deep: Lists, places: int, newcomers: int) -> None:
        self.scores = scores
        self.deep = deep
        self.lists = deep[:, :places].copy()
        self.left = np.full(len(deep), newcomers)
        self.first = max(0, self.lists.shape[1] - newcomers)
        self.shown = np.bincount(self.lists[self.lists >= 0], minlength=scores.shape[1])
        self.next = np.full(len(deep), self.lists.shape[1])
        held = chance(self._values()).sum(axis=1)
        self.chances = np.where(held > 0, held, 1.0)
        self.spent = 0.0
        self.heap: list[tuple[float, int, int, int]] = []

    def _values(self) -> npt.NDArray[np.float64]:
        """Scores of the places; -inf for an empty one."""
        rows = np.arange(len(self.lists))[:, None]
        return np.where(self.lists >= 0, self.scores[rows, self.lists], -np.inf)

    def total(self) -> float:
        """Sum of all scores in the lists."""
        return float(self._values()[self.lists >= 0].sum())

    def run(self, wanted: int, dearest: float) -> int:
        """Swap until `wanted` are shown or the next swap is too dear; how many swaps were made."""
        for row in range(len(self.lists)):
            self._offer(row)
        distinct = int((self.shown > 0).sum())
        limit = dearest * len(self.lists)
        swaps = 0
        while distinct < wanted and self.heap:
            _, row, place, newcomer = heapq.heappop(self.heap)
            if not self.shown[newcomer] and self.shown[self.lists[row, place]] > 1:
                cost = self._cost(row, place, newcomer)
                if self.spent + cost > limit:
                    continue
                self.spent += cost
                self._swap(row, place, newcomer)
                distinct += 1
                swaps += 1
            self._offer(row)
        self._sort()
        return swaps

    def _cost(self, row: int, place: int, newcomer: int) -> float:
        """Share of a list's chances that a swap gives away."""
        pair = self.scores[row, [self.lists[row, place], newcomer]]
        held, gained = chance(pair)
        return float((held - gained) / self.chances[row])

    def _swap(self, row: int, place: int, newcomer: int) -> None:
        self.shown[self.lists[row, place]] -= 1
        self.shown[newcomer] += 1
        self.lists[row, place] = newcomer
        self.left[row] -= 1

    def _sort(self) -> None:
        """Best first again within each list; empty places stay last."""
        rows = np.arange(len(self.lists))[:, None]
        self.lists = self.lists[rows, np.argsort(-self._values(), axis=1, kind="stable")]

    def _offer(self, row: int) -> None:
        """Put the cheapest possible swap of a list on the heap, if it has one."""
        tail = self.lists[row, self.first :]
        shared = self.first + np.flatnonzero((tail >= 0) & (self.shown[tail] > 1))
        if not self.left[row] or not len(shared):
            return
        line = self.deep[row]
        at = self.next[row]
        while at < len(line) and (line[at] < 0 or self.shown[line[at]]):
            at += 1
        self.next[row] = at
        if at < len(line):
            place = int(shared[-1])
            values = self.scores[row]
            loss = float(values[self.lists[row, place]] - values[line[at]])
            heapq.heappush(self.heap, (loss, row, place, int(line[at])))
