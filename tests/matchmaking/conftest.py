"""Ana's and Carla's organisations at Olga's event, and what they have agreed."""

import pytest

from clusters.models import Organisation, User
from events.choices import EventStatus
from events.models import Delegate, Event, Registration
from matchmaking import actions
from matchmaking.models import Meeting, MeetingRequest
from tests.cast import DelegateFactory, RegistrationFactory
from tests.matchmaking.stories import agree, participant, publish


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


@pytest.fixture
def live(agreed: MeetingRequest, event: Event, olga: User) -> Meeting:
    """Ana and Carla meet in the first slot at T1; T2 is closed; the event is live."""
    publish(event, olga, (agreed, 0, 0))
    event.tables.get(name="T2").delete()
    Event.objects.filter(pk=event.pk).update(status=EventStatus.LIVE)
    return Meeting.objects.get()


@pytest.fixture
def waiting(live: Meeting) -> MeetingRequest:
    """Puebla and Vigo agreed to meet and have no place."""
    event = live.event
    return agree(participant(event, "Vigo", "eu"), participant(event, "Puebla", "mx"))
