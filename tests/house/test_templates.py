"""Rules 12 and 15: templates compile, and leave style and behaviour to files."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template.loader import get_template

from tests.house.sources import Source, assert_kept, is_own_code, sources

COMMENTS = re.compile(r"\{#.*?#\}|\{% comment .*?endcomment %\}|<!--.*?-->", re.DOTALL)
INLINE = {
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "<style> element": re.compile(r"<style\b", re.IGNORECASE),
    "event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "hx-on handler": re.compile(r"\shx-on\b", re.IGNORECASE),
    "javascript: address": re.compile(r"[\"']\s*javascript:", re.IGNORECASE),
    "inline script": re.compile(
        r"<script\b(?![^>]*\ssrc\s*=)(?![^>]*type=[\"']application/(ld\+)?json)", re.IGNORECASE
    ),
}
# On one line there is no white space to trim.
UNTRIMMED = re.compile(
    r"\{%\s*blocktranslate\b(?![^%]*\btrimmed\b)[^%]*%\}"
    r"(?=(?:(?!endblocktranslate).)*?\n(?:.*?)endblocktranslate)",
    re.DOTALL,
)
OLD_TAGS = re.compile(r"\{%\s*(trans|blocktrans)\s")


def inline_code(source: Source) -> Iterator[str]:
    """Find style and behaviour that the content policy would block."""
    text = COMMENTS.sub(_blank, source.text)
    for what, pattern in INLINE.items():
        for match in pattern.finditer(text):
            yield f"{_line(text, match)}: {what}"


def loose_translations(source: Source) -> Iterator[str]:
    """Find block translations whose white space would reach the translators."""
    for pattern, what in ((UNTRIMMED, "without `trimmed`"), (OLD_TAGS, "old name of the tag")):
        for match in pattern.finditer(source.text):
            yield f"{_line(source.text, match)}: {match.group()} {what}"


def _blank(match: re.Match[str]) -> str:
    return "\n" * match.group().count("\n")


def _line(text: str, match: re.Match[str]) -> int:
    return text.count("\n", 0, match.start()) + 1


def is_page(name: str) -> bool:
    """Say whether a template is for a browser; mail programs read nothing but inline style."""
    return "templates/" in name and "/emails/" not in name and not name.startswith("tests/")


PAGES = tuple(sources(".html", ".svg", within=is_page))


def _name(source: Source) -> str:
    return source.name.partition("templates/")[2]


def test_no_inline_style_script_or_handler() -> None:
    assert_kept(inline_code, PAGES)
    assert_kept(inline_code, sources(".py", within=_makes_markup))


def _makes_markup(name: str) -> bool:
    return is_own_code(name) and "templatetags" in Path(name).parts


def test_translations_are_trimmed() -> None:
    assert_kept(
        loose_translations, sources(".html", ".txt", within=lambda name: "templates/" in name)
    )


@pytest.mark.parametrize("source", PAGES, ids=_name)
def test_a_template_compiles(source: Source) -> None:
    get_template(_name(source))


@pytest.mark.parametrize(
    "markup",
    [
        '<p class="a" style="color:red">',
        "<STYLE>p {}</STYLE>",
        "<script>go()</script>",
        '<script nonce="x">go()</script>',
        '<a\n  onclick="go()">',
        "<form hx-on:submit='go()'>",
        "<a href=' javascript:go()'>",
    ],
)
def test_inline_code_is_found(markup: str) -> None:
    assert list(inline_code(Source("templates/a.html", f"<p>\n{markup}</p>")))


@pytest.mark.parametrize(
    "markup",
    [
        "{# <p style='a'> #}",
        '<script src="{% static "a.js" %}" defer></script>',
        '<script id="rows" type="application/json">[]</script>',
        '<p class="one two" data-on="x">once = more</p>',
    ],
)
def test_other_markup_passes(markup: str) -> None:
    assert not list(inline_code(Source("templates/a.html", markup)))


def test_an_untrimmed_translation_is_found() -> None:
    end = "{% endblocktranslate %}"
    long = "{% blocktranslate with a=b %}\n  One {{ a }}\n" + end
    assert list(loose_translations(Source("a.html", long)))
    assert list(loose_translations(Source("a.html", "{% trans 'x' %}")))
    assert not list(
        loose_translations(Source("a.html", long.replace("late with", "late trimmed with")))
    )
    short = "{% blocktranslate with a=b %}One {{ a }}" + end
    assert not list(loose_translations(Source("a.html", short + "\n" + short)))
