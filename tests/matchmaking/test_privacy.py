"""Rule 7: an exclusion is private. What Carla does in private changes nothing that Ana can see."""

import datetime as dt
import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.forms import model_to_dict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clusters.models import Message, Organisation, User
from events.actions import change_delegate
from events.models import Delegate, Event, Registration
from matchmaking import actions
from matchmaking.choices import ExclusionReason, RequestStatus
from matchmaking.models import ContactReceipt, Exclusion, MeetingRequest
from matchmaking.reads.inbox import request_page
from tests.cast import DelegateFactory, RepresentativeFactory
from tests.matchmaking.stories import mails
from tests.refusals import refused

pytestmark = pytest.mark.django_db
NUMBERS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d+")


@pytest.fixture
def aside(nuevo_leon: Organisation, galician: Organisation, carla: User, ana: User) -> Exclusion:
    """Carla has set Ana's organisation aside."""
    return actions.exclude_organisation(
        nuevo_leon, other=galician, reason=ExclusionReason.COMPETITOR, actor=carla
    )


def what_ana_sees(request: MeetingRequest, ana: User) -> dict[str, Any]:
    """All that Ana's side can read of a request, times rounded to the minute, and her mails."""
    row = MeetingRequest.objects.visible_to(ana).get(pk=request.pk)
    seen = model_to_dict(row, exclude=["id", "sender", "receiver"])
    seen["waits"] = round((row.answer_by - row.sent_at).total_seconds() / 60)
    seen["answered"] = row.answered_at is not None
    seen["mails"] = sorted(ana.messages.values_list("template", flat=True))
    return {key: value for key, value in seen.items() if not isinstance(value, dt.datetime)}


def sql_of(queries: CaptureQueriesContext) -> list[str]:
    """The statements, without their numbers."""
    return [NUMBERS.sub("?", one["sql"]) for one in queries.captured_queries]


def test_asking_is_the_same_step_for_step_and_so_is_expiring(
    anas: Registration,
    carlas: Registration,
    ana: User,
    carla: User,
    system: User,
    nuevo_leon: Organisation,
    galician: Organisation,
) -> None:
    """The same story twice, without and with an exclusion: what differs is nothing."""
    seen, statements = [], []
    for has_exclusion in (False, True):
        MeetingRequest.objects.all().delete()
        Message.objects.all().delete()
        if has_exclusion:
            actions.exclude_organisation(
                nuevo_leon, other=galician, reason=ExclusionReason.NOT_NOW, actor=carla
            )
        with CaptureQueriesContext(connection) as queries:
            request = actions.ask_for_meeting(anas, to=carlas, actor=ana)
        statements.append(sql_of(queries))
        actions.announce_request(request, actor=system)
        story = [what_ana_sees(request, ana)]
        rows = MeetingRequest.objects.filter(pk=request.pk)
        rows.update(answer_by=timezone.now() + dt.timedelta(hours=1))
        rows.update(sent_at=timezone.now() - dt.timedelta(days=3))
        actions.remind_of_requests(actor=system)
        story.append(what_ana_sees(request, ana))
        rows.update(answer_by=timezone.now())
        actions.expire_requests(actor=system)
        story.append(what_ana_sees(request, ana))
        seen.append(story)
    assert seen[0] == seen[1]
    assert statements[0] == statements[1]
    assert seen[1][-1]["status"] == RequestStatus.EXPIRED


def test_the_excluding_side_hears_nothing_and_has_a_folder(
    aside: Exclusion, anas: Registration, carlas: Registration, ana: User, system: User
) -> None:
    request = actions.ask_for_meeting(anas, to=carlas, actor=ana)
    actions.announce_request(request, actor=system)
    MeetingRequest.objects.update(
        answer_by=timezone.now() + dt.timedelta(hours=1),
        sent_at=timezone.now() - dt.timedelta(days=3),
    )
    assert actions.remind_of_requests(actor=system) == 0
    assert mails("request_received") == mails("request_reminder") == []
    organisation = carlas.organisation
    assert list(MeetingRequest.objects.set_aside(organisation)) == [request]
    assert not MeetingRequest.objects.not_set_aside(organisation).exists()


@pytest.mark.parametrize("answer", [actions.accept_request, actions.decline_request])
def test_carla_may_answer_out_of_the_folder(
    aside: Exclusion, anas: Registration, carlas: Registration, ana: User, carla: User, answer
) -> None:
    request = actions.ask_for_meeting(anas, to=carlas, actor=ana)
    assert answer(request, actor=carla).status in (RequestStatus.ACCEPTED, RequestStatus.DECLINED)


def test_who_sets_aside_does_not_ask_until_it_lifts_that(
    aside: Exclusion, anas: Registration, carlas: Registration, carla: User
) -> None:
    with refused("excluded_by_you"):
        actions.ask_for_meeting(carlas, to=anas, actor=carla)
    actions.lift_exclusion(aside, actor=carla)
    assert actions.ask_for_meeting(carlas, to=anas, actor=carla).pk
    with refused("gone"):
        actions.lift_exclusion(aside, actor=carla)


