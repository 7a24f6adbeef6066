"""Rule 20: coverage only rises. `python -m tests.house.ratchet` after a run with --cov.

Engines, actions and policies are covered wholly, with branches; ratchet.json lists those files that
are not there yet, and how many lines and branches each lacks. For the rest it holds the total reached
and the templates and addresses that no test touches. `--record` stores better figures, never worse.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
from django.urls import URLResolver, get_resolver

from tests.house.sources import ROOT, files

STORED = Path(__file__).with_name("ratchet.json")
COVERAGE = ROOT / "var" / "coverage" / "coverage.json"
SEEN = ROOT / "var" / "coverage" / "seen.json"
# Rounding and the order of threads move the total by this much from run to run.
TOLERANCE = 0.25
# Races and the planner's clock decide whether a line or a branch of a file is reached.
SLACK = 2
WHOLE = re.compile(r"^matchmaking/(?:scoring|scheduling)/|/(?:actions|policies)(?:/|\.py$)")
# Pages of Django and of packages; their addresses are not ours to test.
FOREIGN = ("admin/", "accounts/", "^accounts/", "i18n/")


@dataclass(frozen=True)
class Figures:
    """What one run reached: percent of lines and branches, and what no test touched.

    `gaps` counts, for each engine, action and policy file, the lines and branches not covered.
    """

    percent: float
    gaps: Mapping[str, int]
    templates: frozenset[str]
    routes: frozenset[str]

    def as_json(self) -> str:
        """The text of ratchet.json."""
        held = {
            "percent": self.percent,
            "not covered wholly yet": dict(sorted(self.gaps.items())),
            "untested templates": sorted(self.templates),
            "untested routes": sorted(self.routes),
        }
        return json.dumps(held, indent=2)


def stored(text: str) -> Figures:
    """Read ratchet.json."""
    held = json.loads(text)
    return Figures(
        held["percent"],
        held["not covered wholly yet"],
        frozenset(held["untested templates"]),
        frozenset(held["untested routes"]),
    )


def gaps(report: Mapping[str, Any]) -> dict[str, int]:
    """Count what is not covered in each file that should be covered wholly."""
    missing = {
        name: len(file["missing_lines"]) + len(file.get("missing_branches", []))
        for name, file in report["files"].items()
        if WHOLE.search(name)
    }
    return {name: count for name, count in missing.items() if count}


def worse(now: Figures, before: Figures) -> Iterator[str]:
    """Say in which figure a run is worse than what is stored."""
    if now.percent < before.percent - TOLERANCE:
        yield f"coverage fell from {before.percent} to {now.percent} percent"
    for name, count in sorted(now.gaps.items()):
        allowed = before.gaps.get(name, 0) + SLACK
        if count > allowed:
            yield f"{name}: {count} lines and branches not covered, {allowed} allowed"
    yield from (f"no test renders {name}" for name in sorted(now.templates - before.templates))
    yield from (f"no test asks for /{name}" for name in sorted(now.routes - before.routes))


def better(now: Figures, before: Figures) -> Figures:
    """Return the better of each figure."""
    return Figures(
        max(now.percent, before.percent),
        {
            name: min(count, now.gaps[name])
            for name, count in before.gaps.items()
            if name in now.gaps
        },
        now.templates & before.templates,
        now.routes & before.routes,
    )


def own_routes(resolver: URLResolver | None = None, before: str = "") -> Iterator[str]:
    """Yield the routes of our own pages as `ResolverMatch.route` writes them."""
    for pattern in (resolver or get_resolver()).url_patterns:
        # As Django joins them: the "^" of a part in the middle goes.
        route = before + str(pattern.pattern).removeprefix("^" if before else "")
        if route.startswith(FOREIGN):
            continue
        if isinstance(pattern, URLResolver):
            yield from own_routes(pattern, route)
        else:
            yield route


def measure(report: Mapping[str, Any], seen: Mapping[str, list[str]]) -> Figures:
    """Return the figures of the last run."""
    templates = {
        name.partition("templates/")[2]
        for name in files()
        if "templates/" in name
        and not name.startswith("tests/")
        and not name.endswith(".typ")  # set by typst, not rendered by Django
    }
    return Figures(
        round(report["totals"]["percent_covered"], 2),
        gaps(report),
        frozenset(templates - set(seen["templates"])),
        frozenset(set(own_routes()) - set(seen["routes"])),
    )


def main(arguments: list[str]) -> int:
    """Compare the last run with what is stored; return the exit status."""
    django.setup()
    report = json.loads(COVERAGE.read_text())
    now = measure(report, json.loads(SEEN.read_text()))
    before = stored(STORED.read_text()) if STORED.exists() else now
    if "--record" in arguments:
        STORED.write_text(better(now, before).as_json() + "\n")
    faults = list(worse(now, before))
    sys.stdout.write("\n".join([*faults, f"coverage {now.percent} percent"]) + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
