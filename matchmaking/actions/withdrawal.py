"""An organisation leaves an event."""

import pghistory
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clusters.models import User
from clusters.validators import Refused
from events.actions import note_on_behalf
from events.choices import REGISTRATION_MOVES, Deed, EventStatus, RegistrationStatus
from events.models import Registration
from events.querysets import locked
from matchmaking.actions._rows import _lock_registrations
from matchmaking.actions.requests import _withdraw
from matchmaking.models import Meeting, MeetingRequest
from matchmaking.policies import require

OVER = frozenset({EventStatus.CLOSED, EventStatus.ARCHIVED, EventStatus.CANCELLED})


def withdraw_registration(registration: Registration, *, actor: User) -> Registration:
    """Leave an event: open requests are withdrawn, meetings cancelled, partners told.

    Meetings that were held or missed stay, and their requests with them.
    """
    require(actor, "matchmaking.withdraw_registration", registration)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="withdraw_registration"):
        (row,) = _lock_registrations(registration)
        if row.event.status in OVER:
            raise Refused(
                _("This event is over or was cancelled; nobody needs to withdraw from it."),
                code="event_over",
            )
        if RegistrationStatus.WITHDRAWN not in REGISTRATION_MOVES[row.status]:
            raise Refused(
                _("%(organisation)s is “%(now)s” and cannot withdraw. Load the page again."),
                code="state",
                params={
                    "organisation": row.organisation.name,
                    "now": row.get_status_display(),
                },
            )
        row.status = RegistrationStatus.WITHDRAWN
        row.save(update_fields=["status"])
        happened = Meeting.objects.over().filter(event=row.event).values("request")
        mine = MeetingRequest.objects.open().exclude(pk__in=happened)
        mine = mine.select_related("sender__organisation", "receiver__organisation", "event")
        for request in locked(mine.filter(sender=row) | mine.filter(receiver=row)):
            _withdraw(request, actor, leaving=row)
        note_on_behalf(row, deed=Deed.WITHDRAWN, actor=actor)
    return row
