"""A visitor with a real browser: phone or desktop, either language, with or without JavaScript."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from clusters.models import User

WIDTHS = {"phone": 390, "desktop": 1440}
LANGUAGES = ("en", "es")
HEIGHT = 900
TIMEOUT_MS = 45_000  # a bound, not a wait: two browsers share a busy machine
CANDIDATES = ("chromium", "chromium-browser", "google-chrome")
ACCESSIBILITY = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def chromium() -> str:
    """Return the path of the browser, or say how to get it."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CANDIDATES)), None)
    if not found:
        pytest.fail("The browser tests need Chromium: apt-get install chromium", pytrace=False)
    return found


@dataclass
class Visitor:
    """Somebody who looks at the site; `complaints` collects what the browser objects to."""

    context: BrowserContext
    page: Page
    address: str
    javascript: bool
    language: str = "en"
    complaints: list[str] = field(default_factory=list)

    def sign_in(self, user: User) -> None:
        """Become `user` without walking through the log-in page, which has a test of its own."""
        # The account's language comes before the browser's.
        User.objects.filter(pk=user.pk).update(language=self.language)
        client = Client()
        client.force_login(user, settings.AUTHENTICATION_BACKENDS[-1])
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.address}]
        )

    def go(self, path: str, *, title: str, status: int = 200) -> Page:
        """Open a page and make sure that it is the one meant: its status and part of its title."""
        response = self.page.goto(self.address + path)
        assert response is not None
        assert response.status == status, f"{path} answers {response.status}, not {status}"
        assert title in self.page.title(), f"{path} is titled {self.page.title()!r}"
        return self.page

    def say(self, text: str, /, **names: object) -> str:
        """A text of the pages in the visitor's language; `names` fill its gaps."""
        with translation.override(self.language):
            said = gettext(text)
        return said % names if names else said

    def press(self, text: str, /, **names: object) -> None:
        """Press the one button of that name (its English text)."""
        self.page.get_by_role("button", name=self.say(text, **names), exact=True).click()

    def follow(self, text: str, /, **names: object) -> None:
        """Follow the first link of that name (its English text)."""
        self.page.get_by_role("link", name=self.say(text, **names), exact=True).first.click()

    def sees(self, text: str, /, **names: object) -> bool:
        """Say whether a text of the pages (in English) is visible, in the visitor's language."""
        return self.page.get_by_text(self.say(text, **names)).first.is_visible()

    def look(self, path: str = "", *, title: str = "") -> Page:
        """Open a page, or stay; nobody scrolls sideways, and axe finds nothing where it can run."""
        if path:
            self.go(path, title=title)
        assert self.page.locator("html").get_attribute("lang") == self.language
        self.assert_fits()
        if self.javascript:
            self.assert_accessible()
        return self.page

    def assert_accessible(self) -> None:
        """Run axe over the page as it stands; needs JavaScript."""
        # Preloading would fetch each imported stylesheet again, from wrong addresses.
        options = {"runOnly": {"type": "tag", "values": ACCESSIBILITY}, "preload": False}
        found = Axe().run(self.page, options={**options, "resultTypes": ["violations"]})
        faults = [_described(violation) for violation in found.response["violations"]]
        assert not faults, f"{self.page.url}:\n" + "\n".join(faults)

    def assert_fits(self) -> None:
        """Make sure that nobody has to scroll sideways."""
        width = self.page.evaluate("document.documentElement.scrollWidth")
        shown = self.page.evaluate("document.documentElement.clientWidth")
        assert width <= shown, f"{self.page.url} is {width} wide in a window of {shown}"


def _described(violation: dict[str, Any]) -> str:
    places = ", ".join(" ".join(map(str, node["target"])) for node in violation["nodes"][:5])
    return f"- {violation['id']} ({violation['impact']}): {violation['help']}: {places}"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of a process."""
    # Playwright runs an event loop in this thread, in which Django would refuse database access.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=flags)
        yield running
        running.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def visitor(browser: Browser, live_server: LiveServer) -> Iterator[Callable[..., Visitor]]:
    """Return a function that lets somebody visit.

    Parameters, all by keyword: `width` in pixels, `language` (en, es), `javascript`, `scheme`
    (light, dark). At the end the test fails if a page broke the content policy, lacked a file or
    had an error in a script.
    """
    visitors: list[Visitor] = []

    def visit(
        *,
        width: int = WIDTHS["desktop"],
        language: str = "en",
        javascript: bool = True,
        scheme: str = "light",
    ) -> Visitor:
        context = browser.new_context(
            viewport={"width": width, "height": HEIGHT},
            locale={"en": "en-GB", "es": "es-MX"}[language],
            java_script_enabled=javascript,
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
        )
        context.set_default_timeout(TIMEOUT_MS)
        one = Visitor(context, context.new_page(), live_server.url, javascript, language)
        one.page.on("console", lambda message: _complain(one, message))
        one.page.on("pageerror", lambda error: one.complaints.append(f"script error: {error}"))
        visitors.append(one)
        return one

    yield visit
    for one in visitors:
        one.context.close()
    complaints = [complaint for one in visitors for complaint in one.complaints]
    assert not complaints, "\n" + "\n".join(complaints)


def _complain(visitor: Visitor, message: ConsoleMessage) -> None:
    # The status of the page itself is asserted by `go`; a 404 page is no fault of the page.
    if message.type == "error" and message.location.get("url") != visitor.page.url:
        visitor.complaints.append(f"{visitor.page.url}: {message.text}")


# Language, JavaScript and width: each pair of them occurs in one of the four.
WAYS = {
    "en-script-phone": ("en", True, "phone"),
    "en-plain-desktop": ("en", False, "desktop"),
    "es-script-desktop": ("es", True, "desktop"),
    "es-plain-phone": ("es", False, "phone"),
}


@pytest.fixture(params=sorted(WAYS))
def someone(
    request: pytest.FixtureRequest, visitor: Callable[..., Visitor]
) -> Callable[[], Visitor]:
    """Return a function that lets somebody visit in one of the four ways."""
    language, javascript, width = WAYS[request.param]
    return lambda: visitor(language=language, javascript=javascript, width=WIDTHS[width])


@pytest.fixture(params=sorted(WIDTHS))
def width(request: pytest.FixtureRequest) -> int:
    """Both window widths, one after the other."""
    return WIDTHS[request.param]


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """Both languages, one after the other."""
    return str(request.param)