def test_an_exclusion_may_end_by_itself(
    aside: Exclusion, anas: Registration, carlas: Registration, carla: User
) -> None:
    Exclusion.objects.update(until=timezone.now())
    assert actions.ask_for_meeting(carlas, to=anas, actor=carla).pk


def test_setting_aside_again_changes_the_reason(
    aside: Exclusion, nuevo_leon: Organisation, galician: Organisation, carla: User
) -> None:
    until = timezone.now() + dt.timedelta(days=30)
    actions.exclude_organisation(
        nuevo_leon, other=galician, reason=ExclusionReason.PARTNER, until=until, actor=carla
    )
    aside.refresh_from_db()
    assert (aside.reason, aside.until) == (ExclusionReason.PARTNER, until)


def test_what_cannot_be_set_aside(
    asked: MeetingRequest, galician: Organisation, nuevo_leon: Organisation, ana: User
) -> None:
    with refused("oneself"):
        actions.exclude_organisation(galician, other=galician, reason="not_now", actor=ana)
    with refused("own_request_waits"):
        actions.exclude_organisation(galician, other=nuevo_leon, reason="not_now", actor=ana)
    for values in ({"reason": "ugly"}, {"reason": "not_now", "until": timezone.now()}):
        with pytest.raises(ValidationError):
            actions.exclude_organisation(galician, other=nuevo_leon, actor=ana, **values)
    assert not Exclusion.objects.exists()


def test_only_the_own_side_sets_sees_and_lifts(
    aside: Exclusion, nuevo_leon: Organisation, galician: Organisation, ana: User, olga: User
) -> None:
    for stranger in (ana, olga):
        assert not Exclusion.objects.visible_to(stranger).exists()
        assert not stranger.has_perm("matchmaking.view_exclusion", aside)
        with pytest.raises(PermissionDenied):
            actions.lift_exclusion(aside, actor=stranger)
    with pytest.raises(PermissionDenied):
        actions.exclude_organisation(nuevo_leon, other=galician, reason="not_now", actor=ana)


# -- rule 6: contact details


def test_contacts_are_shown_after_agreement_and_noted_once(
    agreed: MeetingRequest, ana: User, carla: User
) -> None:
    (shown,) = actions.reveal_contacts(agreed, actor=ana)
    assert shown.name == "Carla"
    actions.reveal_contacts(agreed, actor=ana)
    receipt = ContactReceipt.objects.get()
    assert (receipt.viewer, receipt.delegate) == (ana, shown)
    (shown,) = actions.reveal_contacts(agreed, actor=carla)
    assert shown.name == "Ana"


def test_whoever_takes_a_place_over_is_shown_to_nobody_unasked(
    agreed: MeetingRequest, delegates: list[Delegate], ana: User, carla: User
) -> None:
    carlas = delegates[1]
    Delegate.objects.filter(pk=carlas.pk).update(email="carla@nuevo-leon.example")
    actions.reveal_contacts(agreed, actor=ana)
    change_delegate(carlas, values={"name": "Carla R."}, actor=carla)
    assert len(request_page(agreed, ana, None).contacts) == 1  # a name put right is the same person
    change_delegate(
        carlas, values={"name": "Nadia", "email": "nadia@nuevo-leon.example"}, actor=carla
    )
    old, carlas = carlas.code, Delegate.objects.get(pk=carlas.pk)
    assert carlas.code != old, "the badge of the one before opens nothing any more"
    page = request_page(agreed, ana, None)
    assert page.contacts == ()
    assert page.log[0].is_of_predecessor
    actions.reveal_contacts(agreed, actor=ana)
    page = request_page(agreed, ana, None)
    assert [one.delegate.name for one in page.contacts] == ["Nadia"]
    assert ContactReceipt.objects.count() == 2


def test_before_agreement_there_are_no_contacts(
    asked: MeetingRequest, delegates: list, ana: User, carla: User, olga: User, dora: User
) -> None:
    for actor in (ana, carla):
        with refused("not_agreed"):
            actions.reveal_contacts(asked, actor=actor)
    for actor in (olga, dora):
        with pytest.raises(PermissionDenied):
            actions.reveal_contacts(asked, actor=actor)
    assert not ContactReceipt.objects.exists()


def test_who_acts_for_both_says_for_whom(
    agreed: MeetingRequest, ana: User, nuevo_leon: Organisation
) -> None:
    RepresentativeFactory(organisation=nuevo_leon, user=ana)
    (shown,) = actions.reveal_contacts(agreed, organisation=nuevo_leon, actor=ana)
    assert shown.name == "Ana"


def test_erased_people_stay_erased(agreed: MeetingRequest, ana: User, event: Event) -> None:
    agreed.receiver.delegates.update(erased_at=timezone.now())
    DelegateFactory(registration=agreed.receiver, name="New")
    assert [one.name for one in actions.reveal_contacts(agreed, actor=ana)] == ["New"]
