"""Every change to requests, meetings, plans and what belongs to them: one function each.

All have the same beats: permission, one transaction, history with actor and action, lock and re-check of
state, write, jobs and mail (which run after commit). They raise PermissionDenied without the right,
ValidationError for bad input, and `Refused` where a state or a rule forbids it.
"""

from matchmaking.actions.exclusions import exclude_organisation, lift_exclusion
from matchmaking.actions.requests import (
    accept_request,
    announce_request,
    ask_for_meeting,
    decline_request,
    expire_requests,
    remind_of_requests,
    set_priority,
    withdraw_request,
)
from matchmaking.actions.withdrawal import withdraw_registration

__all__ = [
    "accept_request",
    "announce_request",
    "ask_for_meeting",
    "decline_request",
    "exclude_organisation",
    "expire_requests",
    "lift_exclusion",
    "remind_of_requests",
    "set_priority",
    "withdraw_registration",
    "withdraw_request",
]
