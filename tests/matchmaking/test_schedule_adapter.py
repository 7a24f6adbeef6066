"""From rows to a schedule problem: people, hours on both continents, formats, caps, tables, locks."""

import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from clusters.models import User
from events.actions import add_session, set_availability
from events.models import Event, Registration, Slot
from events.validators import moment_in
from matchmaking.adapters.schedule import schedule_problem, zone_of
from matchmaking.adapters.weights import wish_weight
from matchmaking.choices import MeetingStatus
from matchmaking.models import Meeting, MeetingRequest
from matchmaking.scheduling.domains import Domains, bits, is_decent
from matchmaking.scheduling.exchange import problem_document, problem_from
from matchmaking.scheduling.faults import check_problem
from matchmaking.scheduling.problem import Organisation, Problem, Wish
from matchmaking.scheduling.problem import Slot as Time
from tests.cast import (
    CountryFactory,
    DelegateFactory,
    EventFactory,
    RegionFactory,
    TableFactory,
    TeamFactory,
)
from tests.matchmaking.stories import agree, draft, participant, publish
from tests.sure import sure

pytestmark = pytest.mark.django_db


def part(problem: Problem, registration: Registration) -> Organisation:
    """The participant of a registration."""
    return next(one for one in problem.organisations if one.id == str(registration.pk))


def wish(problem: Problem, request: MeetingRequest) -> Wish:
    """The wish of a request."""
    return next(one for one in problem.wishes if one.id == str(request.pk))


def slots(event: Event) -> list[str]:
    """Ids of the event's slots in time order."""
    return [str(pk) for pk in event.slots.values_list("pk", flat=True)]


# -- weights


@pytest.mark.parametrize(
    ("score", "sender", "receiver", "weight"),
    [
        (None, 2, 2, 51),
        (50.0, 2, 2, 51),
        (0.0, 1, 1, 1),
        (100.0, 3, 3, 100),
        (100.0, 1, 1, 51),
        (0.0, 3, 3, 51),
        (80.0, 3, 2, 78),
        (120.0, 3, 3, 100),
        (-5.0, 1, 1, 1),
    ],
)
def test_a_weight_is_half_score_half_wish(
    score: float | None, sender: int, receiver: int, weight: int
) -> None:
    assert wish_weight(score, sender, receiver) == weight


@given(st.floats(0, 100), st.integers(1, 3), st.integers(1, 3))
def test_more_score_or_wish_never_weighs_less(score: float, sender: int, receiver: int) -> None:
    weight = wish_weight(score, sender, receiver)
    assert 1 <= weight <= 100
    assert wish_weight(score, receiver, sender) == weight
    assert wish_weight(min(100.0, score + 10), sender, receiver) >= weight
    assert wish_weight(score, min(3, sender + 1), receiver) >= weight


def test_scores_come_from_whoever_knows_them(agreed: MeetingRequest, event: Event) -> None:
    pair = ("galician-cluster", "nuevo-leon-cluster")
    problem = schedule_problem(event, scores=lambda pairs: {pair: 90.0} if pair in pairs else {})
    assert wish(problem, agreed).weight == wish_weight(90.0, 2, 2)
    assert wish(schedule_problem(event), agreed).weight == 51


# -- people


def test_people_and_their_times(agreed: MeetingRequest, event: Event, olga: User) -> None:
    anas = agreed.sender
    anas.parallel = 2
    anas.save()
    second = DelegateFactory(registration=anas)
    first, *_rest = anas.delegates.order_by("pk")
    one, two, three, *_others = event.slots.all()
    set_availability(first, unavailable=[one, two], actor=olga)
    set_availability(second, unavailable=[one], actor=olga)
    row = part(schedule_problem(event), anas)
    assert row.available == frozenset(slots(event)[1:])
    assert (row.parallel, row.parallel_in) == (2, {str(two.pk): 1})
    assert str(three.pk) in row.available


def test_nobody_comes_where_nobody_is_named(event: Event) -> None:
    registration = participant(event, "Basque", "eu", people=0)
    assert part(schedule_problem(event), registration).available == frozenset()


def test_caps_of_the_event_and_of_the_organisation(anas: Registration, event: Event) -> None:
    event.max_meetings = 5
    event.save()
    assert part(schedule_problem(event), anas).max_meetings == 5
    anas.max_meetings, anas.max_per_day = 3, 2
    anas.save()
    row = part(schedule_problem(event), anas)
    assert (row.max_meetings, row.max_per_day) == (3, 2)


