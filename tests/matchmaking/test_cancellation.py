"""Olga calls her event off: everything planned ends at once, everybody concerned is told once."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from clusters.models import Organisation, User
from events.choices import EVENT_MOVES, EventStatus, TeamRole
from events.models import Event, Registration
from matchmaking import actions, tasks
from matchmaking.choices import MeetingStatus, RequestStatus, RunState
from matchmaking.models import Meeting, MeetingRequest, MeetingSeat, ScheduleRun, TableUse
from tests.cast import RegistrationFactory, TeamFactory
from tests.matchmaking.stories import agree, draft, mails, participant
from tests.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(agreed: MeetingRequest, event: Event, olga: User) -> Meeting:
    """Ana and Carla have a table; Ana and Puebla have met already."""
    puebla = participant(event, "Puebla", "mx")
    other = agree(agreed.sender, puebla)
    actions.publish_release(draft(event, (agreed, 2, 1), (other, 0, 0)), actor=olga)
    Meeting.objects.filter(request=other).update(status=MeetingStatus.HELD)
    event.refresh_from_db()
    return Meeting.objects.get(request=agreed)


def test_planned_meetings_end_and_what_happened_stays(
    published: Meeting, event: Event, olga: User
) -> None:
    event = actions.cancel_event(event, reason=" A storm. ", actor=olga)
    assert (event.status, event.cancelled_because) == (EventStatus.CANCELLED, "A storm.")
    sequence = published.sequence
    published.refresh_from_db()
    assert (published.status, published.sequence) == (MeetingStatus.CANCELLED, sequence + 1)
    assert not MeetingSeat.objects.filter(meeting=published).exists()
    assert not TableUse.objects.filter(meeting=published).exists()
    held = Meeting.objects.get(status=MeetingStatus.HELD)
    assert MeetingSeat.objects.filter(meeting=held).exists()
    agreed = MeetingRequest.objects.filter(status=RequestStatus.ACCEPTED)
    assert agreed.count() == 2


def test_unanswered_requests_end_without_a_mail_of_their_own(
    asked: MeetingRequest, event: Event, olga: User
) -> None:
    actions.cancel_event(event, actor=olga)
    asked.refresh_from_db()
    assert asked.status == RequestStatus.EXPIRED
    assert asked.answered_at is not None
    assert mails("request_expired") == []


def test_planning_stops(event: Event, agreed: MeetingRequest, olga: User) -> None:
    running = ScheduleRun.objects.create(event=event, state=RunState.RUNNING)
    actions.cancel_event(event, actor=olga)
    running.refresh_from_db()
    assert running.cancel_requested


def test_everybody_concerned_is_told_once(
    published: Meeting, event: Event, olga: User, beto: User, nuevo_leon: Organisation
) -> None:
    RegistrationFactory(event=event, organisation__name="Not taken", status="rejected")
    actions.cancel_event(event, actor=olga)
    for _time in range(2):
        tasks.announce_cancellation.func(event.pk)
    assert mails("event_cancelled").count("Ana") == 1
    assert mails("event_cancelled").count("Carla") == 1
    assert mails("meeting_cancelled") == []


def test_nobody_hears_of_an_event_that_was_never_announced(
    event: Event, anas: Registration, olga: User, django_capture_on_commit_callbacks
) -> None:
    Event.objects.update(status=EventStatus.DRAFT)
    actions.cancel_event(event, actor=olga)
    assert mails("event_cancelled") == []


def test_an_event_that_goes_on_is_not_announced_as_cancelled(
    event: Event, anas: Registration
) -> None:
    tasks.announce_cancellation.func(event.pk)
    tasks.announce_cancellation.func(0)
    assert mails("event_cancelled") == []


@pytest.mark.parametrize("status", EventStatus)
def test_only_what_is_not_over_can_be_called_off(event: Event, olga: User, status: str) -> None:
    Event.objects.update(status=status)
    if EventStatus.CANCELLED in EVENT_MOVES[status]:
        assert actions.cancel_event(event, actor=olga).status == EventStatus.CANCELLED
    else:
        with refused("state"):
            actions.cancel_event(event, actor=olga)


def test_only_an_owner_calls_it_off(event: Event, ana: User) -> None:
    TeamFactory(event=event, user=ana, role=TeamRole.PLANNER)
    with pytest.raises(PermissionDenied):
        actions.cancel_event(event, actor=ana)
    with pytest.raises(PermissionDenied):
        actions.announce_cancellation(event, actor=ana)


def test_the_reason_is_short(event: Event, olga: User) -> None:
    with pytest.raises(ValidationError):
        actions.cancel_event(event, reason="x" * 501, actor=olga)
    event.refresh_from_db()
    assert event.status != EventStatus.CANCELLED
