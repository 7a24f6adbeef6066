"""Setting up an event: fields, phases, sessions on the clock, tables."""

import datetime as dt
from itertools import pairwise, product
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from clusters.models import Organisation, User
from clusters.validators import Refused
from events import actions
from events.choices import EVENT_MOVES, EventStatus, TableKind, TeamRole
from events.models import Event, Session, Slot, Table
from events.validators import moment_in, slot_times
from matchmaking.models import DraftMeeting, Meeting, Release, ScheduleRun, TableUse
from tests.cast import (
    FIRST_DAY,
    EventFactory,
    OrganisationFactory,
    RegistrationFactory,
    RequestFactory,
    SessionFactory,
    TableFactory,
    TeamFactory,
    at,
)
from tests.refusals import refused
from tests.sure import sure

pytestmark = pytest.mark.django_db


@pytest.fixture
def bare(olga: User) -> Event:
    """Olga's event without sessions and tables."""
    event = EventFactory(slug="puebla-2031", status=EventStatus.DRAFT)
    TeamFactory(event=event, user=olga, role=TeamRole.OWNER)
    return event


@pytest.fixture
def drafted(event: Event) -> DraftMeeting:
    """A draft that has a meeting in the first slot, at the first table."""
    request = RequestFactory(
        sender=RegistrationFactory(event=event), receiver=RegistrationFactory(event=event)
    )
    return DraftMeeting.objects.create(
        run=ScheduleRun.objects.create(event=event),
        request=request,
        slot=sure(event.slots.first()),
        table=event.tables.first(),
    )


# -- events


def test_whoever_edits_a_listed_organisation_can_start_an_event(
    ana: User, galician: Organisation
) -> None:
    values = {"name": "Día de socios en Vigo", "starts_on": FIRST_DAY, "ends_on": FIRST_DAY}
    event = actions.create_event(values={**values, "organisers": [galician]}, actor=ana)
    assert (event.slug, event.status) == ("dia-de-socios-en-vigo", EventStatus.DRAFT)
    assert list(event.organisers.all()) == [galician]
    assert event.team.get().role == TeamRole.OWNER


def test_two_events_of_one_name_get_two_addresses(clara: User) -> None:
    slugs = [actions.create_event(values={"name": "B2B day"}, actor=clara).slug for _n in range(3)]
    assert slugs == ["b2b-day", "b2b-day-2", "b2b-day-3"]
    assert actions.create_event(values={"name": "¿?"}, actor=clara).slug == "event"


def test_the_system_starts_an_event_without_a_team(system: User) -> None:
    assert not actions.create_event(
        values={"name": "Demo"}, actor=system, is_demo=True
    ).team.exists()


def test_a_member_cannot_start_an_event(beto: User) -> None:
    with pytest.raises(PermissionDenied):
        actions.create_event(values={"name": "B2B day"}, actor=beto)


def test_who_organises_one_event_can_start_another(olga: User, event: Event) -> None:
    assert actions.create_event(values={"name": "Next year"}, actor=olga).pk


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("name", {"name": ""}),
        ("slug", {"slug": "No Slug"}),
        ("slug", {"slug": "monterrey-2031"}),
        ("time_zone", {"time_zone": "Mexico/Monterrey"}),
        ("ends_on", {"starts_on": dt.date(2031, 3, 2), "ends_on": dt.date(2031, 3, 1)}),
        ("decent_until", {"decent_from": dt.time(7)}),
        ("decent_until", {"decent_from": dt.time(20), "decent_until": dt.time(7)}),
        ("request_quota", {"request_quota": 0}),
        ("description", {"description": "a\u202eb"}),
        ("__all__", {"status": EventStatus.LIVE}),
    ],
)
def test_wrong_fields_are_named(clara: User, event: Event, field: str, values: dict) -> None:
    with pytest.raises(ValidationError) as caught:
        actions.create_event(values={"name": "Another", **values}, actor=clara)
    assert field in getattr(caught.value, "error_dict", {"__all__": []})


def test_the_owner_changes_fields_and_organisers(
    olga: User, event: Event, galician: Organisation
) -> None:
    actions.change_event(event, values={"city": " Puebla ", "organisers": [galician]}, actor=olga)
    event.refresh_from_db()
    assert event.city == "Puebla"
    assert event.organisers.get() == galician


