"""What tests of participants' pages share: who looks, and a morning at the event."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client

from clusters.models import Organisation, User
from events.choices import EventStatus
from events.models import Delegate, Event, Registration, Slot
from matchmaking import actions
from matchmaking.models import Meeting, MeetingRequest, MeetingSeat, TableUse
from tests.cast import DelegateFactory, RegistrationFactory
from tests.sure import sure

Visit = Callable[[User], Client]


@pytest.fixture
def as_user() -> Visit:
    """A browser in which somebody is signed in, who reads English."""

    def visit(user: User) -> Client:
        User.objects.filter(pk=user.pk).update(language="en")
        client = Client()
        client.force_login(user, settings.AUTHENTICATION_BACKENDS[-1])
        return client

    return visit


@pytest.fixture
def anas(event: Event, galician: Organisation, ana: User) -> Registration:
    """The Galician cluster's registration."""
    return RegistrationFactory(event=event, organisation=galician)


@pytest.fixture
def carlas(event: Event, nuevo_leon: Organisation, carla: User) -> Registration:
    """The Nuevo León cluster's registration."""
    return RegistrationFactory(event=event, organisation=nuevo_leon)


@pytest.fixture
def asked(anas: Registration, carlas: Registration, ana: User) -> MeetingRequest:
    """Ana has asked Carla."""
    return actions.ask_for_meeting(anas, to=carlas, actor=ana)


@pytest.fixture
def delegates(anas: Registration, carlas: Registration, ana: User, carla: User) -> list[Delegate]:
    """Ana and Carla come themselves."""
    return [
        DelegateFactory(registration=anas, name="Ana", user=ana, email=ana.email),
        DelegateFactory(registration=carlas, name="Carla", user=carla, email=carla.email),
    ]


@pytest.fixture
def agreed(asked: MeetingRequest, carla: User, delegates: list[Delegate]) -> MeetingRequest:
    """Carla has accepted."""
    return actions.accept_request(asked, actor=carla)


@pytest.fixture
def meeting(agreed: MeetingRequest, delegates: list[Delegate]) -> Meeting:
    """Ana and Carla meet in the first slot at the first table; the schedule is published."""
    event = agreed.event
    event.status = EventStatus.PUBLISHED
    event.save()
    slot, table = sure(event.slots.first()), sure(event.tables.first())
    row = Meeting.objects.create(event=event, request=agreed, slot=slot, table=table)
    TableUse.objects.create(meeting=row, slot=slot, table=table)
    for delegate in delegates:
        MeetingSeat.objects.create(meeting=row, slot=slot, delegate=delegate)
    return row


def start_now(meeting: Meeting, *, minutes_ago: int, now: dt.datetime) -> None:
    """Move the meeting's slot so that it began so many minutes ago."""
    start = now - dt.timedelta(minutes=minutes_ago)
    Slot.objects.filter(pk=meeting.slot_id).update(
        starts_at=start, ends_at=start + dt.timedelta(minutes=20)
    )
