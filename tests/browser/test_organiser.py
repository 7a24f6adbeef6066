"""Olga plans with the keyboard, with and without JavaScript; her pages are accessible at every width."""

from collections.abc import Callable

import pytest

from clusters.models import User
from events.choices import EventStatus
from events.models import Event
from matchmaking.models import ScheduleRun
from tests.browser.conftest import Visitor
from tests.matchmaking.stories import agree, draft, participant
from tests.sure import sure

HOME = "/organise/monterrey-2031/"


@pytest.fixture
def by_hand(transactional_db: None, event: Event, olga: User) -> ScheduleRun:
    """Two meetings of Uno EU at the first table, and one request left out."""
    event.status = EventStatus.PLANNING
    event.save()
    eu, eu2 = participant(event, "Uno EU", "eu"), participant(event, "Dos EU", "eu")
    mx, mx2 = participant(event, "Uno MX", "mx"), participant(event, "Dos MX", "mx")
    agree(eu2, mx)
    return draft(event, (agree(eu, mx), 0, 0), (agree(eu, mx2), 1, 0))


def test_olga_moves_a_meeting_by_keyboard(
    by_hand: ScheduleRun, olga: User, visitor: Callable[..., Visitor]
) -> None:
    one = visitor()
    one.sign_in(olga)
    page = one.go(f"{HOME}runs/{by_hand.pk}/grid/", title="Monterrey 2031")
    first, second = by_hand.meetings.order_by("slot__starts_at")
    page.locator(f"#m-{first.pk}").focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.id") == f"m-{second.pk}"
    page.keyboard.press("Enter")
    page.locator("#in-hand", has_text="Uno EU × Dos MX").wait_for()
    assert page.evaluate("document.activeElement.id") == f"m-{second.pk}", "the focus stays"
    assert "Dos MX" in page.locator("#grid-said").inner_text()
    page.keyboard.press("m")
    page.locator("#grid .is-target").first.wait_for()
    # Free for both: the third to the sixth slot at both tables, and the second table beside it.
    assert page.locator("#grid .is-target").count() == 9
    page.locator("#grid .is-target").last.click()
    page.locator("[data-confirm]", has_text="Move to 10:40, T2").wait_for()
    assert "0 points lost" in page.locator("#grid-said").inner_text()
    page.locator("[data-confirm]").click()
    page.get_by_text("Moved.").wait_for()
    second.refresh_from_db()
    assert second.slot == by_hand.event.slots.last()
    page.go_back()
    page.locator("[data-confirm]").wait_for()


def test_the_same_without_javascript(
    by_hand: ScheduleRun, olga: User, visitor: Callable[..., Visitor]
) -> None:
    one = visitor(javascript=False)
    one.sign_in(olga)
    page = one.go(f"{HOME}runs/{by_hand.pk}/grid/", title="Monterrey 2031")
    page.locator("a.slot").first.click()
    page.locator("a", has_text="Move").first.click()
    page.locator("select[name=to]").select_option(index=3)
    page.get_by_role("button", name="Show what it does").click()
    page.get_by_role("button", name="Move to").click()
    assert "Moved." in page.locator("#messages").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_console_is_accessible(
    by_hand: ScheduleRun,
    olga: User,
    visitor: Callable[..., Visitor],
    width: int,
    scheme: str,
) -> None:
    one = visitor(width=width, scheme=scheme)
    one.sign_in(olga)
    meeting = sure(by_hand.meetings.first())
    grid = f"runs/{by_hand.pk}/grid/"
    for path in (
        *("", "setup/", "call/?status=accepted", "work/", "schedule/", "releases/"),
        *(grid, f"{grid}?by=organisation", f"{grid}?meeting={meeting.pk}&mode=move"),
        *(f"runs/{by_hand.pk}/", f"runs/{by_hand.pk}/publish/"),
    ):
        one.go(HOME + path, title="Puente")
        one.assert_accessible()
        one.assert_fits()
    one.go("/organise/new/", title="New event")
    one.assert_accessible()
    one.assert_fits()
