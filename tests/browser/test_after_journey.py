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

# Waits in the page for what the browser keeps for a hall without a network: Playwright's own waiting
# would evaluate text, which our pages forbid.
UNTIL = """async (wanted) => {
  for (let n = 0; n < 900; n += 1) {
    const store = await caches.open("puente-agenda");
    const kept = (await store.keys()).map((one) => new URL(one.url).pathname);
    const isReady = navigator.serviceWorker.controller !== null;
    if (wanted ? isReady && kept.includes(wanted) : kept.length === 0) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`The agenda is ${wanted ? "not" : "still"} kept.`);
}"""


@pytest.fixture(params=[(390, True), (1440, False)], ids=["phone", "desktop-plain"])
def sees(request: pytest.FixtureRequest, visitor: Callable[..., Visitor], ana: User) -> Visitor:
    """Ana on a phone, and at a desk without JavaScript."""
    width, javascript = request.param
    one = visitor(width=width, javascript=javascript)
    one.sign_in(ana)
    return one


def look(visitor: Visitor, path: str, *, title: str) -> None:
    """Open a page; nobody scrolls sideways, and axe finds nothing where it can run."""
    visitor.go(path, title=title)
    visitor.assert_fits()
    if visitor.javascript:
        visitor.assert_accessible()


@pytest.mark.django_db(transaction=True)
def test_say_what_came_of_it(sees: Visitor, meeting: Meeting) -> None:
    start_now(meeting, minutes_ago=60, now=timezone.now())
    look(sees, "/after/", title="After the meetings")
    sees.page.get_by_role("button", name=re.compile("^Held")).click()
    sees.page.get_by_role("link", name=re.compile("^Say what came of it")).click()
    sees.page.get_by_label("Follow-up: we wrote or spoke again").check()
    sees.page.get_by_label("Next step").fill("Send drawings")
    sees.page.get_by_role("button", name="Save").click()
    assert sees.page.get_by_text("Send drawings", exact=True).is_visible()
    assert Outcome.objects.get().step == "follow_up"
    look(sees, f"/after/{meeting.pk}/", title="What came of it: Nuevo León cluster")
    look(sees, "/after/", title="After the meetings")
    sees.page.get_by_role("button", name=re.compile("^Done")).click()
    assert sees.page.get_by_text("Done.", exact=True).is_visible()


@pytest.mark.django_db(transaction=True)
def test_save_a_search_and_compare(
    sees: Visitor, galician: Organisation, nuevo_leon: Organisation
) -> None:
    OrganisationFactory(name="Puebla cluster", side="mx")
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
    visitor: Callable[..., Visitor], meeting: Meeting, ana: User
) -> None:
    sees = visitor(width=390)
    sees.sign_in(ana)
    page = sees.go("/agenda/", title="Agenda")
    assert not page.get_by_text("No network:").is_visible()
    page.evaluate(UNTIL, "/agenda/")
    sees.context.set_offline(True)
    page.reload()
    assert page.get_by_text("No network:").is_visible()
    assert page.get_by_role("link", name="Nuevo León cluster").first.is_visible()
    sees.assert_fits()
    sees.context.set_offline(False)
    sees.context.clear_cookies()
    page.goto(f"{sees.address}/privacy/")
    page.evaluate(UNTIL, "")
