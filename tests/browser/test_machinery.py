"""The browser tests' own tools find what they are for."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import Visitor


def test_a_page_is_opened_in_the_visitors_language(
    visitor: Callable[..., Visitor], language: str, width: int
) -> None:
    ana = visitor(language=language, width=width)
    page = ana.go("/accounts/login/", title="")
    assert page.locator("html").get_attribute("lang") == language
    assert page.viewport_size == {"width": width, "height": 900}


def test_a_wrong_status_and_a_wrong_title_are_noticed(visitor: Callable[..., Visitor]) -> None:
    ana = visitor()
    with pytest.raises(AssertionError, match="answers 404"):
        ana.go("/no-such-page/", title="")
    with pytest.raises(AssertionError, match="is titled"):
        ana.go("/accounts/login/", title="No page has this title")


def test_scripts_run_only_with_javascript(visitor: Callable[..., Visitor]) -> None:
    markup = "<noscript>quiet</noscript><p>text</p>"
    for javascript in (True, False):
        page = visitor(javascript=javascript).page
        page.set_content(markup)
        assert page.get_by_text("quiet").is_visible() is not javascript


def test_axe_and_the_width_check_find_faults(visitor: Callable[..., Visitor]) -> None:
    ana = visitor(width=390)
    ana.page.set_content("<html lang=en><title>x</title><img src='data:,' width=800></html>")
    with pytest.raises(AssertionError, match="image-alt"):
        ana.assert_accessible()
    with pytest.raises(AssertionError, match="wide in a window"):
        ana.assert_fits()


def test_an_error_in_a_script_is_a_complaint(visitor: Callable[..., Visitor]) -> None:
    ana = visitor()
    ana.page.set_content("<script>throw new Error('broken')</script>")
    assert ana.complaints
    assert "broken" in ana.complaints.pop()
