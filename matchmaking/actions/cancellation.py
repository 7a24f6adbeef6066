"""An event is called off."""

import pghistory
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusters.models import User
from clusters.validators import Refused, check_text
from events.choices import EVENT_MOVES, TOLD_OF_THE_END, EventStatus
from events.models import Event, Registration
from events.querysets import locked
from matchmaking import jobs
from matchmaking.actions._places import _stop_all
from matchmaking.actions._rows import _lock_event, _mail_participants
from matchmaking.actions.runs import cancel_run
from matchmaking.choices import MeetingStatus, RequestStatus, RunState
from matchmaking.models import Meeting, MeetingRequest, MeetingSeat, ScheduleRun, TableUse
from matchmaking.policies import require

REASON_LENGTH = 500


def cancel_event(event: Event, *, actor: User, reason: str = "") -> Event:
    """Call an event off, for good: planned meetings are cancelled, unanswered requests end, plans stop.

    What was agreed stays agreed, so that partners can still reach each other; what was held or missed
    stays, too. Everybody who takes part, waits or applied is mailed once, by a job, with `reason`.
    """
    require(actor, "events.cancel_event", event)
    check_text(reason, most=REASON_LENGTH)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="cancel_event"):
        row = _lock_event(event)
        if EventStatus.CANCELLED not in EVENT_MOVES[row.status]:
            raise Refused(
                _("This event is at “%(now)s” and cannot be cancelled. Load the page again."),
                code="state",
                params={"now": row.get_status_display()},
            )
        is_known = row.status != EventStatus.DRAFT
        row.status, row.cancelled_because = EventStatus.CANCELLED, reason.strip()
        row.save(update_fields=["status", "cancelled_because", "updated_at"])
        _end_plans(row, actor)
        _end_requests(row)
        _end_meetings(row)
        _stop_all(row)
        if is_known:
            jobs.announce_cancellation(row.pk)
    return row


def announce_cancellation(event: Event, *, actor: User) -> None:
    """Mail the people of every organisation that takes part, waits or applied, each once."""
    require(actor, "matchmaking.run_jobs")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="announce_cancellation"):
        rows = Registration.objects.filter(event=event, status__in=TOLD_OF_THE_END)
        for row in rows.select_related("organisation", "event").order_by("pk"):
            cause = f"event-cancelled-{event.pk}"
            _mail_participants(row, cause, "event_cancelled", actor, registration=row)


def _end_plans(event: Event, actor: User) -> None:
    for run in ScheduleRun.objects.filter(
        event=event, state__in=[RunState.QUEUED, RunState.RUNNING]
    ):
        cancel_run(run, actor=actor)


def _end_requests(event: Event) -> None:
    waiting = MeetingRequest.objects.filter(event=event, status=RequestStatus.SENT)
    keys = [one.pk for one in locked(waiting)]
    MeetingRequest.objects.filter(pk__in=keys).update(
        status=RequestStatus.EXPIRED, answered_at=timezone.now()
    )


def _end_meetings(event: Event) -> None:
    """As `_cancel` does for one meeting: seats and tables go, the rows stay for calendars."""
    planned = Meeting.objects.filter(event=event, status=MeetingStatus.CONFIRMED)
    keys = [one.pk for one in locked(planned)]
    MeetingSeat.objects.filter(meeting__in=keys).delete()
    TableUse.objects.filter(meeting__in=keys).delete()
    Meeting.objects.filter(pk__in=keys).update(
        status=MeetingStatus.CANCELLED, sequence=F("sequence") + 1, updated_at=timezone.now()
    )
