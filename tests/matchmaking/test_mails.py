"""The mails of events, requests and schedules: both parts, both languages, one thing to do first."""

import datetime as dt
import re

import pytest
from django.core import mail

from clusters.actions import deliver_message
from clusters.models import Message, Organisation, User
from events.actions import decide_registration
from events.models import Event, Registration
from matchmaking import actions
from matchmaking.choices import RequestStatus
from matchmaking.models import MeetingRequest
from tests.cast import RegistrationFactory
from tests.matchmaking.stories import publish

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def html_of(sent: mail.EmailMultiAlternatives) -> str:
    (one,) = sent.alternatives
    return str(one[0])


def mailed(template: str, system: User) -> mail.EmailMultiAlternatives:
    """The only mail of a template, as it goes out."""
    message = Message.objects.get(template=template)
    message = deliver_message(message, actor=system)
    assert message.error == ""
    sent = mail.outbox[-1]
    assert isinstance(sent, mail.EmailMultiAlternatives)
    html = html_of(sent)
    for text in (sent.subject, sent.body, html):
        assert "{" not in text
        assert "None" not in text
    assert html.count("<a ") >= 2  # what to do, and where it comes from
    assert not re.search(r"\n{4,}", str(sent.body))
    return sent


def test_carla_reads_who_asks_and_until_when(
    asked: MeetingRequest, carla: User, system: User
) -> None:
    MeetingRequest.objects.update(message="We <b>seek</b> moulds")
    actions.announce_request(asked, actor=system)
    sent = mailed("request_received", system)
    assert sent.to == ["carla@nuevo-leon.example"]
    assert sent.subject == "Galician cluster asks you for a meeting"
    assert "America/Mexico_City" in sent.body
    assert "We <b>seek</b> moulds" in sent.body
    assert "We &lt;b&gt;seek" in html_of(sent)


def test_carla_is_reminded(asked: MeetingRequest, system: User) -> None:
    MeetingRequest.objects.update(sent_at=asked.sent_at.replace(year=2020))
    MeetingRequest.objects.update(answer_by=asked.sent_at.replace(microsecond=0) + HOUR)
    actions.remind_of_requests(actor=system)
    assert "waits for your answer" in mailed("request_reminder", system).subject


@pytest.mark.parametrize("is_mutual", [True, False])
def test_ana_reads_that_they_agree(
    asked: MeetingRequest, carla: User, system: User, is_mutual: bool
) -> None:
    if is_mutual:
        actions.ask_for_meeting(asked.receiver, to=asked.sender, actor=carla)
    else:
        actions.accept_request(asked, note="Gladly", actor=carla)
    sent = mailed("request_accepted", system)
    assert ("asked Galician cluster, too" in sent.body) == is_mutual
    assert ("Gladly" in sent.body) != is_mutual


def test_ana_reads_a_no(asked: MeetingRequest, carla: User, system: User) -> None:
    actions.decline_request(asked, actor=carla)
    assert "quota" in mailed("request_declined", system).body


def test_ana_reads_that_time_ran_out(asked: MeetingRequest, system: User) -> None:
    MeetingRequest.objects.update(answer_by=asked.sent_at)
    actions.expire_requests(actor=system)
    assert "No answer from" in mailed("request_expired", system).subject


def test_carla_reads_that_it_is_off(agreed: MeetingRequest, ana: User, system: User) -> None:
    assert agreed.status == RequestStatus.ACCEPTED
    actions.withdraw_request(agreed, actor=ana)
    assert "cancelled" in mailed("meeting_cancelled", system).subject


@pytest.mark.parametrize(
    ("status", "says"),
    [
        ("accepted", "takes part in"),
        ("reserve", "on the reserve list"),
        ("rejected", "your application"),
    ],
)
def test_ana_reads_what_was_decided(
    event: Event,
    galician: Organisation,
    ana: User,
    olga: User,
    system: User,
    status: str,
    says: str,
) -> None:
    registration: Registration = RegistrationFactory(
        event=event, organisation=galician, status="applied"
    )
    decide_registration(registration, status=status, actor=olga)
    assert says in mailed("registration_decided", system).subject


def test_each_reads_what_a_release_changes(
    agreed: MeetingRequest, event: Event, olga: User, carla: User, system: User
) -> None:
    publish(event, olga, (agreed, 0, 0))
    Message.objects.filter(recipient=carla).delete()
    sent = mailed("release_published", system)
    assert sent.subject == "Your meetings at Monterrey 2031: release 1"
    assert "1 meeting is new." in sent.body
    assert "cancelled" not in sent.body


def test_questions_and_answers_are_mailed(
    galician: Organisation, nuevo_leon: Organisation, ana: User, carla: User, system: User
) -> None:
    question = actions.ask_fact(galician, about=nuevo_leon, criterion="target.wanted", actor=ana)
    actions.announce_question(question, actor=system)
    assert "question" in mailed("fact_asked", system).subject
    actions.answer_fact(question, answer="active", actor=carla)
    assert "answered" in mailed("fact_answered", system).subject


def test_ana_reads_that_the_event_is_off(
    asked: MeetingRequest, event: Event, olga: User, carla: User, system: User
) -> None:
    event = actions.cancel_event(event, reason="A <storm>.", actor=olga)
    actions.announce_cancellation(event, actor=system)
    Message.objects.filter(recipient=carla).delete()
    sent = mailed("event_cancelled", system)
    assert sent.subject == "Monterrey 2031 is cancelled"
    assert "A <storm>." in sent.body
    assert "A &lt;storm&gt;." in html_of(sent)
