"""Did the scores predict? What was seen when people decided, against what they did.

The judge of backtests, fed with requests, meetings and outcomes. Nothing is said below MINIMUM
observations, and no group smaller than SMALLEST is shown where outcomes are private.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matchmaking.scoring.backtest.judge import count_bins, interval, pooled
from matchmaking.scoring.outcomes import (
    MINIMUM,
    Band,
    Proposal,
    TooFewError,
    auc,
    bands,
    propose_weights,
    wilson,
)
from matchmaking.scoring.policy import CRITERIA

EDGES = (0, 20, 30, 40, 50, 60, 70, 80, 100)
"""Bands of the score: most pairs people ask for lie between 30 and 80."""

HALF = 0.5
"""From half of what it can give on, a criterion speaks for the meeting."""

SMALLEST = 5
"""No group of fewer is shown where what happened is private."""


@dataclass(frozen=True)
class Observation:
    """One decision: what the score said, and whether it happened.

    `score` 0 to 100; `own` and `theirs` hold the value (0..1) of each criterion in both directions;
    `decider` is who decided, which groups decisions that are not independent.
    """

    score: float
    own: Mapping[str, float]
    theirs: Mapping[str, float]
    happened: bool
    decider: str

    def value(self, code: str) -> float:
        """A criterion over both directions."""
        return (self.own[code] + self.theirs[code]) / 2


@dataclass(frozen=True)
class CriterionLine:
    """Where a criterion spoke for the meeting and where not, and what the score is without it.

    `weak`, `strong`: None where a group is too small to be shown. `auc` of the criterion alone; `lift`:
    the score's AUC minus that without this criterion.
    """

    code: str
    weak: Band | None
    strong: Band | None
    auc: float | None
    lift: float | None


@dataclass(frozen=True)
class Hindsight:
    """What can be said; `missing` observations are needed before anything is.

    `matched`: AUC among deciders asked about as often (value, low, high), None where undecidable.
    """

    observations: int
    happened: int
    missing: int
    bands: tuple[Band, ...] = ()
    criteria: tuple[CriterionLine, ...] = ()
    auc: float | None = None
    matched: tuple[float, float | None, float | None] | None = None
    proposal: Proposal | None = None

    @property
    def share(self) -> float | None:
        """How many of them happened, in 0..1."""
        return self.happened / self.observations if self.observations else None


def look_back(
    seen: Sequence[Observation], weights: Mapping[str, float], *, is_private: bool = False
) -> Hindsight:
    """Judge a policy's `weights` by what happened. `is_private` keeps small groups back."""
    happened = [one.happened for one in seen]
    missing = max(0, MINIMUM - len(seen))
    if missing:
        return Hindsight(len(seen), sum(happened), missing)
    scores = [one.score for one in seen]
    found = bands(scores, happened, EDGES) or ()
    return Hindsight(
        observations=len(seen),
        happened=sum(happened),
        missing=0,
        bands=merged(found) if is_private else found,
        criteria=tuple(_line(code, seen, weights, is_private=is_private) for code in CRITERIA),
        auc=auc(scores, happened),
        matched=matched_auc(seen),
        proposal=_proposal(seen),
    )


def merged(found: Sequence[Band], least: int = SMALLEST) -> tuple[Band, ...]:
    """Neighbouring bands joined until each holds at least `least` observations."""
    joined: list[Band] = []
    for band in found:
        if joined and joined[-1].trials < least:
            joined[-1] = _join(joined[-1], band)
        else:
            joined.append(band)
    while len(joined) > 1 and joined[-1].trials < least:
        last = joined.pop()
        joined[-1] = _join(joined[-1], last)
    return tuple(joined)


def _join(one: Band, two: Band) -> Band:
    return _band(one.low, two.high, one.successes + two.successes, one.trials + two.trials)


def _band(low: float, high: float, successes: int, trials: int) -> Band:
    share = successes / trials if trials else None
    return Band(low, high, trials, successes, share, wilson(successes, trials))


def _line(
    code: str, seen: Sequence[Observation], weights: Mapping[str, float], *, is_private: bool
) -> CriterionLine:
    groups = []
    for low, high in ((0.0, HALF), (HALF, 1.0)):
        inside = [one.happened for one in seen if (one.value(code) >= HALF) == (low == HALF)]
        groups.append(_band(low, high, sum(inside), len(inside)))
    # Hiding only the small one would tell it: the two add up to what is shown above.
    hidden = is_private and any(0 < group.trials < SMALLEST for group in groups)
    happened = [one.happened for one in seen]
    rest = {other: weight for other, weight in weights.items() if other != code}
    whole, without = (auc(rescored(seen, some), happened) for some in (weights, rest))
    return CriterionLine(
        code=code,
        weak=None if hidden else groups[0],
        strong=None if hidden else groups[1],
        auc=auc([one.value(code) for one in seen], happened),
        lift=whole - without if whole is not None and without is not None else None,
    )


def rescored(seen: Sequence[Observation], weights: Mapping[str, float]) -> list[float]:
    """The reciprocal scores that other weights would have given; all alike without any weight."""
    total = math.fsum(weights.values()) or 1.0
    return [
        100 * math.sqrt(_gain(one.own, weights, total) * _gain(one.theirs, weights, total))
        for one in seen
    ]


def _gain(values: Mapping[str, float], weights: Mapping[str, float], total: float) -> float:
    return math.fsum(weight * values[code] for code, weight in weights.items()) / total


def matched_auc(seen: Sequence[Observation]) -> tuple[float, float | None, float | None] | None:
    """Chance that one that happened scored above one that did not, among deciders asked as often.

    Who is asked by many says no to more of them whatever the score. Interval: bootstrap over deciders.
    """
    asked = Counter(one.decider for one in seen)
    bins = count_bins(np.array([asked[one.decider] for one in seen], np.float64))
    scores = np.array([one.score for one in seen])
    truth = np.array([one.happened for one in seen])
    sums = np.zeros((len(asked), 2))
    rows = {decider: row for row, decider in enumerate(asked)}
    row_of = np.array([rows[one.decider] for one in seen])
    for mark in np.unique(bins):
        _add_bin(sums, row_of, scores, truth, bins == mark)
    if not sums[:, 1].sum():
        return None
    found = interval(sums, pooled)
    low, high = found["interval"]  # type: ignore[misc]  # a pair
    return float(found["value"]), low, high  # type: ignore[arg-type]  # there is something to pool


def _add_bin(
    sums: npt.NDArray[np.float64],
    row_of: npt.NDArray[np.intp],
    scores: npt.NDArray[np.float64],
    truth: npt.NDArray[np.bool_],
    inside: npt.NDArray[np.bool_],
) -> None:
    others = np.sort(scores[inside & ~truth])
    for place in np.flatnonzero(inside & truth) if len(others) else ():
        below = np.searchsorted(others, scores[place], "left")
        upto = np.searchsorted(others, scores[place], "right")
        sums[row_of[place]] += ((below + upto) / (2 * len(others)), 1)


def _proposal(seen: Sequence[Observation]) -> Proposal | None:
    rows = [{code: one.value(code) for code in CRITERIA} for one in seen]
    try:
        return propose_weights(rows, [one.happened for one in seen])
    except TooFewError:
        return None
