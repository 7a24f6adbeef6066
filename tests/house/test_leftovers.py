"""What never enters the repository: unfinished work, silenced checks, one machine's paths, people."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.sources import Source, assert_kept, sources

# Written so that the patterns do not find themselves.
STUBS = re.compile(
    "|".join(
        [
            *(r"\bNotImplemented" + "Error", r"\bTO" + "DO", r"\bFIX" + "ME", r"\bXX" + r"X\b"),
            *("coming " + "soon", "lorem " + "ipsum", "placeholder " + "text"),
        ]
    )
)
SILENCED = re.compile(
    "|".join(
        [
            *(r"pytest\.mark\.(?:skip|xfail)\w*", r"pytest\.(?:skip|xfail)\("),
            *(r"# *type: *ignore", "# *" + "noqa", r"except (?:Base)?Exception\b", r"except *:"),
        ]
    )
)
# A dash or a second comment, then at least two words; or the reason="..." of a mark.
REASON = re.compile(r"(?:[-–:#] |reason=\")[^\W#]\S* \S+[^#]*$")
MACHINE = re.compile(r"(?<![\w.])/(?:" + "wo" + r"rk|fa" + r"rm|ro" + r"ot|Users|home/\w+)/\w")
HOSTS = re.compile(
    "|".join(
        ["py" + r"pi\.org", "python" + r"hosted\.org", "registry" + r"\.npm", "deb" + r"\.debian"]
    )
    + "|--?(?:extra-)?index"
    + "-url"
)
MAIL = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")
INVENTED = re.compile(r"(?:^|\.)(?:example|invalid|test|localhost)$|^example\.(?:com|net|org)$")
TEXT = (
    ".py",
    ".html",
    ".txt",
    ".md",
    ".css",
    ".js",
    ".toml",
    ".yaml",
    ".yml",
    ".json",
    ".po",
    ".sh",
)
PEOPLE = re.compile(
    r"model: [\"']?\w+\.(?:user|representative|delegate|invitation)\b", re.IGNORECASE
)


def is_ours(name: str) -> bool:
    """Say whether we wrote the file: not the licence, not the locked requirements."""
    return not name.startswith("requirements/") and name != "LICENSE"


def stubs(source: Source) -> Iterator[str]:
    """Find what was left for later."""
    yield from _found(source, STUBS, "is to be finished or taken out")


def silenced(source: Source) -> Iterator[str]:
    """Find skipped tests, silenced checks and broad excepts without a reason on their line."""
    for number, line in enumerate(source.lines, start=1):
        match = SILENCED.search(line)
        if match and not REASON.search(line[match.end() :]):
            yield f"{number}: {match.group()} gives no reason on its line"


def machine_paths(source: Source) -> Iterator[str]:
    """Find paths that exist on one machine only."""
    yield from _found(source, MACHINE, "is a path of one machine")


def registry_hosts(source: Source) -> Iterator[str]:
    """Find hosts of package registries, which an installer's own settings choose."""
    yield from _found(source, HOSTS, "names a package registry")


def addresses(source: Source) -> Iterator[str]:
    """Find e-mail addresses that might belong to somebody."""
    for number, line in enumerate(source.lines, start=1):
        for match in MAIL.finditer(line):
            if not INVENTED.search(match.group(1)):
                yield f"{number}: {match.group()} might be somebody's; use a domain in .example"


def people_in_report(source: Source) -> Iterator[str]:
    """Find natural persons among the facts, whose fixtures hold organisations only."""
    if source.name.startswith(("fixtures/report/", "fixtures/reference/")):
        yield from _found(source, PEOPLE, "holds a person")


def _found(source: Source, pattern: re.Pattern[str], fault: str) -> Iterator[str]:
    for number, line in enumerate(source.lines, start=1):
        if match := pattern.search(line):
            yield f"{number}: {match.group()} {fault}"


def test_nothing_is_left_for_later() -> None:
    assert_kept(stubs, sources(".py", ".html", ".js", ".css", ".md", within=is_ours))


def test_nothing_is_silenced_without_a_reason() -> None:
    assert_kept(silenced, sources(".py", within=_is_code_or_test))


def _is_code_or_test(name: str) -> bool:
    return name != "tests/house/test_leftovers.py" and "/migrations/" not in name


def test_no_path_of_one_machine() -> None:
    assert_kept(machine_paths, sources(*TEXT, "Makefile", ".in", within=is_ours))


def test_no_package_registry() -> None:
    assert_kept(registry_hosts, sources(*TEXT, "Makefile", ".in", ".lock", ".cfg", "environment"))


def test_every_address_is_invented() -> None:
    assert_kept(addresses, sources(*TEXT, within=is_ours))


def test_the_report_fixtures_hold_no_person() -> None:
    assert_kept(people_in_report, sources(".yaml", ".yml", ".json"))


@pytest.mark.parametrize("text", ["# TO" + "DO later", "raise NotImplemented" + "Error"])
def test_a_stub_is_found(text: str) -> None:
    assert list(stubs(Source("events/views.py", text)))


@pytest.mark.parametrize(
    "line",
    [
        "@pytest.mark.skip",
        "@pytest.mark.xfail(strict=True)",
        "x = 1  # type: ignore[arg-type]",
        "import a  # " + "noqa: F401",
        "except Exception:",
        "except Exception as problem:",
        "except:",
    ],
)
def test_a_silenced_check_is_found(line: str) -> None:
    assert list(silenced(Source("events/views.py", line)))
    assert not list(silenced(Source("events/views.py", f"{line}  # - a good reason stands here")))


def test_paths_hosts_and_people_are_found() -> None:
    assert list(machine_paths(Source("a.md", "see /ro" + "ot/project/x")))
    assert not list(machine_paths(Source("a.md", "see docs/work/flow and /events/mx/home/x")))
    assert list(registry_hosts(Source("a.txt", "https://py" + "pi.org/simple")))
    assert list(addresses(Source("a.py", "ana@real-" + "cluster.eu")))
    assert not list(addresses(Source("a.py", "ana@ceaga.example, x@example.com")))
    report = Source("fixtures/report/a.yaml", "- model: clusters.User")
    assert list(people_in_report(report))
    assert not list(people_in_report(Source("fixtures/demo/a.yaml", report.text)))


def test_every_migration_is_committed_with_its_folder() -> None:
    for app in ("clusters", "events", "matchmaking"):
        folder = Path(app) / "migrations"
        assert not folder.exists() or (folder / "__init__.py").exists()
