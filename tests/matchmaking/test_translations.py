"""Strings on their way from the sources to a compiled catalogue."""

from pathlib import Path

import polib
import pytest

from matchmaking.translations import catalogue, extract

PYTHON = """
from django.utils.translation import gettext as _, ngettext, pgettext
# Translators: on the button that sends
send = _("Ask for a meeting")
state = pgettext("request", "accepted")
count = ngettext("%(n)s meeting", "%(n)s meetings", 3)
"""
TEMPLATE = """
{% load i18n %}<h1>{% translate "Find partners" %}</h1>
{% blocktranslate trimmed count n=rows|length %}
  One partner for {{ name }}
{% plural %}
  {{ n }} partners for {{ name }}
{% endblocktranslate %}
{% comment %}{% translate "hidden" %}{% endcomment %}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one module and one template."""
    (tmp_path / "events").mkdir()
    (tmp_path / "events" / "views.py").write_text(PYTHON)
    (tmp_path / "templates" / "events").mkdir(parents=True)
    (tmp_path / "templates" / "events" / "list.html").write_text(TEMPLATE)
    return tmp_path


@pytest.fixture
def spanish(project: Path) -> Path:
    """A complete Spanish catalogue for it."""
    path = catalogue.path_of(project, "es")
    catalogue.update(path, extract.messages(project))
    translate(path, "Ask for a meeting", "Pedir una reunión")
    translate(path, "accepted", "aceptada")
    translate(path, "Find partners", "Buscar socios")
    translate(path, "%(n)s meeting", "%(n)s reunión", "%(n)s reuniones")
    translate(
        path, "One partner for %(name)s", "Un socio para %(name)s", "%(n)s socios para %(name)s"
    )
    return path


def translate(path: Path, text: str, *forms: str, fuzzy: bool = False) -> None:
    entries = polib.pofile(str(path), wrapwidth=catalogue.WIDTH)
    entry = next(entry for entry in entries if entry.msgid == text)
    if entry.msgid_plural:
        entry.msgstr_plural = dict(enumerate(forms))
    else:
        entry.msgstr = forms[0]
    if fuzzy:
        entry.flags.append("fuzzy")
    entries.save()


def test_plurals_contexts_and_comments_are_found(project: Path) -> None:
    found = {message.key: message for message in extract.messages(project)}
    assert set(found) == {
        ("Ask for a meeting", ""),
        ("accepted", "request"),
        ("%(n)s meeting", ""),
        ("Find partners", ""),
        ("One partner for %(name)s", ""),
    }
    assert found["%(n)s meeting", ""].plural == "%(n)s meetings"
    assert found["One partner for %(name)s", ""].plural == "%(n)s partners for %(name)s"
    assert found["Ask for a meeting", ""].comments == ["Translators: on the button that sends"]
    assert found["Find partners", ""].files == {"templates/events/list.html"}


def test_a_complete_catalogue_has_no_problems(project: Path, spanish: Path) -> None:
    assert list(catalogue.problems(spanish, extract.messages(project))) == []


def test_an_update_keeps_translations_and_changes_nothing_else(
    project: Path, spanish: Path
) -> None:
    before = spanish.read_bytes()
    assert catalogue.update(spanish, extract.messages(project)) == (0, 0)
    assert spanish.read_bytes() == before


def test_strings_come_and_go_with_the_sources(project: Path, spanish: Path) -> None:
    (project / "events" / "views.py").write_text(PYTHON.replace("Ask for a", "Request a"))
    messages = extract.messages(project)
    assert [fault.split(" (")[0] for fault in catalogue.problems(spanish, messages)] == [
        "not in the catalogue: 'Request a meeting'",
        "no longer used: 'Ask for a meeting'",
    ]
    assert catalogue.update(spanish, messages) == (1, 1)


@pytest.mark.parametrize(
    ("text", "forms", "fault"),
    [
        ("Find partners", [""], "not translated"),
        ("Find partners", ["Buscar %(n)s socios"], "other variables"),
        ("%(n)s meeting", ["una reunión", ""], "not translated"),
        ("%(n)s meeting", ["%(n)s reunión", "reuniones"], "other variables"),
        ("%(n)s meeting", ["%(m)s reunión", "%(n)s reuniones"], "other variables"),
    ],
)
def test_a_bad_translation_is_named(
    project: Path, spanish: Path, text: str, forms: list[str], fault: str
) -> None:
    translate(spanish, text, *forms)
    (found,) = catalogue.problems(spanish, extract.messages(project))
    assert found.startswith(fault)
    assert text in found


def test_an_unsure_translation_is_named(project: Path, spanish: Path) -> None:
    translate(spanish, "Find partners", "Buscar socios", fuzzy=True)
    (found,) = catalogue.problems(spanish, extract.messages(project))
    assert found.startswith("marked as unsure")


def test_a_catalogue_is_compiled_when_it_changed(project: Path, spanish: Path) -> None:
    assert catalogue.compile_all(project) == ["es"]
    assert catalogue.compile_all(project) == []
    assert b"Buscar socios" in spanish.with_suffix(".mo").read_bytes()
    translate(spanish, "Find partners", "Encontrar socios")
    assert catalogue.compile_all(project) == ["es"]
    assert b"Encontrar socios" in spanish.with_suffix(".mo").read_bytes()


def test_no_catalogue_is_nothing_to_compile(project: Path) -> None:
    assert not catalogue.compile_if_stale(catalogue.path_of(project, "es"))
