"""Olga changes a draft by hand, takes changes back, and works beside Pedro on the same draft."""

import pytest
from django.core.exceptions import PermissionDenied

from clusters.models import User
from events.choices import TeamRole
from events.models import Event
from matchmaking import actions
from matchmaking.models import DraftEdit, MeetingRequest, ScheduleRun
from tests.cast import TeamFactory, UserFactory
from tests.matchmaking.stories import agree, draft, participant
from tests.refusals import refused
from tests.sure import sure

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(event: Event, agreed: MeetingRequest) -> list[MeetingRequest]:
    """Two agreed requests of four organisations."""
    return [agreed, agree(participant(event, "Basque", "eu"), participant(event, "Puebla", "mx"))]


@pytest.fixture
def pedro(event: Event) -> User:
    """Plans beside Olga."""
    user = UserFactory(name="Pedro")
    TeamFactory(event=event, user=user, role=TeamRole.PLANNER)
    return user


def state(run: ScheduleRun) -> dict[int, tuple]:
    """The whole content of a draft."""
    rows = run.meetings.values_list("request", "slot", "table", "is_locked", "weight")
    return {request: tuple(rest) for request, *rest in rows}


def test_each_kind_of_change_is_undone_and_redone(
    two: list[MeetingRequest], event: Event, olga: User
) -> None:
    run = draft(event, (two[0], 0, 0))
    slots, tables = list(event.slots.all()), list(event.tables.all())
    states = [state(run)]

    def note() -> None:
        states.append(state(run))

    one = run.meetings.get()
    other = actions.schedule_draft_meeting(
        run, request=two[1], slot=slots[1], table=tables[1], actor=olga
    )
    note()
    actions.move_draft_meeting(one, slot=slots[3], table=tables[1], actor=olga)
    note()
    actions.swap_draft_meetings(one, other=other, actor=olga)
    note()
    actions.lock_draft_meeting(one, actor=olga)
    note()
    actions.lock_draft_meeting(one, is_locked=False, actor=olga)
    note()
    actions.unschedule_draft_meeting(one, actor=olga)
    note()
    kinds = list(run.edits.values_list("kind", flat=True))
    assert kinds == ["place", "move", "swap", "lock", "unlock", "take_out"]
    assert len({str(one) for one in states}) == 6, "locked and unlocked are one state, twice"
    for before in reversed(states[:-1]):
        actions.undo_draft_edit(run, actor=olga)
        assert state(run) == before
        run.refresh_from_db()
        assert run.value == sum(run.meetings.values_list("weight", flat=True))
    with refused("nothing"):
        actions.undo_draft_edit(run, actor=olga)
    for after in states[1:]:
        actions.redo_draft_edit(run, actor=olga)
        assert state(run) == after
    with refused("nothing"):
        actions.redo_draft_edit(run, actor=olga)
    run.refresh_from_db()
    assert run.revision == 18, "six changes, each undone and redone"


def test_a_new_change_takes_the_turn_of_those_undone(
    agreed: MeetingRequest, event: Event, olga: User
) -> None:
    run = draft(event, (agreed, 0, 0))
    slots, meeting = list(event.slots.all()), run.meetings.get()
    for slot in slots[1:3]:
        actions.move_draft_meeting(meeting, slot=slot, table=meeting.table, actor=olga)
    actions.undo_draft_edit(run, actor=olga)
    actions.move_draft_meeting(meeting, slot=slots[4], table=meeting.table, actor=olga)
    assert list(run.edits.values_list("number", "undone_at")) == [(1, None), (2, None)]
    with refused("nothing"):
        actions.redo_draft_edit(run, actor=olga)


def test_a_change_that_changes_nothing_is_no_change(
    agreed: MeetingRequest, event: Event, olga: User
) -> None:
    run = draft(event, (agreed, 0, 0))
    meeting = run.meetings.get()
    actions.move_draft_meeting(meeting, slot=meeting.slot, table=meeting.table, actor=olga)
    assert not run.edits.exists()


