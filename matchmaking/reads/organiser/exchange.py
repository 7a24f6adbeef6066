"""Problems and solutions of an event as files of the schedule exchange format, and solutions from elsewhere."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clusters.models import User
from events.models import Event, Session, Table
from matchmaking.adapters.schedule import placed_rows, schedule_problem
from matchmaking.choices import RunState
from matchmaking.models import MeetingRequest, ScheduleRun
from matchmaking.reads.organiser.console import Console, console
from matchmaking.reads.organiser.drafts import still_known
from matchmaking.reads.scores import scores_at
from matchmaking.scheduling.anonymous import Anonymous, anonymous
from matchmaking.scheduling.exchange import (
    SOLUTION,
    VERSION,
    meetings_from,
    placed_row,
    problem_document,
)
from matchmaking.scheduling.problem import Placed, Problem


class OtherProblemError(ValueError):
    """A solution of another problem, or of other rows of this event; its text is the problem's id."""


@dataclass(frozen=True)
class ExchangePage:
    """What can be exported, and the drafts whose meetings can."""

    console: Console
    drafts: tuple[ScheduleRun, ...]
    wishes: int
    organisations: int


@dataclass(frozen=True)
class ExportFile:
    """A packed file and its name."""

    name: str
    content: bytes


def exchange_page(event: Event, user: User) -> ExchangePage:
    """The page of files; a fixed number of queries."""
    problem = schedule_problem(event)
    done = ScheduleRun.objects.filter(event=event, state=RunState.DONE).select_related("event")
    return ExchangePage(
        console=console(event, user, "organiser_schedule"),
        drafts=tuple(done),
        wishes=len(problem.wishes),
        organisations=len(problem.organisations),
    )


def full_problem(event: Event) -> Problem:
    """The event as the planner gets it, scores included."""
    return schedule_problem(event, scores=scores_at(event))


def problem_file(event: Event, *, with_names: bool) -> ExportFile:
    """The problem: with names for the house, or without anything that names the event, for everybody."""
    problem = full_problem(event)
    if not with_names:
        hidden = anonymous(problem).problem
        return _file(f"{hidden.id}-problem", problem_document(hidden))
    document = problem_document(problem)
    document["name"] = event.name
    _put_names(document, event)
    return _file(f"{event.slug}-problem", document)


def solution_file(run: ScheduleRun, *, with_names: bool) -> ExportFile:
    """The meetings of a draft as a solution of the problem that `problem_file` writes now.

    Meetings whose request or time is gone are left out: no problem of today has them.
    """
    problem = full_problem(run.event)
    meetings = still_known(problem, placed_rows(run.meetings.order_by("slot__starts_at", "pk")))
    if not with_names:
        names = anonymous(problem)
        known = [one for one in meetings if one.table is None or one.table in names.tables]
        rows = [placed_row(names.hidden(one)) for one in known]
        return _file(f"{names.problem.id}-solution", _solution(names.problem.id, rows))
    rows = [placed_row(one) | _parties(run.event).get(one.wish, {}) for one in meetings]
    return _file(f"{run.event.slug}-solution-{run.pk}", _solution(run.event.slug, rows))


def meetings_for(problem: Problem, document: object) -> tuple[Placed, ...]:
    """The meetings of a solution of this problem, exported with or without names.

    Raises `InvalidProblem` with every fault of the file, `OtherProblemError` when it is of another problem.
    Whether its meetings keep the rules is not looked at here.
    """
    name, meetings = meetings_from(document)
    if name == problem.id:
        return meetings
    hidden: Anonymous = anonymous(problem)
    if name == hidden.problem.id:
        return tuple(hidden.named(one) for one in meetings)
    raise OtherProblemError(name)


def _solution(problem: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"format": SOLUTION, "version": VERSION, "problem": problem, "meetings": rows}


def _file(name: str, document: Mapping[str, Any]) -> ExportFile:
    raw = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    return ExportFile(f"{name}.json.gz", gzip.compress(raw, mtime=0))


def _put_names(document: dict[str, Any], event: Event) -> None:
    """Names beside ids. Readers of the format ignore keys that they do not know."""
    organisations = event.registrations.values_list("pk", "organisation__name")
    names = {
        "sessions": dict(Session.objects.filter(event=event).values_list("pk", "name")),
        "tables": dict(Table.objects.filter(event=event).values_list("pk", "name")),
        "organisations": dict(organisations),
    }
    for key, by_id in names.items():
        for row in document[key]:
            row["name"] = by_id[int(row["id"])]


def _parties(event: Event) -> dict[str, dict[str, str]]:
    rows = MeetingRequest.objects.filter(event=event).values_list(
        "pk", "sender__organisation__name", "receiver__organisation__name"
    )
    return {str(pk): {"one": one, "other": other} for pk, one, other in rows}
