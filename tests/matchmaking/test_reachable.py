"""Who can meet whom at an event: formats and times in common, before anything is ranked."""

from typing import Any

import pytest

from events.choices import Format
from events.models import Registration, Slot, Unavailability
from matchmaking.reads.asking import suggestion_page
from matchmaking.reads.reachable import reach
from tests.cast import DelegateFactory


@pytest.fixture
def slots(anas: Registration, carlas: Registration) -> list[Any]:
    """The slots of the event of both."""
    return list(anas.event.slots.all())


def away(delegate: Any, *slots: Any) -> None:
    for slot in slots:
        Unavailability.objects.create(delegate=delegate, slot=slot)


def test_two_who_are_there_at_different_times_cannot_meet(
    anas: Registration, carlas: Registration, slots: list[Any]
) -> None:
    mine, hers = DelegateFactory(registration=anas), DelegateFactory(registration=carlas)
    away(mine, *slots[:3])
    assert reach(anas.event).obstacle(anas, carlas) == ""
    away(hers, *slots[3:])
    assert reach(anas.event).obstacle(anas, carlas) == "has no time in common with you"
    DelegateFactory(registration=carlas)
    assert reach(anas.event).obstacle(anas, carlas) == ""


def test_nobody_named_and_no_slots_are_no_obstacle(
    anas: Registration, carlas: Registration, slots: list[Any]
) -> None:
    assert reach(anas.event).obstacle(anas, carlas) == ""
    away(DelegateFactory(registration=carlas), *slots)
    assert reach(anas.event).obstacle(anas, carlas) == "has no time in common with you"
    Slot.objects.filter(event=anas.event).delete()
    assert reach(anas.event).obstacle(anas, carlas) == ""


def test_formats_are_compared_with_each_other_and_with_the_slots(
    anas: Registration, carlas: Registration, slots: list[Any]
) -> None:
    session = slots[0].session
    first, other = Format.values[:2]
    carlas.formats = [other]
    session.format = ""
    session.save()
    assert reach(anas.event).obstacle(anas, carlas) == ""
    session.format = first
    session.save()
    assert reach(anas.event).obstacle(anas, carlas) == "has no time in common with you"
    anas.formats = [first]
    assert "only" in reach(anas.event).obstacle(anas, carlas)


def test_suggestions_hide_who_cannot_meet_me_and_say_why(
    anas: Registration, carlas: Registration, slots: list[Any]
) -> None:
    own = anas.organisation
    assert len(suggestion_page(anas.event, own, "1").lines) == 1
    away(DelegateFactory(registration=carlas), *slots)
    page = suggestion_page(anas.event, own, "1")
    assert page.lines == ()
    assert [(one.organisation, one.reason) for one in page.unreachable] == [
        (carlas.organisation, "has no time in common with you")
    ]
