"""Drafts changed by hand. Every change is checked against the event as it is now before it is kept."""

from collections.abc import Iterable

import pghistory
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clusters.models import User
from clusters.validators import Refused
from events.models import Event, Slot, Table
from matchmaking.actions._rows import _lock, _lock_event
from matchmaking.actions.runs import _copy_rows, _next_name, _refuse_foreign
from matchmaking.adapters.schedule import placed_rows, schedule_problem
from matchmaking.adapters.weights import request_weight, weights_of
from matchmaking.choices import RunState
from matchmaking.models import DraftMeeting, MeetingRequest, Release, ScheduleRun
from matchmaking.policies import require
from matchmaking.reads.conflicts import conflicts
from matchmaking.reads.scores import reciprocal_scores


def create_draft(
    event: Event, *, actor: User, base: ScheduleRun | Release | None = None, name: str = ""
) -> ScheduleRun:
    """Start a draft to work on by hand: a copy of a draft or a release, or an empty one."""
    require(actor, "events.plan_event", event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="create_draft"):
        row = _lock_event(event)
        _refuse_foreign(row, base)
        run = ScheduleRun.objects.create(
            event=row,
            name=name.strip()[:80] or _next_name(row),
            state=RunState.DONE,
            stage="done",
            started_by=actor,
        )
        if isinstance(base, ScheduleRun):
            _copy_rows(run, base.meetings.all())
            run.stats, run.unplaced, run.bound = base.stats, base.unplaced, base.bound
        elif isinstance(base, Release):
            _copy_release(run, base)
        _count(run)
    return run


def discard_draft(run: ScheduleRun, *, actor: User) -> None:
    """Delete a draft. Refused while the planner works on it and once it was published."""
    require(actor, "events.plan_event", run.event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="discard_draft"):
        row = _lock(run)
        if row.is_active:
            raise Refused(_("The planner is at work on it. Stop it first."), code="run_active")
        if row.releases.exists():
            raise Refused(
                _("This draft was published. It stays, so that everybody can see what was."),
                code="published",
            )
        row.delete()


def lock_draft_meeting(
    meeting: DraftMeeting, *, actor: User, is_locked: bool = True
) -> DraftMeeting:
    """Fix a meeting where it is, or let it go: the planner never moves a locked one."""
    require(actor, "events.plan_event", meeting.run.event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="lock_draft_meeting"):
        _lock_draft(meeting.run)
        row = _lock(meeting)
        row.is_locked = is_locked
        row.save(update_fields=["is_locked"])
    return row


def move_draft_meeting(
    meeting: DraftMeeting, *, slot: Slot, table: Table | None, actor: User
) -> DraftMeeting:
    """Put a meeting at another time or table. Refused where that breaks a rule, saying which."""
    require(actor, "events.plan_event", meeting.run.event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="move_draft_meeting"):
        run = _lock_draft(meeting.run)
        row = _unlocked(meeting)
        check = _Check(run)
        row.slot, row.table = slot, table
        row.save(update_fields=["slot", "table"])
        check.refuse_new()
    return row


def swap_draft_meetings(meeting: DraftMeeting, *, other: DraftMeeting, actor: User) -> DraftMeeting:
    """Exchange time and table of two meetings of a draft, or nothing at all."""
    require(actor, "events.plan_event", meeting.run.event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="swap_draft_meetings"):
        run = _lock_draft(meeting.run)
        if other.run_id != meeting.run_id:
            raise Refused(_("Only meetings of one draft change places."), code="other_draft")
        one, two = _unlocked(meeting), _unlocked(other)
        check = _Check(run)
        one.slot_id, two.slot_id = two.slot_id, one.slot_id
        one.table_id, two.table_id = two.table_id, one.table_id
        for row in (one, two):
            row.save(update_fields=["slot", "table"])
        check.refuse_new()
    return one


def schedule_draft_meeting(
    run: ScheduleRun, *, request: MeetingRequest, slot: Slot, table: Table | None, actor: User
) -> DraftMeeting:
    """Place an agreed request that the draft leaves out."""
    require(actor, "events.plan_event", run.event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="schedule_draft_meeting"):
        row = _lock_draft(run)
        if DraftMeeting.objects.filter(run=row, request=request).exists():
            raise Refused(
                _("This meeting stands in the draft already. Move it instead."), code="placed"
            )
        check = _Check(row)
        weight = _weights([request])[request.pk]
        meeting = DraftMeeting.objects.create(
            run=row, request=request, slot=slot, table=table, weight=weight
        )
        check.refuse_new()
        _count(row)
    return meeting


def unschedule_draft_meeting(meeting: DraftMeeting, *, actor: User) -> None:
    """Take a meeting out of a draft; its request stays agreed."""
    require(actor, "events.plan_event", meeting.run.event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="unschedule_draft_meeting"):
        run = _lock_draft(meeting.run)
        _unlocked(meeting).delete()
        _count(run)


def _lock_draft(run: ScheduleRun) -> ScheduleRun:
    """A finished draft that was not published, locked."""
    row = _lock(run)
    if row.state != RunState.DONE:
        raise Refused(_("There is no finished draft of this run."), code="no_draft")
    if row.releases.exists():
        raise Refused(
            _("This draft was published and stays as it is. Work on a copy of it."),
            code="published",
        )
    return row


def _unlocked(meeting: DraftMeeting) -> DraftMeeting:
    row = _lock(meeting)
    if row.is_locked:
        raise Refused(
            _("%(meeting)s is locked. Unlock it first."),
            code="locked",
            params={"meeting": str(row.request)},
        )
    return row


class _Check:
    """Compares what is wrong with a draft before and after a change: old faults may stay, none may come."""

    def __init__(self, run: ScheduleRun) -> None:
        self.run = run
        self.problem = schedule_problem(run.event, run=run)
        self.before = self._faults()

    def _faults(self) -> set[str]:
        rows = DraftMeeting.objects.filter(run=self.run).order_by("pk")
        return {one.text for one in conflicts(self.problem, placed_rows(rows))}

    def refuse_new(self) -> None:
        """Raise Refused, naming every fault that the change brought."""
        new = sorted(self._faults() - self.before)
        if new:
            raise Refused(" ".join(new), code="conflict")


def _count(run: ScheduleRun) -> None:
    """Keep the run's value in step with its rows."""
    rows = DraftMeeting.objects.filter(run=run).values_list("weight", flat=True)
    run.value = sum(rows)
    run.save(update_fields=["value", "stats", "unplaced", "bound"])


def _weights(requests: Iterable[MeetingRequest]) -> dict[int, int]:
    """What meetings are worth to the planner, by request, as of now."""
    rows = {row.pk: row for row in requests}
    pairs = {
        pk: (row.sender.organisation.slug, row.receiver.organisation.slug)
        for pk, row in rows.items()
    }
    scores = reciprocal_scores(list(pairs.values()))
    return {
        pk: request_weight(row, scores.get(pairs[pk]), weights_of(row.event))
        for pk, row in rows.items()
    }


def _copy_release(run: ScheduleRun, release: Release) -> None:
    entries = list(release.entries.order_by("request"))
    requests = MeetingRequest.objects.filter(release_entries__in=entries).with_parties()
    weights = _weights(requests)
    DraftMeeting.objects.bulk_create(
        DraftMeeting(
            run=run,
            request_id=entry.request_id,
            slot_id=entry.slot_id,
            table_id=entry.table_id,
            weight=weights[entry.request_id],
        )
        for entry in entries
    )
