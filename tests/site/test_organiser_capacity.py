"""Before and after each change of the set-up Olga reads whether it holds the meetings; mistakes are told."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from clusters.models import User
from events import actions
from events.models import Event, Session, Slot
from matchmaking.models import Meeting
from matchmaking.reads.organiser.setup import video_hours
from tests.cast import RegistrationFactory
from tests.participants import Visit
from tests.pictures import png
from tests.sure import sure

HOME = "/organise/monterrey-2031/"
BEFORE = "Before: 12 expected meetings need 2 tables in 6 slots; you have 2."
AFTERNOON = {
    "name": "Afternoon", "format": "", "day": "2031-03-10", "start": "14:00", "end": "15:00",
    "slot_minutes": "20", "break_minutes": "0",
}  # fmt: skip


@pytest.fixture
def four(event: Event) -> Event:
    """Four applications: twelve meetings are to be expected, twelve places hold them."""
    for _n in range(4):
        RegistrationFactory(event=event)
    return event


def said(answer: Any) -> str:
    html: str = answer.content.decode()
    return html.replace("&#x27;", "'")


def test_every_change_says_what_it_does_to_the_check(
    four: Event, olga: User, as_user: Visit
) -> None:
    client = as_user(olga)
    table = sure(four.tables.last())
    where = reverse("organiser_table", args=[four.slug, table.pk])
    assert "12 expected meetings need 2 tables in 6 slots; you have 2." in said(client.get(where))
    html = said(client.post(where + "remove/", follow=True))
    now = "Now: 12 expected meetings need 2 tables in 6 slots; you have 1."
    assert f"{BEFORE} {now}" in html
    assert "notice-warn" in html
    html = said(client.post(HOME + "sessions/", AFTERNOON, follow=True))
    assert "in 9 slots; you have 1." in html
    data = {"count": "3", "prefix": "T", "kind": "table"}
    html = said(client.post(HOME + "tables/", data, follow=True))
    assert "you have 1. Now: 12 expected meetings need 2 tables in 9 slots; you have 4." in html
    session = four.sessions.get(name="Afternoon")
    page = reverse("organiser_session", args=[four.slug, session.pk])
    assert "in 9 slots; you have 4." in said(client.get(page))
    html = said(client.post(page, {**AFTERNOON, "end": "16:00"}, follow=True))
    assert "in 9 slots; you have 4. Now:" in html
    assert "in 12 slots; you have 4." in html
    html = said(client.post(page + "remove/", follow=True))
    assert "in 6 slots; you have 4." in html


def test_a_change_that_does_not_matter_says_nothing_of_it(
    four: Event, olga: User, as_user: Visit
) -> None:
    table = sure(four.tables.first())
    where = reverse("organiser_table", args=[four.slug, table.pk])
    html = said(as_user(olga).post(where, {"name": "Window", "kind": "table"}, follow=True))
    assert "Saved." in html
    assert "Before:" not in html


def test_closed_places_are_counted(four: Event, olga: User, as_user: Visit) -> None:
    table, slot = sure(four.tables.first()), sure(four.slots.first())
    where = reverse("organiser_table", args=[four.slug, table.pk])
    data = {"name": table.name, "kind": "table", "closed_slots": [slot.pk]}
    assert "1 place (a table in a slot) is closed." in said(
        as_user(olga).post(where, data, follow=True)
    )


def test_hours_for_video_are_shown_on_both_continents(
    event: Event, olga: User, as_user: Visit
) -> None:
    session = sure(event.sessions.first())
    page = said(as_user(olga).get(HOME + "setup/"))
    assert "Within the hours for video" not in page
    Event.objects.update(decent_from=dt.time(8), decent_until=dt.time(16, 40))
    event.refresh_from_db()
    slots = list(Slot.objects.filter(session=session))
    mexico, europe = video_hours(event, slots)
    assert (mexico.place, mexico.slots) == ("Mexico City", len(slots))
    assert (europe.place, europe.slots) == ("Madrid", 2)
    page = said(as_user(olga).get(HOME + "setup/"))
    assert "6 of 6 slots in Mexico City, 2 of 6 slots in Madrid." in page
    assert "Nobody meets by video" not in page
    Event.objects.update(decent_until=dt.time(12))
    page = said(as_user(olga).get(HOME + "setup/"))
    assert "0 of 6 slots in Madrid. Nobody meets by video from where no slot is left" in page


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"start": "10:00", "end": "11:00"}, "would overlap one of “"),
        ({"start": "15:00", "end": "14:00"}, "A session ends after it starts."),
        ({"day": "2031-03-20"}, "The event takes place from"),
        ({"end": "14:10"}, "No meeting fits into this session."),
    ],
)
def test_wrong_sessions_are_refused_beside_their_field(
    event: Event, olga: User, as_user: Visit, changes: dict[str, str], told: str
) -> None:
    answer = as_user(olga).post(HOME + "sessions/", {**AFTERNOON, **changes})
    assert answer.status_code == 400
    assert told in said(answer)
    assert Session.objects.count() == 1


def test_an_hour_that_the_clocks_skip_is_refused_and_one_that_comes_twice_is_the_first(
    event: Event, olga: User, as_user: Visit
) -> None:
    Session.objects.all().delete()
    Event.objects.update(
        time_zone="Europe/Madrid", starts_on=dt.date(2031, 3, 30), ends_on=dt.date(2031, 10, 26)
    )
    night = {**AFTERNOON, "day": "2031-03-30", "start": "02:30", "end": "05:00"}
    answer = as_user(olga).post(HOME + "sessions/", night)
    assert answer.status_code == 400
    assert "This time does not exist" in said(answer)
    as_user(olga).post(HOME + "sessions/", {**night, "start": "01:00"})
    # From one to five by the clock are three hours in spring, five in autumn.
    assert Slot.objects.count() == 9
    as_user(olga).post(HOME + "sessions/", {**night, "day": "2031-10-26", "start": "01:00"})
    assert Slot.objects.count() == 9 + 15


def test_a_table_with_meetings_stays_and_says_what_to_do(
    meeting: Meeting, olga: User, as_user: Visit
) -> None:
    table = sure(meeting.table)
    where = reverse("organiser_table_remove", args=[meeting.event.slug, table.pk])
    html = said(as_user(olga).post(where, follow=True))
    assert "Meetings stand at table T1" in html
    assert "Before:" not in html
    assert meeting.event.tables.filter(pk=table.pk).exists()


def test_a_calendar_names_the_hall(meeting: Meeting, olga: User, ana: User, as_user: Visit) -> None:
    hall = actions.add_floor_plan(meeting.event, name="Hall A", content=png(), actor=olga)
    actions.place_table(sure(meeting.table), plan=hall, x=0.5, y=0.5, actor=olga)
    text = as_user(ana).get("/agenda/monterrey-2031/calendar.ics").content.decode()
    assert "T1\\, Hall A" in text
