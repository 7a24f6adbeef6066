"""From agreed requests to a draft: the problem, the job, its progress and its end."""

import datetime as dt
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone, translation

from clusters.models import User
from events.actions import set_availability
from events.choices import PLAN_PHASES, Attendance, EventStatus
from events.models import Delegate, Event, Registration
from matchmaking import actions, tasks
from matchmaking.actions.runs import MOST_ATTEMPTS
from matchmaking.choices import RUN_MOVES, RunState
from matchmaking.models import DraftMeeting, MeetingRequest, ScheduleRun
from matchmaking.scheduling.planner import NoScheduleYet, plan
from matchmaking.scheduling.problem import Problem
from matchmaking.scheduling.result import Plan, Progress
from tests.cast import EventFactory
from tests.matchmaking.stories import agree, draft, participant, publish
from tests.refusals import refused
from tests.sure import sure

pytestmark = pytest.mark.django_db


def run_job(run: ScheduleRun) -> ScheduleRun:
    """What a worker does."""
    tasks.plan_event.func(run.pk)
    run.refresh_from_db()
    return run


def test_olga_starts_a_run_and_gets_a_draft(
    agreed: MeetingRequest, event: Event, olga: User
) -> None:
    run = actions.start_run(event, seconds=5, seed=1, is_fair=True, actor=olga)
    assert (run.state, str(run), run.started_by) == (RunState.QUEUED, "Draft 1", olga)
    with translation.override("es"):
        assert str(run) == "Borrador 1", "in the reader's language, whoever started it"
    run = run_job(run)
    assert run.state == RunState.DONE
    meeting = run.meetings.get()
    assert meeting.request == agreed
    assert meeting.table is not None
    assert run.value == run.bound == meeting.weight
    assert run.stats["placed"] == 1
    assert run.unplaced == []
    assert run.gap == 0
    begun, seen, finished = run.started_at, run.heartbeat_at, run.finished_at
    assert sure(begun) <= sure(seen) <= sure(finished)


def test_what_is_left_out_has_a_reason(agreed: MeetingRequest, event: Event, olga: User) -> None:
    slots = list(event.slots.all())
    for registration in (agreed.sender, agreed.receiver):
        delegate = registration.delegates.get()
        away = slots[:3] if registration == agreed.sender else slots[3:]
        set_availability(delegate, unavailable=away, actor=olga)
    run = run_job(actions.start_run(event, seconds=5, actor=olga))
    assert run.state == RunState.DONE
    assert not run.meetings.exists()
    (left_out,) = run.unplaced
    assert left_out["request"] == agreed.pk
    assert left_out["reasons"][0]["code"] == "no_common_slot"
    assert left_out["reasons"][0]["cut_by"] == ["availability"]


def test_locked_meetings_of_a_draft_stay(agreed: MeetingRequest, event: Event, olga: User) -> None:
    base = draft(event, (agreed, 4, 1))
    actions.lock_draft_meeting(base.meetings.get(), actor=olga)
    run = run_job(actions.start_run(event, seconds=5, base=base, name="Kept", actor=olga))
    kept = run.meetings.get()
    assert (kept.slot, kept.table) == (base.meetings.get().slot, base.meetings.get().table)
    assert kept.is_locked
    assert run.name == "Kept"


def test_a_lock_that_cannot_be_kept_is_named_and_leaves_nothing(
    agreed: MeetingRequest, event: Event, olga: User
) -> None:
    base = draft(event, (agreed, 4, 1))
    actions.lock_draft_meeting(base.meetings.get(), actor=olga)
    meeting = base.meetings.get()
    sure(meeting.table).closed_slots.add(meeting.slot)
    run = run_job(actions.start_run(event, seconds=5, base=base, actor=olga))
    assert run.state == RunState.FAILED
    assert "locks" in run.error
    assert not run.meetings.exists()


