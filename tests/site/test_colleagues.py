"""Requests: a colleague takes the meeting; the same words to many; questions and their answers."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from clusters.choices import RelationKind
from clusters.models import InternationalTarget, Message, Organisation, Relation, User
from events.models import Delegate, Registration, Unavailability
from matchmaking import actions
from matchmaking.models import FactRequest, Meeting, MeetingRequest
from tests.cast import (
    CountryFactory,
    DelegateFactory,
    OrganisationFactory,
    RegistrationFactory,
    RequestFactory,
    UserFactory,
)
from tests.matchmaking.stories import mails
from tests.participants import Visit, start_now
from tests.refusals import refused


@pytest.fixture
def bea(anas: Registration) -> Delegate:
    """A second delegate of Ana's cluster, with an account."""
    return DelegateFactory(registration=anas, name="Bea", user=UserFactory(name="Bea"))


# -- a colleague takes the meeting


def test_a_colleague_takes_a_planned_meeting_and_is_told(
    meeting: Meeting, bea: Delegate, ana: User, as_user: Visit
) -> None:
    client, address = as_user(ana), f"/requests/{meeting.request_id}/"
    assert "Let a colleague take this meeting" in client.get(address).content.decode()
    html = client.post(f"{address}delegate/", {"delegate": bea.pk}, follow=True).content.decode()
    assert "Saved. They are told." in html
    ours = meeting.seats.filter(delegate__registration=bea.registration)
    assert [seat.delegate for seat in ours] == [bea]
    before = meeting.sequence
    meeting.refresh_from_db()
    assert meeting.sequence == before + 1, "calendars see a change"
    assert Message.objects.get(template="delegate_named").recipient == bea.user
    assert len(mails("delegate_named")) == 1
    actions.name_delegate(meeting.request, delegate=bea, actor=ana)
    assert Meeting.objects.get().sequence == before + 1, "naming the same one changes nothing"


def test_the_wish_is_kept_until_there_is_a_meeting(
    agreed: MeetingRequest, bea: Delegate, ana: User
) -> None:
    row = actions.name_delegate(agreed, delegate=bea, actor=ana)
    assert row.sender_delegate == bea


@pytest.mark.parametrize("reason", ["elsewhere", "away"])
def test_who_cannot_come_does_not_take_it(
    meeting: Meeting, bea: Delegate, ana: User, as_user: Visit, reason: str
) -> None:
    if reason == "away":
        Unavailability.objects.create(delegate=bea, slot=meeting.slot)
    else:
        third = RegistrationFactory(event=meeting.event)
        request = RequestFactory(sender=bea.registration, receiver=third, status="accepted")
        other = Meeting.objects.create(event=meeting.event, request=request, slot=meeting.slot)
        other.seats.create(slot=meeting.slot, delegate=bea)
    response = as_user(ana).post(f"/requests/{meeting.request_id}/delegate/", {"delegate": bea.pk})
    assert response.status_code == 409
    assert "Bea sits elsewhere or cannot come" in response.content.decode()


def test_nobody_of_the_other_side_is_named(
    meeting: Meeting, bea: Delegate, ana: User, carla: User, olga: User, as_user: Visit
) -> None:
    with pytest.raises(ValidationError):
        actions.name_delegate(meeting.request, delegate=bea, actor=carla)
    with pytest.raises(PermissionDenied):
        actions.name_delegate(meeting.request, delegate=bea, actor=olga)
    address = f"/requests/{meeting.request_id}/delegate/"
    assert as_user(olga).post(address, {"delegate": bea.pk}).status_code == 403
    assert as_user(ana).post(address, {"delegate": ""}).status_code == 400


def test_a_meeting_that_has_begun_keeps_who_sits_in_it(
    meeting: Meeting, bea: Delegate, ana: User
) -> None:
    start_now(meeting, minutes_ago=5, now=timezone.now())
    actions.name_delegate(meeting.request, delegate=bea, actor=ana)
    assert not meeting.seats.filter(delegate=bea).exists()


# -- the same words to many


def test_the_same_words_to_many_are_pointed_out_before_sending(
    anas: Registration, carlas: Registration, delegates: list, ana: User, as_user: Visit
) -> None:
    for n in range(2):
        there = RegistrationFactory(
            event=anas.event, organisation=OrganisationFactory(name=f"Cluster {n}", side="mx")
        )
        actions.ask_for_meeting(anas, to=there, message="We seek moulds.", actor=ana)
    address = "/events/monterrey-2031/ask/nuevo-leon-cluster/"
    values = {"reason": "", "message": " We  seek MOULDS. "}
    response = as_user(ana).post(address, values)
    assert response.status_code == 400
    html = response.content.decode()
    assert "You sent these words to 2 others already" in html
    assert "We  seek MOULDS." in html
    assert as_user(ana).post(address, {**values, "same_words": "on"}).status_code == 302


# -- questions


@pytest.fixture
def listed(galician: Organisation, nuevo_leon: Organisation) -> Organisation:
    """Carla's cluster, which can be asked."""
    return nuevo_leon


def test_the_same_question_rests_whatever_became_of_it(
    galician: Organisation, listed: Organisation, ana: User, carla: User
) -> None:
    def ask() -> FactRequest:
        return actions.ask_fact(galician, about=listed, criterion="practice.label", actor=ana)

    question = ask()
    with refused("asked_before") as while_open:
        ask()
    actions.dismiss_fact(question, actor=carla)
    with refused("asked_before") as when_left:
        ask()
    assert while_open.text == when_left.text, "nothing tells that it was left unanswered"
    FactRequest.objects.update(asked_at=timezone.now() - dt.timedelta(days=181))
    assert ask().pk != question.pk


def test_having_worked_together_goes_into_the_profile_for_the_asker_to_confirm(
    galician: Organisation, listed: Organisation, ana: User, carla: User, as_user: Visit
) -> None:
    question = actions.ask_fact(galician, about=listed, criterion="record.repeat", actor=ana)
    response = as_user(carla).post(f"/questions/{question.pk}/", {"answer": "yes"}, follow=True)
    assert "once they confirm it" in response.content.decode()
    relation = Relation.objects.get(organisation=listed, other=galician)
    assert (relation.kind, relation.is_confirmed) == (RelationKind.COOPERATES_WITH, False)


def test_a_plain_yes_leads_to_where_the_profile_has_room_for_it(
    galician: Organisation, listed: Organisation, ana: User, carla: User, as_user: Visit
) -> None:
    question = actions.ask_fact(galician, about=listed, criterion="practice.label", actor=ana)
    response = as_user(carla).post(f"/questions/{question.pk}/", {"answer": "yes"})
    assert response["Location"] == "/profile/labels/"
    assert Message.objects.get(template="fact_answered").context["answer"] == "yes"


def test_a_target_asked_for_by_an_asker_of_two_countries_is_set_for_both(
    galician: Organisation, listed: Organisation, ana: User, carla: User
) -> None:
    galician.countries.add(CountryFactory(code="PT"))
    question = actions.ask_fact(galician, about=listed, criterion="target.wants", actor=ana)
    assert question.subject == ""
    actions.answer_fact(question, answer="active", actor=carla)
    codes = InternationalTarget.objects.filter(organisation=listed, stance="active")
    assert set(codes.values_list("country__code", flat=True)) == {"ES", "PT"}
