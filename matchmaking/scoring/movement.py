"""How a pair's score moved since its two profiles last looked otherwise, and by which criteria.

Both scores are computed with the statistics of today, so what moved is what the two organisations themselves
said or took back. What happens around them (other profiles, stories) is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matchmaking.scoring.context import context_of
from matchmaking.scoring.policy import Policy
from matchmaking.scoring.profile import Market, Profile
from matchmaking.scoring.reciprocal import NOBODY, score_profiles
from matchmaking.scoring.results import DirectionScore, Evidence, PairScore

LEAST = 0.05
"""A criterion that moved by fewer points did not move: the pages round to tenths."""


@dataclass(frozen=True, slots=True)
class Shift:
    """A criterion that moved: `of` gains `points` more (or fewer) by it; evidence that differs."""

    code: str
    of: str
    points: float
    before: tuple[Evidence, ...]
    after: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Movement:
    """A pair then and now; shifts of both directions add up to what the directions moved."""

    then: PairScore
    now: PairScore
    shifts: tuple[Shift, ...]

    @property
    def points(self) -> float:
        """How far the score moved; a pair without a score counts as 0."""
        return (self.now.score or 0.0) - (self.then.score or 0.0)


def movement(
    market: Market,
    own: Profile,
    other: Profile,
    policy: Policy,
    *,
    excluded: Mapping[str, str] = NOBODY,
) -> Movement:
    """What changed between two profiles as they were and as the market has them, largest shift first.

    Raises KeyError if one of them is not in the market.
    """
    context = context_of(market)
    then = score_profiles(context, own, other, policy, excluded=excluded)
    present = market.profile(own.key), market.profile(other.key)
    now = score_profiles(context, *present, policy, excluded=excluded)
    shifts = [*_shifts(then.own, now.own), *_shifts(then.theirs, now.theirs)]
    shifts.sort(key=lambda shift: -abs(shift.points))
    return Movement(then, now, tuple(shifts))


def _shifts(then: DirectionScore, now: DirectionScore) -> list[Shift]:
    found = []
    for old, new in zip(then.rows, now.rows, strict=True):
        points = new.points - old.points
        if abs(points) >= LEAST:
            gone = tuple(reason for reason in old.evidence if reason not in new.evidence)
            come = tuple(reason for reason in new.evidence if reason not in old.evidence)
            found.append(Shift(new.code, now.of, points, gone, come))
    return found
