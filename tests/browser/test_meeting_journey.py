"""Ask, accept, agenda: walked through in a browser, on a phone and a desk, with and without script."""

import re
from collections.abc import Callable

import pytest

from clusters.models import User
from events.choices import EventStatus
from events.models import Delegate
from matchmaking.choices import RequestStatus
from matchmaking.models import Meeting, MeetingRequest, MeetingSeat, TableUse
from tests.browser.conftest import Visitor
from tests.sure import sure

SLUG = "monterrey-2031"


@pytest.fixture(params=[True, False], ids=["script", "plain"])
def javascript(request: pytest.FixtureRequest) -> bool:
    """With and without JavaScript."""
    return bool(request.param)


def look(visitor: Visitor, path: str, *, title: str) -> None:
    """Open a page; nobody scrolls sideways, and axe finds nothing where it can run."""
    visitor.go(path, title=title)
    visitor.assert_fits()
    if visitor.javascript:
        visitor.assert_accessible()


@pytest.mark.django_db(transaction=True)
def test_ask_accept_agenda(
    visitor: Callable[..., Visitor],
    width: int,
    javascript: bool,
    delegates: list[Delegate],
    ana: User,
    carla: User,
) -> None:
    asks = visitor(width=width, javascript=javascript)
    asks.sign_in(ana)
    look(asks, "/home/", title="Home")
    look(asks, "/events/", title="Events")
    look(asks, f"/events/{SLUG}/", title="Monterrey 2031")
    asks.page.get_by_role("link", name="Ask for meetings").click()
    look(asks, f"/events/{SLUG}/partners/", title="Suggested partners")
    asks.page.get_by_role("link", name=re.compile("^Ask ?: Nuevo León cluster")).click()
    look(asks, f"/events/{SLUG}/ask/nuevo-leon-cluster/", title="Ask Nuevo León cluster")
    asks.page.get_by_role("textbox", name="In your own words").fill("Body parts, and joint R&D.")
    asks.page.get_by_role("button", name="Send the request").click()
    assert asks.page.get_by_text("Asked. They have been told.").is_visible()

    answers = visitor(width=width, javascript=javascript)
    answers.sign_in(carla)
    look(answers, "/requests/", title="Requests")
    assert answers.page.get_by_text("Body parts, and joint R&D.").is_visible()
    answers.page.get_by_role("button", name=re.compile("^Accept ?: Galician cluster")).click()
    assert answers.page.get_by_text("Agreed.").first.is_visible()
    row = MeetingRequest.objects.get()
    assert row.status == RequestStatus.ACCEPTED
    look(answers, f"/requests/{row.pk}/", title="Request: Galician cluster")
    answers.page.get_by_role("button", name="Show their contact details").click()
    assert answers.page.get_by_role("link", name=ana.email).is_visible()

    _schedule(row, delegates)
    look(asks, f"/agenda/?event={SLUG}", title="Agenda, Monday 10 March")
    assert asks.page.get_by_role("link", name="Nuevo León cluster").is_visible()
    assert asks.page.get_by_role("link", name="Calendar file").is_visible()
    asks.page.get_by_role("button", name="Subscribe").click()
    assert "/calendar/" in asks.page.get_by_label("Address to subscribe to").input_value()


@pytest.mark.django_db(transaction=True)
def test_registration_and_times(
    visitor: Callable[..., Visitor],
    width: int,
    javascript: bool,
    delegates: list[Delegate],
    ana: User,
) -> None:
    one = visitor(width=width, javascript=javascript)
    one.sign_in(ana)
    look(one, f"/events/{SLUG}/registration/", title="Your registration")
    look(one, f"/events/{SLUG}/registration/delegates/", title="Add a delegate")
    look(one, f"/events/{SLUG}/registration/availability/", title="Availability")
    box = one.page.get_by_role("checkbox").first
    box.focus()
    one.page.keyboard.press("Space")
    one.page.get_by_role("button", name=re.compile("^Save ?: Ana")).click()
    assert one.page.get_by_role("checkbox").first.is_checked()
    look(one, f"/events/{SLUG}/apply/", title="Apply")


def _schedule(request: MeetingRequest, delegates: list[Delegate]) -> None:
    """What publishing a release would write: the first slot, the first table."""
    event = request.event
    event.status = EventStatus.PUBLISHED
    event.save()
    slot, table = sure(event.slots.first()), sure(event.tables.first())
    row = Meeting.objects.create(event=event, request=request, slot=slot, table=table)
    TableUse.objects.create(meeting=row, slot=slot, table=table)
    for delegate in delegates:
        MeetingSeat.objects.create(meeting=row, slot=slot, delegate=delegate)