def test_two_editors_at_once_lose_nothing(olga: User, event: Event) -> None:
    seen = event.updated_at
    actions.change_event(event, values={"city": "Puebla"}, actor=olga, seen_at=seen)
    with refused("stale"):
        actions.change_event(event, values={"city": "León"}, actor=olga, seen_at=seen)
    event.refresh_from_db()
    assert event.city == "Puebla"


def test_a_planner_sets_up_but_does_not_change_the_event(event: Event, ana: User) -> None:
    TeamFactory(event=event, user=ana, role=TeamRole.PLANNER)
    assert actions.add_tables(event, count=1, actor=ana)
    with pytest.raises(PermissionDenied):
        actions.change_event(event, values={"city": "Vigo"}, actor=ana)


def test_sessions_keep_an_event_on_its_days_and_in_its_zone(olga: User, event: Event) -> None:
    with refused("outside_days"):
        later = FIRST_DAY + dt.timedelta(days=1)
        actions.change_event(event, values={"starts_on": later}, actor=olga)
    with refused("zone_with_sessions"):
        actions.change_event(event, values={"time_zone": "Europe/Madrid"}, actor=olga)


# -- phases


@pytest.mark.parametrize(("now", "to"), list(product(EventStatus, EventStatus)))
def test_an_event_moves_along_its_table_only(olga: User, event: Event, now: str, to: str) -> None:
    event.status = now
    event.save()
    Release.objects.create(event=event, number=1, code="ABC")
    if to in EVENT_MOVES[now] - {EventStatus.CANCELLED}:
        assert actions.move_event(event, to=to, actor=olga).status == to
    else:
        with refused("state"):
            actions.move_event(event, to=to, actor=olga)


def test_an_unknown_phase_is_refused(olga: User, event: Event) -> None:
    with refused("state"):
        actions.move_event(event, to="party", actor=olga)


def test_a_call_needs_days_and_a_schedule_a_release(olga: User, bare: Event) -> None:
    bare.starts_on = None
    bare.save()
    with refused("no_days"):
        actions.move_event(bare, to=EventStatus.CALL, actor=olga)
    bare.status = EventStatus.PLANNING
    bare.save()
    with refused("no_release"):
        actions.move_event(bare, to=EventStatus.PUBLISHED, actor=olga)


# -- sessions


def add(event: Event, actor: User, start: dt.datetime, end: dt.datetime, **fields) -> Session:
    fields = {"name": "Session", "slot_minutes": 20, **fields}
    return actions.add_session(event, starts_at=start, ends_at=end, actor=actor, **fields)


def test_a_session_is_cut_into_slots_with_breaks(olga: User, bare: Event) -> None:
    session = add(bare, olga, at(9), at(10, 30), break_minutes=5)
    starts = [slot.starts_at.astimezone(bare.zone) for slot in session.slots.all()]
    assert [f"{start:%H:%M}" for start in starts] == ["09:00", "09:25", "09:50"]
    assert {slot.event for slot in session.slots.all()} == {bare}


@pytest.mark.parametrize(
    ("night", "zone", "hours"),
    [
        (dt.date(2031, 3, 30), "Europe/Madrid", 4),  # clocks go from 2 to 3
        (dt.date(2031, 10, 26), "Europe/Madrid", 6),  # clocks go from 3 to 2
        (dt.date(2031, 3, 9), "America/Tijuana", 4),
        (dt.date(2031, 3, 9), "America/Mexico_City", 5),  # no change since 2022
    ],
)
def test_a_clock_change_neither_loses_nor_doubles_a_slot(
    olga: User, night: dt.date, zone: str, hours: int
) -> None:
    event = EventFactory(time_zone=zone, starts_on=night, ends_on=night)
    TeamFactory(event=event, user=olga)
    start, end = (
        moment_in(event.zone, dt.datetime.combine(night, dt.time(hour))) for hour in (0, 5)
    )
    session = add(event, olga, start, end, slot_minutes=30)
    slots = list(session.slots.all())
    assert len(slots) == hours * 2
    assert {slot.ends_at - slot.starts_at for slot in slots} == {dt.timedelta(minutes=30)}
    assert all(one.ends_at == two.starts_at for one, two in pairwise(slots))


