"""Runs of the planner: started by people, carried by a job, one at a time for each event."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clusters.models import User
from clusters.validators import Refused
from events.choices import PLAN_PHASES
from events.models import Event
from matchmaking import jobs
from matchmaking.actions._rows import _lock, _lock_event
from matchmaking.choices import RUN_MOVES, RunState
from matchmaking.models import DraftMeeting, Release, ScheduleRun
from matchmaking.policies import require
from matchmaking.scheduling.planner import FREEZE

LONGEST_RUN = 600
STALE_AFTER = dt.timedelta(minutes=2)
MOST_ATTEMPTS = 2
"""A run whose worker dies is taken up once more; what kills a second worker is the run itself."""
ACTIVE = (RunState.QUEUED, RunState.RUNNING)
STORED_APART = frozenset({"keep", "organisations", "meetings", "unplaced"})
"""What of a repair is no figure of its draft."""


def start_run(  # noqa: PLR0913 - the planner's settings, each by its name
    event: Event,
    *,
    actor: User,
    seconds: int = 30,
    seed: int = 1,
    is_fair: bool = True,
    name: str = "",
    base: ScheduleRun | None = None,
    repair_of: Release | None = None,
    keep_weight: int = 0,
    is_curve: bool = False,
) -> ScheduleRun:
    """Have the planner make a draft. Meetings locked in the draft `base` stay where they are.

    With `repair_of`, each meeting of that release that keeps its slot is worth `keep_weight` points more
    (0: none may move unless it must). With `is_curve`, repairs of that release are worked out to choose
    from (`choose_repair`), and no draft is made. Refused while another run of the event is active.
    """
    require(actor, "events.plan_event", event)
    if not 1 <= seconds <= LONGEST_RUN:
        raise ValidationError(
            {
                "seconds": ValidationError(
                    _("Give the planner 1 to %(most)d seconds."),
                    code="seconds",
                    params={"most": LONGEST_RUN},
                )
            }
        )
    with transaction.atomic(), pghistory.context(user=actor.pk, action="start_run"):
        row = _lock_event(event)
        _refuse_phase(row)
        _refuse_active(row)
        _refuse_foreign(row, base, repair_of)
        if is_curve and repair_of is None:
            raise Refused(
                _("Nothing is published yet, so there is nothing to repair. Run the planner."),
                code="nothing_to_repair",
            )
        run = ScheduleRun.objects.create(
            event=row,
            number=_next_number(row),
            name=name.strip()[:80],
            seconds=seconds,
            seed=seed,
            is_fair=is_fair,
            repair_of=repair_of,
            keep_weight=keep_weight,
            is_curve=is_curve,
            started_by=actor,
        )
        if base is not None:
            _copy_rows(run, base.meetings.filter(is_locked=True))
        jobs.plan_event(run.pk)
    return run


def repeat_run(run: ScheduleRun, *, actor: User) -> ScheduleRun:
    """Start a run that failed or was stopped once more, with the same settings."""
    require(actor, "events.plan_event", run.event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="repeat_run"):
        _lock_event(run.event)
        row = _lock(run)
        if row.state not in (RunState.FAILED, RunState.CANCELLED):
            raise _over(row)
        return start_run(
            row.event,
            seconds=row.seconds,
            seed=row.seed,
            is_fair=row.is_fair,
            repair_of=row.repair_of,
            keep_weight=row.keep_weight,
            is_curve=row.is_curve,
            actor=actor,
        )


def cancel_run(run: ScheduleRun, *, actor: User) -> ScheduleRun:
    """Stop a run: one that waits is over at once, one at work hands in the best it has."""
    require(actor, "events.plan_event", run.event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="cancel_run"):
        row = _lock(run)
        if row.state == RunState.QUEUED:
            _move(row, RunState.CANCELLED)
        elif row.state == RunState.RUNNING:
            row.cancel_requested = True
            row.save(update_fields=["cancel_requested"])
        else:
            raise _over(row)
    return row


def begin_run(run: ScheduleRun, *, actor: User) -> ScheduleRun:
    """Note that a worker has taken the run up."""
    require(actor, "matchmaking.run_jobs")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="begin_run"):
        row = _lock(run)
        row.started_at = row.heartbeat_at = timezone.now()
        row.attempts += 1
        _move(row, RunState.RUNNING, "started_at", "heartbeat_at", "attempts")
    return row


def record_progress(
    run: ScheduleRun,
    *,
    stage: str,
    elapsed: float,
    actor: User,
    value: int | None = None,
    bound: int | None = None,
    track: Sequence[Sequence[float | None]] = (),
) -> bool:
    """Write how far the planner is, as a sign of life. Returns whether it should stop.

    `track` are all points so far: seconds, value, bound.

    It should when somebody asked for it, or when the run was ended meanwhile.
    """
    require(actor, "matchmaking.run_jobs")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="record_progress"):
        running = ScheduleRun.objects.filter(pk=run.pk, state=RunState.RUNNING)
        figures: dict[str, Any] = {"stage": stage, "elapsed": elapsed}
        figures |= {"value": value} if value is not None else {}
        figures |= {"bound": bound} if bound is not None else {}
        figures |= {"track": [list(point) for point in track]} if track else {}
        running.update(heartbeat_at=timezone.now(), **figures)
        state = running.values_list("cancel_requested", flat=True).first()
    return state is not False


def store_draft(
    run: ScheduleRun,
    *,
    meetings: Sequence[DraftMeeting],
    stats: Mapping[str, Any],
    unplaced: Sequence[Mapping[str, Any]],
    value: int,
    bound: int | None,
    elapsed: float,
    actor: User,
) -> ScheduleRun:
    """Keep a finished plan as the run's draft, whole or not at all."""
    require(actor, "matchmaking.run_jobs")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="store_draft"):
        row = _lock(run)
        DraftMeeting.objects.filter(run=row).delete()
        DraftMeeting.objects.bulk_create(meetings)
        row.stats = dict(stats)
        row.unplaced = [dict(one) for one in unplaced]
        row.value, row.bound, row.elapsed = value, bound, elapsed
        row.track = [*row.track, [elapsed, value, bound]]
        row.stage = "done"
        figures = ("stats", "unplaced", "value", "bound", "elapsed", "track", "stage")
        _move(row, RunState.DONE, *figures)
    return row