# -- formats


@pytest.mark.parametrize(
    ("one", "other", "allowed"),
    [
        ([], [], 9),
        (["C2C"], [], 6),
        (["B2B"], ["B2B"], 3),
        (["C2C"], ["B2B"], 0),
        (["C2C", "B2B"], [], 9),
        (["C2C", "B2B"], ["B2B"], 3),
        (["C2C", "C2B"], [], 6),
        (["C2C", "C2B"], ["B2B", "C2B"], 0),
    ],
)
def test_formats_both_sides_want(
    agreed: MeetingRequest, event: Event, olga: User, one: list, other: list, allowed: int
) -> None:
    last = sure(event.slots.last())
    hour = dt.timedelta(hours=1)
    add_session(
        event,
        name="B2B",
        format="B2B",
        starts_at=last.ends_at,
        ends_at=last.ends_at + hour,
        actor=olga,
    )
    for side, formats in ((agreed.sender, one), (agreed.receiver, other)):
        side.formats = formats
        side.save()
    problem = schedule_problem(event)
    check_problem(problem)
    domain = Domains(problem).allowed(wish(problem, agreed))
    assert len(list(bits(domain))) == allowed


# -- hours on both continents


@pytest.fixture
def virtual(olga: User) -> Event:
    """Three mornings in Monterrey over the weekend in which only Europe changes its clocks."""
    event = EventFactory(
        time_zone="America/Monterrey",
        starts_on=dt.date(2031, 3, 29),
        ends_on=dt.date(2031, 3, 31),
        decent_from=dt.time(8),
        decent_until=dt.time(21),
    )
    TeamFactory(event=event, user=olga)
    for day in (29, 30, 31):
        start = dt.datetime(2031, 3, day, 11, tzinfo=event.zone)
        add_session(
            event,
            name=f"Day {day}",
            starts_at=start,
            ends_at=start + dt.timedelta(hours=4),
            slot_minutes=60,
            actor=olga,
        )
    return event


def remote(event: Event, zone: str, name: str = "Remote") -> Registration:
    """A remote participant in a zone."""
    registration = participant(event, name, "eu", attendance="remote")
    registration.organisation.time_zone = zone
    registration.organisation.save()
    return registration


def test_a_clock_change_during_the_event_is_resolved_by_date(virtual: Event) -> None:
    registration = remote(virtual, "Europe/Madrid")
    row = part(schedule_problem(virtual), registration)
    assert row.remote
    assert (row.decent_hours, row.utc_offset_minutes) == (None, None)
    ends = [
        slot.ends_at.astimezone(ZoneInfo("Europe/Madrid")).hour
        for slot in virtual.slots.all()
        if str(slot.pk) in row.available
    ]
    # Monterrey is 7 hours behind Madrid on Saturday and 8 from Sunday on.
    assert ends == [19, 20, 21, 20, 21, 20, 21]


@pytest.mark.parametrize(
    ("night", "clocks"),
    [
        (dt.date(2026, 3, 29), "01:00 CET, 01:30 CET, 03:00 CEST, 03:30 CEST"),
        (
            dt.date(2026, 10, 25),
            "01:00 CEST, 01:30 CEST, 02:00 CEST, 02:30 CEST, 02:00 CET, 02:30 CET, 03:00 CET, 03:30 CET",
        ),
        (dt.date(2026, 10, 26), "01:00 CET, 01:30 CET, 02:00 CET, 02:30 CET, 03:00 CET, 03:30 CET"),
    ],
)
def test_a_session_across_the_change_reaches_the_planner_whole(
    olga: User, night: dt.date, clocks: str
) -> None:
    madrid = ZoneInfo("Europe/Madrid")
    event = EventFactory(time_zone=str(madrid), starts_on=night, ends_on=night)
    TeamFactory(event=event, user=olga)
    start, end = (moment_in(madrid, dt.datetime.combine(night, dt.time(hour))) for hour in (1, 4))
    add_session(
        event,
        name="Night",
        starts_at=start,
        ends_at=end,
        slot_minutes=30,
        break_minutes=0,
        actor=olga,
    )

    TableFactory(event=event)
    agree(participant(event, "Ana", "eu"), participant(event, "Mateo", "mx"))

    # As the file of the problem carries it: the planner's own and everybody else's.
    problem = problem_from(problem_document(schedule_problem(event)))

    assert (
        ", ".join(f"{slot.start.astimezone(madrid):%H:%M %Z}" for slot in problem.slots) == clocks
    )
    # Subtracted in UTC: two moments of one zone would be subtracted as their clocks show them.
    times = [(slot.start.astimezone(dt.UTC), slot.end.astimezone(dt.UTC)) for slot in problem.slots]
    assert {last - first for first, last in times} == {dt.timedelta(minutes=30)}
    assert all(one[1] == two[0] for one, two in pairwise(times))
    assert (times[0][0], times[-1][1]) == (start, end)
    assert {slot.day for slot in problem.slots} == {night.isoformat()}


