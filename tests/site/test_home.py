"""Home: what needs the reader, new partners, one's events; and for whom one acts."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from clusters.choices import Role, Side, Stance
from clusters.models import InternationalTarget, Organisation, User
from events.models import Event, Registration
from matchmaking import actions
from matchmaking.choices import FactRequestStatus
from matchmaking.models import FactRequest, Meeting, MeetingRequest
from tests.cast import (
    CountryFactory,
    DelegateFactory,
    OrganisationFactory,
    RegistrationFactory,
    RepresentativeFactory,
    RequestFactory,
    SectorFactory,
    SectorFocusFactory,
    UserFactory,
)
from tests.participants import Visit, start_now

HOME = "/home/"


@pytest.fixture
def question(galician: Organisation, nuevo_leon: Organisation, carla: User) -> FactRequest:
    """Carla asks whether the Galician cluster targets Mexico."""
    CountryFactory(code="MX")
    return actions.ask_fact(nuevo_leon, about=galician, criterion="target.wants", actor=carla)


def test_a_request_is_answered_from_here_in_one_click(
    asked: MeetingRequest, delegates: list, carla: User, as_user: Visit
) -> None:
    html = as_user(carla).get(HOME).content.decode()
    assert "1 thing needs you" in html
    assert "Galician cluster asks you for a meeting" in html
    response = as_user(carla).post(f"/requests/{asked.pk}/accept/", {"next": HOME}, follow=True)
    assert response.redirect_chain == [(HOME, 302)]
    assert "Nothing needs you today" in response.content.decode()


def test_things_are_counted_in_the_plural_too(
    asked: MeetingRequest, carlas: Registration, delegates: list, carla: User, as_user: Visit
) -> None:
    RequestFactory(sender=RegistrationFactory(event=carlas.event), receiver=carlas)
    assert "2 things need you" in as_user(carla).get(HOME).content.decode()


def test_what_was_set_aside_does_not_need_me(
    asked: MeetingRequest, delegates: list, nuevo_leon: Organisation, carla: User, as_user: Visit
) -> None:
    actions.exclude_organisation(
        nuevo_leon, other=asked.sender.organisation, reason="competitor", actor=carla
    )
    html = as_user(carla).get(HOME).content.decode()
    assert "Nothing needs you today" in html
    assert "asks you for a meeting" not in html


def test_a_question_is_answered_in_one_click_and_stands_in_the_profile(
    question: FactRequest, galician: Organisation, ana: User, as_user: Visit
) -> None:
    html = as_user(ana).get(HOME).content.decode()
    assert "Does Galician cluster target Mexico?" in html
    assert "Nuevo León cluster asks" in html
    as_user(ana).post(f"/questions/{question.pk}/", {"answer": "exploring"})
    target = InternationalTarget.objects.get(organisation=galician)
    assert (target.stance, target.country_id) == (Stance.EXPLORING, CountryFactory(code="MX").pk)
    assert "Does Galician cluster target" not in as_user(ana).get(HOME).content.decode()
    again = as_user(ana).post(f"/questions/{question.pk}/", {"answer": "active"})
    assert again.status_code == 409
    assert "Load the page again" in again.content.decode()


def test_a_question_can_be_left(question: FactRequest, ana: User, as_user: Visit) -> None:
    response = as_user(ana).post(f"/questions/{question.pk}/", {"answer": "dismiss"}, follow=True)
    assert "They are not told." in response.content.decode()
    question.refresh_from_db()
    assert question.status == FactRequestStatus.DISMISSED


def test_only_who_may_change_the_profile_answers(
    question: FactRequest, ana: User, beto: User, carla: User, as_user: Visit
) -> None:
    page = f"/questions/{question.pk}/"
    assert "Does Galician cluster" not in as_user(beto).get(HOME).content.decode()
    assert as_user(beto).post(page, {"answer": "active"}).status_code == 403
    assert as_user(carla).post(page, {"answer": "active"}).status_code == 404
    assert as_user(ana).post(page, {"answer": "perhaps"}).status_code == 400


def test_meetings_of_today_come_first(meeting: Meeting, ana: User, as_user: Visit) -> None:
    start_now(meeting, minutes_ago=1, now=timezone.now())
    html = as_user(ana).get(HOME).content.decode()
    assert "You meet Nuevo León cluster" in html
    assert 'href="/agenda/?event=monterrey-2031"' in html


def test_without_delegates_the_page_says_what_is_missing(
    anas: Registration, ana: User, as_user: Visit
) -> None:
    assert "Name who comes to Monterrey 2031" in as_user(ana).get(HOME).content.decode()
    DelegateFactory(registration=anas)
    assert "Name who comes" not in as_user(ana).get(HOME).content.decode()


def test_new_partners_leave_out_who_was_asked(
    asked: MeetingRequest, ana: User, as_user: Visit
) -> None:
    fresh = OrganisationFactory(name="Fresh cluster", slug="fresh", side=Side.MX)
    foreign = OrganisationFactory(name="Foreign cluster", slug="foreign", side=Side.MX)
    for organisation in (fresh, asked.sender.organisation, asked.receiver.organisation):
        SectorFocusFactory(organisation=organisation, sector=SectorFactory(code="automotive"))
    SectorFocusFactory(organisation=foreign, sector=SectorFactory(code="textiles"))
    html = as_user(ana).get(HOME).content.decode()
    partners = html[html.index("New for you") : html.index("My events")]
    assert "Fresh cluster" in partners
    assert "Nuevo León cluster" not in partners
    assert "Foreign cluster" not in partners, "who shares no field is no suggestion"


def test_my_events_in_figures(
    asked: MeetingRequest, anas: Registration, ana: User, as_user: Visit
) -> None:
    theirs = RegistrationFactory(event=anas.event)
    RequestFactory(sender=theirs, receiver=anas, answer_by=timezone.now() + dt.timedelta(days=1))
    html = as_user(ana).get(HOME).content.decode()
    events = html[html.index("My events") :]
    assert "1 of 10" in events
    assert events.count('<dd class="num">1</dd>') == 2  # they have to answer one, we another
    assert "Ask for meetings" in events


def test_an_open_call_is_offered(event: Event, ana: User, as_user: Visit) -> None:
    html = as_user(ana).get(HOME).content.decode()
    assert "You take part in no event yet" in html
    assert 'href="/events/monterrey-2031/apply/"' in html


def test_who_acts_for_nobody_is_told_what_to_do(clara: User, as_user: Visit) -> None:
    for page in (HOME, "/requests/"):
        response = as_user(clara).get(page)
        assert response.status_code == 200
        assert "You act for no organisation yet" in response.content.decode()
    assert Client().get(HOME).status_code == 302


def test_a_draft_is_told_why_nobody_is_suggested(db: None, as_user: Visit) -> None:
    dina = UserFactory(name="Dina")
    draft = OrganisationFactory(name="Draft", status="draft")
    RepresentativeFactory(organisation=draft, user=dina)
    html = as_user(dina).get(HOME).content.decode()
    assert "This is a draft; only your organisation and curators see it." in html
    assert 'class="button" href="/profile/"' in html
    assert "Nobody new to suggest" not in html


def test_an_organiser_is_led_to_the_events(event: Event, olga: User, as_user: Visit) -> None:
    assert as_user(olga).get(HOME)["Location"] == "/organise/"


def test_who_acts_for_several_chooses_one(
    galician: Organisation, nuevo_leon: Organisation, ana: User, as_user: Visit
) -> None:
    RepresentativeFactory(organisation=nuevo_leon, user=ana, role=Role.MEMBER)
    client = as_user(ana)
    assert "Act for Nuevo León cluster" in client.get(HOME).content.decode()
    response = client.post("/act-for/", {"organisation": "nuevo-leon-cluster"}, follow=True)
    html = response.content.decode()
    assert "You act for Nuevo León cluster now." in html
    assert "Act for Galician cluster" in html


def test_nobody_acts_for_others(
    galician: Organisation, nuevo_leon: Organisation, ana: User, as_user: Visit
) -> None:
    client = as_user(ana)
    for slug in ("nuevo-leon-cluster", "nothing", ""):
        assert client.post("/act-for/", {"organisation": slug}).status_code == 404
    assert "Galician cluster" in client.get(HOME).content.decode()


@pytest.mark.parametrize("times", [1, 3])
def test_home_takes_the_same_queries_whatever_it_shows(
    anas: Registration, ana: User, as_user: Visit, times: int, django_assert_max_num_queries
) -> None:
    for number in range(times):
        organisation = OrganisationFactory(name=f"Partner {number}", side=Side.MX)
        there = RegistrationFactory(event=anas.event, organisation=organisation)
        RequestFactory(sender=there, receiver=anas)
        OrganisationFactory(name=f"Fresh {number}", side=Side.MX)
        RegistrationFactory(organisation=anas.organisation)
    client = as_user(ana)
    client.get(HOME)
    with django_assert_max_num_queries(24):
        client.get(HOME)