def store_curve(
    run: ScheduleRun, *, points: Sequence[Mapping[str, Any]], elapsed: float, actor: User
) -> ScheduleRun:
    """Keep the repairs that were worked out, to choose one of them (`choose_repair`)."""
    require(actor, "matchmaking.run_jobs")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="store_curve"):
        row = _lock(run)
        row.points = [dict(one) for one in points]
        row.elapsed = elapsed
        row.stage = "done"
        _move(row, RunState.DONE, "points", "elapsed", "stage")
    return row


def choose_repair(run: ScheduleRun, *, point: int, actor: User) -> ScheduleRun:
    """Make a draft of one of the repairs of a run, to look at, change and publish."""
    require(actor, "events.plan_event", run.event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="choose_repair"):
        event = _lock_event(run.event)
        row = _lock(run)
        if row.state != RunState.DONE or not 0 <= point < len(row.points):
            raise Refused(_("There is no such repair. Work them out again."), code="no_repair")
        chosen = row.points[point]
        draft = ScheduleRun.objects.create(
            event=event,
            number=_next_number(event),
            state=RunState.DONE,
            stage="done",
            seed=row.seed,
            seconds=row.seconds,
            repair_of=row.repair_of,
            keep_weight=0 if chosen["keep"] == FREEZE else chosen["keep"],
            value=chosen["placed_weight"],
            bound=chosen["bound"],
            stats={key: value for key, value in chosen.items() if key not in STORED_APART},
            unplaced=chosen["unplaced"],
            started_by=actor,
            started_at=row.started_at,
        )
        _write_point(draft, chosen["meetings"])
    return draft


