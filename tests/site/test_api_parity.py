"""The same thing posted to the page and to the API comes out the same, refusals included."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.forms.models import model_to_dict

from clusters.models import Organisation, User
from events.choices import EventStatus
from events.models import Event, Registration
from matchmaking.actions import exclude_organisation
from matchmaking.models import MeetingRequest
from tests.cast import OrganisationFactory, RegistrationFactory
from tests.site.api_callers import signed_in

ASK = {"event": "monterrey-2031", "organisation": "galician-cluster", "to": "nuevo-leon-cluster"}
DONE_ON_PAGE = 302


@pytest.fixture(autouse=True)
def calls_are_counted_anew() -> None:
    cache.clear()


def both(page: Callable[[], Any], api: Callable[[], Any], rows: type[Any]) -> tuple[int, str]:
    """Do it on the page, undo it, do it by the API: same rows, same status, same words. Gives the last two."""
    results, answers = [], []
    for call in (page, api):
        with transaction.atomic():
            answers.append(call())
            made = rows.objects.order_by("pk")
            results.append([model_to_dict(row, exclude=["id"]) for row in made])
            transaction.set_rollback(True)
    on_page, by_api = answers
    for one, other in zip(*results, strict=True):
        for row in (one, other):
            row.pop("answer_by", None)  # counted from now
        assert one == other
    done = {DONE_ON_PAGE: 201, 200: 200}.get(on_page.status_code, on_page.status_code)
    assert done == by_api.status_code, by_api.content
    text = json.loads(by_api.content).get("detail", "")
    assert str(text) in on_page.content.decode().replace("&#x27;", "'") or by_api.status_code < 300
    return by_api.status_code, json.loads(by_api.content).get("code", "")


def set_phase(event: Event, status: str) -> None:
    Event.objects.filter(pk=event.pk).update(status=status)


def aside(event: Event) -> None:
    mine, other = (Organisation.objects.get(slug=ASK[end]) for end in ("organisation", "to"))
    ana = User.objects.get(name="Ana")
    exclude_organisation(mine, other=other, reason="partner", until=None, actor=ana)


CASES: dict[str, tuple[Callable[[Event], object], int, str]] = {
    "in order": (lambda _event: None, 201, ""),
    "too late": (lambda event: set_phase(event, EventStatus.PLANNING), 409, "asking_closed"),
    "the other does not come": (
        lambda _event: Registration.objects.filter(organisation__slug=ASK["to"]).delete(),
        409, "not_accepted",
    ),
    "oneself does not come": (
        lambda _event: Registration.objects.filter(organisation__slug=ASK["organisation"]).delete(),
        409, "not_accepted",
    ),
    "the other still waits": (
        lambda _event: Registration.objects.filter(organisation__slug=ASK["to"]).update(
            status="applied"
        ),
        409, "not_accepted",
    ),
    "beyond the quota": (
        lambda event: Event.objects.filter(pk=event.pk).update(request_quota=0), 409, "quota",
    ),
    "set aside by oneself": (aside, 409, "excluded_by_you"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_asking(
    case: str, anas: Registration, carlas: Registration, ana: User, event: Event
) -> None:
    prepare, status, code = CASES[case]
    prepare(event)
    client = signed_in(ana)
    words = {"reason": "", "message": "Shall we talk?"}
    got = both(
        lambda: client.post(f"/events/{event.slug}/ask/{ASK['to']}/", {**words, "priority": "2"}),
        lambda: client.post(
            "/api/v1/requests/", json.dumps({**ASK, **words}), content_type="application/json"
        ),
        MeetingRequest,
    )
    assert got == (status, code)


def test_asking_oneself(anas: Registration, ana: User, event: Event) -> None:
    client = signed_in(ana)
    got = both(
        lambda: client.post(f"/events/{event.slug}/ask/{ASK['organisation']}/", {"priority": "2"}),
        lambda: client.post(
            "/api/v1/requests/",
            json.dumps({**ASK, "to": ASK["organisation"]}),
            content_type="application/json",
        ),
        MeetingRequest,
    )
    assert got[0] == 409
    assert not MeetingRequest.objects.exists()


def test_asking_somebody_unheard_of_is_wrong_input(anas: Registration, ana: User) -> None:
    answer = signed_in(ana).post(
        "/api/v1/requests/", json.dumps({**ASK, "to": "nobody"}), content_type="application/json"
    )
    assert (answer.status_code, list(answer.json())) == (400, ["to"])


@pytest.mark.parametrize("answer", ["accept", "decline"])
def test_answering(answer: str, asked: MeetingRequest, carla: User) -> None:
    client = signed_in(carla)
    states = []
    for path in (f"/requests/{asked.pk}/{answer}/", f"/api/v1/requests/{asked.pk}/{answer}/"):
        with transaction.atomic():
            assert client.post(path, {"note": "So be it"}).status_code in (200, 302)
            row = MeetingRequest.objects.get(pk=asked.pk)
            states.append((row.status, row.answer_note, row.is_mutual, row.answered_by))
            transaction.set_rollback(True)
    assert states[0] == states[1]


@pytest.mark.parametrize("state", ["open", "closed", "twice", "not listed"])
def test_applying(state: str, event: Event, galician: Organisation, ana: User) -> None:
    set_phase(event, EventStatus.PLANNING if state == "closed" else EventStatus.CALL)
    if state == "twice":
        RegistrationFactory(event=event, organisation=galician)
    if state == "not listed":
        Organisation.objects.filter(pk=galician.pk).update(status="draft")
    RegistrationFactory(event=event, organisation=OrganisationFactory())
    client = signed_in(ana)
    values = {"attendance": "on_site", "parallel": "1", "motivation": "To meet"}
    delegate = {"name": "Ana", "email": "ana@galician.example", "job_title": "Director"}
    status, _code = both(
        lambda: client.post(f"/events/{event.slug}/apply/", {**values, **delegate}),
        lambda: client.post(
            f"/api/v1/events/{event.slug}/apply/",
            json.dumps({**values, "organisation": galician.slug, "delegates": [delegate]}),
            content_type="application/json",
        ),
        Registration,
    )
    assert status == (201 if state == "open" else 409)
