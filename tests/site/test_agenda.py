"""The agenda: a day of meetings, what happened in them, and its calendar."""

import datetime as dt
import re
from typing import Any

import icalendar
import pytest
from django.test import Client
from django.utils import timezone

from clusters.choices import Side
from clusters.models import Organisation, User
from events.choices import EventStatus
from events.models import Event, Registration, Slot
from matchmaking import actions
from matchmaking.choices import MeetingStatus
from matchmaking.models import CalendarFeed, Meeting, MeetingSeat, Release, ReleaseEntry
from matchmaking.reads.clocks import Clocks
from tests.cast import (
    DelegateFactory,
    OrganisationFactory,
    RegistrationFactory,
    RequestFactory,
    UserFactory,
)
from tests.participants import Visit, start_now

AGENDA = "/agenda/?event=monterrey-2031"
FILE = "/agenda/monterrey-2031/calendar.ics"


def entries(body: bytes) -> list[Any]:
    """The meetings of a calendar, parsed as calendars do."""
    calendar = icalendar.Calendar.from_ical(body)
    assert calendar["METHOD"] == "PUBLISH"
    return list(calendar.walk("VEVENT"))


def another_meeting(meeting: Meeting, *, slot: int, name: str = "Third cluster") -> Meeting:
    """One more meeting of Ana's, without a table."""
    mine = meeting.request.sender
    there = RegistrationFactory(
        event=meeting.event, organisation=OrganisationFactory(name=name, side=Side.MX)
    )
    request = RequestFactory(sender=mine, receiver=there, status="accepted")
    place = meeting.event.slots.all()[slot]
    row = Meeting.objects.create(event=meeting.event, request=request, slot=place)
    MeetingSeat.objects.create(meeting=row, slot=place, delegate=mine.delegates.get())
    return row


# -- the day


def test_the_day_shows_time_place_partner_and_reason_on_two_clocks(
    meeting: Meeting, ana: User, as_user: Visit
) -> None:
    html = as_user(ana).get(AGENDA).content.decode()
    assert "Monday 10 March" in html
    assert ">09:00</time>" in html
    assert "16:00" in html
    assert "Nuevo León cluster" in html
    assert ">T1<" in html.replace("\n", "")
    assert f'href="/requests/{meeting.request_id}/"' in html


def test_free_time_between_meetings_is_said(meeting: Meeting, ana: User, as_user: Visit) -> None:
    another_meeting(meeting, slot=3)
    html = as_user(ana).get(AGENDA).content.decode()
    assert "Free, until 10:00" in html
    assert "video" in html


def test_mine_and_the_organisation_s_differ(
    meeting: Meeting, ana: User, beto: User, as_user: Visit
) -> None:
    mine = as_user(beto).get(f"{AGENDA}&whose=mine").content.decode()
    assert "You have no meetings here" in mine
    ours = as_user(beto).get(AGENDA).content.decode()
    assert "Nuevo León cluster" in ours
    assert "Ana" in ours
    counts = re.findall(r'<span class="num">(\d+)</span></a>', ours)
    assert counts == ["0", "1"], "the switch says that a colleague has one"


def test_others_see_nothing_of_it(meeting: Meeting, clara: User, as_user: Visit) -> None:
    assert "Nuevo León" not in as_user(clara).get(AGENDA).content.decode()
    assert Client().get(AGENDA).status_code == 302


def test_each_empty_agenda_says_why(
    event: Event, anas: Registration, ana: User, carla: User, as_user: Visit
) -> None:
    assert "not published yet" in as_user(ana).get(AGENDA).content.decode()
    event.status = EventStatus.PUBLISHED
    event.save()
    assert "No meetings here" in as_user(ana).get(f"{AGENDA}&whose=organisation").content.decode()
    assert "You take part in no event yet" in as_user(carla).get("/agenda/").content.decode()


def test_unknown_event_day_and_view_fall_back(meeting: Meeting, ana: User, as_user: Visit) -> None:
    html = as_user(ana).get("/agenda/?event=nothing&day=1999-01-01&whose=x").content.decode()
    assert "Nuevo León cluster" in html


def test_a_cancelled_meeting_stays_and_is_struck_out(
    meeting: Meeting, ana: User, as_user: Visit
) -> None:
    actions.cancel_meeting(meeting, actor=ana)
    html = as_user(ana).get(f"{AGENDA}&whose=organisation").content.decode()
    assert re.search(r"<s><a[^>]*>Nuevo León cluster</a></s>", html)


