"""Events that move through their phases by their dates."""

import datetime as dt

import pghistory
from django.db import transaction
from django.utils import timezone

from clusters.models import User
from clusters.validators import Refused
from events.actions.setup import move_event
from events.choices import EventStatus
from events.models import Event
from events.policies import require
from events.reads.timetable import due_phase


def keep_timetable(*, actor: User, now: dt.datetime | None = None) -> int:
    """Bring every event that wants it into the phase that its dates ask for. Returns how many moved.

    One step an event at a time: after a long pause the next run takes the next step.
    """
    require(actor, "events.run_jobs")
    moment = now or timezone.now()
    moved = 0
    with transaction.atomic(), pghistory.context(user=actor.pk, action="keep_timetable"):
        underway = Event.objects.filter(keeps_timetable=True).exclude(
            status__in=[EventStatus.DRAFT, EventStatus.ARCHIVED, EventStatus.CANCELLED]
        )
        for event in underway.order_by("pk"):
            to = due_phase(event, moment)
            if to is not None:
                moved += _moved(event, to, actor)
    return moved


def _moved(event: Event, to: str, actor: User) -> bool:
    try:
        move_event(event, to=to, actor=actor)
    except Refused:  # an organiser moved it a moment ago; the next run looks again
        return False
    return True
