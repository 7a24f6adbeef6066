"""What came of a meeting: where each side stands, what it does next, and when it is reminded of it."""

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pghistory
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from clusters.models import Organisation, User
from clusters.policies import role_of
from clusters.validators import Refused, check_text
from events.reads.people import people_to_mail
from matchmaking.actions._rows import _lock, _lock_meeting, _mail, _move_meeting
from matchmaking.actions.meetings import _organisations, _refuse_early
from matchmaking.choices import MeetingStatus, OutcomeStep
from matchmaking.models import Meeting, Outcome
from matchmaking.policies import require, side_of, sits_in

# A reminder comes in the morning of the reader's clock; one that was held up for longer is no help.
MORNING, LATEST = 7, dt.timedelta(days=3)
RUNGS = tuple(OutcomeStep.values)
NOTE_LENGTH, NEXT_LENGTH = 2000, 300


def report_outcome(
    meeting: Meeting,
    *,
    step: str,
    actor: User,
    organisation: Organisation | None = None,
    note: str = "",
    next_step: str = "",
    next_on: dt.date | None = None,
) -> Outcome:
    """Say for one's side where things stand, as the page "After" does.

    Every rung up to `step` is climbed, each with its line in the history; a lower one takes a mistake
    back. A meeting that nobody has marked counts as held with it. `organisation` names the side for
    somebody who acts for both.
    """
    require(actor, "matchmaking.record_outcome", meeting)
    _check_words(step, note, next_step)
    _check_next(next_step, next_on)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="report_outcome"):
        row = _lock_meeting(meeting)
        side = _side(row, organisation, actor)
        _refuse_erased(row, note, next_step)
        _hold(row)
        outcome = Outcome.objects.filter(meeting=row, organisation=side).first()
        outcome = outcome or Outcome(meeting=row, organisation=side, step="")
        if (outcome.next_step, outcome.next_on) != (next_step.strip(), next_on):
            outcome.next_done_at = None
        outcome.note, outcome.next_step, outcome.next_on = note.strip(), next_step.strip(), next_on
        outcome.recorded_by = actor
        for rung in _rungs(outcome.step, step):
            outcome.step = rung
            outcome.save()
    return outcome


def mark_next_step(outcome: Outcome, *, is_done: bool, actor: User) -> Outcome:
    """Tick one's own side's next step off, or take that back."""
    require(actor, "matchmaking.record_outcome", outcome.meeting)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="mark_next_step"):
        row = _lock(outcome)
        _side(row.meeting, row.organisation, actor)
        if not row.next_step:
            raise Refused(_("No next step is written down. Write one first."), code="no_next_step")
        row.next_done_at = timezone.now() if is_done else None
        row.save(update_fields=["next_done_at", "recorded_at"])
    return row


def remind_of_next_steps(*, actor: User) -> int:
    """Mail whoever wrote a next step down, once, in the morning of its day. Returns how many are due."""
    require(actor, "matchmaking.run_jobs")
    now = timezone.now()
    with transaction.atomic(), pghistory.context(user=actor.pk, action="remind_of_next_steps"):
        rows = Outcome.objects.filter(
            next_on__range=(now.date() - LATEST, now.date() + dt.timedelta(days=1)),
            next_done_at__isnull=True,
        ).exclude(next_step="")
        due = 0
        for row in rows.select_related("meeting", "organisation", "recorded_by").order_by("pk"):
            recipients = [one for one in _whom(row) if _is_morning(row, one, now)]
            cause = f"next-step-{row.pk}-{row.next_on}"
            _mail(recipients, cause, "next_step", actor, {"outcome": row}, about="reminders")
            due += bool(recipients)
    return due


def _whom(outcome: Outcome) -> list[User]:
    """Who wrote it down; the organisation's managers where that person is gone."""
    author = outcome.recorded_by
    if author is not None and (
        role_of(author, outcome.organisation) is not None
        or sits_in(author, outcome.meeting) == outcome.organisation
    ):
        return [author]
    return people_to_mail(outcome.organisation)


def _is_morning(outcome: Outcome, reader: User, now: dt.datetime) -> bool:
    """The day has come on the reader's clock, and it is no longer night."""
    local = now.astimezone(ZoneInfo(reader.time_zone))
    day = outcome.next_on
    return day is not None and (
        local.date() > day or (local.date() == day and local.hour >= MORNING)
    )


def _rungs(now: str, to: str) -> Iterator[str]:
    """The steps to take from one rung to another: each one on the way up, one leap down."""
    start = RUNGS.index(now) if now else -1
    end = RUNGS.index(to)
    yield from RUNGS[start + 1 : end + 1] if end > start else (to,)


def _hold(meeting: Meeting) -> None:
    """Saying what came of it says that it took place."""
    if meeting.status == MeetingStatus.HELD:
        return
    if meeting.status != MeetingStatus.CONFIRMED:
        raise Refused(
            _("Mark the meeting as held first; then say what came of it."), code="not_held"
        )
    _refuse_early(meeting)
    _move_meeting(meeting, MeetingStatus.HELD)
    meeting.save(update_fields=["status", "updated_at"])


def _check_next(next_step: str, next_on: dt.date | None) -> None:
    if next_on is not None and not next_step.strip():
        raise ValidationError(
            {
                "next_step": ValidationError(
                    _("Say what is to be done on that day, or leave the day empty."),
                    code="next_step",
                )
            }
        )


def _refuse_erased(meeting: Meeting, *texts: str) -> None:
    """What people wrote about an old event was erased; nothing new is written after that."""
    event = meeting.event
    if not any(text.strip() for text in texts) or event.ends_on is None:
        return
    until = event.ends_on + dt.timedelta(days=event.retention_days)
    if until < timezone.now().date():
        raise Refused(
            _(
                "What was written about this event was erased on %(day)s. Leave the texts empty; "
                "how far you came can still be said."
            ),
            code="erased",
            params={"day": date_format(until, "DATE_FORMAT")},
        )


def _side(meeting: Meeting, organisation: Organisation | None, actor: User) -> Organisation:
    """The side that `actor` speaks for; PermissionDenied for one that is not the actor's."""
    own = side_of(actor, meeting.request)
    if organisation is None:
        found = own.organisation if own else sits_in(actor, meeting)
    elif organisation in _organisations(meeting) and (
        role_of(actor, organisation) is not None or sits_in(actor, meeting) == organisation
    ):
        found = organisation
    else:
        found = None
    if found is None:
        raise PermissionDenied("matchmaking.record_outcome")
    return found


def _check_words(step: str, note: str, next_step: str) -> None:
    if step not in OutcomeStep.values:
        raise ValidationError({"step": ValidationError(_("Choose one of the steps."), code="step")})
    for name, text, most in (("note", note, NOTE_LENGTH), ("next_step", next_step, NEXT_LENGTH)):
        try:
            check_text(text, most=most)
        except ValidationError as error:
            raise ValidationError({name: error}) from error