def test_a_delegate_of_the_asked_side_sees_the_partner_of_a_cancelled_meeting(
    meeting: Meeting, carlas: Registration, ana: User, as_user: Visit
) -> None:
    """Delia acts for nobody; her seat is gone with the meeting."""
    delia = UserFactory(name="Delia")
    delegate = DelegateFactory(registration=carlas, user=delia)
    release = Release.objects.create(event=meeting.event, number=1, code="AAAA2222")
    ReleaseEntry.objects.create(
        release=release,
        request=meeting.request,
        slot=meeting.slot,
        table=meeting.table,
        delegate_ids=[delegate.pk],
    )
    actions.cancel_meeting(meeting, actor=ana)
    html = as_user(delia).get(AGENDA).content.decode()
    assert re.search(r"<s><a[^>]*>Galician cluster</a></s>", html)


# -- on the day


def test_now_and_next_on_the_day(meeting: Meeting, ana: User, as_user: Visit) -> None:
    now = timezone.now().replace(microsecond=0)
    start_now(meeting, minutes_ago=7, now=now)
    later = another_meeting(meeting, slot=3, name="Later cluster")
    Slot.objects.filter(pk=later.slot_id).update(
        starts_at=now + dt.timedelta(minutes=20), ends_at=now + dt.timedelta(minutes=40)
    )
    html = as_user(ana).get(AGENDA).content.decode()
    assert "13 min left" in html
    assert html.index('id="now"') < html.index("Nuevo León cluster")
    assert "They did not come" in html
    day = now.astimezone(meeting.event.zone).date()
    if (now + dt.timedelta(minutes=20)).astimezone(meeting.event.zone).date() == day:
        assert html.index('id="next"') < html.index("Later cluster")


def test_held_in_one_tap_and_corrected_in_another(
    meeting: Meeting, ana: User, nuevo_leon: Organisation, as_user: Visit
) -> None:
    start_now(meeting, minutes_ago=30, now=timezone.now())
    client = as_user(ana)
    response = client.post(f"/meetings/{meeting.pk}/held/", {"next": AGENDA})
    assert (response.status_code, response["Location"]) == (302, AGENDA)
    meeting.refresh_from_db()
    assert meeting.status == MeetingStatus.HELD
    assert "Correct: they did not come" in client.get(AGENDA).content.decode()
    client.post(f"/meetings/{meeting.pk}/missed/")
    meeting.refresh_from_db()
    assert (meeting.status, meeting.missed_by) == (MeetingStatus.MISSED, nuevo_leon)


def test_what_one_side_notes_the_other_can_correct(
    meeting: Meeting, ana: User, carla: User, as_user: Visit
) -> None:
    start_now(meeting, minutes_ago=30, now=timezone.now())
    as_user(ana).post(f"/meetings/{meeting.pk}/missed/")
    html = as_user(carla).get(AGENDA).content.decode()
    assert "noted: you did not come" in html
    as_user(carla).post(f"/meetings/{meeting.pk}/held/")
    meeting.refresh_from_db()
    assert meeting.status == MeetingStatus.HELD


def test_a_meeting_that_has_not_begun_is_not_marked(
    meeting: Meeting, ana: User, as_user: Visit
) -> None:
    assert f"/meetings/{meeting.pk}/held/" not in as_user(ana).get(AGENDA).content.decode()
    response = as_user(ana).post(f"/meetings/{meeting.pk}/held/")
    assert response.status_code == 409
    assert "has not begun" in response.content.decode()


def test_strangers_mark_nothing(meeting: Meeting, clara: User, as_user: Visit) -> None:
    assert as_user(clara).post(f"/meetings/{meeting.pk}/held/").status_code == 404
    assert as_user(clara).get(f"/meetings/{meeting.pk}/held/").status_code == 405


# -- calendar


def test_the_file_holds_my_meetings_in_utc(
    meeting: Meeting, ana: User, beto: User, as_user: Visit
) -> None:
    response = as_user(ana).get(FILE)
    assert response["Content-Type"].startswith("text/calendar")
    (entry,) = entries(response.content)
    assert str(entry["UID"]) == str(meeting.uid)
    assert entry["DTSTART"].dt == meeting.slot.starts_at
    assert b"DTSTART:20310310T150000Z" in response.content
    assert entry["STATUS"] == "CONFIRMED"
    assert entry["SEQUENCE"] == 0
    assert entry["LAST-MODIFIED"].dt == meeting.updated_at.replace(microsecond=0)
    assert entry["LOCATION"] == "T1"
    assert "Nuevo León cluster" in entry["SUMMARY"]
    assert not entries(as_user(beto).get(FILE).content)


