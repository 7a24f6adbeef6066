"""What a wish is worth to the planner: the event's formula, and its parts for people."""

from dataclasses import dataclass

from events.models import Event
from matchmaking.models import MeetingRequest

MOST = 100
"""The most points a wish can have; the least is 1, so that every agreed meeting is worth placing."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How an event weighs wishes.

    `score_share` is the percent that comes from the reciprocal score, the rest comes from the two
    priorities; `unknown_score` (0 to 100) stands for a score that is not known; `mutual_bonus` are points
    more where both asked by themselves.
    """

    score_share: int = 50
    unknown_score: int = 50
    mutual_bonus: int = 0


USUAL = Weights()


@dataclass(frozen=True, slots=True)
class WeightParts:
    """The points of one wish and where they come from. 1 + score + priorities + bonus is the total."""

    total: int
    score: int
    priorities: int
    bonus: int
    known_score: float | None


def weights_of(event: Event) -> Weights:
    """How this event weighs wishes."""
    return Weights(event.score_share, event.unknown_score, event.mutual_bonus)


def wish_weight(
    score: float | None,
    sender_priority: int,
    receiver_priority: int,
    *,
    is_mutual: bool = False,
    weights: Weights = USUAL,
) -> int:
    """What a meeting is worth to the planner, 1 to 100.

    A share `s` (usually one half) comes from the reciprocal score (0 to 100), the rest from how much the
    two sides want it (priorities 1 to 3 each: both 1 give nothing, both 3 give all), on a scale from 1:

        weight = round(1 + 99 x (s x score / 100 + (1 - s) x (sender + receiver - 2) / 4)) + bonus

    With the usual weights, priorities 2 and 2 and an unknown score that is 51. The bonus is for wishes
    that both sides sent by themselves; no wish gets more than 100.
    """
    known = weights.unknown_score if score is None else min(100.0, max(0.0, score))
    share = weights.score_share / 100
    wanted = (sender_priority + receiver_priority - 2) / 4
    # Halves go up, as people round.
    plain = int(1 + 99 * (share * known / 100 + (1 - share) * wanted) + 0.5)
    return min(MOST, plain + (weights.mutual_bonus if is_mutual else 0))


def request_weight(request: MeetingRequest, score: float | None, weights: Weights) -> int:
    """What a request is worth under these weights."""
    return wish_weight(
        score,
        request.sender_priority,
        request.receiver_priority,
        is_mutual=request.is_mutual,
        weights=weights,
    )


def weight_parts(request: MeetingRequest, score: float | None, weights: Weights) -> WeightParts:
    """A request's points and where they come from, in whole points that add up."""
    total = request_weight(request, score, weights)
    plain = wish_weight(score, request.sender_priority, request.receiver_priority, weights=weights)
    known = weights.unknown_score if score is None else score
    from_score = min(plain - 1, round(99 * weights.score_share / 100 * known / 100))
    return WeightParts(
        total=total,
        score=from_score,
        priorities=plain - 1 - from_score,
        bonus=total - plain,
        known_score=score,
    )
