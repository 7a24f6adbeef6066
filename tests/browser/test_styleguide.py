"""Every component in every state, in both schemes and widths, and the little script beside them."""

from collections.abc import Callable

import pytest

from clusters.models import User
from tests.browser.conftest import WIDTHS, Visitor

Visit = Callable[..., Visitor]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_style_guide_is_accessible_and_fits(
    visitor: Visit, clara: User, width: int, scheme: str
) -> None:
    visit = visitor(width=width, scheme=scheme)
    visit.sign_in(clara)
    visit.go("/styleguide/", title="Style guide")
    visit.assert_accessible()
    visit.assert_fits()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_entrance_is_accessible_and_fits(
    visitor: Visit, width: int, scheme: str, language: str
) -> None:
    visit = visitor(width=width, scheme=scheme, language=language)
    visit.go("/accounts/login/", title="Puente")
    visit.assert_accessible()
    visit.assert_fits()


@pytest.mark.parametrize("path", ["/accounts/email/", "/accounts/2fa/", "/accounts/logout/"])
def test_the_account_is_accessible_and_fits(
    visitor: Visit, ana: User, width: int, path: str
) -> None:
    visit = visitor(width=width)
    visit.sign_in(ana)
    visit.go(path, title="Puente")
    visit.assert_accessible()
    visit.assert_fits()


@pytest.mark.parametrize("javascript", [True, False])
def test_the_error_summary_has_the_focus(visitor: Visit, ana: User, javascript: bool) -> None:
    page = visitor(javascript=javascript).go("/accounts/login/", title="Puente")
    page.get_by_label("Email").fill(ana.email)
    page.locator("input[type=password]").fill("not-it")
    page.get_by_role("button", name="Sign in", exact=True).click()
    assert page.locator(".error-summary:focus").count() == 1


def test_a_menu_closes_on_escape_and_gives_the_focus_back(visitor: Visit, clara: User) -> None:
    visit = visitor()
    visit.sign_in(clara)
    page = visit.go("/styleguide/", title="Style guide")
    summary = page.locator(".masthead details > summary")
    summary.click()
    assert page.get_by_role("button", name="Sign out").is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert not page.get_by_role("button", name="Sign out").is_visible()
    assert summary.evaluate("element => element === document.activeElement")


@pytest.mark.parametrize("javascript", [True, False])
def test_the_language_is_changed_by_a_form_and_stays(visitor: Visit, javascript: bool) -> None:
    page = visitor(javascript=javascript).go("/accounts/login/", title="Puente")
    page.get_by_role("button", name="ES").click()
    assert page.locator("html").get_attribute("lang") == "es"
    page.reload()
    assert page.locator("html").get_attribute("lang") == "es"


def test_the_keyboard_reaches_the_content_first(visitor: Visit) -> None:
    page = visitor(width=WIDTHS["phone"]).go("/accounts/login/", title="Puente")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    assert skip.evaluate("element => element === document.activeElement")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_whoever_wants_less_motion_gets_none(visitor: Visit, clara: User) -> None:
    visit = visitor()
    visit.sign_in(clara)
    page = visit.go("/styleguide/", title="Style guide")
    ring = page.locator(".ring").first
    assert ring.evaluate("element => getComputedStyle(element).animationDuration") == "0s"


def test_on_paper_the_page_is_black_on_white_without_the_frame(visitor: Visit, clara: User) -> None:
    visit = visitor(scheme="dark")
    visit.sign_in(clara)
    page = visit.go("/styleguide/", title="Style guide")
    page.emulate_media(media="print")
    assert not page.locator(".masthead").first.is_visible()
    colours = page.evaluate(
        "[getComputedStyle(document.documentElement).backgroundColor, getComputedStyle(document.body).color]"
    )
    assert colours == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
