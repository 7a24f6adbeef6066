"""A published schedule meets the morning: what happened, the repairs there are, one of them chosen."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from clusters.models import User
from events.choices import EventStatus
from events.models import Event, Registration, Slot, Table
from matchmaking import actions, tasks
from matchmaking.choices import MeetingStatus, RequestStatus, RunState
from matchmaking.models import Meeting, MeetingRequest, Release, ScheduleRun
from matchmaking.reads.organiser.happenings import happenings
from matchmaking.reads.organiser.repairs import curve_page, repair_page, since_release
from matchmaking.scheduling.planner import NoScheduleYet
from matchmaking.scheduling.problem import Problem
from matchmaking.scheduling.repair import curve
from tests.cast import EventFactory, SessionFactory, TableFactory
from tests.matchmaking.stories import agree, draft, mails, participant, publish
from tests.refusals import refused
from tests.sure import sure

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(event: Event) -> list[MeetingRequest]:
    """Two Europeans and two Mexicans; the first European meets both, the second the first."""
    event.status = EventStatus.PLANNING
    event.save()
    eu, eu2 = participant(event, "Uno EU", "eu"), participant(event, "Dos EU", "eu")
    mx, mx2 = participant(event, "Uno MX", "mx"), participant(event, "Dos MX", "mx")
    return [agree(eu, mx), agree(eu, mx2), agree(eu2, mx)]


@pytest.fixture
def release(event: Event, three: list[MeetingRequest], olga: User) -> Release:
    """Release 1 places all three."""
    one, two, other = three
    release = publish(event, olga, (one, 0, 0), (two, 1, 0), (other, 2, 1))
    event.refresh_from_db()
    return release


def slots_of(event: Event) -> list[Slot]:
    return list(event.slots.order_by("starts_at"))


def tables_of(event: Event) -> list[Table]:
    return list(event.tables.order_by("position"))


def facts(release: Release) -> dict[str, int]:
    """What happened, by kind, with how many meetings it touches."""
    return {one.kind: one.meetings for one in since_release(release)}


def worked_out(event: Event, release: Release, olga: User) -> ScheduleRun:
    """Repairs, as a worker makes them."""
    run = actions.start_run(event, repair_of=release, is_curve=True, seconds=6, actor=olga)
    tasks.plan_event.func(run.pk)
    run.refresh_from_db()
    return run


# -- what happened


def test_nothing_happened(release: Release) -> None:
    assert since_release(release) == ()


def test_an_organisation_that_left_is_a_fact(
    release: Release, three: list[MeetingRequest], olga: User
) -> None:
    actions.withdraw_registration(three[0].sender, actor=olga)
    (fact,) = since_release(release)
    assert (fact.kind, fact.meetings) == ("withdrawn", 2)
    assert fact.text == "Uno EU withdrew; 2 meetings fell out."


def test_withdrawn_and_cancelled_meetings_are_facts(
    release: Release, three: list[MeetingRequest], olga: User
) -> None:
    actions.cancel_meeting(Meeting.objects.get(request=three[0]), actor=olga)
    actions.cancel_meeting(Meeting.objects.get(request=three[1]), is_final=False, actor=olga)
    texts = [one.text for one in since_release(release)]
    assert texts == [
        "1 meeting is no longer agreed: Uno EU × Uno MX.",
        "1 meeting was cancelled but is still agreed: Uno EU × Dos MX. It can be placed again.",
    ]


def test_many_names_are_counted(event: Event, release: Release, olga: User) -> None:
    mexicans = [participant(event, f"Nuevo {n}", "mx") for n in range(5)]
    for one in mexicans:
        request = agree(one, participant(event, f"EU {one}", "eu"))
        MeetingRequest.objects.filter(pk=request.pk).update(answered_at=timezone.now())
    texts = {one.kind: one.text for one in since_release(release)}
    assert texts["agreed"].startswith("5 meetings were agreed since: ")
    assert texts["agreed"].endswith("and 2 more.")


def test_late_arrivals_and_old_wishes_are_facts(
    event: Event, release: Release, three: list[MeetingRequest]
) -> None:
    late = participant(event, "Tarde", "mx", decided_at=timezone.now())
    agree(three[2].sender, late)
    assert facts(release) == {"accepted": 1, "left": 1}


def test_a_meeting_that_was_held_is_no_fact(
    release: Release, three: list[MeetingRequest], olga: User
) -> None:
    Meeting.objects.filter(request=three[0]).update(status=MeetingStatus.HELD)
    actions.withdraw_registration(three[0].receiver, actor=olga)
    (fact,) = since_release(release)
    assert (fact.kind, fact.meetings) == ("withdrawn", 1)


def test_a_request_that_is_gone_is_named_by_a_dash(event: Event, release: Release) -> None:
    (fact,) = [
        one for one in happenings(event, {0: (0, None)}, timezone.now()) if one.kind == "cancelled"
    ]
    assert fact.text == "1 meeting is no longer agreed: –."


# -- incidents


def test_a_lost_table_is_noted_though_meetings_stand_there(
    event: Event, release: Release, olga: User
) -> None:
    table = tables_of(event)[0]
    actions.close_table(table, slots=slots_of(event)[1:], actor=olga)
    assert facts(release) == {"table": 1}
    assert set(table.closed_slots.all()) == set(slots_of(event)[1:])
    assert Meeting.objects.active().count() == 3


def test_a_session_is_shortened_and_long_again(event: Event, release: Release, olga: User) -> None:
    session = event.sessions.get()
    actions.shorten_session(session, slots=slots_of(event)[2:], actor=olga)
    (fact,) = since_release(release)
    assert (fact.kind, fact.meetings, fact.session) == ("shortened", 1, session.pk)
    actions.reopen_session(session, actor=olga)
    assert since_release(release) == ()


def test_somebody_comes_late(
    event: Event, release: Release, three: list[MeetingRequest], olga: User
) -> None:
    actions.note_absence(three[0].sender, slots=slots_of(event)[:2], actor=olga)
    actions.note_absence(three[0].sender, slots=slots_of(event)[:1], actor=olga)
    (fact,) = since_release(release)
    assert (fact.kind, fact.meetings) == ("absent", 2)


def test_swapped_rooms_make_a_draft_in_which_nobody_changes_time(
    event: Event, release: Release, three: list[MeetingRequest], olga: User
) -> None:
    one, other = tables_of(event)
    run = actions.swap_rooms(event, one=one, other=other, actor=olga)
    where = {row.request_id: (row.slot_id, row.table_id) for row in run.meetings.all()}
    first, second, third = slots_of(event)[:3]
    assert where == {
        three[0].pk: (first.pk, other.pk),
        three[1].pk: (second.pk, other.pk),
        three[2].pk: (third.pk, one.pk),
    }
    assert run.value == sum(row.weight for row in run.meetings.all())
    new = actions.publish_release(run, actor=olga)
    assert new.number == 2


def test_what_has_begun_stays_where_it_is(event: Event, release: Release, olga: User) -> None:
    past = timezone.now() - dt.timedelta(days=1)
    first = slots_of(event)[0]
    Slot.objects.filter(pk=first.pk).update(starts_at=past, ends_at=past + dt.timedelta(minutes=20))
    one, other = tables_of(event)
    with refused("no_slots"):
        actions.close_table(one, slots=[Slot.objects.get(pk=first.pk)], actor=olga)
    run = actions.swap_rooms(event, one=one, other=other, actor=olga)
    assert run.meetings.get(slot=first).table == one


def test_incidents_of_other_events_are_refused(
    event: Event, release: Release, three: list[MeetingRequest], olga: User
) -> None:
    one, _other = tables_of(event)
    elsewhere = TableFactory(event=EventFactory())
    with refused("two_tables"):
        actions.swap_rooms(event, one=one, other=elsewhere, actor=olga)
    with refused("two_tables"):
        actions.swap_rooms(event, one=one, other=one, actor=olga)
    with refused("no_slots"):
        actions.shorten_session(
            SessionFactory(event=event, name="Later"), slots=slots_of(event), actor=olga
        )
    actions.withdraw_registration(three[0].sender, actor=olga)
    with refused("not_taking_part"):
        actions.note_absence(three[0].sender, slots=slots_of(event), actor=olga)


def test_before_a_schedule_there_is_nothing_to_repair(
    event: Event, anas: Registration, olga: User
) -> None:
    slots, (one, other) = slots_of(event), tables_of(event)
    for step in (
        lambda: actions.close_table(one, slots=slots, actor=olga),
        lambda: actions.shorten_session(event.sessions.get(), slots=slots, actor=olga),
        lambda: actions.note_absence(anas, slots=slots, actor=olga),
        lambda: actions.swap_rooms(event, one=one, other=other, actor=olga),
    ):
        with refused("not_published"):
            step()
    with refused("nothing_to_repair"):
        actions.start_run(event, is_curve=True, actor=olga)
    assert not repair_page(event, olga).is_phase


def test_participants_repair_nothing(
    event: Event, release: Release, anas: Registration, ana: User, olga: User
) -> None:
    run = worked_out(event, release, olga)
    slots, (one, other) = slots_of(event), tables_of(event)
    for step in (
        lambda: actions.close_table(one, slots=slots, actor=ana),
        lambda: actions.shorten_session(event.sessions.get(), slots=slots, actor=ana),
        lambda: actions.reopen_session(event.sessions.get(), actor=ana),
        lambda: actions.note_absence(anas, slots=slots, actor=ana),
        lambda: actions.swap_rooms(event, one=one, other=other, actor=ana),
        lambda: actions.choose_repair(run, point=0, actor=ana),
        lambda: actions.repeat_run(run, actor=ana),
        lambda: actions.store_curve(run, points=[], elapsed=0.0, actor=ana),
        lambda: actions.resume_stale_runs(actor=ana),
    ):
        with pytest.raises(PermissionDenied):
            step()


# -- repairs


def test_repairs_go_from_moving_nobody_to_a_plan_anew(
    event: Event, release: Release, three: list[MeetingRequest], olga: User
) -> None:
    actions.shorten_session(event.sessions.get(), slots=slots_of(event)[2:], actor=olga)
    run = worked_out(event, release, olga)
    assert (run.state, str(run)) == (RunState.DONE, "Repairs 2")
    assert [point["keep"] for point in run.points] == ["freeze", 50, 20, 5, 1, 0]
    frozen = run.points[0]
    assert frozen["changes"]["unforced_moved"] == frozen["changes"]["unforced_dropped"] == 0
    kept = {row[0]: row[1] for row in frozen["meetings"]}
    first, second = slots_of(event)[:2]
    assert kept[three[0].pk] == first.pk
    assert kept[three[1].pk] == second.pk
    assert kept[three[2].pk] == second.pk
    assert not run.meetings.exists()
    page = curve_page(run, olga)
    assert sure(page.chosen).is_recommended
    assert [line.conflicts for line in page.lines] == [0] * 6
    assert page.lines[0].unforced == 0
    changed = {one.registration.organisation.name for one in sure(page.differences).affected}
    assert changed == {"Dos EU", "Uno MX"}
    assert page.curve.path.startswith("M")


def test_the_chosen_repair_becomes_a_draft_and_a_release(
    event: Event, release: Release, three: list[MeetingRequest], olga: User
) -> None:
    actions.withdraw_registration(three[0].receiver, actor=olga)
    run = worked_out(event, release, olga)
    draft_run = actions.choose_repair(run, point=2, actor=olga)
    assert (draft_run.state, draft_run.keep_weight, draft_run.repair_of) == (
        RunState.DONE,
        20,
        release,
    )
    assert draft_run.value == sum(row.weight for row in draft_run.meetings.all())
    assert {row.request_id for row in draft_run.meetings.all()} == {three[1].pk}
    assert actions.publish_release(draft_run, actor=olga).number == 2


def test_repairs_to_choose_from_are_no_draft_to_publish(
    event: Event, release: Release, olga: User
) -> None:
    with refused("no_draft"):
        actions.publish_release(worked_out(event, release, olga), actor=olga)


@pytest.mark.parametrize("point", [-1, 6])
def test_a_repair_that_is_not_there_is_refused(
    event: Event, release: Release, olga: User, point: int
) -> None:
    run = worked_out(event, release, olga)
    with refused("no_repair"):
        actions.choose_repair(run, point=point, actor=olga)


def test_repairs_older_than_the_data_show_their_conflicts(
    event: Event, release: Release, olga: User
) -> None:
    run = worked_out(event, release, olga)
    actions.close_table(tables_of(event)[0], slots=slots_of(event), actor=olga)
    page = curve_page(run, olga, point=0)
    assert sure(page.chosen).conflicts > 0
    assert [one.kind for one in page.happened] == ["table"]


def test_a_stopped_run_keeps_the_repairs_it_has(
    event: Event, release: Release, olga: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[object] = []

    def twice(problem: Problem, *, points: Any, **kwargs: Any) -> object:
        calls.append(points)
        if len(calls) == 3:
            raise NoScheduleYet
        return curve(problem, points=points, **kwargs)

    monkeypatch.setattr(tasks, "curve", twice)
    run = worked_out(event, release, olga)
    assert (run.state, len(run.points)) == (RunState.DONE, 2)
    calls[:] = [None, None]
    run = worked_out(event, release, olga)
    assert (run.state, run.points) == (RunState.CANCELLED, [])


def test_a_run_asked_to_stop_works_out_no_more(
    event: Event, release: Release, olga: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(problem: Problem, **kwargs: Any) -> object:
        found = curve(problem, **kwargs)
        ScheduleRun.objects.update(cancel_requested=True)
        return found

    monkeypatch.setattr(tasks, "curve", ask)
    run = worked_out(event, release, olga)
    assert (run.state, len(run.points)) == (RunState.DONE, 1)


def test_repairs_of_a_run_given_up_meanwhile_are_not_kept(
    event: Event, release: Release, olga: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(problem: Problem, **kwargs: Any) -> object:
        ScheduleRun.objects.filter(is_curve=True).update(state=RunState.FAILED)
        return curve(problem, **{**kwargs, "should_stop": lambda: False})

    monkeypatch.setattr(tasks, "curve", late)
    run = worked_out(event, release, olga)
    assert (run.state, run.points) == (RunState.FAILED, [])


# -- publishing leaves alone what was held


def test_who_leaves_after_a_meeting_cancels_nothing_that_was_held(
    event: Event, release: Release, three: list[MeetingRequest], olga: User
) -> None:
    """Uno MX met Uno EU and left; the next release tells nobody that this meeting was cancelled."""
    held = Meeting.objects.get(request=three[0])
    Meeting.objects.filter(pk=held.pk).update(status=MeetingStatus.HELD)
    actions.withdraw_registration(three[0].receiver, actor=olga)
    three[0].refresh_from_db()
    assert three[0].status == RequestStatus.ACCEPTED
    second = actions.publish_release(draft(event, (three[1], 1, 0)), actor=olga)
    held.refresh_from_db()
    assert (held.status, held.sequence) == (MeetingStatus.HELD, 0)
    assert held.seats.count() == 2
    assert second.entries.filter(request=three[0]).exists()
    assert mails("release_published") == []


# -- runs once more


def test_a_failed_run_is_repeated_with_its_settings(
    event: Event, three: list[MeetingRequest], olga: User, system: User
) -> None:
    run = actions.start_run(event, seconds=7, seed=5, is_fair=False, actor=olga)
    with refused("state"):
        actions.repeat_run(run, actor=olga)
    actions.fail_run(run, error="It broke.", actor=system)
    new = actions.repeat_run(run, actor=olga)
    assert (new.seconds, new.seed, new.is_fair, new.state) == (7, 5, False, RunState.QUEUED)


def test_a_silent_run_is_taken_up_once_more_then_given_up(
    event: Event, three: list[MeetingRequest], olga: User, system: User
) -> None:
    base = draft(event, (three[0], 4, 1))
    actions.lock_draft_meeting(base.meetings.get(), actor=olga)
    run = actions.begin_run(actions.start_run(event, base=base, actor=olga), actor=system)
    silent = {"heartbeat_at": timezone.now() - dt.timedelta(minutes=3)}
    ScheduleRun.objects.filter(pk=run.pk).update(**silent)
    assert actions.resume_stale_runs(actor=system) == 1
    run.refresh_from_db()
    assert (run.state, run.meetings.count()) == (RunState.QUEUED, 1)
    assert actions.record_progress(run, stage="idle", elapsed=1.0, actor=system)
    run = actions.begin_run(run, actor=system)
    assert run.attempts == 2
    ScheduleRun.objects.filter(pk=run.pk).update(**silent)
    actions.resume_stale_runs(actor=system)
    run.refresh_from_db()
    assert (run.state, run.meetings.count()) == (RunState.FAILED, 0)
    assert "twice" in run.error


def test_a_silent_run_that_was_to_stop_is_not_taken_up(
    event: Event, three: list[MeetingRequest], olga: User, system: User
) -> None:
    run = actions.begin_run(actions.start_run(event, actor=olga), actor=system)
    actions.cancel_run(run, actor=olga)
    ScheduleRun.objects.update(heartbeat_at=timezone.now() - dt.timedelta(minutes=3))
    actions.resume_stale_runs(actor=system)
    run.refresh_from_db()
    assert run.state == RunState.FAILED


def test_progress_keeps_its_track(event: Event, three: list[MeetingRequest], olga: User) -> None:
    run = actions.start_run(event, seconds=3, actor=olga)
    tasks.plan_event.func(run.pk)
    run.refresh_from_db()
    assert run.track[-1] == [run.elapsed, run.value, run.bound]