def _write_point(draft: ScheduleRun, places: Sequence[Sequence[Any]]) -> None:
    """The meetings of a repair as rows; what was deleted since the repair was worked out is left out."""
    requests = set(draft.event.requests.values_list("pk", flat=True))
    slots = set(draft.event.slots.values_list("pk", flat=True))
    tables = {None, *draft.event.tables.values_list("pk", flat=True)}
    DraftMeeting.objects.bulk_create(
        DraftMeeting(run=draft, request_id=request, slot_id=slot, table_id=table, weight=weight)
        for request, slot, table, weight in places
        if request in requests and slot in slots and table in tables
    )


def fail_run(run: ScheduleRun, *, error: str, actor: User) -> ScheduleRun:
    """Give a run up; nothing of its draft stays. One that is over already stays as it is."""
    require(actor, "matchmaking.run_jobs")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="fail_run"):
        row = _lock(run)
        if row.is_active:
            _fail(row, error)
    return row


def stop_run(run: ScheduleRun, *, actor: User) -> ScheduleRun:
    """End a run that was stopped before it had a first schedule; nothing of it stays."""
    require(actor, "matchmaking.run_jobs")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="stop_run"):
        row = _lock(run)
        if row.is_active:
            DraftMeeting.objects.filter(run=row).delete()
            _move(row, RunState.CANCELLED)
    return row


def resume_stale_runs(*, actor: User) -> int:
    """Take up again runs whose worker has shown no sign of life for two minutes. Returns how many.

    One that was taken up again already is given up: it would kill the next worker, too.
    """
    require(actor, "matchmaking.run_jobs")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="resume_stale_runs"):
        silent = ScheduleRun.objects.filter(
            state=RunState.RUNNING, heartbeat_at__lt=timezone.now() - STALE_AFTER
        )
        rows = list(silent.order_by("pk").select_for_update(skip_locked=True, no_key=True))
        for row in rows:
            if row.attempts < MOST_ATTEMPTS and not row.cancel_requested:
                _move(row, RunState.QUEUED)
                jobs.plan_event(row.pk, row.attempts)
            else:
                _fail(row, gettext("The worker stopped, twice. Try again with less time."))
    return len(rows)


def _refuse_phase(event: Event) -> None:
    if event.status not in PLAN_PHASES:
        raise Refused(
            _("This event is “%(now)s”; there is nothing to plan."),
            code="not_planning",
            params={"now": event.get_status_display()},
        )


def _refuse_active(event: Event) -> None:
    active = ScheduleRun.objects.filter(event=event, state__in=ACTIVE).first()
    if active is not None:
        raise Refused(
            _("%(who)s started a run at %(time)s that is still at work. Wait for it or stop it."),
            code="run_active",
            params={
                "who": str(active.started_by or gettext("Somebody")),
                "time": active.created_at.astimezone(event.zone).strftime("%H:%M"),
            },
        )


def _refuse_foreign(event: Event, *drafts: ScheduleRun | Release | None) -> None:
    if any(one is not None and one.event_id != event.pk for one in drafts):
        raise Refused(_("Choose a draft or a release of this event."), code="other_event")


def _next_number(event: Event) -> int:
    """The number of a new run of a locked event."""
    last = ScheduleRun.objects.filter(event=event).aggregate(Max("number"))["number__max"]
    return (last or 0) + 1


def _copy_rows(run: ScheduleRun, rows: Iterable[DraftMeeting]) -> None:
    DraftMeeting.objects.bulk_create(
        DraftMeeting(
            run=run,
            request_id=row.request_id,
            slot_id=row.slot_id,
            table_id=row.table_id,
            weight=row.weight,
            is_locked=row.is_locked,
        )
        for row in rows
    )


def _move(run: ScheduleRun, to: str, *fields: str) -> None:
    """Save a locked run in another state; along RUN_MOVES only."""
    if to not in RUN_MOVES[run.state]:
        raise _over(run)
    run.state = to
    if to not in ACTIVE:
        run.finished_at = timezone.now()
    run.save(update_fields=["state", "finished_at", *fields])


def _over(run: ScheduleRun) -> Refused:
    return Refused(
        _("This run is “%(now)s” already. Load the page again."),
        code="state",
        params={"now": run.get_state_display()},
    )


def _fail(run: ScheduleRun, error: str) -> None:
    DraftMeeting.objects.filter(run=run).delete()
    run.error = error[:300]
    _move(run, RunState.FAILED, "error")
