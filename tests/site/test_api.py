"""The API: who may call what, what comes back, and that it says no as the pages do."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clusters.actions import revoke_token
from clusters.models import Citation, Organisation, Token, User
from events.choices import EventStatus, RegistrationStatus
from events.models import Event, Registration
from matchmaking.actions import exclude_organisation
from matchmaking.choices import RequestStatus
from matchmaking.models import MeetingRequest
from tests.cast import (
    CitationFactory,
    DelegateFactory,
    EventFactory,
    InterestFactory,
    LabelFactory,
    OrganisationFactory,
    RegistrationFactory,
    RelationFactory,
    RequestFactory,
    SectorFactory,
    SectorFocusFactory,
    SessionFactory,
    StoryFactory,
    TargetFactory,
)
from tests.matchmaking.stories import agree, publish
from tests.site.api_callers import program, signed_in

API = "/api/v1"
ORGANISATION = f"{API}/organisations/galician-cluster/"
CALLERS = ("visitor", "ana", "carla", "reads", "writes", "expired")


@pytest.fixture(autouse=True)
def calls_are_counted_anew() -> None:
    cache.clear()


@pytest.fixture
def callers(ana: User, carla: User) -> dict[str, Client]:
    return {
        "visitor": Client(),
        "ana": signed_in(ana),
        "carla": signed_in(carla),
        "reads": program(ana, "read"),
        "writes": program(ana, "write"),
        "expired": program(ana, "read", "write", expired=True),
    }


def post(client: Client, path: str, **values: Any) -> Any:
    return client.post(path, json.dumps(values), content_type="application/json")


# -- who may call what

EVERYBODY = (200, 200, 200, 200, 403, 401)
MEMBERS = (401, 200, 200, 200, 403, 401)
ANAS = (401, 200, 404, 200, 403, 401)


# What each of CALLERS gets; "writes" is a token that may only write.
READS = {
    f"{API}/organisations/": EVERYBODY,
    ORGANISATION: EVERYBODY,
    f"{ORGANISATION}matches/": ANAS,
    f"{ORGANISATION}matches/nuevo-leon-cluster/": ANAS,
    f"{API}/sectors/": EVERYBODY,
    f"{API}/sectors/automotive/": EVERYBODY,
    f"{API}/stories/": EVERYBODY,
    f"{API}/stories/gemex/": EVERYBODY,
    f"{API}/events/": EVERYBODY,
    f"{API}/events/monterrey-2031/": EVERYBODY,
    f"{API}/registrations/": MEMBERS,
    f"{API}/registrations/<registration>/": MEMBERS,
    f"{API}/requests/": MEMBERS,
    f"{API}/requests/<request>/": MEMBERS,
    f"{API}/agenda/": MEMBERS,
    f"{API}/schema/": EVERYBODY,
}
WRITES = {
    f"{API}/events/monterrey-2031/apply/": (401, 409, 400, 403, 409, 401),
    f"{API}/registrations/<registration>/withdraw/": (401, 200, 403, 403, 200, 401),
    f"{API}/requests/": (401, 409, 404, 403, 409, 401),
    f"{API}/requests/<request>/accept/": (401, 403, 200, 403, 403, 401),
    f"{API}/requests/<request>/decline/": (401, 403, 200, 403, 403, 401),
    f"{API}/requests/<request>/withdraw/": (401, 200, 403, 403, 200, 401),
}
BODY = {
    "organisation": "galician-cluster",
    "event": "monterrey-2031",
    "to": "nuevo-leon-cluster",
}


def placed(path: str, request: MeetingRequest) -> str:
    return path.replace("<registration>", str(request.sender_id)).replace(
        "<request>", str(request.pk)
    )


@pytest.mark.parametrize("path", READS)
def test_who_may_read(path: str, callers: dict[str, Client], asked: MeetingRequest) -> None:
    SectorFactory(code="automotive")
    StoryFactory(code="gemex")
    codes = [callers[who].get(placed(path, asked)).status_code for who in CALLERS]
    assert dict(zip(CALLERS, codes, strict=True)) == dict(zip(CALLERS, READS[path], strict=True))


@pytest.mark.parametrize("who", CALLERS)
@pytest.mark.parametrize("path", WRITES)
def test_who_may_write(
    path: str, who: str, callers: dict[str, Client], asked: MeetingRequest
) -> None:
    answer = post(callers[who], placed(path, asked), **BODY)
    assert answer.status_code == WRITES[path][CALLERS.index(who)], answer.content


def test_strangers_find_neither_registration_nor_request(
    callers: dict[str, Client], asked: MeetingRequest
) -> None:
    stranger = OrganisationFactory(name="Far away")
    MeetingRequest.objects.filter(pk=asked.pk).update(sender=RegistrationFactory(
        event=asked.event, organisation=stranger
    ))  # fmt: skip
    for path in ("", "accept/", "decline/", "withdraw/"):
        call = callers["ana"].get if not path else callers["ana"].post
        assert call(f"{API}/requests/{asked.pk}/{path}").status_code == 404
    applied = RegistrationFactory(
        event=asked.event, organisation=OrganisationFactory(), status=RegistrationStatus.APPLIED
    )
    assert callers["ana"].get(f"{API}/registrations/{applied.pk}/").status_code == 404
    assert callers["ana"].post(f"{API}/registrations/{applied.pk}/withdraw/").status_code == 404


def test_a_revoked_token_and_a_made_up_one_open_nothing(ana: User) -> None:
    client = program(ana, "read")
    revoke_token(Token.objects.get(), actor=ana)
    answer = client.get(f"{API}/organisations/")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Token"
    assert "revoked" in answer.json()["detail"]
    for header in ("Token", "Token two words", "Token \xff"):
        wrong = Client(headers={"authorization": header})
        assert wrong.get(f"{API}/organisations/").status_code == 401


def test_a_token_is_worth_nothing_once_its_owner_is_locked_out(ana: User) -> None:
    client = program(ana, "read")
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert client.get(f"{API}/organisations/").status_code == 401


def test_a_session_writes_only_with_the_form_s_secret(ana: User, event: Event) -> None:
    browser = signed_in(ana, enforce_csrf_checks=True)
    assert post(browser, f"{API}/events/{event.slug}/apply/", **BODY).status_code == 403
    assert not Registration.objects.exists()


def test_visitors_have_sixty_calls_a_minute(db: None) -> None:
    codes = [Client().get(f"{API}/stories/").status_code for _ in range(61)]
    assert codes[:60] == [200] * 60
    assert codes[60] == 429


# -- what comes back


def test_a_profile_carries_every_fact_with_its_citation(galician: Organisation) -> None:
    citation = CitationFactory(code="4.1:29", section="4.1")
    rows: dict[str, Any] = {
        "sector_foci": SectorFocusFactory(organisation=galician),
        "targets": TargetFactory(organisation=galician),
        "interests": InterestFactory(organisation=galician),
        "labels": LabelFactory(organisation=galician),
        "relations": RelationFactory(organisation=galician, is_confirmed=True),
    }
    for row in rows.values():
        row.citations.add(citation)
    profile = Client().get(ORGANISATION).json()
    for name in rows:
        (fact,) = profile[name]
        assert fact["citations"] == [
            {
                "code": "4.1:29", "source": "report", "section": "4.1", "footnote": None,
                "page": "", "url": "", "basis": "stated",
            }
        ], name  # fmt: skip
    assert profile["targets"][0]["country"] == "MX"
    assert profile["countries"] == ["ES"]
    assert profile["url"] == "http://testserver/organisations/galician-cluster/"


def test_an_unconfirmed_relation_stays_between_the_two(galician: Organisation) -> None:
    RelationFactory(organisation=galician, is_confirmed=False)
    assert Client().get(ORGANISATION).json()["relations"] == []


def test_the_filters_are_those_of_the_find_page(
    galician: Organisation, nuevo_leon: Organisation
) -> None:
    def found(query: str) -> list[str]:
        rows = Client().get(f"{API}/organisations/?{query}").json()["results"]
        return [row["slug"] for row in rows]

    assert found("side=mx") == ["nuevo-leon-cluster"]
    assert found("side=mx&side=eu") == ["galician-cluster", "nuevo-leon-cluster"]
    assert found("q=nuevo+leon") == ["nuevo-leon-cluster"]
    assert found("country=ES&side=mx") == []
    assert found("country=unheard-of") == []


def test_lists_come_in_pages(galician: Organisation, nuevo_leon: Organisation) -> None:
    page = Client().get(f"{API}/organisations/").json()
    assert (page["count"], page["next"], page["previous"]) == (2, None, None)
    assert Client().get(f"{API}/organisations/?page=2").status_code == 404


def test_matches_are_those_of_the_command(
    ana: User, nuevo_leon: Organisation, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(3):
        partner = OrganisationFactory(name=f"Partner {number}", side="mx")
        SectorFocusFactory(organisation=partner)
        TargetFactory(organisation=partner, country__code="ES")
    SectorFocusFactory(organisation=Organisation.objects.get(slug="galician-cluster"))
    call_command("match", "galician-cluster", "--json", "--top", "3")
    printed = json.loads(capsys.readouterr().out)
    answered = signed_in(ana).get(f"{ORGANISATION}matches/?top=3").json()
    assert answered == printed
    assert len(answered["matches"]) == 3
    for match in answered["matches"]:
        one = signed_in(ana).get(f"{ORGANISATION}matches/{match['slug']}/").json()
        assert one.pop("week")["is_new"]
        assert one == match
        for direction in match["gains"].values():
            total = sum(row["points"] for row in direction["criteria"])
            assert direction["points"] == pytest.approx(total)


def test_reasons_come_in_the_language_asked_for_and_codes_do_not_change(
    ana: User, nuevo_leon: Organisation
) -> None:
    def first_reason(language: str) -> dict[str, Any]:
        client = signed_in(ana)
        answer = client.get(f"{ORGANISATION}matches/", headers={"accept-language": language})
        reason: dict[str, Any] = answer.json()["matches"][0]["gains"]["own"]["criteria"][0][
            "evidence"
        ][0]
        return reason

    english, spanish = first_reason("en"), first_reason("es")
    assert english["code"] == spanish["code"] == "sector.unknown"
    assert english["text"].startswith("No source says")


def test_a_set_aside_partner_is_no_match_for_ana_and_stays_one_for_carla(
    ana: User, carla: User, galician: Organisation, nuevo_leon: Organisation
) -> None:
    exclude_organisation(galician, other=nuevo_leon, reason="competitor", until=None, actor=ana)
    assert signed_in(ana).get(f"{ORGANISATION}matches/").json()["matches"] == []
    hers = f"{API}/organisations/nuevo-leon-cluster/matches/"
    (match,) = signed_in(carla).get(hers).json()["matches"]
    assert match["slug"] == "galician-cluster"
    assert match["score"] is not None


def test_a_pair_without_a_score_says_so(
    ana: User, galician: Organisation, nuevo_leon: Organisation
) -> None:
    exclude_organisation(galician, other=nuevo_leon, reason="competitor", until=None, actor=ana)
    one = signed_in(ana).get(f"{ORGANISATION}matches/nuevo-leon-cluster/").json()
    assert one["score"] is None
    assert one["gains"]["own"]["criteria"], "what each would gain stands there still"


def test_a_meeting_stands_in_both_agendas(
    ana: User, carla: User, olga: User, anas: Registration, carlas: Registration
) -> None:
    for registration in (anas, carlas):
        DelegateFactory(registration=registration)
    request = agree(anas, carlas)
    Event.objects.filter(pk=anas.event_id).update(status=EventStatus.PLANNING)
    anas.event.refresh_from_db()
    publish(anas.event, olga, (request, 0, 0))
    hers = signed_in(ana).get(f"{API}/agenda/").json()["results"]
    assert hers == signed_in(carla).get(f"{API}/agenda/").json()["results"]
    (meeting,) = hers
    assert meeting["starts_at"] == "2031-03-10T15:00:00Z", "UTC, not the clock of Mexico City"
    assert (meeting["sender"], meeting["receiver"]) == ("galician-cluster", "nuevo-leon-cluster")
    assert meeting["table"] == "T1"
    assert signed_in(olga).get(f"{API}/agenda/").json()["results"] == []


def test_what_a_fellow_participant_can_take_on_is_its_own_business(
    carla: User, anas: Registration, carlas: Registration, ana: User, olga: User
) -> None:
    Registration.objects.filter(pk=anas.pk).update(
        max_meetings=3, max_per_day=2, motivation="Sell before the quarter ends"
    )
    path = f"{API}/registrations/{anas.pk}/"
    for person in (ana, olga):
        row = signed_in(person).get(path).json()
        assert (row["max_meetings"], row["max_per_day"]) == (3, 2)
        assert row["motivation"] == "Sell before the quarter ends"
    row = signed_in(carla).get(path).json()
    assert (row["max_meetings"], row["max_per_day"], row["motivation"]) == (None, None, None)
    listed = signed_in(carla).get(f"{API}/registrations/").json()["results"]
    assert [r["motivation"] for r in listed] == [None, ""], "hers she sees, Ana's she does not"


# -- how it says no


@pytest.mark.parametrize(
    ("path", "field"),
    [
        (f"{ORGANISATION}matches/?top=0", "top"),
        (f"{ORGANISATION}matches/?top=many", "top"),
        (f"{ORGANISATION}matches/?side=moon", "side"),
        (f"{ORGANISATION}matches/?policy=nothing", "policy"),
        (f"{API}/requests/?status=perhaps", "status"),
        (f"{API}/organisations/?q=%00", "q"),
        (f"{API}/organisations/?sector=%00", "sector"),
    ],
)
def test_wrong_queries_are_400_by_field(path: str, field: str, ana: User) -> None:
    answer = signed_in(ana).get(path)
    assert answer.status_code == 400
    assert list(answer.json()) == [field]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "organisation"),
        ({"organisation": "nobody"}, "organisation"),
        ({"organisation": "nuevo-leon-cluster"}, "organisation"),
        ({"organisation": "galician-cluster", "parallel": 0}, "parallel"),
        ({"organisation": "galician-cluster", "parallel": 10**9}, "parallel"),
        ({"organisation": "galician-cluster", "max_meetings": 10**9}, "max_meetings"),
        ({"organisation": "galician-cluster", "max_per_day": 10**9}, "max_per_day"),
        ({"organisation": "galician-cluster", "formats": ["Z2Z"]}, "formats"),
        ({"organisation": "galician-cluster", "motivation": "x" * 1501}, "motivation"),
        ({"organisation": "galician-cluster", "motivation": "\x00"}, "motivation"),
        ({"organisation": "galician-\x00"}, "organisation"),
    ],
)
def test_wrong_applications_are_400_by_field(
    values: dict[str, Any], field: str, ana: User, nuevo_leon: Organisation, event: Event
) -> None:
    answer = post(signed_in(ana), f"{API}/events/{event.slug}/apply/", **values)
    assert answer.status_code == 400
    assert list(answer.json()) == [field]
    assert not Registration.objects.exists()


def test_broken_json_is_400(ana: User, event: Event) -> None:
    answer = signed_in(ana).post(f"{API}/requests/", "{not json", content_type="application/json")
    assert answer.status_code == 400
    assert "detail" in answer.json()


@pytest.mark.parametrize("path", ["organisations/nobody/", "events/draft/", "requests/0/", "requests/x/"])  # fmt: skip
def test_what_is_not_there_is_404(path: str, ana: User) -> None:
    EventFactory(slug="draft", status=EventStatus.DRAFT)
    answer = signed_in(ana).get(f"{API}/{path}")
    assert answer.status_code == 404
    assert list(answer.json()) == ["detail"]


def test_an_organisation_that_is_not_listed_has_no_matches(
    ana: User, galician: Organisation, nuevo_leon: Organisation
) -> None:
    Organisation.objects.filter(pk=galician.pk).update(status="draft")
    for path in ("matches/", "matches/nuevo-leon-cluster/"):
        answer = signed_in(ana).get(f"{ORGANISATION}{path}")
        assert answer.status_code == 404
        assert "not listed" in answer.json()["detail"]


def test_a_rule_says_no_with_its_code(ana: User, asked: MeetingRequest, carla: User) -> None:
    again = post(signed_in(ana), f"{API}/requests/", **BODY)
    assert again.status_code == 409
    assert set(again.json()) == {"code", "detail"}
    assert again.json()["code"] == "asked_before"
    post(signed_in(carla), f"{API}/requests/{asked.pk}/accept/", note="Gladly")
    twice = post(signed_in(carla), f"{API}/requests/{asked.pk}/accept/")
    assert (twice.status_code, twice.json()["code"]) == (409, "state")
    asked.refresh_from_db()
    assert (asked.status, asked.answer_note) == (RequestStatus.ACCEPTED, "Gladly")


def test_asking_back_is_an_agreement(carla: User, asked: MeetingRequest) -> None:
    values = {**BODY, "organisation": "nuevo-leon-cluster", "to": "galician-cluster"}
    answer = post(signed_in(carla), f"{API}/requests/", **values)
    assert answer.status_code == 201
    assert (answer.json()["status"], answer.json()["is_mutual"]) == ("accepted", True)


def test_who_applied_in_vain_is_not_told_from_a_stranger(
    anas: Registration, ana: User, event: Event
) -> None:
    OrganisationFactory(name="Stranger", side="mx")
    applied = OrganisationFactory(name="Applied", side="mx")
    RegistrationFactory(event=event, organisation=applied, status="rejected")
    answers = [
        post(signed_in(ana), f"{API}/requests/", **{**BODY, "to": name.lower()})
        for name in ("Stranger", "Applied")
    ]
    assert [answer.status_code for answer in answers] == [409, 409]
    one, other = (answer.json() for answer in answers)
    assert one["code"] == other["code"]
    assert one["detail"].replace("Stranger", "Applied") == other["detail"]


# -- how many queries


def queries(call: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert call().status_code == 200
    return len(seen)


def more_of_everything(event: Event, ours: Registration) -> None:
    for number in range(2):
        citation = CitationFactory(code=f"more-{Citation.objects.count()}")
        partner = OrganisationFactory(name=f"More {number}", side="mx")
        story = StoryFactory()
        story.citations.add(citation)
        story.partners.add(ours.organisation, partner)
        facts = (
            SectorFocusFactory(organisation=ours.organisation, sector__code=f"field-{number}"),
            InterestFactory(organisation=ours.organisation, kind__code=f"kind-{number}"),
            TargetFactory(organisation=ours.organisation, country__code=("FR", "DE")[number]),
            RelationFactory(organisation=ours.organisation, other=partner),
        )
        for fact in facts:
            fact.citations.add(citation)
        SessionFactory(event=event, name=f"Session {number}")
        EventFactory()
        theirs = RegistrationFactory(event=event, organisation=partner)
        RequestFactory(sender=ours, receiver=theirs)


@pytest.mark.parametrize(
    "path", [path for path in READS if not path.endswith(("schema/", "automotive/", "gemex/"))]
)
def test_more_rows_need_no_more_queries(path: str, ana: User, asked: MeetingRequest) -> None:
    client = signed_in(ana)

    def call() -> Any:
        return client.get(placed(path, asked))

    citation = CitationFactory()
    SectorFocusFactory(organisation=asked.sender.organisation).citations.add(citation)
    InterestFactory(organisation=asked.sender.organisation).citations.add(citation)
    TargetFactory(organisation=asked.sender.organisation).citations.add(citation)
    RelationFactory(organisation=asked.sender.organisation).citations.add(citation)
    story = StoryFactory()
    story.partners.add(asked.sender.organisation)
    story.citations.add(citation)
    SessionFactory(event=asked.event)
    call()  # the market is read once for each change of the data
    few = queries(call)
    more_of_everything(asked.event, asked.sender)
    call()
    assert queries(call) == few
