"""What another policy would change: lists before and after, who rises, who falls, and by which criterion."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matchmaking.scoring.compiled.arrays import Compiled
from matchmaking.scoring.compiled.pairs import PolicyVector, both_ways
from matchmaking.scoring.policy import CRITERIA, PART_CODES, Policy
from matchmaking.scoring.profile import Market
from matchmaking.scoring.ranking import against, compiled

PLACES = 10
"""Length of the lists that are compared."""

SAMPLE = 60
"""At most so many lists of a side are compared, always the same ones."""

MOVERS = 5
"""So many of those that rise and that fall most are named."""

Places = npt.NDArray[np.intp]
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Move:
    """One organisation in a list: places counted from 1, scores 0 to 100.

    `reason` is the criterion that moved it most against the rest of the list, `points` by how much (mean
    of both directions).
    """

    owner: str
    other: str
    before: int
    after: int
    score_before: float
    score_after: float
    reason: str
    points: float

    @property
    def places(self) -> int:
        """How many places up; negative is down."""
        return self.before - self.after


@dataclass(frozen=True)
class Shift:
    """One organisation's list: everybody who is among its best before or after, in the order after."""

    owner: str
    moves: tuple[Move, ...]
    size: int
    kept: int

    @property
    def is_changed(self) -> bool:
        """Whether somebody else is in it."""
        return self.kept < self.size

    @property
    def has_other_first(self) -> bool:
        """Whether somebody else stands on top."""
        return bool(self.moves) and self.moves[0].before != 1


@dataclass(frozen=True)
class Comparison:
    """All lists looked at, of so many there are; `kept` is the mean share of a list that stays in it."""

    lists: int
    of: int
    changed: int
    other_first: int
    kept: float | None
    replaced: float | None
    risers: tuple[Move, ...]
    fallers: tuple[Move, ...]


def shift(
    market: Market,
    key: str,
    before: Policy,
    after: Policy,
    *,
    among: Collection[str] | None = None,
) -> Shift:
    """How the list of one organisation would change. Candidates are the other sides (`among` them).

    Raises KeyError on a key that is not in the market.
    """
    arrays = compiled(market)
    market.profile(key)
    own = arrays.index[key]
    chosen = np.flatnonzero(arrays.side != arrays.side[own])
    if among is not None:
        wanted = [arrays.index[other] for other in among if other in arrays.index]
        chosen = np.intersect1d(chosen, np.array(wanted, np.intp))
    old, new = against(market, key, before), against(market, key, after)
    first, second = old.best(chosen), new.best(chosen)
    top_before, top_after = first[:PLACES], second[:PLACES]
    shown = np.array(list(dict.fromkeys([*top_after, *top_before])), np.intp)
    reasons = _reasons(arrays, own, shown, before, after)
    rank_before, rank_after = _ranks(first), _ranks(second)
    moves = [
        Move(
            owner=key,
            other=arrays.keys[place],
            before=rank_before[int(place)],
            after=rank_after[int(place)],
            score_before=float(old.score[place]),
            score_after=float(new.score[place]),
            reason=reason,
            points=points,
        )
        for place, (reason, points) in zip(
            shown,
            _telling(
                reasons, [rank_before[int(one)] - rank_after[int(one)] for one in shown.tolist()]
            ),
            strict=True,
        )
    ]
    moves.sort(key=lambda move: move.after)
    kept = len(np.intersect1d(top_before, top_after))
    return Shift(key, tuple(moves), len(top_after), kept)


def compare(
    market: Market, before: Policy, after: Policy, *, among: Collection[str] | None = None
) -> Comparison:
    """What the change does to everybody's lists (a fixed sample of each side where there are many)."""
    owners = _sample(compiled(market), among)
    shifts = [shift(market, key, before, after, among=among) for key in owners]
    shifts = [one for one in shifts if one.size]
    moves = [move for one in shifts for move in one.moves]
    total = sum(one.size for one in shifts)
    kept = sum(one.kept for one in shifts)
    size = len(market.profiles) if among is None else len(set(among) & set(market.profiles))
    return Comparison(
        lists=len(shifts),
        of=size,
        changed=sum(one.is_changed for one in shifts),
        other_first=sum(one.has_other_first for one in shifts),
        kept=kept / total if total else None,
        replaced=(total - kept) / len(shifts) if shifts else None,
        risers=_farthest([move for move in moves if move.places > 0 and move.after <= PLACES]),
        fallers=_farthest([move for move in moves if move.places < 0 and move.before <= PLACES]),
    )


def _sample(arrays: Compiled, among: Collection[str] | None) -> list[str]:
    keys: list[str] = []
    order = np.argsort(arrays.seeds, kind="stable")
    for side in range(len(arrays.side_names)):
        mine = [arrays.keys[place] for place in order if arrays.side[place] == side]
        keys += [key for key in mine if among is None or key in among][:SAMPLE]
    return keys


def _ranks(ordered: Places) -> dict[int, int]:
    return {int(place): rank for rank, place in enumerate(ordered, start=1)}


def _reasons(
    arrays: Compiled, own: int, shown: Places, before: Policy, after: Policy
) -> npt.NDArray[np.float64]:
    """Change of points per criterion and pair, against the mean of the pairs; (criteria, pairs)."""
    values = both_ways(arrays, np.full(len(shown), own, np.intp), shown)
    change = sum(
        (_points(side, after) - _points(side, before) for side in values),
        start=np.zeros((len(PART_CODES), len(shown))),
    )
    rows = np.array([CRITERIA.index(code.partition(".")[0]) for code in PART_CODES])
    found = np.zeros((len(CRITERIA), len(shown)))
    np.add.at(found, rows, change / 2)
    return found - found.mean(axis=1, keepdims=True) if len(shown) else found


def _points(values: npt.NDArray[np.float32], policy: Policy) -> Doubles:
    vector = PolicyVector.of(policy)
    known = np.where(np.isnan(values), vector.priors[:, None], values)
    return np.asarray(100.0 * vector.weights[:, None] * known, np.float64)


def _telling(changes: Doubles, places: Sequence[int]) -> list[tuple[str, float]]:
    """The criterion that pushed most the way each pair went."""
    found = []
    for column, step in enumerate(places):
        line = changes[:, column]
        best = int(np.argmax(line)) if step >= 0 else int(np.argmin(line))
        found.append((CRITERIA[best], float(line[best])))
    return found


def _farthest(moves: list[Move]) -> tuple[Move, ...]:
    """The moves over most places, each organisation once."""
    moves.sort(key=lambda move: (-abs(move.places), min(move.before, move.after), move.other))
    first: dict[str, Move] = {}
    for move in moves:
        first.setdefault(move.other, move)
    return tuple(first.values())[:MOVERS]
