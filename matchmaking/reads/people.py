"""Whom something concerns, and who wants to hear of it."""

from matchmaking.models import Exclusion, MeetingRequest


def wants_to_hear(request: MeetingRequest) -> bool:
    """Whether the asked side has not set the sender aside. Private to the asked side."""
    return not (
        Exclusion.objects.in_force()
        .filter(organisation=request.receiver.organisation_id)
        .filter(other=request.sender.organisation_id)
        .exists()
    )
