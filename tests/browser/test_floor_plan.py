"""Olga puts tables on a floor plan by mouse, by keyboard and without JavaScript."""

from collections.abc import Callable
from typing import Any

import pytest

from clusters.models import User
from events import actions
from events.models import Event, FloorPlan, TableSpot
from matchmaking.models import Meeting
from tests.browser.conftest import Visitor
from tests.browser.test_after_journey import UNTIL
from tests.pictures import png
from tests.sure import sure

HOME = "/organise/monterrey-2031/plans/"


@pytest.fixture
def hall(transactional_db: None, event: Event, olga: User) -> FloorPlan:
    """A hall, twice as wide as high."""
    return actions.add_floor_plan(event, name="Hall A", content=png(40, 20), actor=olga)


def opened(visitor: Visitor, hall: FloorPlan, olga: User) -> Any:
    visitor.sign_in(olga)
    return visitor.go(f"{HOME}{hall.pk}/", title="Hall A")


def test_by_mouse_and_undone(hall: FloorPlan, olga: User, visitor: Callable[..., Visitor]) -> None:
    page = opened(visitor(), hall, olga)
    picture = page.locator("input[type=image]")
    box = picture.bounding_box()
    picture.click(position={"x": box["width"] / 4, "y": box["height"] / 2})
    page.locator("#tables-h", has_text="table T2").wait_for()
    spot = TableSpot.objects.get()
    assert (round(spot.x, 2), round(spot.y, 2)) == (0.25, 0.5)
    page.locator("#plan-said", has_text="Table T1 stands at 25 %").wait_for(state="attached")
    page.get_by_role("button", name="Undo").click()
    page.locator("#plan-board", has_text="stands on no plan now").wait_for()
    assert not TableSpot.objects.exists()


def test_by_keyboard_with_words_for_every_step(
    hall: FloorPlan, olga: User, visitor: Callable[..., Visitor]
) -> None:
    page = opened(visitor(), hall, olga)
    page.locator("[data-plan-stage]").focus()
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowUp"):
        page.keyboard.press(key)
    said = page.locator("#plan-said", has_text="50.5 % from the left, 45 % from the top")
    said.wait_for(state="attached")
    page.keyboard.press("Escape")
    assert page.locator("#id_left").input_value() == ""
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator("#tables-h", has_text="table T2").wait_for()
    assert (TableSpot.objects.get().x, TableSpot.objects.get().y) == (0.5, 0.5)
    page.wait_for_function("document.activeElement.hasAttribute('data-plan-stage')")


def test_a_wrong_number_is_said_without_leaving_the_page(
    hall: FloorPlan, olga: User, visitor: Callable[..., Visitor]
) -> None:
    one = visitor()
    page = opened(one, hall, olga)
    page.locator("#id_left").fill("150")
    page.locator("#id_top").fill("10")
    page.get_by_role("button", name="Place table T1").click()
    page.get_by_text("less than or equal to 100").first.wait_for()
    assert page.locator("#id_left").input_value() == "150"
    one.complaints.clear()  # the browser notes the status 400


def test_a_click_without_javascript(
    hall: FloorPlan, olga: User, visitor: Callable[..., Visitor]
) -> None:
    page = opened(visitor(javascript=False), hall, olga)
    page.locator("input[type=image]").click(position={"x": 320, "y": 80})
    page.locator("#tables-h", has_text="table T2").wait_for()
    spot = TableSpot.objects.get()
    assert (round(spot.x, 2), round(spot.y, 2)) == (0.5, 0.25)


def test_the_pages_are_accessible_and_fit(
    hall: FloorPlan, olga: User, ana: User, meeting: Meeting, width: int, language: str,
    visitor: Callable[..., Visitor],
) -> None:  # fmt: skip
    actions.place_table(sure(meeting.table), plan=hall, x=0.5, y=0.5, actor=olga)
    one = visitor(width=width, language=language)
    one.sign_in(olga)
    for path, title in (
        (f"{HOME}{hall.pk}/", "Hall A"),
        ("/events/monterrey-2031/plan/?table=T1", "Monterrey 2031"),
    ):
        one.go(path, title=title)
        one.assert_accessible()
        one.assert_fits()
    one.sign_in(ana)
    page = one.go("/agenda/", title="Agenda")
    page.locator(".agenda-plan summary").first.click()
    one.assert_accessible()
    one.assert_fits()


def test_the_plan_is_there_without_a_network(
    hall: FloorPlan, meeting: Meeting, olga: User, ana: User, visitor: Callable[..., Visitor]
) -> None:
    actions.place_table(sure(meeting.table), plan=hall, x=0.5, y=0.5, actor=olga)
    one = visitor(width=390)
    one.sign_in(ana)
    page = one.go("/agenda/", title="Agenda")
    page.evaluate(UNTIL, "/agenda/")
    page.evaluate(UNTIL, f"/events/{hall.event.slug}/plan/{hall.pk}/")
    one.context.set_offline(True)
    page.reload()
    page.locator(".agenda-plan summary").first.click()
    address = page.locator(".plan-peek image").first.get_attribute("href")
    assert page.evaluate("async (address) => (await fetch(address)).status", address) == 200
    one.context.set_offline(False)