def test_slot_times_walk_the_time_line_even_from_local_times() -> None:
    madrid = ZoneInfo("Europe/Madrid")
    start = dt.datetime(2031, 10, 26, 1, 30, tzinfo=madrid)
    end = dt.datetime(2031, 10, 26, 3, 30, tzinfo=madrid)
    assert len(slot_times(start, end, slot_minutes=60, break_minutes=0)) == 3


def test_a_time_that_the_clock_skips_does_not_exist() -> None:
    madrid = ZoneInfo("Europe/Madrid")
    with pytest.raises(ValidationError) as caught:
        moment_in(madrid, dt.datetime.fromisoformat("2031-03-30T02:30"))
    assert caught.value.code == "skipped_time"
    twice = moment_in(madrid, dt.datetime.fromisoformat("2031-10-26T02:30").replace(fold=1))
    assert twice == dt.datetime(2031, 10, 26, 0, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("ends_at", {"end": at(9)}),
        ("ends_at", {"end": at(8)}),
        ("ends_at", {"end": at(9, 10)}),
        ("slot_minutes", {"slot_minutes": 4}),
        ("slot_minutes", {"slot_minutes": 181}),
        ("break_minutes", {"break_minutes": 121}),
        ("name", {"name": " "}),
        ("format", {"format": "D2D"}),
    ],
)
def test_a_session_without_sense_is_named(
    olga: User, bare: Event, field: str, fields: dict
) -> None:
    fields = {"start": at(9), "end": at(11), **fields}
    with pytest.raises(ValidationError) as caught:
        add(bare, olga, **fields)
    assert list(caught.value.error_dict) == [field]
    assert not Session.objects.exists()


def test_a_session_stays_on_the_days_of_its_event(olga: User, bare: Event) -> None:
    for start, end in [
        (at(9, day=dt.date(2031, 3, 9)), at(11, day=dt.date(2031, 3, 9))),
        (at(23, day=dt.date(2031, 3, 11)), at(1, day=dt.date(2031, 3, 12))),
    ]:
        with refused("outside_days"):
            add(bare, olga, start, end)
    assert add(bare, olga, at(22, day=dt.date(2031, 3, 11)), at(0, day=dt.date(2031, 3, 12)))
    bare.ends_on = None
    bare.save()
    with refused("no_days"):
        add(bare, olga, at(9), at(10))


def test_sessions_do_not_overlap(olga: User, event: Event, bare: Event) -> None:
    with refused("overlap") as refusal:
        add(event, olga, at(10, 50), at(12))
    assert "10:50" in refusal.text
    assert "Morning" in refusal.text
    assert add(event, olga, at(11), at(12))
    assert add(bare, olga, at(10, 50), at(12))


def test_a_session_that_moves_keeps_what_it_can(olga: User, event: Event) -> None:
    session = event.sessions.get()
    before = {slot.starts_at: slot.pk for slot in session.slots.all()}
    actions.change_session(session, values={"ends_at": at(10), "name": "Early"}, actor=olga)
    after = {slot.starts_at: slot.pk for slot in session.slots.all()}
    assert len(after) == 3
    assert after.items() <= before.items()
    assert event.sessions.get().name == "Early"


def test_slots_with_meetings_stay(olga: User, event: Event, drafted: DraftMeeting) -> None:
    session = event.sessions.get()
    for values in ({"starts_at": at(9, 20)}, {"format": "B2B"}):
        with refused("slots_in_use"):
            actions.change_session(session, values=values, actor=olga)
    with refused("slots_in_use"):
        actions.remove_session(session, actor=olga)
    actions.change_session(session, values={"ends_at": at(10), "name": "Early"}, actor=olga)
    drafted.run.delete()
    actions.remove_session(session, actor=olga)
    assert not Slot.objects.filter(event=event).exists()


def test_a_session_that_somebody_removed_is_gone(olga: User, event: Event) -> None:
    session = event.sessions.get()
    actions.remove_session(Session.objects.get(pk=session.pk), actor=olga)
    with refused("gone"):
        actions.change_session(session, values={"name": "Late"}, actor=olga)