def test_a_repair_starts_from_a_release(agreed: MeetingRequest, event: Event, olga: User) -> None:
    other = agree(agreed.sender, participant(event, "Puebla", "mx"))
    first = publish(event, olga, (agreed, 4, 1))
    publish(event, olga, (agreed, 2, 0))
    for keep_weight in (0, 20):
        run = actions.start_run(
            event, seconds=2, repair_of=first, keep_weight=keep_weight, actor=olga
        )
        run = run_job(run)
        assert run.state == RunState.DONE
        assert run.meetings.get(request=agreed).slot == first.entries.get().slot
        assert run.meetings.filter(request=other).exists()
        assert run.stats["changes"]["unforced_moved"] == 0


def test_drafts_and_releases_of_another_event_are_refused(
    agreed: MeetingRequest, event: Event, olga: User
) -> None:
    foreign = ScheduleRun.objects.create(event=EventFactory(), state=RunState.DONE)
    with refused("other_event"):
        actions.start_run(event, base=foreign, actor=olga)
    with refused("other_event"):
        actions.create_draft(event, base=foreign, actor=olga)


@pytest.mark.parametrize("phase", list(EventStatus))
def test_planning_has_its_phases(event: Event, olga: User, phase: str) -> None:
    event.status = phase
    event.save()
    if phase in PLAN_PHASES:
        assert actions.start_run(event, actor=olga).pk
    else:
        with refused("not_planning"):
            actions.start_run(event, actor=olga)


def test_two_planners_at_once_the_second_is_told(event: Event, olga: User) -> None:
    actions.start_run(event, actor=olga)
    with refused("run_active") as refusal:
        actions.start_run(event, actor=olga)
    assert "Olga" in refusal.text


@pytest.mark.parametrize("seconds", [0, 601])
def test_the_planner_has_some_time(event: Event, olga: User, seconds: int) -> None:
    with pytest.raises(ValidationError):
        actions.start_run(event, seconds=seconds, actor=olga)


def test_participants_do_not_plan(event: Event, ana: User) -> None:
    with pytest.raises(PermissionDenied):
        actions.start_run(event, actor=ana)


def test_a_waiting_run_is_stopped_at_once(event: Event, olga: User) -> None:
    run = actions.start_run(event, actor=olga)
    assert actions.cancel_run(run, actor=olga).state == RunState.CANCELLED
    assert run_job(run).state == RunState.CANCELLED
    with refused("state"):
        actions.cancel_run(run, actor=olga)


def test_a_working_run_hands_in_the_best_it_has(event: Event, olga: User, system: User) -> None:
    run = actions.begin_run(actions.start_run(event, actor=olga), actor=system)
    assert actions.record_progress(run, stage="weight", elapsed=0.1, actor=system) is False
    assert actions.cancel_run(run, actor=olga).state == RunState.RUNNING
    assert actions.record_progress(run, stage="weight", elapsed=0.2, value=7, bound=9, actor=system)
    run.refresh_from_db()
    assert (run.stage, run.value, run.bound, run.elapsed) == ("weight", 7, 9, 0.2)


