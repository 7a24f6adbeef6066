"""Olga reads what happened by itself, and when the next phase begins."""

import datetime as dt

import pghistory
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clusters.models import Message, User
from clusters.validators import Refused
from events import actions as event_actions
from events.choices import EventStatus
from events.models import Event, Registration
from matchmaking import actions, tasks
from matchmaking.models import MeetingRequest
from matchmaking.reads.organiser import diary
from tests.cast import EventFactory, OrganisationFactory, RegistrationFactory, RequestFactory
from tests.participants import Visit

pytestmark = pytest.mark.django_db
DIARY = "/organise/monterrey-2031/diary/"
CALL = "/organise/monterrey-2031/call/"


def read(as_user: Visit, user: User, path: str = DIARY) -> str:
    return as_user(user).get(path).content.decode()


def test_before_anything_happens_it_says_so(event: Event, olga: User, as_user: Visit) -> None:
    html = read(as_user, olga)
    assert "Nothing has happened by itself yet" in html
    assert "Let them follow the dates" in html


def test_everything_that_happened_stands_there(
    event: Event, olga: User, ana: User, carla: User, galician, nuevo_leon, as_user: Visit
) -> None:
    sender = RegistrationFactory(event=event, organisation=galician)
    receiver = RegistrationFactory(event=event, organisation=nuevo_leon)
    overdue = RequestFactory(sender=sender, receiver=receiver)
    soon = timezone.now() + dt.timedelta(hours=1)
    MeetingRequest.objects.update(sent_at=soon - dt.timedelta(days=9), answer_by=soon)
    tasks.tend_requests.func(0)
    MeetingRequest.objects.update(answer_by=overdue.sent_at)
    tasks.tend_requests.func(0)
    RegistrationFactory(
        event=event, organisation=OrganisationFactory(name="Puebla", side="mx"), status="reserve"
    )
    Event.objects.update(
        places_mx=5, keeps_timetable=True, ask_until=timezone.now() + dt.timedelta(days=3)
    )
    tasks.tend_events.func(0)
    html = read(as_user, olga)
    assert "Carla was reminded to answer a request." in html
    assert "ended without an answer" in html
    assert "Puebla moved up from the reserve list." in html
    assert "Next:" in html
    Event.objects.update(ask_until=timezone.now())
    tasks.tend_events.func(0)
    assert "The event moved on: planning." in read(as_user, olga)


def test_a_walk_in_did_not_move_up(event: Event, olga: User, as_user: Visit) -> None:
    Event.objects.update(status=EventStatus.LIVE)
    form = {"name": "Quite new", "kind": "company", "side": "mx", "person": "Wanda"}
    form["email"] = "wanda@new.example"
    answer = as_user(olga).post("/organise/monterrey-2031/day/walk-in/", form)
    assert answer.status_code == 302
    assert "moved up" not in read(as_user, olga)


def test_a_mail_that_failed_is_marked(
    event: Event, olga: User, carla: User, nuevo_leon, as_user: Visit, system: User
) -> None:
    request = RequestFactory(
        sender=RegistrationFactory(event=event),
        receiver=RegistrationFactory(event=event, organisation=nuevo_leon),
    )
    soon = timezone.now() + dt.timedelta(hours=1)
    MeetingRequest.objects.update(sent_at=soon - dt.timedelta(days=9), answer_by=soon)
    actions.remind_of_requests(actor=system)
    Message.objects.update(state="failed")
    assert "failed" in read(as_user, olga)
    assert request.event == event


def test_what_people_did_is_no_entry(event: Event, olga: User, as_user: Visit) -> None:
    event_actions.move_event(event, to=EventStatus.PLANNING, actor=olga)
    assert "The event moved on" not in read(as_user, olga)


def test_what_the_platform_makes_or_saves_is_no_move(
    system: User, olga: User, as_user: Visit
) -> None:
    values = {"name": "Puebla 2032", "slug": "puebla-2032"}
    event = event_actions.create_event(values=values, actor=system)
    event_actions.set_team_member(event, user=olga, role="owner", actor=system)
    with pghistory.context(user=olga.pk, action="move_event"):
        Event.objects.filter(pk=event.pk).update(status=EventStatus.CALL)
    event_actions.change_event(event, values={"city": "Puebla"}, actor=system)
    assert "The event moved on" not in read(as_user, olga, "/organise/puebla-2032/diary/")


def test_one_events_fault_stops_no_other_and_stands_in_its_diary(
    event: Event, olga: User, as_user: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = EventFactory(slug="puebla-2032", status=EventStatus.BOOKING)
    done = event_actions.fill_places
    Event.objects.update(fills_places=True, places_mx=1)
    for one in (event, other):
        RegistrationFactory(event=one, organisation__side="mx", status="reserve")

    def fails(one: Event, *, actor: User) -> int:
        if one == event:
            raise KeyError("olga@events.example")
        return done(one, actor=actor)

    monkeypatch.setattr(event_actions, "fill_places", fails)
    tasks.tend_events.func(0)
    tasks.tend_events.func(0)
    assert [
        Registration.objects.accepted().filter(event=one).count() for one in (event, other)
    ] == [0, 1]
    html = read(as_user, olga)
    assert html.count("A step failed: filling free places (KeyError).") == 1
    assert "events.example" not in html.split("<main")[1]


def test_who_holds_an_event_at_the_moment_is_no_fault(
    event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_one: Event, *, actor: User) -> int:
        raise Refused("busy", code="busy")

    Event.objects.update(fills_places=True)
    monkeypatch.setattr(event_actions, "fill_places", busy)
    tasks.tend_events.func(0)
    assert not event.faults.exists()


def test_it_asks_the_database_as_often_however_much_happened(
    event: Event, olga: User, system: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reserve(number: int) -> None:
        for _one in range(number):
            RegistrationFactory(event=event, organisation__side="mx", status="reserve")
        Event.objects.update(places_mx=50)
        event_actions.fill_places(event, actor=system)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            diary.diary_page(event, olga)
        return len(captured)

    reserve(1)
    few = queries()
    reserve(8)
    assert queries() == few
    monkeypatch.setattr(diary, "SHOWN", 3)
    page = diary.diary_page(event, olga)
    assert (len(page.entries), page.is_cut) == (3, True)


def test_the_reserve_list_is_shown_in_its_order(event: Event, olga: User, as_user: Visit) -> None:
    now = timezone.now()
    for name, days in (("Late", 1), ("Early", 9)):
        RegistrationFactory(
            event=event,
            organisation=OrganisationFactory(name=name, side="mx"),
            status="reserve",
            decided_at=now - dt.timedelta(days=days),
        )
    Event.objects.update(places_mx=2)
    html = read(as_user, olga, CALL + "?status=reserve")
    assert html.index(">Early<") < html.index(">Late<")
    assert "<b>2</b> of 2 free" in html
    assert "waits longest" in html
    Event.objects.update(fills_places=False)
    assert "You fill free places by hand" in read(as_user, olga, CALL)


def test_ana_sees_her_number_in_line(event: Event, ana: User, galician, as_user: Visit) -> None:
    RegistrationFactory(event=event, organisation=galician, status="reserve")
    html = read(as_user, ana, "/events/monterrey-2031/registration/")
    assert "number 1 in line" in html
