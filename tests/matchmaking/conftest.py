"""Ana's and Carla's organisations at Olga's event, and what they have agreed."""

import pytest

from clusters.models import Organisation, User
from events.choices import EventStatus
from events.models import Delegate, Event, Registration
from matchmaking import actions
from matchmaking.models import MeetingRequest
from tests.cast import DelegateFactory, RegistrationFactory


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
        DelegateFactory(registration=anas, name="Ana", user=ana),
        DelegateFactory(registration=carlas, name="Carla", user=carla),
    ]


@pytest.fixture
def agreed(asked: MeetingRequest, carla: User, delegates: list[Delegate]) -> MeetingRequest:
    """Carla has accepted; requests are closed."""
    actions.accept_request(asked, actor=carla)
    event = asked.event
    event.status = EventStatus.PLANNING
    event.save()
    asked.refresh_from_db()
    return asked
