"""Ask, accept, agenda: walked through in a browser, in four ways."""

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


@pytest.mark.django_db(transaction=True)
def test_ask_accept_agenda(
    someone: Callable[[], Visitor], delegates: list[Delegate], ana: User, carla: User
) -> None:
    asks = someone()
    asks.sign_in(ana)
    asks.look("/home/", title=asks.say("Home"))
    asks.look("/events/", title=asks.say("Events"))
    asks.look(f"/events/{SLUG}/", title="Monterrey 2031")
    asks.follow("Ask for meetings")
    asks.look(f"/events/{SLUG}/partners/", title=asks.say("Suggested partners"))
    asks.page.get_by_role("link", name=_about(asks, "Ask", "Nuevo León cluster")).click()
    asks.look(f"/events/{SLUG}/ask/nuevo-leon-cluster/", title="Nuevo León cluster")
    asks.page.fill("[name=message]", "Body parts, and joint R&D.")
    asks.page.get_by_label(asks.say("we must meet")).check()
    asks.press("Send the request")
    assert asks.sees("Asked. They have been told.")
    asks.look()

    answers = someone()
    answers.sign_in(carla)
    answers.look("/requests/", title=answers.say("Requests"))
    assert answers.page.get_by_text("Body parts, and joint R&D.").is_visible()
    answers.page.get_by_role("button", name=_about(answers, "Accept", "Galician cluster")).click()
    assert answers.sees("Agreed. You can see each other’s contact details.")
    row = MeetingRequest.objects.get()
    assert (row.status, row.sender_priority) == (RequestStatus.ACCEPTED, 3)
    answers.look(f"/requests/{row.pk}/", title="Galician cluster")
    answers.press("Show their contact details")
    assert answers.page.get_by_role("link", name=ana.email).is_visible()

    _schedule(row, delegates)
    day = {"en": "Monday 10 March", "es": "lunes 10 de marzo"}[asks.language]
    asks.look(f"/agenda/?event={SLUG}", title=day)
    assert asks.page.get_by_role("link", name="Nuevo León cluster").is_visible()
    assert asks.page.get_by_role("link", name=asks.say("Calendar file")).is_visible()
    asks.press("Subscribe")
    assert "/calendar/" in asks.page.input_value("#address")
    asks.look()


@pytest.mark.django_db(transaction=True)
def test_registration_and_times(
    someone: Callable[[], Visitor], delegates: list[Delegate], ana: User
) -> None:
    one = someone()
    one.sign_in(ana)
    one.look(f"/events/{SLUG}/registration/", title=one.say("Your registration"))
    one.look(f"/events/{SLUG}/registration/delegates/", title=one.say("Add a delegate"))
    one.look(f"/events/{SLUG}/registration/availability/", title=one.say("Availability"))
    box = one.page.get_by_role("checkbox").first
    box.focus()
    one.page.keyboard.press("Space")
    one.page.get_by_role("button", name=_about(one, "Save", "Ana")).click()
    assert one.page.get_by_role("checkbox").first.is_checked()
    one.look(f"/events/{SLUG}/apply/", title="Monterrey 2031")


def _about(visitor: Visitor, text: str, about: str) -> re.Pattern[str]:
    """The name of a control that says what it is about, after a colon that is hidden from sight."""
    return re.compile(f"^{visitor.say(text)} ?: {about}")


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
