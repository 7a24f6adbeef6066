"""The list of events and the page of one."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from clusters.models import Organisation, User
from events.choices import EventStatus, RegistrationStatus
from events.models import Event, Registration
from matchmaking import actions
from tests.cast import EventFactory, OrganisationFactory, RegistrationFactory
from tests.participants import Visit


def test_running_events_come_before_those_that_are_over(db: None, client: Client) -> None:
    EventFactory(name="Past", slug="past", status=EventStatus.ARCHIVED)
    EventFactory(name="Open", slug="open", status=EventStatus.BOOKING)
    html = client.get("/events/").content.decode()
    assert html.index("Schedule published or running") < html.index(">Open<") < html.index("Over<")
    assert html.index("Over<") < html.index(">Past<")


def test_a_cancelled_event_is_marked_and_offers_nothing(
    db: None, ana: User, as_user: Visit
) -> None:
    EventFactory(name="Lost", slug="lost", status=EventStatus.CANCELLED)
    assert "cancelled" in as_user(ana).get("/events/").content.decode()
    html = as_user(ana).get("/events/lost/").content.decode()
    assert "This event was cancelled." in html
    assert "Next for you" not in html


def test_drafts_do_not_exist_for_strangers(
    event: Event, olga: User, ana: User, as_user: Visit
) -> None:
    event.status = EventStatus.DRAFT
    event.save()
    page = f"/events/{event.slug}/"
    assert Client().get(page).status_code == 404
    assert as_user(ana).get(page).status_code == 404
    assert event.name not in as_user(ana).get("/events/").content.decode()
    assert as_user(olga).get(page).status_code == 200
    assert "only the team sees these" in as_user(olga).get("/events/").content.decode()


def test_an_unknown_event_is_not_found(db: None, client: Client) -> None:
    assert client.get("/events/nothing/").status_code == 404


def test_the_report_s_event_keeps_both_statements_on_its_theme(
    report: None, client: Client
) -> None:
    html = client.get("/events/eu-mx-seminar-2016/").content.decode()
    assert "Two statements, both kept" in html
    left, right = html.split('<span class="dispute-mark"')
    assert "Renewable energy" in left
    assert "Waste" in right
    assert "October 2016" in html
    assert "2.2" in left
    assert "4.3" in right
    assert 'href="/about-the-data/#K01"' in html
    assert 'id="sources"' in html


def test_who_takes_part_is_counted_by_side_without_those_who_wait(
    event: Event, anas: Registration, carlas: Registration, client: Client
) -> None:
    RegistrationFactory(
        event=event,
        organisation=OrganisationFactory(name="Waiting cluster"),
        status=RegistrationStatus.APPLIED,
    )
    html = client.get(f"/events/{event.slug}/").content.decode()
    assert "2 organisations" in html
    assert "Galician cluster" in html
    assert "Waiting cluster" not in html


def test_times_show_the_event_s_clock_and_the_reader_s(
    event: Event, ana: User, as_user: Visit
) -> None:
    html = as_user(ana).get(f"/events/{event.slug}/").content.decode()
    assert ">09:00</time>" in html
    assert '16:00 <span class="own-place">Madrid</span>' in html
    assert "Madrid" not in Client().get(f"/events/{event.slug}/").content.decode()


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (RegistrationStatus.APPLIED, "The organisers have your application"),
        (RegistrationStatus.RESERVE, "reserve list"),
        (RegistrationStatus.REJECTED, "could not accept"),
        (RegistrationStatus.WITHDRAWN, "has withdrawn"),
        (RegistrationStatus.ACCEPTED, "Ask for meetings"),
    ],
)
def test_a_member_sees_the_one_next_thing(
    event: Event, anas: Registration, ana: User, as_user: Visit, status: str, words: str
) -> None:
    anas.status = status
    anas.save()
    assert words in as_user(ana).get(f"/events/{event.slug}/").content.decode()


@pytest.mark.parametrize(
    ("phase", "words"),
    [
        (EventStatus.PLANNING, "The organisers plan the meetings now"),
        (EventStatus.PUBLISHED, "holds no meeting of yours"),
        (EventStatus.LIVE, "holds no meeting of yours"),
        (EventStatus.CLOSED, "Say what came of your meetings"),
    ],
)
def test_the_next_thing_of_somebody_without_a_meeting(
    event: Event, anas: Registration, ana: User, as_user: Visit, phase: str, words: str
) -> None:
    Event.objects.filter(pk=event.pk).update(status=phase)
    assert words in as_user(ana).get(f"/events/{event.slug}/").content.decode()


def test_the_next_thing_follows_the_event(
    event: Event, galician: Organisation, ana: User, carla: User, as_user: Visit
) -> None:
    page = f"/events/{event.slug}/"
    assert "Apply" in as_user(ana).get(page).content.decode()
    event.apply_until = timezone.now() - dt.timedelta(days=1)
    event.save()
    assert "Applications are closed" in as_user(ana).get(page).content.decode()
    assert "Sign in as a representative" in Client().get(page).content.decode()


def test_waiting_requests_come_first_unless_they_are_set_aside(
    event: Event, anas: Registration, carlas: Registration, ana: User, carla: User, as_user: Visit
) -> None:
    actions.ask_for_meeting(anas, to=carlas, actor=ana)
    page = f"/events/{event.slug}/"
    assert "Others wait for your answer" in as_user(carla).get(page).content.decode()
    actions.exclude_organisation(
        carlas.organisation, other=anas.organisation, reason="competitor", until=None, actor=carla
    )
    assert "Others wait for your answer" not in as_user(carla).get(page).content.decode()


def test_somebody_who_acts_for_nobody_is_told_what_to_do(
    event: Event, clara: User, as_user: Visit
) -> None:
    html = as_user(clara).get(f"/events/{event.slug}/").content.decode()
    assert "Ask a colleague who does for an invitation" in html


@pytest.mark.parametrize("times", [1, 3])
def test_lists_take_the_same_queries_whatever_they_hold(
    event: Event, times: int, client: Client, django_assert_num_queries
) -> None:
    for number in range(times):
        RegistrationFactory(event=event)
        EventFactory(slug=f"more-{number}")
    with django_assert_num_queries(2):
        client.get("/events/")
    with django_assert_num_queries(8):
        client.get(f"/events/{event.slug}/")