def test_one_offset_goes_to_the_planner_as_a_rule(virtual: Event) -> None:
    registration = remote(virtual, "America/Tijuana")
    row = part(schedule_problem(virtual), registration)
    assert (row.utc_offset_minutes, row.decent_hours) == (-420, ("08:00", "21:00"))
    assert len(row.available) == 12


def test_hours_bind_remote_participants_of_events_that_have_them(
    virtual: Event, event: Event
) -> None:
    on_site = participant(virtual, "On site", "eu")
    assert part(schedule_problem(virtual), on_site).decent_hours is None
    registration = remote(event, "Europe/Madrid")
    assert part(schedule_problem(event), registration).decent_hours is None


def test_a_zone_is_stated_or_follows_from_the_place(anas: Registration, event: Event) -> None:
    galician = anas.organisation
    assert str(zone_of(galician, event)) == "Europe/Madrid"  # its only country's
    galician.countries.add(CountryFactory(code="MX"))
    assert zone_of(galician, event) == event.zone
    galician.region = RegionFactory(code="ES70", time_zone="Atlantic/Canary")
    assert str(zone_of(galician, event)) == "Atlantic/Canary"
    galician.time_zone = "Europe/Lisbon"
    assert str(zone_of(galician, event)) == "Europe/Lisbon"


# -- tables, locks, what was


def test_tables_with_and_without_closed_slots(event: Event) -> None:
    one, other = event.tables.all()
    one.closed_slots.add(sure(event.slots.first()))
    tables = {table.id: table.slots for table in schedule_problem(event).tables}
    assert tables == {str(one.pk): frozenset(slots(event)[1:]), str(other.pk): None}


def test_by_video_when_one_side_is_remote(agreed: MeetingRequest, event: Event) -> None:
    assert wish(schedule_problem(event), agreed).needs_table
    agreed.receiver.attendance = "remote"
    agreed.receiver.save()
    assert not wish(schedule_problem(event), agreed).needs_table


def test_only_agreed_requests_of_accepted_participants_are_wishes(
    agreed: MeetingRequest, event: Event
) -> None:
    waits = agree(agreed.sender, participant(event, "Puebla", "mx"))
    waits.status = "sent"
    waits.save()
    left = agree(agreed.sender, participant(event, "Sonora", "mx", status="withdrawn"))
    wishes = {one.id for one in schedule_problem(event).wishes}
    assert wishes == {str(agreed.pk)}
    assert str(left.pk) not in wishes


def test_locks_of_draft_and_day_and_the_last_release(
    agreed: MeetingRequest, event: Event, olga: User
) -> None:
    other = agree(agreed.sender, participant(event, "Puebla", "mx"))
    publish(event, olga, (agreed, 0, 0))
    run = draft(event, (other, 1, 1), (agreed, 5, 1))
    run.meetings.update(is_locked=True)
    problem = schedule_problem(event, run=run)
    assert [(one.wish, one.slot) for one in problem.previous] == [(str(agreed.pk), slots(event)[0])]
    assert {one.wish: one.slot for one in problem.locks} == {
        str(other.pk): slots(event)[1],
        str(agreed.pk): slots(event)[5],
    }
    Meeting.objects.update(is_locked=True)  # the live schedule has the last word
    locks = {one.wish: one.slot for one in schedule_problem(event, run=run).locks}
    assert locks[str(agreed.pk)] == slots(event)[0]


