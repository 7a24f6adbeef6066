"""Rule 22: the documentation names what exists and nothing else.

Each check waits for its page: an empty docs/ folder breaks nothing, a page that is there is held
to completeness.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.db.models import TextChoices
from django.urls import URLPattern, URLResolver, get_resolver

from clusters import choices as cluster_choices
from events import choices as event_choices
from matchmaking import choices as match_choices
from tests.house.sources import APPS, ROOT, is_own_code, sources

VARIABLE = re.compile(r"[\"']((?:PUENTE_|DATABASE_)[A-Z_]+)[\"']")
INTERNAL = {"PUENTE_THROWAWAY_DATABASE"}  # the test suite's own
MAKE = re.compile(r"(?<![\w-])make ([a-z][a-z-]*)(?![\w.])")
MANAGE = re.compile(r"manage\.py ([a-z_]+)")
TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
# `make` as an English verb in running text is followed by these.
VERBS = {"it", "sure", "the", "a", "an", "them", "up", "no", "any", "every", "one", "that", "this"}


def missing(names: Iterable[str], text: str) -> list[str]:
    """Return the names that the text does not hold as whole words."""
    return [
        name for name in sorted(names) if not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)
    ]


def unknown_commands(text: str, targets: set[str], commands: set[str]) -> Iterator[str]:
    """Find `make x` and `manage.py x` that do not exist."""
    code = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL))
    yield from (f"make {name}" for name in MAKE.findall(code) if name not in targets | VERBS)
    yield from (f"manage.py {name}" for name in MANAGE.findall(code) if name not in commands)


def docs(folder: str) -> str | None:
    """Return the text of a folder of docs/, or None when nobody wrote it yet."""
    pages = sorted((ROOT / "docs" / folder).rglob("*.md"))
    return "\n".join(page.read_text(encoding="utf-8") for page in pages) or None


def settings_named_in_code() -> set[str]:
    """Return every environment variable that the code reads."""
    code = sources(".py", within=is_own_code)
    return {name for source in code for name in VARIABLE.findall(source.text)} - INTERNAL


def own_commands() -> set[str]:
    """Return the management commands of the three apps."""
    return {name for name, app in get_commands().items() if app in APPS}


def states() -> set[str]:
    """Return the words for the states of things that move (choices named ...Status)."""
    return {
        str(value)
        for module in (cluster_choices, event_choices, match_choices)
        for name, kind in vars(module).items()
        if name.endswith("Status") and isinstance(kind, type) and issubclass(kind, TextChoices)
        for value in kind.values
    }


def roles() -> set[str]:
    """Return the roles of people (choices named ...Role)."""
    return {
        str(value)
        for module in (cluster_choices, event_choices)
        for name, kind in vars(module).items()
        if name.endswith("Role") and isinstance(kind, type) and issubclass(kind, TextChoices)
        for value in kind.values
    }


def api_routes(resolver: URLResolver | None = None, before: str = "") -> set[str]:
    """Return the addresses below /api/v1/, with {} where a value stands."""
    found = set()
    for pattern in (resolver or get_resolver()).url_patterns:
        path = before + re.sub(r"\(\?P<\w+>[^)]*\)|<[^>]+>", "{}", str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            found |= api_routes(pattern, path)
        elif isinstance(pattern, URLPattern) and path.startswith("api/v1/"):
            found.add("/" + path.replace("^", "").replace("$", "").replace("\\Z", ""))
    return found


def test_operators_find_every_setting_and_command() -> None:
    text = docs("operators")
    if text is not None:
        assert not missing(settings_named_in_code() | own_commands(), text)


def test_every_state_and_role_is_explained() -> None:
    text = docs("organisers")
    if text is not None:
        everything = "\n".join(docs(page.name) or "" for page in (ROOT / "docs").iterdir())
        words = {value.replace("_", " ") for value in states() | roles()}
        assert not missing(words, everything.replace("_", " ").lower())


def test_integrators_find_every_route() -> None:
    text = docs("integrators")
    if text is not None:
        plain = re.sub(r"\{[^}]*\}|<[^>]*>", "{}", text)
        routes = {route for route in api_routes() if "format" not in route}
        assert not [route for route in sorted(routes) if route not in plain]


def test_commands_in_the_docs_exist() -> None:
    targets = set(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
    faults = [
        f"{source.name}: {name}"
        for source in sources(".md")
        for name in unknown_commands(source.text, targets, set(get_commands()))
    ]
    assert not faults, "\n" + "\n".join(faults)


def test_the_changelog_tells_of_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    changelog = ROOT / "CHANGELOG.md"
    if changelog.exists():
        assert missing([version], changelog.read_text(encoding="utf-8")) == []


def test_links_between_pages_lead_somewhere() -> None:
    faults = [
        f"{source.name}: {target}"
        for source in sources(".md")
        for target in re.findall(r"\]\((?!\w+:|#)([^)#\s]+)", source.text)
        if not (ROOT / Path(source.name).parent / target).exists()
    ]
    assert not faults, "\n" + "\n".join(faults)


@pytest.mark.parametrize(
    "name",
    ["DATABASE_URL", "PUENTE_STATE_DIR", "embedded_database", "messages", "owner", "accepted"],
)
def test_the_lists_hold_what_they_should(name: str) -> None:
    assert name in settings_named_in_code() | own_commands() | states() | roles()


def test_a_missing_name_is_found() -> None:
    assert missing(["DATABASE_URL", "seed"], "set DATABASE_URLS and `seed`") == ["DATABASE_URL"]


def test_an_unknown_command_is_found() -> None:
    text = "Run `make demos`, then:\n```\nmanage.py serve_all\nmake env\n```\nmake nothing of it"
    assert list(unknown_commands(text, {"env"}, {"match"})) == ["make demos", "manage.py serve_all"]


PLACE = re.compile(r"`((?:matchmaking|clusters|events|tests|templates|locale)/[\w./]+)`")


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=lambda page: page.name)
def test_files_that_the_documentation_names_exist(page: Path) -> None:
    named = PLACE.findall(page.read_text(encoding="utf-8"))
    assert [place for place in named if not (ROOT / place).exists()] == []
