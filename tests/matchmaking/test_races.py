"""Promises that hold when people act at the same moment, over real connections.

Each story starts its actors together. Whatever the order, the promise holds, and whoever comes second is
told so in a sentence.
"""

import datetime as dt
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import IntegrityError, OperationalError, connection, connections, transaction
from django.utils import timezone

from clusters.models import Organisation, User
from clusters.validators import Refused
from events import actions as event_actions
from events import querysets
from events.choices import EventStatus
from events.models import Delegate, Event, Registration
from matchmaking import actions
from matchmaking.choices import RequestStatus, RunState
from matchmaking.models import (
    Meeting,
    MeetingRequest,
    MeetingSeat,
    Release,
    ScheduleRun,
    StandbyChain,
    StandbyOffer,
    TableUse,
)
from tests.cast import OrganisationFactory, RegistrationFactory, RepresentativeFactory
from tests.matchmaking.stories import agree, draft, participant, publish
from tests.sure import sure

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*steps: Callable[[], object]) -> list[object]:
    """Run the steps in threads with a connection each, started together; what each gave or raised."""
    start = threading.Barrier(len(steps))

    def run(step: Callable[[], object]) -> object:
        try:
            connection.ensure_connection()
            start.wait(timeout=20)
            return step()
        except (Refused, IntegrityError, OperationalError) as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(run, steps))


