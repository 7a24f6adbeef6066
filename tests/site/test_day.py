"""The day on its pages: the front desk, badges, walk-ins, offers, late partners, the big screen."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from clusters.models import Organisation, User
from events.choices import EventStatus, TeamRole
from events.models import Delegate, Event, Registration, Slot
from matchmaking import actions, tasks
from matchmaking.choices import MeetingStatus, OfferStatus
from matchmaking.models import CheckIn, DaySettings, Lateness, Meeting, MeetingRequest, StandbyOffer
from matchmaking.reads.organiser.arrivals import badge_path, person_page
from matchmaking.reads.organiser.day import day_page
from matchmaking.reads.screen import screen_page
from tests.cast import CountryFactory, DelegateFactory, OrganisationFactory, TeamFactory
from tests.matchmaking.stories import agree, participant
from tests.participants import Visit, start_now
from tests.sure import sure

pytestmark = pytest.mark.django_db
DAY = "/organise/monterrey-2031/day/"


@pytest.fixture
def live(meeting: Meeting) -> Meeting:
    """Ana's and Carla's meeting began five minutes ago."""
    Event.objects.filter(pk=meeting.event_id).update(status=EventStatus.LIVE)
    start_now(meeting, minutes_ago=5, now=timezone.now())
    return Meeting.objects.get(pk=meeting.pk)


@pytest.fixture
def desk(event: Event) -> User:
    """Works at the front desk."""
    return TeamFactory(event=event, role=TeamRole.FRONT_DESK, user__name="Desk").user


@pytest.fixture
def waiting(live: Meeting) -> MeetingRequest:
    """Puebla and Vigo agreed to meet and have no place."""
    return agree(participant(live.event, "Vigo", "eu"), participant(live.event, "Puebla", "mx"))


def text(client: Client, address: str, **data: str) -> str:
    response = client.get(address, data)
    assert response.status_code == 200
    return response.content.decode()


# -- the front desk


def test_the_desk_sees_now_by_table_and_marks_in_one_tap(
    live: Meeting, desk: User, as_user: Visit
) -> None:
    browser = as_user(desk)
    html = text(browser, DAY)
    assert ">T1" in html.replace("\n", "")
    for words in ("Galician cluster", "Nuevo León cluster", "Held", "Missing", "Late"):
        assert words in html
    browser.post(f"/meetings/{live.pk}/held/", {"next": DAY})
    live.refresh_from_db()
    assert live.status == MeetingStatus.HELD
    assert "Undo" in text(browser, DAY)
    browser.post(f"/meetings/{live.pk}/unmark/", {"next": DAY})
    live.refresh_from_db()
    assert live.status == MeetingStatus.CONFIRMED


@pytest.mark.parametrize("absent", ["galician-cluster", "nuevo-leon-cluster"])
def test_the_desk_says_who_did_not_come(
    live: Meeting, desk: User, as_user: Visit, absent: str
) -> None:
    browser = as_user(desk)
    assert browser.post(f"/meetings/{live.pk}/missed/").status_code == 400
    browser.post(f"/meetings/{live.pk}/missed/", {"by": absent})
    live.refresh_from_db()
    assert sure(live.missed_by).slug == absent
    assert "did not come" in text(browser, DAY)


def test_the_desk_notes_who_is_late(live: Meeting, desk: User, as_user: Visit) -> None:
    browser = as_user(desk)
    address = f"/meetings/{live.pk}/late/?minutes=5"
    browser.post(address, {"by": "galician-cluster"})
    assert Lateness.objects.get().minutes == 5
    assert "5 min late" in text(browser, DAY)
    browser.post(f"/meetings/{live.pk}/late/?minutes=0", {"by": "galician-cluster"})
    assert not Lateness.objects.exists()
    assert browser.post(f"/meetings/{live.pk}/late/", {"by": "galician-cluster"}).status_code == 400


def test_a_viewer_looks_on(live: Meeting, event: Event, as_user: Visit) -> None:
    viewer = TeamFactory(event=event, role=TeamRole.VIEWER).user
    browser = as_user(viewer)
    html = text(browser, DAY)
    assert "Galician cluster" in html
    assert f"/meetings/{live.pk}/held/" not in html
    assert browser.get(f"{DAY}walk-in/").status_code == 403
    assert browser.post(f"/meetings/{live.pk}/held/").status_code == 403


def test_htmx_asks_for_the_part_that_changes(live: Meeting, desk: User, as_user: Visit) -> None:
    part = as_user(desk).get(DAY, headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith("<div")
    assert "every 15s" in part


def test_before_now_after(live: Meeting, olga: User) -> None:
    """The clock of the page may be any."""
    event, slot = live.event, Slot.objects.get(pk=live.slot_id)
    early = day_page(event, olga, now=slot.starts_at - dt.timedelta(minutes=10))
    assert early.now is None
    assert [one.meeting for one in sure(early.next).meetings] == [live]
    inside = day_page(event, olga, now=slot.starts_at)
    assert [one.meeting for one in sure(inside.now).meetings] == [live]
    assert [table.name for table in sure(inside.now).free] == ["T2"]
    late = day_page(event, olga, now=slot.ends_at)
    assert late.now is None
    assert [one.meeting for one in late.unmarked] == [live]


def test_who_is_missing_is_named_once_people_arrive(
    live: Meeting, desk: User, as_user: Visit, delegates: list[Delegate]
) -> None:
    browser = as_user(desk)
    assert "Missing now" not in text(browser, DAY)
    actions.check_in(delegates[0], actor=desk)
    page = day_page(live.event, desk)
    assert [one.delegate for one in page.missing] == [delegates[1]]
    assert (page.arrived, page.expected) == (1, 2)
    html = text(browser, DAY)
    assert "Missing now" in html
    assert "of 2 people arrived" in html


def test_on_the_evening_before_nobody_is_missing(
    live: Meeting, desk: User, delegates: list[Delegate]
) -> None:
    actions.check_in(delegates[0], actor=desk)
    early = Slot.objects.get(pk=live.slot_id).starts_at - dt.timedelta(hours=14)
    assert day_page(live.event, desk, now=early).missing == ()


def test_countries_stand_in_the_order_of_the_readers_alphabet(
    live: Meeting, desk: User, as_user: Visit
) -> None:
    for code, english, spanish in (("DE", "Germany", "Alemania"), ("SE", "Sweden", "Suecia")):
        CountryFactory(code=code, name_en=english, name_es=spanish)
    browser = as_user(desk)
    User.objects.filter(pk=desk.pk).update(language="es")
    html = text(browser, f"{DAY}walk-in/")
    assert html.index("Alemania") < html.index("España") < html.index("Suecia")


def test_by_person(live: Meeting, desk: User, as_user: Visit) -> None:
    html = text(as_user(desk), DAY, by="person")
    assert "Who is where" in html
    assert html.index(">Ana<") < html.index(">Carla<")


@pytest.mark.parametrize("query", ["carl", "NUEVO LEON", "code"])
def test_people_are_found_by_name_organisation_and_code(
    live: Meeting, desk: User, as_user: Visit, delegates: list[Delegate], query: str
) -> None:
    wanted = delegates[1].badge_code.lower() if query == "code" else query
    html = text(as_user(desk), DAY, q=wanted)
    assert "1 person found" in html
    assert f"{DAY}people/{delegates[1].pk}/check-in/" in html
    assert "Nobody of the accepted" in text(as_user(desk), DAY, q="nobody")


def test_somebody_arrives_and_leaves_again(
    live: Meeting, desk: User, as_user: Visit, delegates: list[Delegate]
) -> None:
    browser = as_user(desk)
    address = f"{DAY}people/{delegates[0].pk}/"
    assert "Check in" in text(browser, address)
    browser.post(f"{address}check-in/")
    assert CheckIn.objects.get().delegate == delegates[0]
    assert "Arrived at" in text(browser, address)
    browser.post(f"{address}check-in/undo/")
    assert not CheckIn.objects.exists()
    Event.objects.update(status=EventStatus.CLOSED)
    assert (
        "People check in once" in browser.post(f"{address}check-in/", follow=True).content.decode()
    )


def test_a_badge_opens_the_right_page(
    live: Meeting, desk: User, ana: User, carla: User, as_user: Visit, delegates: list[Delegate]
) -> None:
    path = badge_path(delegates[0])
    assert path == f"/badge/{delegates[0].code}/"
    assert as_user(desk).get(path)["Location"] == f"{DAY}people/{delegates[0].pk}/"
    assert as_user(ana).get(path.lower())["Location"] == "/agenda/?event=monterrey-2031"
    assert as_user(carla).get(path).status_code == 404
    assert Client().get(path).status_code == 302


# -- walk-ins


def test_a_walk_in_is_taken_in_and_meets_somebody(
    live: Meeting, desk: User, olga: User, as_user: Visit
) -> None:
    OrganisationFactory(name="Vigo shipyard")
    participant(live.event, "Puebla", "mx")
    participant(live.event, "Oaxaca", "mx")
    browser = as_user(desk)
    assert "Take in" in text(browser, f"{DAY}walk-in/")
    form = {"name": "vigo", "kind": "company", "side": "eu", "person": "Wanda"}
    asked = browser.post(f"{DAY}walk-in/", form)
    assert asked.status_code == 400
    assert "Vigo shipyard" in asked.content.decode()
    page = browser.post(f"{DAY}walk-in/", {**form, "chosen": "vigo-shipyard"}, follow=True)
    html = page.content.decode()
    assert "Wanda is in and checked in." in html
    assert "Puebla" in html
    wanda = Delegate.objects.get(name="Wanda")
    (found,) = (
        one
        for one in person_page(live.event, olga, wanda).suggestions
        if one.registration.organisation.name == "Puebla"
    )
    where = {"to": found.registration.pk, "slot": found.slot.pk, "table": found.table.pk}
    address = f"{DAY}people/{wanda.pk}/offer/"
    assert browser.post(address, {**where, "to": "x"}).status_code == 404
    offered = browser.post(address, where, follow=True).content.decode()
    assert "Offered to Puebla" in offered
    assert StandbyOffer.objects.get().status == OfferStatus.OPEN
    assert "says yes" in text(browser, DAY)
    other = DelegateFactory(registration=participant(live.event, "Lugo", "eu"))
    left = {(one.slot, one.table) for one in person_page(live.event, olga, other).suggestions}
    assert (found.slot, found.table) not in left, "what is offered is not offered twice"
    assert found.slot not in {
        one.slot for one in person_page(live.event, olga, wanda).suggestions
    }, "Wanda may be meeting Puebla then"
    console = day_page(live.event, olga)
    for one in (console.now, console.next):
        assert one is None or one.slot != found.slot or found.table not in one.free


def test_an_unknown_walk_in_becomes_a_draft(live: Meeting, desk: User, as_user: Visit) -> None:
    form = {"name": "Quite new", "kind": "company", "side": "eu", "person": "Wanda"}
    as_user(desk).post(f"{DAY}walk-in/", form)
    assert Organisation.objects.get(name="Quite new").status == "draft"


def test_what_the_desk_cannot_take_in_is_said(
    live: Meeting, desk: User, as_user: Visit, anas: Registration
) -> None:
    Registration.objects.filter(pk=anas.pk).update(status="withdrawn")
    form = {
        "name": "Galician cluster", "chosen": "galician-cluster", "kind": "cluster", "side": "eu",
        "person": "Wanda",
    }  # fmt: skip
    page = as_user(desk).post(f"{DAY}walk-in/", form)
    assert page.status_code == 400
    assert "Ask an organiser first" in page.content.decode()


# -- freed places


def test_the_organiser_follows_stops_and_resumes_a_chain(
    live: Meeting, waiting: MeetingRequest, olga: User, ana: User, as_user: Visit, event: Event
) -> None:
    browser = as_user(olga)
    later, table = event.slots.all()[1], event.tables.get(name="T1")
    assert "Offer it to the next pair" in text(browser, DAY)
    browser.post(f"{DAY}places/", {"slot": later.pk, "table": table.pk})
    tasks.tend_standby(timestamp=0)
    offer = StandbyOffer.objects.get()
    html = text(browser, DAY)
    assert "Offered until" in html
    assert "They say yes" in html
    place = f"{DAY}places/{offer.chain_id}/"
    browser.post(place, {"do": "stop"})
    assert "Go on" in text(browser, DAY)
    again = browser.post(place, {"do": "stop"}, follow=True).content.decode()
    assert "already" in again
    browser.post(place, {"do": "resume"})
    offer.refresh_from_db()
    assert offer.status == OfferStatus.VOID
    taken = {"slot": live.slot_id, "table": table.pk}
    assert "taken" in browser.post(f"{DAY}places/", taken, follow=True).content.decode()
    assert browser.post(f"{DAY}places/", {"slot": "x"}).status_code == 404


def test_both_say_yes_on_their_agenda(
    live: Meeting, anas: Registration, ana: User, desk: User, as_user: Visit, event: Event
) -> None:
    puebla = participant(event, "Puebla", "mx")
    slot, table = event.slots.all()[1], event.tables.get(name="T2")
    offer = actions.offer_meeting(puebla, to=anas, slot=slot, table=table, actor=desk)
    browser = as_user(ana)
    html = text(browser, "/agenda/?event=monterrey-2031")
    assert "meet Puebla?" in html
    assert "Yes, we come" in html
    answer = browser.post(f"/standby/{offer.pk}/", {"answer": "yes"}, follow=True)
    assert "It is yours" in answer.content.decode()
    assert Meeting.objects.get(request=offer.request).slot == slot
    late = browser.post(f"/standby/{offer.pk}/", {"answer": "no"})
    assert late.status_code == 409


def test_no_is_a_word_nobody_else_hears(
    live: Meeting, anas: Registration, ana: User, desk: User, carla: User, as_user: Visit,
    event: Event,
) -> None:  # fmt: skip
    puebla = participant(event, "Puebla", "mx")
    slot, table = event.slots.all()[1], event.tables.get(name="T2")
    offer = actions.offer_meeting(anas, to=puebla, slot=slot, table=table, actor=desk)
    assert as_user(carla).post(f"/standby/{offer.pk}/", {"answer": "yes"}).status_code == 404
    html = text(as_user(ana), "/agenda/?event=monterrey-2031")
    assert "You said yes." in html
    actions.decline_offer(offer, organisation=puebla.organisation, actor=desk)
    assert "meet Puebla?" not in text(as_user(ana), "/agenda/?event=monterrey-2031")


# -- late, from the agenda


def test_ana_says_she_is_late_and_carla_reads_it(
    live: Meeting, ana: User, carla: User, as_user: Visit
) -> None:
    agenda = "/agenda/?event=monterrey-2031"
    browser = as_user(ana)
    day = timezone.now().astimezone(live.event.zone).date()
    assert "Tell them you are late" in text(browser, f"{agenda}&day={day}")
    browser.post(f"/meetings/{live.pk}/late/", {"minutes": "10", "by": "galician-cluster"})
    assert "You said: 10 minutes late." in text(browser, agenda)
    assert "comes 10 minutes late" in text(as_user(carla), agenda)
    late = browser.post(f"/meetings/{live.pk}/late/", {"minutes": "500"})
    assert late.status_code == 400


def test_what_cannot_be_taken_back_is_said(live: Meeting, ana: User, as_user: Visit) -> None:
    assert as_user(ana).post(f"/meetings/{live.pk}/unmark/").status_code == 409


# -- settings and the big screen


def test_the_settings_of_the_day(live: Meeting, olga: User, as_user: Visit) -> None:
    browser = as_user(olga)
    assert "Save with the screen switched on" in text(browser, f"{DAY}settings/")
    wrong = browser.post(f"{DAY}settings/", {"offer_minutes": "0", "screen": "secret"})
    assert wrong.status_code == 400
    browser.post(f"{DAY}settings/", {"offer_minutes": "3", "screen": "secret"})
    key = DaySettings.objects.get().screen_key
    assert key in text(browser, f"{DAY}settings/")


def test_the_big_screen_opens_as_the_team_allows(live: Meeting, olga: User) -> None:
    visitor, event = Client(), live.event
    address = f"/screen/{event.slug}/"
    assert visitor.get(address).status_code == 404
    row = actions.change_day(event, values={"screen": "secret"}, actor=olga)
    assert visitor.get(address).status_code == 404
    assert visitor.get(f"{address}wrong/").status_code == 404
    html = visitor.get(f"{address}{row.screen_key}/").content.decode()
    assert "T1" in html
    assert "Galician" not in html
    actions.change_day(event, values={"screen": "public", "screen_shows_names": True}, actor=olga)
    html = visitor.get(address).content.decode()
    assert "Galician cluster" in html
    assert ">Ana<" not in html
    part = visitor.get(address, headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith("<div")
    assert visitor.get("/screen/no-such-event/").status_code == 404


def test_the_screen_counts_down(live: Meeting, event: Event) -> None:
    slot = Slot.objects.get(pk=live.slot_id)
    early = screen_page(event, now=slot.starts_at - dt.timedelta(minutes=5))
    assert (early.seconds, early.running, early.is_same_day) == (300, None, True)
    assert len(early.next) == 1
    during = screen_page(event, now=slot.starts_at)
    assert (during.running, len(during.now), during.is_same_day) == (slot, 1, False)
    after = screen_page(event, now=slot.starts_at + dt.timedelta(days=9000))
    assert (after.seconds, after.session, after.next) == (0, None, ())


# -- size


def test_a_big_day_takes_no_more_queries(
    live: Meeting, olga: User, event: Event, django_assert_max_num_queries
) -> None:
    for number in range(12):
        one = agree(
            participant(event, f"Vigo {number}", "eu"), participant(event, f"Puebla {number}", "mx")
        )
        row = Meeting.objects.create(event=event, request=one, slot=live.slot)
        for side in (one.sender, one.receiver):
            row.seats.create(slot=live.slot, delegate=side.delegates.get())
    with django_assert_max_num_queries(16):
        page = day_page(event, olga, query="vigo")
        assert len(sure(page.now).meetings) == 13
        assert len(page.people) == 26
    one = DelegateFactory(registration=participant(event, "Lugo", "eu"))
    person_page(event, olga, one)  # the market is read once for all pages
    with django_assert_max_num_queries(20):
        assert person_page(event, olga, one).suggestions
    with django_assert_max_num_queries(5):
        screen_page(event)
