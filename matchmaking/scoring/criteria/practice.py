"""Criterion practice: can the two talk, in which hours, and is the other's label good?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from zoneinfo import ZoneInfo

from matchmaking.scoring.findings import Finding, View, because
from matchmaking.scoring.profile import Label, LabelState

WORKDAY = 9.0
"""Hours an office is open, 9 to 18 local time."""

ENOUGH = 4.0
"""Common hours that count in full."""

LABEL_VALUE: Mapping[LabelState, float] = {
    LabelState.VALID: 1.0,
    LabelState.RENEWABLE: 0.5,
    LabelState.LAPSED: 0.0,
}


@lru_cache(maxsize=4096)
def common_hours(one: str, two: str, day: dt.date | None) -> float:
    """Office hours two time zones share on a day (None: the first of January 2024)."""
    noon = dt.datetime.combine(day or dt.date(2024, 1, 1), dt.time(12), dt.UTC)
    offsets = [noon.astimezone(ZoneInfo(zone)).utcoffset() or dt.timedelta() for zone in (one, two)]
    apart = abs(offsets[0] - offsets[1]) / dt.timedelta(hours=1)
    return max(0.0, WORKDAY - min(apart, 24 - apart))


def language(view: View) -> Finding:
    """Do they share a language?"""
    a, b = view.a, view.b
    if not a.languages or not b.languages:
        return because(None, "practice.language_unknown", who=a.key if not a.languages else b.key)
    shared = tuple(code for code in a.languages if code in b.languages)
    if not shared:
        return because(0.0, "practice.no_language", own=a.languages, other=b.languages)
    return because(1.0, "practice.language", languages=shared)


def hours(view: View) -> Finding:
    """How many office hours do they share? Four count in full."""
    a, b = view.a, view.b
    if not a.time_zone or not b.time_zone:
        return because(None, "practice.hours_unknown", who=a.key if not a.time_zone else b.key)
    shared = common_hours(a.time_zone, b.time_zone, view.context.market.day)
    return because(min(1.0, shared / ENOUGH), "practice.hours", hours=shared)


def best_label(labels: tuple[Label, ...]) -> Label | None:
    """The label that counts: the best state."""
    return max(labels, key=lambda label: LABEL_VALUE[label.state], default=None)


def label(view: View) -> Finding:
    """Does b hold a management label that is still good?"""
    best = best_label(view.b.labels)
    if best is None:
        return because(None, "practice.label_unknown", who=view.b.key)
    return because(
        LABEL_VALUE[best.state], f"practice.label_{best.state}", best, who=view.b.key,
        scheme=best.scheme, level=best.level,
    )  # fmt: skip