def test_a_run_stopped_before_a_first_schedule_leaves_nothing(
    agreed: MeetingRequest, event: Event, olga: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = actions.start_run(event, base=draft(event, (agreed, 0, 0)), actor=olga)

    def stop(*args: object, should_stop, on_progress, **kwargs: object) -> None:
        on_progress(Progress("domains", 0.0))
        ScheduleRun.objects.filter(pk=run.pk).update(cancel_requested=True)
        on_progress(Progress("weight", 0.1))
        assert should_stop()
        raise NoScheduleYet

    monkeypatch.setattr(tasks, "plan", stop)
    assert run_job(run).state == RunState.CANCELLED
    assert not run.meetings.exists()


def test_a_planner_that_breaks_says_so(
    agreed: MeetingRequest, event: Event, olga: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(*args: object, **kwargs: object) -> None:
        raise MemoryError

    run = actions.start_run(event, actor=olga)
    monkeypatch.setattr(tasks, "plan", explode)
    with pytest.raises(MemoryError):
        run_job(run)
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert "MemoryError" in run.error


def test_a_silent_run_is_given_up_and_its_worker_changes_nothing_later(
    agreed: MeetingRequest, event: Event, olga: User, system: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = actions.start_run(event, actor=olga)

    def slow(problem: Problem, **_kwargs: object) -> Plan:
        ScheduleRun.objects.update(heartbeat_at=timezone.now() - dt.timedelta(minutes=3))
        tasks.tend_runs.func(0)
        return plan(problem, seconds=1)

    monkeypatch.setattr(tasks, "plan", slow)
    ScheduleRun.objects.update(attempts=MOST_ATTEMPTS - 1)
    run = run_job(run)
    assert run.state == RunState.FAILED
    assert not run.meetings.exists()
    assert actions.record_progress(run, stage="idle", elapsed=9.0, actor=system)
    assert actions.start_run(event, actor=olga).state == RunState.QUEUED


def test_a_run_with_signs_of_life_goes_on(event: Event, olga: User, system: User) -> None:
    run = actions.begin_run(actions.start_run(event, actor=olga), actor=system)
    assert actions.resume_stale_runs(actor=system) == 0
    run.refresh_from_db()
    assert run.state == RunState.RUNNING


def test_jobs_whose_row_is_gone_do_nothing(db: None) -> None:
    for job in (tasks.plan_event, tasks.announce_request, tasks.announce_question):
        job.func(0)


def test_jobs_tell_and_tend(asked: MeetingRequest, system: User) -> None:
    tasks.announce_request.func(asked.pk)
    MeetingRequest.objects.filter(pk=asked.pk).update(answer_by=timezone.now())
    tasks.tend_requests.func(0)
    asked.refresh_from_db()
    assert asked.status == "expired"


def store_nothing(run: ScheduleRun, system: User) -> ScheduleRun:
    """The worker hands in a draft without meetings."""
    return actions.store_draft(
        run, meetings=[], stats={}, unplaced=[], value=0, bound=0, elapsed=0.0, actor=system
    )


@pytest.mark.parametrize(("now", "to"), list(product(RunState, RunState)), ids="-".join)
def test_a_run_moves_along_its_table_only(
    event: Event, olga: User, system: User, now: str, to: str
) -> None:
    run = ScheduleRun.objects.create(event=event, state=now)
    move = {
        RunState.RUNNING: lambda: actions.begin_run(run, actor=system),
        RunState.DONE: lambda: store_nothing(run, system),
        RunState.CANCELLED: lambda: actions.stop_run(run, actor=system),
        RunState.FAILED: lambda: actions.fail_run(run, error="x", actor=system),
    }.get(RunState(to))
    if move is None:
        return
    if to in RUN_MOVES[now]:
        move()
        now = to
    elif to in (RunState.CANCELLED, RunState.FAILED):
        move()  # what is over stays as it is
    else:
        with refused("state"):
            move()
    run.refresh_from_db()
    assert run.state == now


def test_only_the_system_carries_a_run(event: Event, olga: User) -> None:
    run = actions.start_run(event, actor=olga)
    with pytest.raises(PermissionDenied):
        actions.begin_run(run, actor=olga)


# -- drafts by hand


@pytest.fixture
def two(event: Event, agreed: MeetingRequest) -> list[MeetingRequest]:
    """Two agreed requests of four organisations."""
    other = agree(participant(event, "Basque", "eu"), participant(event, "Puebla", "mx"))
    return [agreed, other]


def test_olga_moves_a_meeting(two: list[MeetingRequest], event: Event, olga: User) -> None:
    run = draft(event, (two[0], 0, 0), (two[1], 0, 1))
    one, other = run.meetings.order_by("pk")
    slots, tables = list(event.slots.all()), list(event.tables.all())
    actions.move_draft_meeting(one, slot=slots[3], table=tables[1], actor=olga)
    one.refresh_from_db()
    assert (one.slot, one.table) == (slots[3], tables[1])
    with refused("conflict") as refusal:
        actions.move_draft_meeting(other, slot=slots[3], table=tables[1], actor=olga)
    assert "table is taken" in refusal.text


def test_two_meetings_change_places(two: list[MeetingRequest], event: Event, olga: User) -> None:
    run = draft(event, (two[0], 0, 0), (two[1], 1, 0))
    one, other = run.meetings.order_by("pk")
    actions.swap_draft_meetings(one, other=other, actor=olga)
    places = dict(run.meetings.values_list("request", "slot"))
    assert places == {two[0].pk: other.slot_id, two[1].pk: one.slot_id}
    foreign = draft(event, (two[0], 0, 0)).meetings.get()
    with refused("other_draft"):
        actions.swap_draft_meetings(one, other=foreign, actor=olga)


def test_a_person_is_in_one_meeting_at_a_time(
    event: Event, agreed: MeetingRequest, olga: User
) -> None:
    other = agree(agreed.sender, participant(event, "Puebla", "mx"))
    run = draft(event, (agreed, 0, 0))
    slots, tables = list(event.slots.all()), list(event.tables.all())
    with refused("conflict") as refusal:
        actions.schedule_draft_meeting(
            run, request=other, slot=slots[0], table=tables[1], actor=olga
        )
    assert "Galician cluster has more meetings at one time than people." in refusal.text
    placed = actions.schedule_draft_meeting(
        run, request=other, slot=slots[1], table=tables[1], actor=olga
    )
    run.refresh_from_db()
    assert run.value == sum(run.meetings.values_list("weight", flat=True))
    with refused("placed"):
        actions.schedule_draft_meeting(
            run, request=other, slot=slots[2], table=tables[1], actor=olga
        )
    actions.unschedule_draft_meeting(placed, actor=olga)
    assert run.meetings.get().request == agreed


def test_a_locked_meeting_stays_until_it_is_unlocked(
    agreed: MeetingRequest, event: Event, olga: User
) -> None:
    run = draft(event, (agreed, 0, 0))
    meeting = actions.lock_draft_meeting(run.meetings.get(), actor=olga)
    with refused("locked"):
        actions.unschedule_draft_meeting(meeting, actor=olga)
    actions.lock_draft_meeting(meeting, is_locked=False, actor=olga)
    actions.unschedule_draft_meeting(meeting, actor=olga)
    assert not run.meetings.exists()


def test_old_faults_do_not_stop_the_mending(
    two: list[MeetingRequest], event: Event, olga: User
) -> None:
    run = draft(event, (two[0], 0, 0), (two[1], 1, 0))
    one, other = run.meetings.order_by("pk")
    one.request.status = "withdrawn"
    one.request.save()
    actions.move_draft_meeting(other, slot=one.slot, table=event.tables.last(), actor=olga)
    actions.unschedule_draft_meeting(one, actor=olga)
    assert run.meetings.count() == 1


def test_a_published_draft_is_copied_not_changed(
    agreed: MeetingRequest, event: Event, olga: User
) -> None:
    release = publish(event, olga, (agreed, 0, 0))
    meeting = release.run.meetings.get()
    with refused("published"):
        actions.lock_draft_meeting(meeting, actor=olga)
    with refused("published"):
        actions.discard_draft(release.run, actor=olga)
    for base in (release.run, release):
        copy = actions.create_draft(event, base=base, name="Copy", actor=olga)
        place = copy.meetings.get()
        assert (place.request, place.slot) == (agreed, meeting.slot)
        assert copy.value == place.weight
        actions.discard_draft(copy, actor=olga)
        assert not DraftMeeting.objects.filter(run=copy.pk).exists()


def test_an_empty_draft_is_where_one_may_start(event: Event, olga: User) -> None:
    run = actions.create_draft(event, actor=olga)
    assert (run.state, run.value, str(run)) == (RunState.DONE, 0, "Draft 1")


def test_what_the_planner_works_on_is_left_alone(
    agreed: MeetingRequest, event: Event, olga: User
) -> None:
    base = draft(event, (agreed, 0, 0))
    actions.lock_draft_meeting(base.meetings.get(), actor=olga)
    run = actions.start_run(event, base=base, actor=olga)
    with refused("no_draft"):
        actions.lock_draft_meeting(run.meetings.get(), actor=olga)
    with refused("run_active"):
        actions.discard_draft(run, actor=olga)


def test_a_meeting_by_video_needs_no_table(
    anas: Registration, delegates: list[Delegate], agreed: MeetingRequest, event: Event, olga: User
) -> None:
    anas.attendance = Attendance.REMOTE
    anas.save()
    run = run_job(actions.start_run(event, seconds=5, actor=olga))
    assert run.meetings.get().table is None
