"""What organisers do with requests for an organisation that asked them to."""

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clusters.models import User
from events.actions import note_on_behalf
from events.choices import Deed
from events.models import Registration
from matchmaking.actions._places import _call_back
from matchmaking.actions._rows import _lock_request, _mail_people
from matchmaking.actions.requests import _accept, _answer
from matchmaking.choices import RequestStatus
from matchmaking.models import MeetingRequest
from matchmaking.policies import require
from matchmaking.validators import check_can_answer, check_open, check_priority, check_waits


def accept_on_behalf(
    request: MeetingRequest, *, registration: Registration, asked_by: str, actor: User
) -> MeetingRequest:
    """Agree to meet for the asked organisation, `registration`; `asked_by` says who of it asked for that.

    Both sides read that the organisers did it.
    """
    require(actor, "matchmaking.answer_on_behalf", request)
    _check_asked(asked_by)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="accept_on_behalf"):
        row = _lock_request(request)
        _check_asked_side(row, registration)
        check_can_answer(row)
        _accept(row, actor, by_organisers=True)
        _note(row, row.receiver, Deed.ACCEPTED, asked_by, actor)
    return row


def decline_on_behalf(
    request: MeetingRequest, *, registration: Registration, asked_by: str, actor: User
) -> MeetingRequest:
    """Say no for the asked organisation, `registration`; `asked_by` says who of it asked for that."""
    require(actor, "matchmaking.answer_on_behalf", request)
    _check_asked(asked_by)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="decline_on_behalf"):
        row = _lock_request(request)
        _check_asked_side(row, registration)
        check_waits(row)
        _answer(row, RequestStatus.DECLINED, actor)
        cause = f"request-declined-{row.pk}"
        _call_back(row)
        _mail_people(row.sender, cause, "request_declined", actor, request=row, by_organisers=True)
        _note(row, row.receiver, Deed.DECLINED, asked_by, actor)
    return row


def set_priority_on_behalf(
    request: MeetingRequest,
    *,
    registration: Registration,
    priority: int,
    asked_by: str,
    actor: User,
) -> MeetingRequest:
    """Say for one side how much it wants the meeting, 1 to 3; `asked_by` says who asked for that."""
    require(actor, "matchmaking.answer_on_behalf", request)
    _check_asked(asked_by)
    check_priority(priority)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="set_priority_on_behalf"):
        row = _lock_request(request)
        check_open(row)
        sides = {row.sender_id: "sender_priority", row.receiver_id: "receiver_priority"}
        if registration.pk not in sides:
            raise ValidationError(_("Choose one of the two sides."), code="side")
        setattr(row, sides[registration.pk], priority)
        row.save(update_fields=[sides[registration.pk]])
        _note(row, registration, Deed.PRIORITY, asked_by, actor)
    return row


def _check_asked(asked_by: str) -> None:
    if not asked_by.strip():
        raise ValidationError(
            {
                "asked_by": ValidationError(
                    _("Write down who of the organisation asked for it."), code="asked_by"
                )
            }
        )


def _check_asked_side(row: MeetingRequest, registration: Registration) -> None:
    if registration.pk != row.receiver_id:
        raise ValidationError(_("Only the side that was asked can answer."), code="side")


def _note(row: MeetingRequest, side: Registration, deed: str, asked_by: str, actor: User) -> None:
    other = row.receiver if side.pk == row.sender_id else row.sender
    about = other.organisation.name
    note_on_behalf(side, deed=deed, about=about, asked_by=asked_by, actor=actor)
