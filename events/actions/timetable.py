"""Events that move through their phases by their dates."""

import datetime as dt

import pghistory
from django.db import transaction
from django.utils import timezone

from clusters.models import User
from clusters.validators import Refused
from events.actions._rows import _lock_event
from events.actions.setup import move_event
from events.models import Event, EventFault
from events.policies import require
from events.reads.timetable import due_phase


def keep_timetable(event: Event, *, actor: User, now: dt.datetime | None = None) -> bool:
    """Bring an event that wants it into the phase that its dates ask for. Returns whether it moved.

    One step at a time: after a long pause the next run takes the next step.
    """
    require(actor, "events.run_jobs")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="keep_timetable"):
        row = _lock_event(event)
        to = due_phase(row, now or timezone.now()) if row.keeps_timetable else None
        return to is not None and _moved(row, to, actor)


def note_fault(event: Event, *, step: str, error: str, actor: User) -> EventFault:
    """Write down that a step the event takes by itself failed, for its organisers to read.

    `error` is the kind of fault, never its words: they may name people. A newer one replaces the older.
    """
    require(actor, "events.run_jobs")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="note_fault"):
        row, _new = EventFault.objects.update_or_create(
            event=event, step=step, defaults={"error": error[:80]}
        )
    return row


def _moved(event: Event, to: str, actor: User) -> bool:
    try:
        move_event(event, to=to, actor=actor)
    except Refused:  # an organiser moved it a moment ago; the next run looks again
        return False
    return True
