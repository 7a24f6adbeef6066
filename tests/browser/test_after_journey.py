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


@pytest.fixture
def sees(someone: Callable[[], Visitor], ana: User) -> Visitor:
    """Ana, in each of the four ways."""
    one = someone()
    one.sign_in(ana)
    return one


@pytest.mark.django_db(transaction=True)
def test_say_what_came_of_it(sees: Visitor, meeting: Meeting) -> None:
    start_now(meeting, minutes_ago=60, now=timezone.now())
    title = sees.say("After the meetings")
    page = sees.look("/after/", title=title)
    page.get_by_role("button", name=re.compile(f"^{sees.say('Held')}")).click()
    page.get_by_role("link", name=re.compile(f"^{sees.say('Say what came of it')}")).click()
    page.locator("[name=step][value=follow_up]").check()
    page.fill("[name=next_step]", "Send drawings 🚗")
    sees.press("Save")
    assert page.get_by_text("Send drawings 🚗", exact=True).is_visible()
    assert Outcome.objects.get().step == "follow_up"
    sees.look(f"/after/{meeting.pk}/", title="Nuevo León cluster")
    sees.look("/after/", title=title)
    page.get_by_role("button", name=re.compile(f"^{sees.say('Done')}")).click()
    assert sees.sees("Done.")


@pytest.mark.django_db(transaction=True)
def test_save_a_search_and_compare(
    sees: Visitor, galician: Organisation, nuevo_leon: Organisation
) -> None:
    OrganisationFactory(name="Puebla cluster", side="mx")
    page = sees.look("/find/", title=sees.say("Find partners"))
    page.get_by_text(sees.say("Save this search")).click()
    page.get_by_label(sees.say("Name of the search")).fill("Mexico")
    sees.press("Save the search")
    assert page.get_by_role("link", name="Mexico", exact=True).is_visible()
    assert SavedSearch.objects.get().query == "side=mx"
    sees.look("/find/")
    for name in ("Puebla cluster", "Nuevo León cluster"):
        page.get_by_label(sees.say("Compare %(name)s", name=name)).check()
    sees.press("Compare the ticked ones")
    assert {"o=nuevo-leon-cluster", "o=puebla-cluster"} == set(
        page.url.partition("?")[2].split("&")
    )
    assert sees.sees("Side by side")
    sees.look()


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
