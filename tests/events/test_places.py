"""Places by side: full is full, and whoever waits longest moves up by itself."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from clusters.models import User
from events import actions
from events.choices import EventStatus, RegistrationStatus
from events.models import Event, Registration
from events.reads.places import free_places, place_in_line
from tests.cast import OrganisationFactory, RegistrationFactory
from tests.matchmaking.stories import mails
from tests.refusals import refused

pytestmark = pytest.mark.django_db


def waiting(event: Event, name: str, side: str = "mx", *, days: int = 0) -> Registration:
    """On the reserve list for so many days."""
    return RegistrationFactory(
        event=event,
        organisation=OrganisationFactory(name=name, side=side),
        status=RegistrationStatus.RESERVE,
        decided_at=timezone.now() - dt.timedelta(days=days),
    )


def status(registration: Registration) -> str:
    registration.refresh_from_db()
    return registration.status


def test_without_a_number_there_are_places_for_all(event: Event) -> None:
    assert free_places(event) == {}


def test_full_is_full_on_one_side_only(event: Event, olga: User) -> None:
    actions.change_event(event, values={"places_mx": 1}, actor=olga)
    mexican, second = waiting(event, "Puebla"), waiting(event, "Sonora")
    basque = waiting(event, "Basque", "eu")
    actions.decide_registration(mexican, status="accepted", actor=olga)
    with refused("places_full"):
        actions.decide_registration(second, status="accepted", actor=olga)
    actions.decide_registration(basque, status="accepted", actor=olga)
    event.refresh_from_db()
    assert free_places(event) == {"mx": 0}


def test_whoever_waits_longest_moves_up_and_is_told_once(
    event: Event, system: User, carla: User, nuevo_leon
) -> None:
    Event.objects.update(places_mx=1)
    late = waiting(event, "Puebla", days=1)
    first = RegistrationFactory(
        event=event,
        organisation=nuevo_leon,
        status="reserve",
        decided_at=timezone.now() - dt.timedelta(days=5),
    )
    assert (place_in_line(first), place_in_line(late)) == (1, 2)
    assert actions.fill_places(event, actor=system) == 1
    assert actions.fill_places(event, actor=system) == 0
    assert (status(first), status(late)) == ("accepted", "reserve")
    assert place_in_line(late) == 1
    assert mails("registration_decided") == ["Carla"]


def test_nobody_moves_up_where_the_organisers_choose(
    event: Event, olga: User, system: User
) -> None:
    actions.change_event(event, values={"places_mx": 3, "fills_places": False}, actor=olga)
    waiting(event, "Puebla")
    assert actions.fill_places(event, actor=system) == 0


def test_nobody_moves_up_once_requests_are_closed(event: Event, system: User) -> None:
    Event.objects.update(places_mx=3, status=EventStatus.PLANNING)
    waiting(event, "Puebla")
    assert actions.fill_places(event, actor=system) == 0


def test_only_the_system_fills_places(event: Event, olga: User) -> None:
    with pytest.raises(PermissionDenied):
        actions.fill_places(event, actor=olga)
