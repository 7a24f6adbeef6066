"""Olga plans with the keyboard, with and without JavaScript; her pages are accessible at every width."""

from collections.abc import Callable
from typing import Any

import pytest

from clusters.models import User
from events.choices import EventStatus
from events.models import Event
from matchmaking import actions
from matchmaking.models import ScheduleRun
from tests.browser.conftest import Visitor
from tests.cast import TeamFactory, UserFactory
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


def hears(page: Any, text: str) -> None:
    """What a screen reader is told; it comes a moment after what is seen."""
    page.locator("#grid-said", has_text=text).wait_for(state="attached")


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
    hears(page, "Dos MX")
    page.keyboard.press("m")
    page.locator("#grid .is-target").first.wait_for()
    # Free for both: the third to the sixth slot at both tables, and the second table beside it.
    assert page.locator("#grid .is-target").count() == 9
    page.locator("#grid .is-target").last.click()
    page.locator("[data-confirm]", has_text="Move to 10:40, T2").wait_for()
    hears(page, "0 points lost")
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


def grid_of(run: ScheduleRun, one: Visitor) -> Any:
    """The grid of a draft in the browser."""
    return one.go(f"{HOME}runs/{run.pk}/grid/", title="Monterrey 2031")


def cell(run: ScheduleRun, slot: int, table: int) -> str:
    """The free place in that slot at that table, from 0."""
    event = run.event
    return f"#c-{event.slots.all()[slot].pk}-{event.tables.all()[table].pk}"


def test_olga_drags_a_meeting_undoes_it_and_does_it_again(
    by_hand: ScheduleRun, olga: User, visitor: Callable[..., Visitor]
) -> None:
    one = visitor()
    one.sign_in(olga)
    page = grid_of(by_hand, one)
    meeting = sure(by_hand.meetings.order_by("slot__starts_at").first())
    slots = list(by_hand.event.slots.all())
    page.locator(f"#m-{meeting.pk}").drag_to(page.locator(cell(by_hand, 3, 1)))
    page.locator("[data-confirm]", has_text="Move to 10:00, T2").wait_for()
    meeting.refresh_from_db()
    assert meeting.slot == slots[0], "nothing changes before it is confirmed"
    page.locator("[data-confirm]").click()
    page.get_by_text("Moved.").wait_for()
    page.keyboard.press("Control+z")
    page.get_by_text("Undone: Uno EU").wait_for()
    meeting.refresh_from_db()
    assert meeting.slot == slots[0]
    page.keyboard.press("Control+y")
    page.get_by_text("Done again: Uno EU").wait_for()
    meeting.refresh_from_db()
    assert meeting.slot == slots[3]


def test_where_it_does_not_fit_the_drop_says_why(
    by_hand: ScheduleRun, olga: User, visitor: Callable[..., Visitor]
) -> None:
    one = visitor()
    one.sign_in(olga)
    page = grid_of(by_hand, one)
    first, second = by_hand.meetings.order_by("slot__starts_at")
    page.locator(f"#m-{second.pk}").drag_to(page.locator(cell(by_hand, 0, 1)))
    page.locator("#in-hand", has_text="Uno EU × Dos MX").wait_for()
    hears(page, "Uno EU has more meetings at one time than people.")
    assert page.locator("[data-confirm]").count() == 0
    page.locator(f"#m-{second.pk}").drag_to(page.locator(f"#m-{first.pk}"))
    page.locator("[data-confirm]", has_text="Change places with").wait_for()
    page.locator(f"#m-{second.pk}").drag_to(page.locator("[data-out]"))
    page.locator("[data-confirm]", has_text="Take it out of the draft").wait_for()


def test_olga_swaps_locks_and_takes_out_by_keyboard(
    by_hand: ScheduleRun, olga: User, visitor: Callable[..., Visitor]
) -> None:
    one = visitor()
    one.sign_in(olga)
    page = grid_of(by_hand, one)
    first, second = by_hand.meetings.order_by("slot__starts_at")
    was = first.slot
    page.locator(f"#m-{first.pk}").focus()
    page.keyboard.press("Enter")
    page.locator("#in-hand").wait_for()
    page.keyboard.press("s")
    page.locator("#grid .is-swap").wait_for()
    page.locator(f"#m-{first.pk}").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator("[data-confirm]:focus", has_text="Change places with").wait_for()
    page.keyboard.press("Enter")  # the second Enter does what the first one asked for
    page.get_by_text("The two changed places.").wait_for()
    second.refresh_from_db()
    assert second.slot == was
    page.locator(f"#m-{first.pk}").focus()
    page.keyboard.press("l")
    page.get_by_text("Locked: the planner leaves it there.").wait_for()
    page.locator(f"#m-{first.pk}").focus()
    page.keyboard.press("l")
    page.get_by_text("Unlocked.").wait_for()
    page.locator(f"#m-{first.pk}").focus()
    page.keyboard.press("u")
    page.locator("[data-confirm]", has_text="Take it out of the draft").press("Enter")
    page.get_by_text("Taken out.").wait_for()
    assert by_hand.meetings.count() == 1


def test_the_second_of_two_planners_sees_what_changed_and_keeps_the_step_in_hand(
    by_hand: ScheduleRun, olga: User, visitor: Callable[..., Visitor]
) -> None:
    pedro = UserFactory(name="Pedro")
    TeamFactory(event=by_hand.event, user=pedro, role="planner")
    one = visitor()
    one.sign_in(olga)
    page = grid_of(by_hand, one)
    first, second = by_hand.meetings.order_by("slot__starts_at")
    page.locator(f"#m-{first.pk}").drag_to(page.locator(cell(by_hand, 3, 1)))
    page.locator("[data-confirm]").wait_for()
    slots, tables = list(by_hand.event.slots.all()), list(by_hand.event.tables.all())
    actions.move_draft_meeting(second, slot=slots[4], table=tables[0], actor=pedro)
    page.locator("[data-confirm]").click()
    page.get_by_text("The draft was changed since you loaded it: Pedro").wait_for()
    page.locator("[data-confirm]", has_text="Move to 10:00, T2").click()
    page.get_by_text("Moved.").wait_for()
    first.refresh_from_db()
    assert first.slot == slots[3]