def test_the_feed_opens_by_its_secret_until_it_is_revoked(
    meeting: Meeting, ana: User, as_user: Visit
) -> None:
    html = as_user(ana).post("/agenda/monterrey-2031/subscribe/").content.decode()
    (path,) = set(re.findall(r'value="http://testserver(/calendar/[^"]+\.ics)"', html))
    stranger = Client()
    assert len(entries(stranger.get(path).content)) == 1
    assert path not in as_user(ana).get(AGENDA).content.decode(), "a secret is shown once"
    as_user(ana).post("/agenda/monterrey-2031/unsubscribe/")
    assert stranger.get(path).status_code == 404
    assert stranger.get("/calendar/guessed.ics").status_code == 404
    assert as_user(ana).post("/agenda/monterrey-2031/unsubscribe/").status_code == 404


def test_a_new_address_stops_the_old_one(meeting: Meeting, ana: User) -> None:
    _feed, old = actions.create_feed(meeting.event, actor=ana)
    _feed, new = actions.create_feed(meeting.event, actor=ana)
    assert Client().get(f"/calendar/{old}.ics").status_code == 404
    assert Client().get(f"/calendar/{new}.ics").status_code == 200
    assert CalendarFeed.objects.count() == 1


def test_subscribers_learn_of_a_cancelled_meeting(meeting: Meeting, ana: User, carla: User) -> None:
    release = Release.objects.create(event=meeting.event, number=1, code="ABC")
    release.entries.create(
        request=meeting.request,
        slot=meeting.slot,
        table=meeting.table,
        delegate_ids=list(meeting.seats.values_list("delegate", flat=True)),
    )
    _feed, secret = actions.create_feed(meeting.event, actor=ana)
    actions.cancel_meeting(meeting, actor=carla)
    (entry,) = entries(Client().get(f"/calendar/{secret}.ics").content)
    assert (entry["STATUS"], entry["SEQUENCE"]) == ("CANCELLED", 1)
    assert str(entry["UID"]) == str(meeting.uid)


def test_a_meeting_handed_to_a_colleague_is_cancelled_in_my_calendar(
    meeting: Meeting, ana: User, beto: User
) -> None:
    release = Release.objects.create(event=meeting.event, number=1, code="ABC")
    seat = meeting.seats.get(delegate__user=ana)
    release.entries.create(
        request=meeting.request, slot=meeting.slot, delegate_ids=[seat.delegate_id]
    )
    colleague = DelegateFactory(registration=meeting.request.sender, name="Beto", user=beto)
    MeetingSeat.objects.filter(pk=seat.pk).update(delegate=colleague)
    (mine,) = entries(_feed_of(meeting.event, ana))
    (his,) = entries(_feed_of(meeting.event, beto))
    assert (mine["STATUS"], his["STATUS"]) == ("CANCELLED", "CONFIRMED")


def _feed_of(event: Event, user: User) -> bytes:
    _feed, secret = actions.create_feed(event, actor=user)
    return Client().get(f"/calendar/{secret}.ics").content


# -- two clocks


@pytest.mark.parametrize(
    ("day", "warns"),
    [
        (dt.date(2031, 3, 10), False),
        (dt.date(2031, 3, 27), True),  # Europe changes on 30 March, Mexico never
        (dt.date(2031, 4, 2), True),
        (dt.date(2031, 4, 14), False),
        (dt.date(2031, 10, 27), True),
    ],
)
def test_a_week_in_which_only_one_side_changes_its_clocks_is_pointed_out(
    day: dt.date, warns: bool
) -> None:
    assert bool(madrid_at("America/Mexico_City").warning(day)) is warns


def madrid_at(zone: str, day: dt.date = dt.date(2031, 3, 10)) -> Clocks:
    """The clocks of somebody in Madrid at an event in a zone, on a day."""
    return Clocks(zone, "there", "Europe/Madrid", "Madrid", (day,))


def test_two_zones_of_one_hour_are_one_clock() -> None:
    assert not madrid_at("Europe/Paris").is_two
    assert madrid_at("Europe/Lisbon").is_two
    # Algiers has no summer time, so that it shares Madrid's hours in winter alone.
    assert not madrid_at("Africa/Algiers", dt.date(2031, 1, 10)).is_two
    assert madrid_at("Africa/Algiers", dt.date(2031, 7, 10)).is_two


def test_the_warning_names_both_gaps() -> None:
    text = madrid_at("America/Mexico_City").warning(dt.date(2031, 3, 27))
    assert "+7" in text
    assert "+8" in text


@pytest.mark.parametrize("times", [1, 3])
def test_the_day_takes_the_same_queries_whatever_it_holds(
    meeting: Meeting, ana: User, as_user: Visit, times: int, django_assert_max_num_queries
) -> None:
    for number in range(times):
        another_meeting(meeting, slot=number + 1, name=f"Partner {number}")
    client = as_user(ana)
    client.get(AGENDA)
    with django_assert_max_num_queries(22):
        client.get(AGENDA)