def test_what_has_begun_is_fixed_and_takes_nothing_new(
    agreed: MeetingRequest, event: Event, olga: User
) -> None:
    other = agree(agreed.sender, participant(event, "Puebla", "mx"))
    publish(event, olga, (agreed, 0, 0), (other, 1, 0))
    first = sure(event.slots.first())
    problem = schedule_problem(event, now=first.starts_at)
    check_problem(problem)
    assert [(one.wish, one.slot) for one in problem.locks] == [(str(agreed.pk), str(first.pk))]
    assert str(first.pk) in part(problem, agreed.sender).available
    assert str(first.pk) not in part(problem, other.receiver).available
    Meeting.objects.filter(request=agreed).update(status=MeetingStatus.CANCELLED)
    assert schedule_problem(event, now=first.starts_at).locks == ()


def test_queries_do_not_grow_with_the_event(event: Event) -> None:
    counts = []
    for number in range(2):
        for name in range(1 + 4 * number):
            one = participant(event, f"EU {number}{name}", "eu")
            agree(one, participant(event, f"MX {number}{name}", "mx"))
        with CaptureQueriesContext(connection) as queries:
            schedule_problem(event)
        counts.append(len(queries))
    assert counts == [11, 11]


def test_days_are_the_events_own(event: Event) -> None:
    late = Slot.objects.create(
        event=event,
        session=event.sessions.get(),
        starts_at=dt.datetime(2031, 3, 11, 23, 30, tzinfo=event.zone),
        ends_at=dt.datetime(2031, 3, 11, 23, 50, tzinfo=event.zone),
    )
    days = {one.id: one.day for one in schedule_problem(event).slots}
    assert days[str(late.pk)] == "2031-03-11"


# -- every pair of zones of both sides

EUROPE = (
    "Atlantic/Azores", "Atlantic/Canary", "Europe/Lisbon", "Europe/Dublin", "Europe/Madrid", "Europe/Berlin",
    "Europe/Rome", "Europe/Warsaw", "Europe/Athens", "Europe/Helsinki", "Europe/Bucharest", "Asia/Nicosia",
)  # fmt: skip
MEXICO = (
    "America/Mexico_City", "America/Monterrey", "America/Merida", "America/Cancun", "America/Mazatlan",
    "America/Hermosillo", "America/Tijuana", "America/Ciudad_Juarez", "America/Ojinaga", "America/Matamoros",
    "America/Chihuahua", "America/Bahia_Banderas",
)  # fmt: skip
# Before the border cities change their clocks, between that and Europe's change, across it, after it.
DAYS = ((8, 9), (12, 16), (29, 9), (30, 0), (31, 11))


@pytest.mark.parametrize("zone", [*EUROPE, *MEXICO])
def test_decent_hours_hold_by_date_for_every_pair_of_zones(olga: User, zone: str) -> None:
    event = EventFactory(
        time_zone=zone,
        starts_on=dt.date(2031, 3, 8),
        ends_on=dt.date(2031, 3, 31),
        decent_from=dt.time(7),
        decent_until=dt.time(21),
    )
    TeamFactory(event=event, user=olga)
    for day, hour in DAYS:
        start = dt.datetime(2031, 3, day, hour, tzinfo=event.zone)
        end = (start.astimezone(dt.UTC) + dt.timedelta(hours=6)).astimezone(event.zone)
        add_session(event, name=f"{day}", starts_at=start, ends_at=end, slot_minutes=30, actor=olga)
    others = MEXICO if zone in EUROPE else EUROPE
    rows = {other: remote(event, other, other.replace("/", " ")) for other in others}
    problem = schedule_problem(event)
    slots = {slot.id: slot for slot in problem.slots}
    assert len(slots) == 12 * len(DAYS)
    for other, registration in rows.items():
        row = part(problem, registration)
        allowed = {key for key in row.available if is_decent(row, slots[key])}
        assert allowed == {key for key, slot in slots.items() if decent(slot, ZoneInfo(other))}


def decent(slot: Time, zone: ZoneInfo) -> bool:
    """Said anew: begins at seven or later, is over by nine in the evening, on one day."""
    start, end = slot.start.astimezone(zone), slot.end.astimezone(zone)
    in_time = start.time() >= dt.time(7) and end.time() <= dt.time(21)
    return start.date() == end.date() and in_time
