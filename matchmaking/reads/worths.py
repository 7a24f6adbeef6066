"""What requests of an event are worth to its planner, with where the points come from."""

from collections.abc import Sequence

from events.models import Event
from matchmaking.adapters.weights import WeightParts, Weights, weight_parts
from matchmaking.models import MeetingRequest
from matchmaking.reads.scores import scores_at


def worths(
    requests: Sequence[MeetingRequest], weights: Weights, event: Event
) -> dict[int, WeightParts]:
    """Points by request (read with their organisations), from the scores of this moment."""
    pairs = {
        one.pk: (one.sender.organisation.slug, one.receiver.organisation.slug) for one in requests
    }
    scores = scores_at(event)(list(pairs.values())) if pairs else {}
    return {one.pk: weight_parts(one, scores.get(pairs[one.pk]), weights) for one in requests}
