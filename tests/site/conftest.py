"""Ana's and Carla's organisations at Olga's event, for the pages and the API."""

import pytest
from rest_framework.throttling import SimpleRateThrottle

from clusters.models import Organisation, User
from events.models import Event, Registration
from matchmaking import actions
from matchmaking.models import MeetingRequest
from tests.cast import RegistrationFactory


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
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many calls a minute as a test needs."""
    for kind in ("anon", "user"):
        monkeypatch.setitem(SimpleRateThrottle.THROTTLE_RATES, kind, None)
