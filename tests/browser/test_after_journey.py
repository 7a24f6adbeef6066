"""After the meetings, saved searches, a comparison, and the agenda without a network, in a browser."""

import re
from collections.abc import Callable

import pytest
from django.utils import timezone

from clusters.models import Organisation, User
from matchmaking.models import Meeting, Outcome, SavedSearch
from tests.browser.conftest import Visitor
from tests.cast import OrganisationFactory
from tests.participants import start_now


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
def test_say_what_came_of_it(
    visitor: Callable[..., Visitor], width: int, javascript: bool, meeting: Meeting, ana: User
) -> None:
    start_now(meeting, minutes_ago=60, now=timezone.now())
    sees = visitor(width=width, javascript=javascript)
    sees.sign_in(ana)
    look(sees, "/after/", title="After the meetings")
    sees.page.get_by_role("button", name=re.compile("^Held")).click()
    sees.page.get_by_role("link", name=re.compile("^Say what came of it")).click()
    sees.page.get_by_label("Follow-up: we wrote or spoke again").check()
    sees.page.get_by_label("Next step").fill("Send drawings")
    sees.page.get_by_role("button", name="Save").click()
    assert sees.page.get_by_text("Send drawings").is_visible()
    assert Outcome.objects.get().step == "follow_up"
    look(sees, f"/after/{meeting.pk}/", title="What came of it: Nuevo León cluster")
    look(sees, "/after/", title="After the meetings")
    sees.page.get_by_role("button", name=re.compile("^Done")).click()
    assert sees.page.get_by_text("Done.", exact=True).is_visible()


@pytest.mark.django_db(transaction=True)
def test_save_a_search_and_compare(
    visitor: Callable[..., Visitor],
    width: int,
    javascript: bool,
    galician: Organisation,
    nuevo_leon: Organisation,
    ana: User,
) -> None:
    OrganisationFactory(name="Puebla cluster", side="mx")
    sees = visitor(width=width, javascript=javascript)
    sees.sign_in(ana)
    look(sees, "/find/", title="Find partners")
    sees.page.get_by_text("Save this search").click()
    sees.page.get_by_label("Name of the search").fill("Mexico")
    sees.page.get_by_role("button", name="Save the search").click()
    assert sees.page.get_by_role("link", name="Mexico").is_visible()
    assert SavedSearch.objects.get().query == "side=mx"
    look(sees, "/searches/", title="Saved searches")
    look(sees, "/find/", title="Find partners")
    for name in ("Puebla cluster", "Nuevo León cluster"):
        sees.page.get_by_label(f"Compare {name}").check()
    sees.page.get_by_role("button", name="Compare the ticked ones").click()
    assert sees.page.url.endswith("/compare/?o=nuevo-leon-cluster&o=puebla-cluster") or (
        "o=puebla-cluster" in sees.page.url
    )
    look(sees, "/compare/?o=nuevo-leon-cluster&o=puebla-cluster", title="Side by side")


@pytest.mark.django_db(transaction=True)
def test_the_last_agenda_is_readable_without_a_network(
    visitor: Callable[..., Visitor], width: int, meeting: Meeting, ana: User
) -> None:
    sees = visitor(width=width, javascript=True)
    sees.sign_in(ana)
    page = sees.go("/agenda/", title="Agenda")
    assert not page.get_by_text("No network:").is_visible()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function(
        "caches.open('puente-agenda').then((one) => one.keys()).then((all) => all.length > 0)"
    )
    sees.context.set_offline(True)
    page.reload()
    assert page.get_by_text("No network:").is_visible()
    assert page.get_by_role("link", name="Nuevo León cluster").first.is_visible()
    sees.context.set_offline(False)
    sees.context.clear_cookies()
    page.goto(f"{sees.address}/privacy/")
    page.wait_for_function("caches.has('puente-agenda').then((kept) => !kept)")