def test_an_undo_that_breaks_a_rule_says_which(
    agreed: MeetingRequest, event: Event, olga: User
) -> None:
    run = draft(event, (agreed, 0, 0))
    meeting, first = run.meetings.get(), sure(event.slots.first())
    table = sure(meeting.table)
    actions.move_draft_meeting(meeting, slot=event.slots.all()[2], table=table, actor=olga)
    table.closed_slots.add(first)
    with refused("stuck") as refusal:
        actions.undo_draft_edit(run, actor=olga)
    assert "there is no such table at this time" in refusal.text
    assert run.meetings.get().slot == event.slots.all()[2]
    assert run.edits.filter(undone_at=None).count() == 1


def test_an_undo_whose_time_is_gone_says_so(
    agreed: MeetingRequest, event: Event, olga: User
) -> None:
    run = draft(event, (agreed, 0, 0))
    meeting, slots = run.meetings.get(), list(event.slots.all())
    actions.move_draft_meeting(meeting, slot=slots[2], table=meeting.table, actor=olga)
    slots[0].delete()
    with refused("stuck") as refusal:
        actions.undo_draft_edit(run, actor=olga)
    assert "is gone" in refusal.text


def test_an_undo_after_the_meeting_went_elsewhere_says_so(
    agreed: MeetingRequest, event: Event, olga: User
) -> None:
    run = draft(event, (agreed, 0, 0))
    meeting, slots = run.meetings.get(), list(event.slots.all())
    actions.move_draft_meeting(meeting, slot=slots[2], table=meeting.table, actor=olga)
    run.meetings.update(slot=slots[4])
    with refused("stuck") as refusal:
        actions.undo_draft_edit(run, actor=olga)
    assert "no longer where" in refusal.text


def test_who_looked_at_an_older_state_is_told_what_changed(
    two: list[MeetingRequest], event: Event, olga: User, pedro: User
) -> None:
    run = draft(event, (two[0], 0, 0), (two[1], 0, 1))
    one, other = run.meetings.order_by("pk")
    slots, tables = list(event.slots.all()), list(event.tables.all())
    actions.move_draft_meeting(one, slot=slots[3], table=tables[0], seen=0, actor=pedro)
    before = state(run)
    with refused("outdated") as refusal:
        actions.move_draft_meeting(other, slot=slots[3], table=tables[1], seen=0, actor=olga)
    assert "Pedro: " in refusal.text
    assert "moved from 09:00, T1 to 10:00, T1" in refusal.text
    assert state(run) == before
    actions.move_draft_meeting(other, slot=slots[3], table=tables[1], seen=1, actor=olga)
    actions.undo_draft_edit(run, seen=2, actor=pedro)
    with refused("outdated") as refusal:
        actions.redo_draft_edit(run, seen=1, actor=olga)
    assert "changed 2 times" in refusal.text
    assert "Pedro undid: " in refusal.text


def test_many_changes_of_others_are_counted(
    agreed: MeetingRequest, event: Event, olga: User, pedro: User
) -> None:
    run = draft(event, (agreed, 0, 0))
    meeting = run.meetings.get()
    for turn in range(4):
        actions.lock_draft_meeting(meeting, is_locked=turn % 2 == 0, actor=pedro)
    with refused("outdated") as refusal:
        actions.unschedule_draft_meeting(meeting, seen=0, actor=olga)
    assert "changed 4 times" in refusal.text
    assert refusal.text.count("Pedro: ") == 3


def test_a_change_survives_who_made_it(
    agreed: MeetingRequest, event: Event, olga: User, pedro: User
) -> None:
    run = draft(event, (agreed, 0, 0))
    actions.lock_draft_meeting(run.meetings.get(), actor=pedro)
    DraftEdit.objects.update(made_by=None)
    with refused("outdated") as refusal:
        actions.undo_draft_edit(run, seen=0, actor=olga)
    assert "somebody: " in refusal.text


def test_only_planners_undo_and_redo(agreed: MeetingRequest, event: Event, ana: User) -> None:
    run = draft(event, (agreed, 0, 0))
    for action in (actions.undo_draft_edit, actions.redo_draft_edit):
        with pytest.raises(PermissionDenied):
            action(run, actor=ana)