def test_an_outsider_sets_nothing_up(ana: User, event: Event) -> None:
    session, table = event.sessions.get(), sure(event.tables.first())
    for attempt in (
        lambda: add(event, ana, at(12), at(13)),
        lambda: actions.change_session(session, values={"name": "Late"}, actor=ana),
        lambda: actions.remove_session(session, actor=ana),
        lambda: actions.add_tables(event, count=1, actor=ana),
        lambda: actions.change_table(table, name="T9", actor=ana),
        lambda: actions.remove_table(table, actor=ana),
    ):
        with pytest.raises(PermissionDenied):
            attempt()


# -- tables


def test_tables_are_numbered_on(olga: User, event: Event) -> None:
    TableFactory(event=event, name="Terrace")
    added = actions.add_tables(event, count=2, actor=olga)
    booths = actions.add_tables(event, count=1, prefix="Booth ", kind=TableKind.BOOTH, actor=olga)
    assert [table.name for table in [*added, *booths]] == ["T3", "T4", "Booth 1"]
    assert [table.position for table in [*added, *booths]] == [3, 4, 5]


@pytest.mark.parametrize("count", [0, -1, 499])
def test_an_event_has_some_tables_but_not_thousands(olga: User, event: Event, count: int) -> None:
    with pytest.raises(ValidationError):
        actions.add_tables(event, count=count, actor=olga)
    assert event.tables.count() == 2


def test_a_table_gets_another_name_and_closes(olga: User, event: Event) -> None:
    table, other = event.tables.all()
    slot = sure(event.slots.first())
    actions.change_table(table, name="Window", kind="booth", closed_slots=[slot], actor=olga)
    table.refresh_from_db()
    assert (table.name, table.kind, table.closed_slots.get()) == ("Window", "booth", slot)
    with pytest.raises(ValidationError):
        actions.change_table(other, name="Window", actor=olga)
    foreign = SessionFactory().event.slots.create(
        session=SessionFactory(), starts_at=at(9), ends_at=at(10)
    )
    with pytest.raises(ValidationError):
        actions.change_table(other, closed_slots=[foreign], actor=olga)


def test_a_table_does_not_close_over_a_meeting(
    olga: User, event: Event, drafted: DraftMeeting
) -> None:
    slot, table = drafted.slot, sure(drafted.table)
    meeting = Meeting.objects.create(event=event, request=drafted.request, slot=slot, table=table)
    TableUse.objects.create(meeting=meeting, slot=slot, table=table)
    with refused("table_in_use"):
        actions.change_table(table, closed_slots=[slot], actor=olga)
    assert actions.change_table(table, name="Window", actor=olga).name == "Window"


def test_a_table_with_meetings_stays(olga: User, event: Event, drafted: DraftMeeting) -> None:
    table, free = event.tables.all()
    with refused("table_in_use"):
        actions.remove_table(table, actor=olga)
    actions.remove_table(free, actor=olga)
    assert Table.objects.get(event=event) == table


# -- team


def test_the_last_owner_stays(olga: User, ana: User, event: Event) -> None:
    with refused("last_owner"):
        actions.set_team_member(event, user=olga, role=TeamRole.VIEWER, actor=olga)
    with refused("last_owner"):
        actions.remove_team_member(event, user=olga, actor=olga)
    actions.set_team_member(event, user=ana, role=TeamRole.OWNER, actor=olga)
    actions.set_team_member(event, user=olga, role=TeamRole.FRONT_DESK, actor=olga)
    assert dict(event.team.values_list("user__name", "role")) == {
        "Olga": TeamRole.FRONT_DESK,
        "Ana": TeamRole.OWNER,
    }
    actions.remove_team_member(event, user=olga, actor=ana)
    actions.remove_team_member(event, user=olga, actor=ana)
    assert event.team.get().user == ana


def test_only_owners_choose_the_team(ana: User, olga: User, event: Event) -> None:
    TeamFactory(event=event, user=ana, role=TeamRole.PLANNER)
    with pytest.raises(PermissionDenied):
        actions.set_team_member(event, user=ana, role=TeamRole.OWNER, actor=ana)
    with pytest.raises(PermissionDenied):
        actions.remove_team_member(event, user=olga, actor=ana)
    with pytest.raises(ValidationError):
        actions.set_team_member(event, user=ana, role="king", actor=olga)
    assert not isinstance(Refused("x", code="y"), PermissionDenied)


def test_organisers_are_listed_with_the_event(event: Event) -> None:
    organisation = OrganisationFactory()
    event.organisers.add(organisation)
    assert organisation.organised_events.get() == event
