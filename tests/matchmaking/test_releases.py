"""Publishing: live rows, seats, people told, what never changes."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.db.models import Model, ProtectedError
from django.utils import timezone

from clusters.models import Message, User
from events.actions import set_availability
from events.choices import PUBLISH_PHASES, EventStatus
from events.models import Delegate, Event, Registration
from matchmaking import actions
from matchmaking.choices import MeetingStatus, RunState
from matchmaking.models import (
    Meeting,
    MeetingRequest,
    MeetingSeat,
    Release,
    ReleaseEntry,
    ScheduleRun,
    TableUse,
)
from matchmaking.reads.publishing import Place, _Seating
from matchmaking.reads.releases import ChangeKind, release_changes
from tests.cast import DelegateFactory
from tests.matchmaking.stories import agree, draft, participant, publish
from tests.refusals import refused
from tests.sure import sure

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(event: Event, agreed: MeetingRequest) -> list[MeetingRequest]:
    """Ana meets Carla and Puebla; the Basques meet Puebla, too."""
    puebla = participant(event, "Puebla", "mx", people=2)
    basque = participant(event, "Basque", "eu")
    return [agreed, agree(agreed.sender, puebla), agree(basque, puebla)]


def places(event: Event) -> dict[int, tuple[int, int | None]]:
    """Where the active meetings stand: (number of slot, number of table) by request."""
    slots = list(event.slots.values_list("pk", flat=True))
    tables = [None, *event.tables.values_list("pk", flat=True)]
    active = Meeting.objects.filter(event=event).active()
    return {
        one.request_id: (slots.index(one.slot_id), tables.index(one.table_id) - 1) for one in active
    }


def told(release: Release) -> dict[str, tuple[int, int, int]]:
    """Who was mailed about a release: meetings new, changed, cancelled."""
    rows = Message.objects.filter(cause=f"release:{release.pk}").select_related("recipient")
    return {
        sure(row.recipient).name: (
            row.context["new"],
            row.context["changed"],
            row.context["cancelled"],
        )
        for row in rows
    }


def test_release_1_makes_the_meetings(
    agreed: MeetingRequest, delegates: list[Delegate], event: Event, olga: User
) -> None:
    release = actions.publish_release(draft(event, (agreed, 2, 1)), note=" First ", actor=olga)
    event.refresh_from_db()
    assert event.status == EventStatus.PUBLISHED
    assert (release.number, release.note, release.published_by) == (1, "First", olga)
    meeting = Meeting.objects.get()
    assert (meeting.status, meeting.sequence) == (MeetingStatus.CONFIRMED, 0)
    assert places(event) == {agreed.pk: (2, 1)}
    assert {seat.delegate for seat in meeting.seats.all()} == set(delegates)
    assert meeting.table_use.table == meeting.table
    entry = release.entries.get()
    assert entry.delegate_ids == sorted(one.pk for one in delegates)
    assert told(release) == {"Ana": (1, 0, 0), "Carla": (1, 0, 0)}


def test_the_next_release_tells_only_whom_it_concerns(
    three: list[MeetingRequest], event: Event, olga: User
) -> None:
    ana_carla, ana_puebla, basque_puebla = three
    first = publish(event, olga, (ana_carla, 0, 0), (ana_puebla, 1, 0), (basque_puebla, 0, 1))
    before = {one.request_id: (one.uid, one.sequence) for one in Meeting.objects.all()}
    second = publish(event, olga, (ana_carla, 0, 0), (ana_puebla, 2, 0), (basque_puebla, 0, 1))
    after = {one.request_id: (one.uid, one.sequence) for one in Meeting.objects.all()}
    assert after == {**before, ana_puebla.pk: (before[ana_puebla.pk][0], 1)}
    assert told(second) == {"Ana": (0, 1, 0)}
    changes = release_changes(first, second)
    (change,) = changes.changes
    assert (change.kind, change.request) == (ChangeKind.MOVED, ana_puebla.pk)
    assert set(changes.by_registration()) == {ana_puebla.sender_id, ana_puebla.receiver_id}
    assert set(changes.by_delegate()) == {
        *sure(change.before).delegates,
        *sure(change.after).delegates,
    }
    assert changes.count(ChangeKind.MOVED) == 1
    assert release_changes(None, first).count(ChangeKind.ADDED) == 3
    assert release_changes(second, second).changes == ()


def test_nothing_changed_tells_nobody(agreed: MeetingRequest, event: Event, olga: User) -> None:
    publish(event, olga, (agreed, 0, 0))
    assert told(publish(event, olga, (agreed, 0, 0))) == {}
    assert Meeting.objects.get().sequence == 0


def test_a_dropped_meeting_is_cancelled_and_may_come_back(
    agreed: MeetingRequest, event: Event, olga: User
) -> None:
    publish(event, olga, (agreed, 0, 0))
    second = publish(event, olga)
    meeting = Meeting.objects.get()
    assert (meeting.status, meeting.sequence) == (MeetingStatus.CANCELLED, 1)
    assert not MeetingSeat.objects.exists()
    assert not TableUse.objects.exists()
    assert told(second) == {"Ana": (0, 0, 1), "Carla": (0, 0, 1)}
    third = publish(event, olga, (agreed, 1, 1))
    meeting.refresh_from_db()
    assert (meeting.status, meeting.sequence) == (MeetingStatus.CONFIRMED, 2)
    assert told(third) == {"Ana": (1, 0, 0), "Carla": (1, 0, 0)}
    assert places(event) == {agreed.pk: (1, 1)}


def test_two_meetings_change_places_in_one_transaction(
    three: list[MeetingRequest], event: Event, olga: User
) -> None:
    ana_carla, ana_puebla, _other = three
    publish(event, olga, (ana_carla, 0, 0), (ana_puebla, 1, 0))
    publish(event, olga, (ana_carla, 1, 0), (ana_puebla, 0, 0))
    assert places(event) == {ana_carla.pk: (1, 0), ana_puebla.pk: (0, 0)}


def test_another_table_and_a_meeting_by_video(
    agreed: MeetingRequest, anas: Registration, event: Event, olga: User
) -> None:
    first = publish(event, olga, (agreed, 0, 0))
    second = publish(event, olga, (agreed, 0, 1))
    assert release_changes(first, second).changes[0].kind == ChangeKind.RETABLED
    anas.attendance = "remote"
    anas.save()
    publish(event, olga, (agreed, 0, None))
    assert Meeting.objects.get().table is None
    assert not TableUse.objects.exists()


# -- seats


def test_delegates_share_the_work_and_keep_their_seats(event: Event, olga: User) -> None:
    event.status = EventStatus.PLANNING
    event.save()
    puebla = participant(event, "Puebla", "mx", people=2, parallel=2)
    others = [participant(event, name, "eu") for name in ("Basque", "Catalan", "Galician")]
    requests = [agree(other, puebla) for other in others]
    publish(event, olga, (requests[0], 0, 0), (requests[1], 0, 1), (requests[2], 1, 0))
    first, second = puebla.delegates.order_by("pk")

    def who(request: MeetingRequest) -> Delegate:
        return MeetingSeat.objects.get(
            meeting__request=request, delegate__registration=puebla
        ).delegate

    assert [who(request) for request in requests] == [first, second, first]
    publish(event, olga, (requests[1], 0, 1), (requests[2], 0, 0))
    assert [who(request) for request in requests[1:]] == [second, first]


def test_who_cannot_come_is_replaced_and_both_are_told(
    agreed: MeetingRequest, delegates: list[Delegate], event: Event, olga: User, beto: User
) -> None:
    colleague = DelegateFactory(registration=agreed.sender, name="Beto", user=beto)
    first = publish(event, olga, (agreed, 0, 0))
    assert MeetingSeat.objects.filter(delegate=delegates[0]).exists()
    delegates[0].unavailabilities.create(slot=sure(event.slots.first()))
    second = publish(event, olga, (agreed, 0, 0))
    assert set(MeetingSeat.objects.values_list("delegate", flat=True)) == {
        colleague.pk,
        delegates[1].pk,
    }
    (change,) = release_changes(first, second).changes
    assert change.kind == ChangeKind.RESEATED
    assert change.kind_for(delegates[0].pk) == ChangeKind.CANCELLED
    assert change.kind_for(colleague.pk) == ChangeKind.ADDED
    assert told(second) == {"Ana": (0, 0, 1), "Beto": (1, 0, 0)}


def test_for_delegates_without_account_the_managers_are_told(
    asked: MeetingRequest, event: Event, olga: User, carla: User, ana: User
) -> None:
    actions.accept_request(asked, actor=carla)
    for side in (asked.sender, asked.receiver):
        DelegateFactory(registration=side)
    event.status = EventStatus.PLANNING
    event.save()
    assert set(told(publish(event, olga, (asked, 0, 0)))) == {"Ana", "Carla"}


def test_a_side_without_anybody_free_gets_no_seat(agreed: MeetingRequest, event: Event) -> None:
    """It cannot happen to a checked schedule; if it did, nobody would be seated twice for it."""
    agreed.sender.delegates.all().delete()
    slot = sure(event.slots.first())
    placement = _Seating(event, {}, {}).seat([Place(agreed, slot.pk, None)])[agreed.pk]
    assert placement.delegates == {agreed.receiver.delegates.get().pk}


# -- refusals


def test_a_draft_older_than_the_data_says_what_changed(
    agreed: MeetingRequest, delegates: list[Delegate], event: Event, olga: User, carla: User
) -> None:
    run = draft(event, (agreed, 0, 0))
    set_availability(delegates[1], unavailable=[sure(event.slots.first())], actor=carla)
    with refused("outdated") as refusal:
        actions.publish_release(run, actor=olga)
    assert "Galician cluster and Nuevo León cluster" in refusal.text
    set_availability(delegates[1], unavailable=[], actor=carla)
    actions.withdraw_request(agreed, actor=carla)
    with refused("outdated") as refusal:
        actions.publish_release(run, actor=olga)
    assert "no longer have an agreed request" in refusal.text
    assert not Release.objects.exists()
    assert not Meeting.objects.exists()


def test_a_table_closed_since_is_named(agreed: MeetingRequest, event: Event, olga: User) -> None:
    run = draft(event, (agreed, 0, 0))
    sure(event.tables.first()).closed_slots.add(sure(event.slots.first()))
    with refused("outdated") as refusal:
        actions.publish_release(run, actor=olga)
    assert "no such table" in refusal.text


def test_a_locked_live_meeting_is_never_moved(
    agreed: MeetingRequest, event: Event, olga: User
) -> None:
    publish(event, olga, (agreed, 0, 0))
    Meeting.objects.update(is_locked=True)
    with refused("outdated") as refusal:
        publish(event, olga, (agreed, 1, 0))
    assert "locked" in refusal.text


@pytest.mark.parametrize("phase", list(EventStatus))
def test_publishing_has_its_phases(
    agreed: MeetingRequest, event: Event, olga: User, phase: str
) -> None:
    event.status = phase
    event.save()
    if phase in PUBLISH_PHASES:
        publish(event, olga, (agreed, 0, 0))
        event.refresh_from_db()
        assert event.status == (EventStatus.PUBLISHED if phase == "planning" else phase)
    else:
        with refused("still_booking" if phase == "booking" else "not_planning"):
            publish(event, olga, (agreed, 0, 0))


def test_only_a_finished_draft_is_published_and_only_once(
    agreed: MeetingRequest, event: Event, olga: User
) -> None:
    run = ScheduleRun.objects.create(event=event, state=RunState.RUNNING)
    with refused("no_draft"):
        actions.publish_release(run, actor=olga)
    release = publish(event, olga, (agreed, 0, 0))
    with refused("published"):
        actions.publish_release(release.run, actor=olga)


def test_a_participant_publishes_nothing(agreed: MeetingRequest, event: Event, ana: User) -> None:
    run = draft(event, (agreed, 0, 0))
    with pytest.raises(PermissionDenied):
        actions.publish_release(run, actor=ana)


def test_a_note_is_short(agreed: MeetingRequest, event: Event, olga: User) -> None:
    with pytest.raises(ValidationError):
        actions.publish_release(draft(event, (agreed, 0, 0)), note="x" * 301, actor=olga)


# -- going back


def test_olga_goes_back_to_release_1(three: list[MeetingRequest], event: Event, olga: User) -> None:
    ana_carla, ana_puebla, _other = three
    first = publish(event, olga, (ana_carla, 0, 0), (ana_puebla, 1, 0))
    publish(event, olga, (ana_carla, 3, 1))
    third = actions.restore_release(first, note="Sorry", actor=olga)
    assert (third.number, third.restores, third.run) == (3, first, first.run)
    assert places(event) == {ana_carla.pk: (0, 0), ana_puebla.pk: (1, 0)}
    assert release_changes(first, third).changes == ()


def test_what_cannot_be_any_more_is_not_restored(
    agreed: MeetingRequest, event: Event, olga: User, ana: User
) -> None:
    first = publish(event, olga, (agreed, 0, 0))
    publish(event, olga)
    actions.withdraw_request(agreed, actor=ana)
    with refused("outdated"):
        actions.restore_release(first, actor=olga)


# -- what never changes


@pytest.mark.parametrize("change", [{"note": "x"}, {"number": 7}])
def test_a_release_is_immutable_whatever_writes(
    agreed: MeetingRequest, event: Event, olga: User, change: dict
) -> None:
    release = publish(event, olga, (agreed, 0, 0))
    with pytest.raises(DatabaseError), transaction.atomic():
        Release.objects.filter(pk=release.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReleaseEntry.objects.filter(release=release).update(table=None)


@pytest.mark.parametrize("model", [Release, ReleaseEntry])
def test_a_release_is_not_deleted_either(
    agreed: MeetingRequest, event: Event, olga: User, model: type[Model]
) -> None:
    publish(event, olga, (agreed, 0, 0))
    rows = model._default_manager.all()
    with pytest.raises(DatabaseError, match="delete"), transaction.atomic():
        rows._raw_delete(rows.db)  # Django's own, without its checks


def test_what_a_release_names_cannot_be_deleted(
    agreed: MeetingRequest, event: Event, olga: User
) -> None:
    """Not even after the live schedule has moved on."""
    publish(event, olga, (agreed, 0, 0))
    publish(event, olga)
    rows = (event, agreed, agreed.sender, agreed.sender.organisation, sure(event.tables.first()))
    for row in rows:
        with pytest.raises(ProtectedError), transaction.atomic():
            row.delete()
    with pytest.raises(ProtectedError), transaction.atomic():
        sure(event.slots.first()).session.delete()


def test_what_took_place_stays_where_it_was(
    agreed: MeetingRequest, event: Event, olga: User, ana: User
) -> None:
    slot = sure(event.slots.first())
    publish(event, olga, (agreed, 0, 0))
    slot.starts_at = timezone.now() - dt.timedelta(minutes=30)
    slot.ends_at = timezone.now() - dt.timedelta(minutes=10)
    slot.save()
    actions.mark_held(Meeting.objects.get(), actor=ana)
    with refused("outdated"):
        publish(event, olga, (agreed, 1, 0))
    with refused("outdated"):
        publish(event, olga)
    MeetingSeat.objects.filter(delegate__registration=agreed.sender).update(
        delegate=DelegateFactory(registration=agreed.sender)
    )
    sure(agreed.sender.delegates.order_by("pk").last()).unavailabilities.create(slot=slot)
    publish(event, olga, (agreed, 0, 0))
    meeting = Meeting.objects.get()
    assert (meeting.status, meeting.sequence) == (MeetingStatus.HELD, 0)
