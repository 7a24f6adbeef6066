"""An event moves through its phases by its dates, when its organisers want that."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied

from clusters.models import User
from events import actions
from events.actions import timetable
from events.choices import EventStatus
from events.models import Event
from events.reads.timetable import due_phase, next_phase
from tests.refusals import refused

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("America/Monterrey")
DAY = dt.date(2031, 3, 10)


def noon(day: int) -> dt.datetime:
    return dt.datetime(2031, 3, day, 12, tzinfo=ZONE)


@pytest.fixture
def dated(event: Event) -> Event:
    """Applications until the 1st, requests until the 5th, the event on the 10th and 11th."""
    Event.objects.update(
        keeps_timetable=True,
        status=EventStatus.CALL,
        time_zone="America/Monterrey",
        apply_until=noon(1),
        ask_until=noon(5),
        starts_on=DAY,
        ends_on=DAY + dt.timedelta(days=1),
    )
    event.refresh_from_db()
    return event


def now_at(event: Event) -> str:
    event.refresh_from_db()
    return event.status


def test_requests_open_and_close_by_their_dates(dated: Event, system: User) -> None:
    early = noon(1) - dt.timedelta(seconds=1)
    assert actions.keep_timetable(dated, actor=system, now=early) == 0
    assert actions.keep_timetable(dated, actor=system, now=noon(1)) == 1
    assert now_at(dated) == EventStatus.BOOKING
    assert actions.keep_timetable(dated, actor=system, now=noon(2)) == 0
    assert actions.keep_timetable(dated, actor=system, now=noon(6)) == 1
    assert now_at(dated) == EventStatus.PLANNING
    # Publishing has no date: it comes with the first release.
    assert actions.keep_timetable(dated, actor=system, now=noon(12)) == 0


def test_the_event_begins_and_ends_at_midnight_of_its_own_clock(dated: Event, system: User) -> None:
    Event.objects.update(status=EventStatus.PUBLISHED)
    midnight = dt.datetime(2031, 3, 10, 6, tzinfo=dt.UTC)  # Monterrey is six hours behind
    second = dt.timedelta(seconds=1)
    assert actions.keep_timetable(dated, actor=system, now=midnight - second) == 0
    assert actions.keep_timetable(dated, actor=system, now=midnight) == 1
    assert now_at(dated) == EventStatus.LIVE
    over = midnight + dt.timedelta(days=2)
    assert actions.keep_timetable(dated, actor=system, now=over - second) == 0
    assert actions.keep_timetable(dated, actor=system, now=over) == 1
    assert now_at(dated) == EventStatus.CLOSED


def test_an_event_without_the_wish_stays(dated: Event, system: User) -> None:
    Event.objects.update(keeps_timetable=False)
    assert actions.keep_timetable(dated, actor=system, now=noon(12)) == 0


def test_without_a_date_nothing_is_due(dated: Event) -> None:
    dated.apply_until = dated.starts_on = None
    for status in (EventStatus.CALL, EventStatus.PUBLISHED, EventStatus.ARCHIVED):
        dated.status = status
        assert next_phase(dated) is None
        assert due_phase(dated, noon(12)) is None


def test_one_that_an_organiser_moved_meanwhile_waits_for_the_next_run(
    dated: Event, system: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timetable, "due_phase", lambda *_given: EventStatus.LIVE)
    with refused("state"):
        actions.move_event(dated, to=EventStatus.LIVE, actor=system)
    assert actions.keep_timetable(dated, actor=system) == 0
    assert now_at(dated) == EventStatus.CALL


def test_only_the_system_keeps_the_timetable(event: Event, olga: User) -> None:
    with pytest.raises(PermissionDenied):
        actions.keep_timetable(event, actor=olga)


def test_faults_are_the_systems_to_write(event: Event, system: User, olga: User) -> None:
    actions.note_fault(event, step="places", error="KeyError", actor=system)
    actions.note_fault(event, step="places", error="ValueError", actor=system)
    assert str(event.faults.get()) == "filling free places"
    assert event.faults.get().error == "ValueError"
    with pytest.raises(PermissionDenied):
        actions.note_fault(event, step="places", error="x", actor=olga)
