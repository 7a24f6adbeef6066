"""The report of an event, for its page and for its files."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clusters.models import User
from events.models import Event
from matchmaking.adapters.schedule import schedule_problem
from matchmaking.adapters.workbook import Sheet
from matchmaking.models import Release
from matchmaking.reads.exports import csv_lines, safe_cell
from matchmaking.reads.organiser.console import Console, console
from matchmaking.reads.organiser.drafts import still_known
from matchmaking.reads.organiser.report.parts import (
    Bar,
    Cell,
    Line,
    Part,
    by_format,
    by_sector,
    by_side,
    definitions,
    funnel,
    no_shows,
    share,
)
from matchmaking.reads.organiser.report.rows import Rows, report_rows
from matchmaking.reads.papers.documents import frame
from matchmaking.scheduling.measure import measures
from matchmaking.scheduling.problem import Placed

__all__ = [
    "Bar",
    "Cell",
    "Line",
    "Part",
    "Report",
    "report",
    "report_csv",
    "report_paper",
    "sheets",
]


@dataclass(frozen=True)
class Report:
    """An event in figures, as they are now."""

    console: Console
    parts: tuple[Part, ...]
    release: Release | None

    @property
    def is_empty(self) -> bool:
        """Nobody has applied: there is nothing to count."""
        first = self.parts[0].lines
        return not first or not first[0].cells[1]


def report(event: Event, user: User) -> Report:
    """The report of an event; a fixed number of queries."""
    rows = report_rows(event)
    release = Release.objects.filter(event=event).select_related("run").order_by("-number").first()
    parts = [*funnel(rows), definitions(rows), by_side(rows), by_format(rows), by_sector(rows)]
    parts.append(no_shows(rows))
    if release is not None:
        parts.append(_schedule(release, rows))
    return Report(console(event, user, "organiser_report"), tuple(parts), release)


def _schedule(release: Release, rows: Rows) -> Part:
    """The newest release in the planner's own figures, against what it proved."""
    problem = schedule_problem(rows.event)
    entries = release.entries.order_by("pk").values_list("request", "slot", "table")
    placed = [
        Placed(str(request), str(slot), None if table is None else str(table))
        for request, slot, table in entries
    ]
    count = measures(problem, still_known(problem, placed))
    run = release.run
    there = len(rows.accepted)
    lines: list[tuple[str, Cell, str]] = [
        (_("Meetings placed"), count.placed, share(count.placed, count.wishes)),
        (_("Organisations without a meeting"), count.zero_orgs, share(count.zero_orgs, there)),
        (
            _("Idle slots between two meetings"),
            count.idle_total,
            _("%(mean)s an organisation, %(most)d at most")
            % {
                "mean": number_format(round(count.idle_total / there, 1) if there else 0, 1),
                "most": count.idle_max,
            },
        ),
        (_("Changes of table from one meeting to the next"), count.table_changes, ""),
    ]
    if run is not None and run.value is not None and run.bound:
        lines.append((_("Points placed"), run.value, share(run.value, run.bound)))
        lines.append((_("Proven bound: no schedule is worth more"), run.bound, ""))
    return Part(
        "schedule",
        _("The schedule"),
        _("Release %(number)d, counted against the event as it is now.")
        % {"number": release.number},
        (_("Figure"), _("Number"), _("Share or spread")),
        tuple(Line(cells) for cells in lines),
        (_("Points and bound are those of the draft the release was made from."),)
        if run is not None and run.bound
        else (),
    )


# -- files


def sheets(page: Report) -> Iterator[Sheet]:
    """One sheet for each part."""
    for part in page.parts:
        yield Sheet(part.title, part.heads, [line.cells for line in part.lines])


def report_csv(page: Report) -> Iterator[str]:
    """All parts below each other, each with its name in front."""
    rows: list[list[Any]] = []
    for part in page.parts:
        rows.append([part.title, *part.heads])
        rows += [[part.title, *map(_csv_cell, line.cells)] for line in part.lines]
    return csv_lines(rows)


def _csv_cell(cell: Cell) -> Any:
    """Names as text that no spreadsheet takes for a formula; numbers stay numbers."""
    return safe_cell(cell) if isinstance(cell, str) else cell


def report_paper(page: Report) -> dict[str, Any]:
    """Data of the paper `report`."""
    event = page.console.event
    made = date_format(timezone.now().astimezone(event.zone), "SHORT_DATETIME_FORMAT")
    title = _("Report")
    return {
        **frame(event, title, made=_("Figures of %(moment)s") % {"moment": made}),
        "heading": event.name,
        "language": (get_language() or "en")[:2],
        "lead": [title, *([_("This event is invented.")] if event.is_demo else [])],
        "parts": [_paper_part(part) for part in page.parts],
    }


def _paper_part(part: Part) -> dict[str, Any]:
    return {
        "title": part.title,
        "text": part.text,
        "heads": list(part.heads),
        "bars": part.has_bars,
        "rows": [
            {
                "cells": [_paper_cell(cell) for cell in line.cells],
                "bar": _paper_bar(line.bar),
            }
            for line in part.lines
        ],
        "notes": list(part.notes),
    }


def _paper_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    return cell if isinstance(cell, str) else number_format(cell, force_grouping=True)


def _paper_bar(bar: Bar | None) -> list[float] | None:
    if bar is None:
        return None
    return [
        bar.percent,
        bar.percent if bar.low is None else bar.low,
        bar.percent if bar.high is None else bar.high,
    ]
