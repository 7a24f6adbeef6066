"""What the actions of this app share: rows locked in one order, cancelled meetings, people to mail.

The order of locks is event, registrations, requests, meetings; within a kind by key.
"""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied

from clusters.actions import queue_message
from clusters.models import Organisation, User
from events.models import Event, Registration
from events.querysets import lock, locked
from events.reads.people import participants_to_mail, people_to_mail
from matchmaking.actions._places import _free_place
from matchmaking.choices import MEETING_MOVES, MeetingStatus
from matchmaking.models import Meeting, MeetingRequest, MeetingSeat, TableUse
from matchmaking.policies import require, side_of
from matchmaking.validators import refused_meeting_state

_lock = lock  # private like the others: pages go through actions


def _lock_event(event: Event) -> Event:
    """The event, locked: plans, releases and set-up wait for each other."""
    return _lock(event)


def _lock_registrations(*registrations: Registration) -> list[Registration]:
    """The registrations with organisation and event, in the order they were given."""
    rows = Registration.objects.select_related("organisation", "event")
    found = {row.pk: row for row in locked(rows.filter(pk__in=[one.pk for one in registrations]))}
    return [found[one.pk] for one in registrations]


def _lock_request(request: MeetingRequest) -> MeetingRequest:
    """The request as it is now, after locking the registrations of both sides."""
    sender, receiver = _lock_registrations(request.sender, request.receiver)
    row = _lock(request)
    row.sender, row.receiver, row.event = sender, receiver, sender.event
    return row


def _lock_meeting(meeting: Meeting) -> Meeting:
    """The meeting as it is now, after locking its registrations and its request."""
    request = _lock_request(meeting.request)
    row = _lock(meeting)
    row.request, row.event = request, request.event
    return row


def _own_side(row: MeetingRequest, organisation: Organisation | None, actor: User) -> Registration:
    """The side that `actor` speaks for: the one named, else the only one it can be."""
    if organisation is None:
        side = side_of(actor, row)
    else:
        sides = {one.organisation: one for one in (row.sender, row.receiver)}
        side = sides.get(organisation)
    require(actor, "matchmaking.ask", side)
    if side is None:
        raise PermissionDenied("matchmaking.prioritise_request")
    return side


def _move_meeting(meeting: Meeting, to: str) -> None:
    """Set the state of a locked meeting, unsaved; along MEETING_MOVES only."""
    if to not in MEETING_MOVES[meeting.status]:
        raise refused_meeting_state(meeting)
    meeting.status = to


def _cancel(meeting: Meeting) -> None:
    """Free the seats and the table of a locked meeting and keep the row for calendars."""
    _move_meeting(meeting, MeetingStatus.CANCELLED)
    MeetingSeat.objects.filter(meeting=meeting).delete()
    TableUse.objects.filter(meeting=meeting).delete()
    meeting.sequence += 1
    meeting.save(update_fields=["status", "sequence", "updated_at"])
    _free_place(meeting)


def _cancel_meeting_of(request: MeetingRequest) -> Meeting | None:
    """Cancel the planned meeting of a locked request; None where there is none to cancel."""
    meetings = locked(Meeting.objects.filter(request=request, status=MeetingStatus.CONFIRMED))
    for meeting in meetings:
        _cancel(meeting)
        return meeting
    return None


def _mail_people(
    registration: Registration, cause: str, template: str, actor: User, /, **context: Any
) -> None:
    """Mail the owners and editors of the registered organisation, but not the one who acts."""
    _mail(people_to_mail(registration.organisation, besides=actor), cause, template, actor, context)


def _mail_participants(
    registration: Registration, cause: str, template: str, actor: User, /, **context: Any
) -> None:
    """Mail the registered organisation's managers and its delegates, but not the one who acts."""
    _mail(participants_to_mail(registration, besides=actor), cause, template, actor, context)


def _mail(
    recipients: Iterable[User],
    cause: str,
    template: str,
    actor: User,
    context: dict[str, Any],
    *,
    about: str = "you",
) -> None:
    for recipient in recipients:
        queue_message(
            cause,
            recipient=recipient,
            template=template,
            context=context,
            actor=actor,
            about=about,
        )
