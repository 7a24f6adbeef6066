"""Asking for a meeting, the folders of requests, answers, contact details; and what stays private."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone

from clusters.choices import OrganisationStatus, Side
from clusters.models import Organisation, User
from events.choices import EventStatus
from events.models import Delegate, Event, Registration
from matchmaking import actions
from matchmaking.choices import MeetingStatus, RequestStatus
from matchmaking.models import ContactReceipt, Meeting, MeetingRequest
from tests.cast import (
    OrganisationFactory,
    RegistrationFactory,
    RequestFactory,
    SectorFactory,
    SectorFocusFactory,
)
from tests.participants import Visit

ASK = "/events/monterrey-2031/ask/nuevo-leon-cluster/"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def alike(galician: Organisation, nuevo_leon: Organisation) -> None:
    """Both clusters work in the same sector."""
    for organisation in (galician, nuevo_leon):
        SectorFocusFactory(organisation=organisation, sector=SectorFactory(code="automotive"))


# -- asking


def test_ana_asks_with_a_reason_that_matches(
    anas: Registration, carlas: Registration, alike: None, ana: User, as_user: Visit
) -> None:
    html = as_user(ana).get(ASK).content.decode()
    assert "Field in common: Automotive." in html
    assert 'value="sector" checked' in html
    assert "10 requests left" in html
    response = as_user(ana).post(ASK, {"reason": "sector", "message": "Body parts 🚗"})
    row = MeetingRequest.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/requests/{row.pk}/")
    assert (row.reason, row.message, row.status) == ("sector", "Body parts 🚗", "sent")
    page = as_user(ana).get(response["Location"]).content.decode()
    assert "Body parts 🚗" in page
    assert "Field in common: Automotive." in page


def test_sending_twice_is_harmless_and_says_so(
    asked: MeetingRequest, ana: User, as_user: Visit
) -> None:
    response = as_user(ana).post(ASK, {"message": "again"})
    assert response.status_code == 409
    html = response.content.decode()
    assert "You have asked Nuevo León cluster already." in html
    assert f'href="/requests/{asked.pk}/"' in html
    assert MeetingRequest.objects.count() == 1


def test_asking_back_agrees_at_once(asked: MeetingRequest, carla: User, as_user: Visit) -> None:
    page = "/events/monterrey-2031/ask/galician-cluster/"
    assert "has asked you already" in as_user(carla).get(page).content.decode()
    as_user(carla).post(page, {"message": ""})
    asked.refresh_from_db()
    assert (asked.status, asked.is_mutual) == (RequestStatus.ACCEPTED, True)


def test_a_policy_that_is_gone_stops_no_page(
    asked: MeetingRequest, event: Event, ana: User, as_user: Visit
) -> None:
    event.scoring_policy = "gone"
    event.save()
    for path in (ASK, "/events/monterrey-2031/partners/", "/requests/?tab=sent"):
        assert as_user(ana).get(path).status_code == 200, path


def test_unknown_event_or_partner_is_not_found(
    event: Event, anas: Registration, ana: User, as_user: Visit
) -> None:
    OrganisationFactory(slug="secret", status=OrganisationStatus.DRAFT)
    for path in ("nothing/ask/nuevo-leon-cluster", "monterrey-2031/ask/nothing"):
        assert as_user(ana).get(f"/events/{path}/").status_code == 404
    assert as_user(ana).get("/events/monterrey-2031/ask/secret/").status_code == 404
    assert as_user(ana).post("/events/monterrey-2031/ask/secret/").status_code == 404


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ("galician-cluster", "An organisation cannot ask itself"),
        ("absent-cluster", "is not among the accepted participants"),
        ("same-side", "organisations of the other side only"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(
    event: Event, anas: Registration, ana: User, as_user: Visit, target: str, sentence: str
) -> None:
    OrganisationFactory(slug="absent-cluster", side=Side.MX)
    RegistrationFactory(
        event=event, organisation=OrganisationFactory(slug="same-side", side=Side.EU)
    )
    page = f"/events/monterrey-2031/ask/{target}/"
    assert sentence in as_user(ana).get(page).content.decode()
    response = as_user(ana).post(page, {"message": "hello"})
    assert response.status_code == 409
    assert sentence in response.content.decode()
    assert not MeetingRequest.objects.exists()


def test_who_does_not_take_part_is_told_to_apply(
    carlas: Registration, ana: User, as_user: Visit
) -> None:
    response = as_user(ana).post(ASK, {"message": "hello"})
    assert response.status_code == 409
    html = response.content.decode()
    assert "does not take part in Monterrey 2031. Apply first." in html
    assert 'href="/events/monterrey-2031/apply/"' in html


def test_after_closing_nobody_can_ask(
    event: Event, anas: Registration, carlas: Registration, ana: User, as_user: Visit
) -> None:
    event.status = EventStatus.PLANNING
    event.save()
    response = as_user(ana).post(ASK, {"message": "late"})
    assert response.status_code == 409
    assert "closed at the moment" in response.content.decode()


def test_beyond_the_quota_the_page_says_what_frees_a_place(
    event: Event, anas: Registration, carlas: Registration, ana: User, as_user: Visit
) -> None:
    event.request_quota = 1
    event.save()
    other = OrganisationFactory(side=Side.MX)
    RequestFactory(sender=anas, receiver=RegistrationFactory(event=event, organisation=other))
    assert "0 requests left" in as_user(ana).get(ASK).content.decode()
    response = as_user(ana).post(ASK, {"message": "one more"})
    assert response.status_code == 409
    assert "One becomes free when a request is declined" in response.content.decode()


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"message": "x" * 1001}, "1000"),
        ({"message": "a\u202eb"}, "invisible control character"),
        ({"reason": "friendship"}, "not one of the available choices"),
    ],
)
def test_wrong_input_stands_next_to_the_form(
    anas: Registration, carlas: Registration, ana: User, as_user: Visit, sent: dict, words: str
) -> None:
    response = as_user(ana).post(ASK, sent)
    assert response.status_code == 400
    html = response.content.decode()
    assert "1 thing to mend" in html
    assert words in html
    assert not MeetingRequest.objects.exists()


def test_script_in_a_message_stays_text(
    anas: Registration, carlas: Registration, ana: User, carla: User, as_user: Visit
) -> None:
    as_user(ana).post(ASK, {"message": SCRIPT})
    row = MeetingRequest.objects.get()
    for page in ("/requests/", f"/requests/{row.pk}/", "/home/"):
        html = as_user(carla).get(page).content.decode()
        assert "&lt;script&gt;alert(1)" in html
        assert SCRIPT not in html


def test_suggestions_leave_out_who_was_asked_and_who_was_set_aside(
    event: Event, asked: MeetingRequest, galician: Organisation, ana: User, as_user: Visit
) -> None:
    names = {}
    for name in ("Fresh", "Aside", "Elsewhere"):
        names[name] = OrganisationFactory(name=f"{name} cluster", side=Side.MX)
    for name in ("Fresh", "Aside"):
        RegistrationFactory(event=event, organisation=names[name])
    actions.exclude_organisation(galician, other=names["Aside"], reason="partner", actor=ana)
    html = as_user(ana).get("/events/monterrey-2031/partners/").content.decode()
    assert "Fresh cluster" in html
    for hidden in ("Aside cluster", "Elsewhere cluster", "Nuevo León cluster"):
        assert hidden not in html


def test_a_partner_for_another_format_only_is_hidden_with_the_reason(
    event: Event, anas: Registration, carlas: Registration, ana: User, as_user: Visit
) -> None:
    anas.formats, carlas.formats = ["C2C"], ["B2B"]
    anas.save()
    carlas.save()
    html = as_user(ana).get("/events/monterrey-2031/partners/").content.decode()
    assert "1 participant cannot meet you here" in html
    assert "comes for business to business (B2B) only" in html
    assert f'href="{ASK}"' not in html


# -- folders and answers


def test_who_waits_comes_first_and_counters_are_true(
    event: Event, asked: MeetingRequest, carlas: Registration, carla: User, as_user: Visit
) -> None:
    soon = RequestFactory(
        sender=RegistrationFactory(
            event=event, organisation=OrganisationFactory(name="Hurried cluster")
        ),
        receiver=carlas,
        answer_by=timezone.now() + dt.timedelta(hours=2),
    )
    html = as_user(carla).get("/requests/").content.decode()
    assert "2 requests wait for your answer" in html
    assert html.index("Hurried cluster") < html.index("Galician cluster")
    actions.decline_request(soon, actor=carla)
    html = as_user(carla).get("/requests/").content.decode()
    assert "1 request waits for your answer" in html
    assert "Hurried cluster" not in html
    closed = as_user(carla).get("/requests/?tab=closed").content.decode()
    assert "Hurried cluster" in closed


def test_the_folders_can_be_narrowed_to_an_event(
    asked: MeetingRequest, nuevo_leon: Organisation, carla: User, as_user: Visit
) -> None:
    other = RegistrationFactory(organisation=nuevo_leon)
    RequestFactory(
        sender=RegistrationFactory(
            event=other.event, organisation=OrganisationFactory(name="Elsewhere cluster")
        ),
        receiver=other,
    )
    assert "Elsewhere cluster" in as_user(carla).get("/requests/").content.decode()
    html = as_user(carla).get("/requests/?event=monterrey-2031").content.decode()
    assert "Elsewhere cluster" not in html
    assert "1 request waits" in html
    assert as_user(carla).get("/requests/?event=nothing&tab=x&page=99").status_code == 200


@pytest.mark.parametrize(
    ("verb", "status", "words"),
    [("accept", "accepted", "Agreed."), ("decline", "declined", "Declined.")],
)
def test_carla_answers_in_one_click(
    asked: MeetingRequest, carla: User, as_user: Visit, verb: str, status: str, words: str
) -> None:
    client = as_user(carla)
    response = client.post(f"/requests/{asked.pk}/{verb}/", {"note": "¡Gracias!"}, follow=True)
    asked.refresh_from_db()
    assert (asked.status, asked.answer_note) == (status, "¡Gracias!")
    html = response.content.decode()
    assert words in html
    again = client.post(f"/requests/{asked.pk}/{verb}/")
    assert again.status_code == 409
    assert "Load the page again" in again.content.decode()


def test_an_overlong_note_is_refused_next_to_the_field(
    asked: MeetingRequest, carla: User, as_user: Visit
) -> None:
    response = as_user(carla).post(f"/requests/{asked.pk}/decline/", {"note": "x" * 501})
    assert response.status_code == 400
    assert "500" in response.content.decode()
    asked.refresh_from_db()
    assert asked.status == RequestStatus.SENT


def test_after_its_time_an_answer_is_refused(
    asked: MeetingRequest, carla: User, as_user: Visit
) -> None:
    MeetingRequest.objects.update(answer_by=timezone.now() - dt.timedelta(minutes=1))
    response = as_user(carla).post(f"/requests/{asked.pk}/accept/")
    assert response.status_code == 409
    assert "You can ask them yourself." in response.content.decode()


def test_only_the_two_sides_see_a_request_and_only_the_asked_one_answers(
    event: Event, asked: MeetingRequest, ana: User, olga: User, clara: User, as_user: Visit
) -> None:
    page = f"/requests/{asked.pk}/"
    assert as_user(clara).get(page).status_code == 404
    assert Client().get(page).status_code == 302
    assert as_user(clara).post(f"{page}accept/").status_code == 404
    assert as_user(ana).post(f"{page}accept/").status_code == 403
    assert as_user(olga).get(page).status_code == 200
    assert as_user(olga).post(f"{page}accept/").status_code == 403
    assert as_user(ana).get("/requests/999999/").status_code == 404


def test_a_colleague_sees_it_and_can_take_over(
    asked: MeetingRequest, beto: User, as_user: Visit
) -> None:
    assert "Nuevo León cluster" in as_user(beto).get("/requests/?tab=sent").content.decode()
    as_user(beto).post(f"/requests/{asked.pk}/withdraw/")
    asked.refresh_from_db()
    assert asked.status == RequestStatus.WITHDRAWN


def test_withdrawing_says_first_what_it_does(
    agreed: MeetingRequest, ana: User, as_user: Visit
) -> None:
    html = as_user(ana).get(f"/requests/{agreed.pk}/").content.decode()
    assert "the meeting is cancelled, its slot is free, and they are told at once" in html
    as_user(ana).post(f"/requests/{agreed.pk}/withdraw/")
    history = as_user(ana).get(f"/requests/{agreed.pk}/").content.decode()
    assert re.search("asked.*accepted.*It was withdrawn", history, re.DOTALL)


def test_what_took_place_offers_no_withdrawal(meeting: Meeting, ana: User, as_user: Visit) -> None:
    pages = [f"/requests/{meeting.request_id}/", "/requests/?tab=sent"]
    withdraw = f"/requests/{meeting.request_id}/withdraw/"
    assert all(withdraw in as_user(ana).get(page).content.decode() for page in pages)
    Meeting.objects.update(status=MeetingStatus.HELD)
    one, many = (as_user(ana).get(page).content.decode() for page in pages)
    assert withdraw not in one + many
    assert f"/after/{meeting.pk}/" in one


# -- contact details


def test_contact_details_are_hidden_until_both_agree(
    asked: MeetingRequest, delegates: list[Delegate], ana: User, as_user: Visit
) -> None:
    response = as_user(ana).post(f"/requests/{asked.pk}/contacts/")
    assert response.status_code == 409
    assert "carla@nuevo-leon.example" not in response.content.decode()
    assert not ContactReceipt.objects.exists()


def test_both_sides_see_who_saw_what(
    agreed: MeetingRequest, ana: User, carla: User, as_user: Visit
) -> None:
    page = f"/requests/{agreed.pk}/"
    before = as_user(ana).get(page).content.decode()
    assert "carla@nuevo-leon.example" not in before
    assert "will see that you looked" in before
    after = as_user(ana).post(f"{page}contacts/", follow=True).content.decode()
    assert "carla@nuevo-leon.example" in after
    theirs = as_user(carla).get(page).content.decode()
    assert "Ana saw the details of Carla (Nuevo León cluster)" in theirs
    assert "ana@galician.example" not in theirs


def test_after_withdrawal_the_details_are_hidden_again_and_the_log_stays(
    agreed: MeetingRequest, ana: User, as_user: Visit
) -> None:
    page = f"/requests/{agreed.pk}/"
    as_user(ana).post(f"{page}contacts/")
    as_user(ana).post(f"{page}withdraw/")
    html = as_user(ana).get(page).content.decode()
    assert "carla@nuevo-leon.example" not in html
    assert "Ana saw the details of Carla" in html


# -- rule 7: what is set aside is private


def _seen_by_sender(client: Client, pk: int) -> str:
    """Everything the asking side can look at, without what differs between two page views."""
    pages = (
        f"/requests/{pk}/", "/requests/?tab=sent", "/requests/?tab=closed", ASK,
        "/events/monterrey-2031/", "/events/monterrey-2031/partners/", "/home/", "/agenda/",
    )  # fmt: skip
    html = "".join(f"{(r := client.get(page)).status_code} {r.content.decode()}" for page in pages)
    return _without_tokens(
        re.sub(r", \d\d:\d\d \w+</span>", "", html)
    )  # the clock of the home page


def _without_tokens(html: str) -> str:
    return re.sub(r'"\w{64}"', "", html)


def test_the_sender_sees_the_same_whether_set_aside_or_not(
    asked: MeetingRequest, carlas: Registration, ana: User, carla: User, as_user: Visit
) -> None:
    client = as_user(ana)
    before = _seen_by_sender(client, asked.pk)
    actions.exclude_organisation(
        carlas.organisation, other=asked.sender.organisation, reason="competitor", actor=carla
    )
    assert _seen_by_sender(client, asked.pk) == before


def test_asking_whoever_set_me_aside_works_like_asking_anybody(
    anas: Registration, carlas: Registration, ana: User, carla: User, as_user: Visit
) -> None:
    form = as_user(ana).get(ASK).content.decode()
    actions.exclude_organisation(
        carlas.organisation, other=anas.organisation, reason="competitor", actor=carla
    )
    assert _without_tokens(as_user(ana).get(ASK).content.decode()) == _without_tokens(form)
    response = as_user(ana).post(ASK, {"message": "hello"})
    assert response.status_code == 302
    row = MeetingRequest.objects.get()
    assert row.status == RequestStatus.SENT
    assert row.answer_by - row.sent_at > dt.timedelta(days=3)


def test_the_receiver_finds_it_in_the_folder_set_aside(
    asked: MeetingRequest, carlas: Registration, carla: User, as_user: Visit
) -> None:
    actions.exclude_organisation(
        carlas.organisation, other=asked.sender.organisation, reason="competitor", actor=carla
    )
    received = as_user(carla).get("/requests/").content.decode()
    assert "No request waits for your answer" in received
    assert "Galician cluster" not in received
    aside = as_user(carla).get("/requests/?tab=aside").content.decode()
    assert "Galician cluster" in aside
    assert "Only you see this" in aside
    page = as_user(carla).get(f"/requests/{asked.pk}/").content.decode()
    assert "Take the pair back" in page
    assert "things need you" not in as_user(carla).get("/home/").content.decode()


def test_the_organiser_does_not_learn_what_was_set_aside(
    asked: MeetingRequest, carlas: Registration, carla: User, olga: User, as_user: Visit
) -> None:
    client, page = as_user(olga), f"/requests/{asked.pk}/"
    before = _without_tokens(client.get(page).content.decode())
    actions.exclude_organisation(
        carlas.organisation, other=asked.sender.organisation, reason="competitor", actor=carla
    )
    assert _without_tokens(client.get(page).content.decode()) == before


@pytest.mark.parametrize("times", [1, 3])
def test_lists_take_the_same_queries_whatever_they_hold(
    event: Event,
    anas: Registration,
    ana: User,
    as_user: Visit,
    times: int,
    django_assert_max_num_queries,
) -> None:
    for number in range(times):
        organisation = OrganisationFactory(name=f"Partner {number}", side=Side.MX)
        there = RegistrationFactory(event=event, organisation=organisation)
        RequestFactory(sender=there, receiver=anas)
        RegistrationFactory(event=event, organisation=OrganisationFactory(side=Side.MX))
    client = as_user(ana)
    client.get("/requests/")  # the market is read once a process
    with django_assert_max_num_queries(21):
        client.get("/requests/")
    with django_assert_max_num_queries(21):
        client.get("/events/monterrey-2031/partners/")