def while_held(write: Callable[[], object], step: Callable[[], object]) -> object:
    """Run the step while another connection has written and not committed; what it gave or raised.

    The commit comes once the step waits, so it has looked before and writes after: the narrowest race, always.
    """
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            write()
            waiting = pool.submit(at_once, step)
            is_blocked = (
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            for _try in range(200):
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_stat_clear_snapshot()")
                    cursor.execute(is_blocked)
                    if cursor.fetchone() != (0,):
                        break
                time.sleep(0.05)
            else:
                raise AssertionError("the step never waited")
        return waiting.result(timeout=20)[0]


def refusals(results: list[object]) -> list[str]:
    """Codes of what was refused. Nothing but refusals may go wrong."""
    for result in results:
        assert not isinstance(result, IntegrityError | OperationalError), result
    return [str(result.code) for result in results if isinstance(result, Refused)]


# -- requests


def test_two_managers_who_ask_each_other_at_once_agree(
    anas: Registration, carlas: Registration, ana: User, carla: User
) -> None:
    for _round in range(5):
        MeetingRequest.objects.all().delete()
        results = at_once(
            lambda: actions.ask_for_meeting(anas, to=carlas, actor=ana),
            lambda: actions.ask_for_meeting(carlas, to=anas, actor=carla),
        )
        assert refusals(results) == []
        request = MeetingRequest.objects.get()
        assert (request.status, request.is_mutual) == (RequestStatus.ACCEPTED, True)


def test_two_colleagues_who_ask_the_same_at_once_send_one_request(
    anas: Registration, carlas: Registration, ana: User, beto: User
) -> None:
    for _round in range(5):
        MeetingRequest.objects.all().delete()
        results = at_once(
            lambda: actions.ask_for_meeting(anas, to=carlas, actor=ana),
            lambda: actions.ask_for_meeting(anas, to=carlas, actor=beto),
        )
        assert refusals(results) == ["asked_before"]
        assert MeetingRequest.objects.get().status == RequestStatus.SENT


def test_the_quota_holds_when_colleagues_ask_at_once(
    anas: Registration, event: Event, ana: User, beto: User
) -> None:
    event.request_quota = 1
    event.save()
    one, other = (participant(event, name, "mx") for name in ("Puebla", "Sonora"))
    results = at_once(
        lambda: actions.ask_for_meeting(anas, to=one, actor=ana),
        lambda: actions.ask_for_meeting(anas, to=other, actor=beto),
    )
    assert refusals(results) == ["quota"]
    assert MeetingRequest.objects.count() == 1


def test_a_request_is_answered_or_withdrawn_not_both(
    asked: MeetingRequest, ana: User, carla: User
) -> None:
    results = at_once(
        lambda: actions.accept_request(asked, actor=carla),
        lambda: actions.decline_request(asked, actor=carla),
    )
    assert refusals(results) == ["state"]
    asked.refresh_from_db()
    winner = next(result for result in results if isinstance(result, MeetingRequest))
    assert asked.status == winner.status


def test_who_leaves_and_who_asks_at_once_do_not_meet(
    anas: Registration, carlas: Registration, ana: User, carla: User
) -> None:
    results = at_once(
        lambda: actions.withdraw_registration(carlas, actor=carla),
        lambda: actions.ask_for_meeting(anas, to=carlas, actor=ana),
    )
    assert refusals(results) in ([], ["not_accepted"])
    assert not MeetingRequest.objects.open().exists()


def test_a_page_that_waits_too_long_says_so(
    asked: MeetingRequest, carla: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(querysets, "LOCK_TIMEOUT", "100ms")
    held, over = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Registration.objects.select_for_update().get(pk=asked.sender_id)
            held.set()
            over.wait(timeout=20)

    def answer() -> None:
        held.wait(timeout=20)
        try:
            actions.accept_request(asked, actor=carla)
        finally:
            over.set()

    _held, refusal = at_once(hold, answer)
    assert isinstance(refusal, Refused)
    assert refusal.code == "busy"


def test_other_faults_of_the_database_are_not_hidden(
    event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(querysets, "LOCK_TIMEOUT", "100ms'; SET LOCAL statement_timeout = '1ms")
    with pytest.raises(OperationalError), transaction.atomic():
        querysets.locked(Event.objects.extra(where=["pg_sleep(1) IS NOT NULL"]))


# -- applying


def test_an_organisation_applies_once(event: Event, galician: Organisation, ana: User) -> None:
    editor = RepresentativeFactory(organisation=galician, role="editor").user
    results = at_once(
        lambda: event_actions.apply_to_event(event, organisation=galician, actor=ana),
        lambda: event_actions.apply_to_event(event, organisation=galician, actor=editor),
    )
    assert refusals(results) == ["applied_before"]
    assert Registration.objects.count() == 1


def test_whoever_applies_a_moment_later_is_told_that_they_applied(
    event: Event, galician: Organisation, ana: User
) -> None:
    """Both have looked and seen no application; the constraint knows better, and says it in words."""
    result = while_held(
        lambda: RegistrationFactory(event=event, organisation=galician, status="applied"),
        lambda: event_actions.apply_to_event(event, organisation=galician, actor=ana),
    )
    assert refusals([result]) == ["applied_before"]
    assert Registration.objects.count() == 1


def test_sessions_added_at_once_do_not_overlap(event: Event, olga: User) -> None:
    last = sure(event.slots.last())

    def add(name: str) -> object:
        return event_actions.add_session(
            event,
            name=name,
            starts_at=last.ends_at,
            ends_at=last.ends_at + (last.ends_at - last.starts_at) * 2,
            actor=olga,
        )

    assert refusals(at_once(lambda: add("One"), lambda: add("Two"))) == ["overlap"]


# -- plans and releases


def test_two_planners_at_once_one_run(event: Event, olga: User, dora: User) -> None:
    results = at_once(
        lambda: actions.start_run(event, actor=olga), lambda: actions.start_run(event, actor=dora)
    )
    assert refusals(results) == ["run_active"]
    assert ScheduleRun.objects.get().state == RunState.QUEUED


def test_the_button_pressed_twice_publishes_once(
    agreed: MeetingRequest, event: Event, olga: User, dora: User
) -> None:
    run = draft(event, (agreed, 0, 0))
    results = at_once(
        lambda: actions.publish_release(run, actor=olga),
        lambda: actions.publish_release(run, actor=dora),
    )
    assert refusals(results) == ["published"]
    assert Release.objects.get().number == 1


def test_two_drafts_published_at_once_follow_each_other(
    agreed: MeetingRequest, event: Event, olga: User, dora: User
) -> None:
    one, other = draft(event, (agreed, 0, 0)), draft(event, (agreed, 1, 1))
    results = at_once(
        lambda: actions.publish_release(one, actor=olga),
        lambda: actions.publish_release(other, actor=dora),
    )
    assert refusals(results) == []
    first, second = Release.objects.order_by("number")
    assert (first.number, second.number) == (1, 2)
    meeting = Meeting.objects.get()
    assert meeting.slot_id == second.entries.get().slot_id
    assert meeting.sequence == 1


def test_who_withdraws_while_olga_publishes_is_not_in_the_schedule(
    agreed: MeetingRequest, event: Event, olga: User, ana: User
) -> None:
    run = draft(event, (agreed, 0, 0))
    results = at_once(
        lambda: actions.publish_release(run, actor=olga),
        lambda: actions.withdraw_request(agreed, actor=ana),
    )
    assert refusals(results) in ([], ["outdated"])
    assert not Meeting.objects.active().exists()
    assert not MeetingSeat.objects.exists()


# -- no double booking, whatever writes


@pytest.fixture
def booked(agreed: MeetingRequest, event: Event, olga: User) -> tuple[Meeting, Meeting, Delegate]:
    """Ana meets Carla in the first slot and Puebla in the second, at the first table."""
    other = agree(agreed.sender, participant(event, "Puebla", "mx"))
    publish(event, olga, (agreed, 0, 0), (other, 1, 0))
    one, two = Meeting.objects.order_by("slot__starts_at")
    return one, two, agreed.sender.delegates.get()


def test_raw_sql_cannot_seat_a_delegate_twice(booked: tuple[Meeting, Meeting, Delegate]) -> None:
    one, two, _delegate = booked
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE matchmaking_meeting SET slot_id = %s WHERE id = %s", [one.slot_id, two.pk]
        )
    two.refresh_from_db()
    assert two.slot_id != one.slot_id


def test_a_seat_stands_in_the_slot_of_its_meeting(
    booked: tuple[Meeting, Meeting, Delegate],
) -> None:
    one, two, delegate = booked
    with pytest.raises(IntegrityError):
        MeetingSeat.objects.filter(meeting=one, delegate=delegate).update(slot=two.slot)
    with pytest.raises(IntegrityError):
        TableUse.objects.filter(meeting=one).update(slot=two.slot)


def test_admin_or_shell_cannot_seat_a_delegate_twice(
    booked: tuple[Meeting, Meeting, Delegate], event: Event
) -> None:
    one, _two, delegate = booked
    third = agree(participant(event, "Basque", "eu"), participant(event, "Sonora", "mx"))
    meeting = Meeting.objects.create(event=event, request=third, slot=one.slot)
    with pytest.raises(IntegrityError):
        MeetingSeat.objects.create(meeting=meeting, slot=one.slot, delegate=delegate)
    table = sure(one.table)
    with pytest.raises(IntegrityError):
        Meeting.objects.filter(pk=meeting.pk).update(table=table)
    with pytest.raises(IntegrityError), transaction.atomic():
        TableUse.objects.create(meeting=meeting, slot=one.slot, table=table)


def test_two_writers_cannot_book_one_delegate_or_table_at_once(
    booked: tuple[Meeting, Meeting, Delegate], event: Event
) -> None:
    one, _two, _delegate = booked
    slot, table = sure(event.slots.last()), sure(one.table)
    person = participant(event, "Basque", "eu").delegates.get()
    meetings = [
        Meeting.objects.create(
            event=event,
            request=agree(person.registration, participant(event, name, "mx")),
            slot=slot,
        )
        for name in ("Sonora", "Jalisco")
    ]

    def seat(meeting: Meeting) -> object:
        with transaction.atomic():
            return MeetingSeat.objects.create(meeting=meeting, slot=slot, delegate=person)

    def use(meeting: Meeting) -> object:
        with transaction.atomic():
            Meeting.objects.filter(pk=meeting.pk).update(table=table)
            return TableUse.objects.create(meeting=meeting, slot=slot, table=table)

    for write in (seat, use):
        results = at_once(*(partial(write, meeting) for meeting in meetings))
        assert any(isinstance(result, IntegrityError | OperationalError) for result in results)
    assert MeetingSeat.objects.filter(slot=slot, delegate=person).count() == 1
    assert TableUse.objects.filter(slot=slot, table=table).count() <= 1
    assert Meeting.objects.filter(slot=slot, table=table).count() <= 1


def test_two_meetings_swap_in_one_transaction(
    booked: tuple[Meeting, Meeting, Delegate],
) -> None:
    one, two, delegate = booked
    with transaction.atomic():
        Meeting.objects.filter(pk=one.pk).update(slot=two.slot)
        Meeting.objects.filter(pk=two.pk).update(slot=one.slot)
    seats = dict(MeetingSeat.objects.filter(delegate=delegate).values_list("meeting", "slot"))
    assert seats == {one.pk: two.slot_id, two.pk: one.slot_id}
    assert TableUse.objects.get(meeting=one).slot_id == two.slot_id


def test_the_pair_is_open_once_whatever_writes(asked: MeetingRequest, event: Event) -> None:
    with pytest.raises(IntegrityError):
        MeetingRequest.objects.create(
            event=event,
            sender=asked.receiver,
            receiver=asked.sender,
            answer_by=asked.answer_by,
        )
    elsewhere = RegistrationFactory(organisation=OrganisationFactory())
    with pytest.raises(IntegrityError):
        MeetingRequest.objects.create(
            event=event, sender=asked.sender, receiver=elsewhere, answer_by=asked.answer_by
        )


def test_a_planning_event_stays_planning_when_publishing_is_refused(
    agreed: MeetingRequest, event: Event, olga: User, ana: User
) -> None:
    run = draft(event, (agreed, 0, 0))
    actions.withdraw_request(agreed, actor=ana)
    assert refusals(at_once(lambda: actions.publish_release(run, actor=olga))) == ["outdated"]
    event.refresh_from_db()
    assert event.status == EventStatus.PLANNING


# -- places offered on the day


def test_one_place_offered_to_two_pairs_is_taken_once(
    event: Event, olga: User, anas: Registration, carlas: Registration
) -> None:
    """Two chains on one table cannot both fill it, and one person sits in one meeting."""
    Event.objects.update(status=EventStatus.LIVE)
    event.refresh_from_db()
    slot, tables = event.slots.all()[0], list(event.tables.all())
    puebla, vigo = participant(event, "Puebla", "mx"), participant(event, "Vigo", "eu")
    requests = [agree(vigo, puebla), agree(vigo, participant(event, "Sonora", "mx"))]
    now = timezone.now()
    offers = []
    for request, table in zip(requests, tables, strict=True):
        chain = StandbyChain.objects.create(event=event, slot=slot, table=table)
        offers.append(
            StandbyOffer.objects.create(
                chain=chain, request=request, sender_agreed_at=now, offered_at=now,
                sender_delegate=request.sender.delegates.get(),
                receiver_delegate=request.receiver.delegates.get(),
                until=now + dt.timedelta(minutes=5),
            )
        )  # fmt: skip
    results = at_once(
        *(
            partial(
                actions.accept_offer,
                offer,
                organisation=offer.request.receiver.organisation,
                actor=olga,
            )
            for offer in offers
        )
    )
    assert refusals(results) == ["place_gone"]
    assert Meeting.objects.count() == 1
    assert MeetingSeat.objects.filter(delegate__registration=vigo).count() == 1


def test_a_yes_from_both_sides_at_once_makes_one_meeting(
    event: Event, olga: User, anas: Registration, carlas: Registration
) -> None:
    Event.objects.update(status=EventStatus.LIVE)
    event.refresh_from_db()
    request = agree(participant(event, "Vigo", "eu"), participant(event, "Puebla", "mx"))
    chain = StandbyChain.objects.create(
        event=event, slot=event.slots.all()[0], table=event.tables.all()[0]
    )
    now = timezone.now()
    offer = StandbyOffer.objects.create(
        chain=chain, request=request, offered_at=now, until=now + dt.timedelta(minutes=5),
        sender_delegate=request.sender.delegates.get(),
        receiver_delegate=request.receiver.delegates.get(),
    )  # fmt: skip
    results = at_once(
        *(
            partial(actions.accept_offer, offer, organisation=side.organisation, actor=olga)
            for side in (request.sender, request.receiver)
        ),
        partial(actions.advance_standby, chain, actor=User.objects.system()),
    )
    assert refusals(results) == []
    assert Meeting.objects.get().request == request


def test_a_yes_while_olga_publishes_books_nobody_twice(
    event: Event, olga: User, anas: Registration, carlas: Registration
) -> None:
    """The release puts Vigo elsewhere in the slot of the offer; whoever is second is told so."""
    Event.objects.update(status=EventStatus.LIVE)
    event.refresh_from_db()
    vigo = participant(event, "Vigo", "eu")
    request = agree(vigo, participant(event, "Puebla", "mx"))
    run = draft(event, (agree(vigo, participant(event, "Sonora", "mx")), 0, 1))
    chain = StandbyChain.objects.create(
        event=event, slot=event.slots.all()[0], table=event.tables.all()[0]
    )
    now = timezone.now()
    offer = StandbyOffer.objects.create(
        chain=chain, request=request, offered_at=now, until=now + dt.timedelta(minutes=5),
        sender_agreed_at=now,
        sender_delegate=request.sender.delegates.get(),
        receiver_delegate=request.receiver.delegates.get(),
    )  # fmt: skip
    accept = partial(
        actions.accept_offer, offer, organisation=request.receiver.organisation, actor=olga
    )
    results = at_once(partial(actions.publish_release, run, actor=olga), accept)
    assert refusals(results) in ([], ["place_gone"], ["outdated"])
    seats = MeetingSeat.objects.filter(delegate__registration=vigo, slot=chain.slot)
    assert seats.count() == 1
