"""The schedule exchange format, version 1, both ways: JSON, plain or gzip-compressed.

Reading names every fault by its path (`wishes[3].weight`) and keeps going, so that one run shows
them all. Writing is atomic: a reader never sees half a file.
"""

import gzip
import json
import os
import zlib
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from matchmaking.scheduling.faults import check_problem
from matchmaking.scheduling.problem import (
    Fault,
    InvalidProblem,
    Lock,
    Organisation,
    Placed,
    Problem,
    Session,
    Slot,
    Table,
    Wish,
)
from matchmaking.scheduling.reading import FORMAT_TIME, Row, Rows
from matchmaking.scheduling.result import Plan

PROBLEM, SOLUTION, VERSION = "b2b-schedule-problem", "b2b-schedule-solution", 1
MOST_BYTES = 32 * 1024 * 1024
"""Larger files are refused before they are parsed (2,000 organisations take 3 MB)."""


def read_problem(path: str | Path) -> Problem:
    """The problem in a file; raises `InvalidProblem` with every fault."""
    return problem_from(read_json(path))


def read_meetings(path: str | Path, problem: Problem) -> tuple[Placed, ...]:
    """The meetings in a solution file; raises `InvalidProblem` when it is none of this problem."""
    name, meetings = meetings_from(read_json(path))
    if name != problem.id:
        raise InvalidProblem((Fault("problem", f"is {name!r}, not {problem.id!r}"),))
    return meetings


def meetings_from(document: object) -> tuple[str, tuple[Placed, ...]]:
    """The id of the problem that a parsed solution is of, and its meetings."""
    rows = Rows()
    top = Row(rows, "", document)
    _expect(top, SOLUTION)
    name = top.text("problem")
    meetings = tuple(_placed(row) for row in top.rows("meetings"))
    rows.raise_faults()
    return name, meetings


def read_json(path: str | Path) -> object:
    """The parsed document of a file of at most `MOST_BYTES`, unpacked where it is gzip."""
    try:
        with Path(path).open("rb") as file:
            return document_in(file, packed=Path(path).suffix == ".gz")
    except FileNotFoundError:
        reason = "the file does not exist"
    except OSError as error:
        reason = f"the file cannot be read ({error.strerror})"
    raise InvalidProblem((Fault("", reason),))


def document_in(file: BinaryIO, *, packed: bool = False) -> object:
    """The parsed document of an open file, as `read_json`; `packed` when its name says that it is gzip."""
    try:
        raw = _read_bytes(file, packed=packed)
        return json.loads(raw.decode("utf-8-sig"), parse_constant=_no_constant)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        reason = f"the gzip file is damaged or cut short ({error})"
    except UnicodeDecodeError as error:
        reason = f"is not UTF-8 (byte {error.start})"
    except json.JSONDecodeError as error:
        reason = f"is not JSON: {error.msg} in line {error.lineno}, column {error.colno}"
    except (RecursionError, ValueError) as error:
        reason = str(error) if isinstance(error, ValueError) else "is nested too deeply"
    raise InvalidProblem((Fault("", reason),))


def _read_bytes(file: BinaryIO, *, packed: bool) -> bytes:
    packed = file.read(2) == b"\x1f\x8b" or packed
    file.seek(0)
    if packed:
        with gzip.GzipFile(fileobj=file) as unpacked:
            raw = unpacked.read(MOST_BYTES + 1)
    else:
        raw = file.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise ValueError(f"is larger than {MOST_BYTES // 1024**2} MB, the most that is read")
    return raw


def _no_constant(name: str) -> float:
    raise ValueError(f"is not JSON: {name} is no number")


def problem_from(document: object) -> Problem:
    """The problem in a parsed document; raises `InvalidProblem` with every fault."""
    rows = Rows()
    top = Row(rows, "", document)
    _expect(top, PROBLEM)
    problem = Problem(
        id=top.text("id"),
        sessions=tuple(_session(row) for row in top.rows("sessions")),
        slots=tuple(_slot(row) for row in top.rows("slots")),
        tables=tuple(_table(row) for row in top.rows("tables")),
        organisations=tuple(_organisation(row) for row in top.rows("organisations")),
        wishes=tuple(_wish(row) for row in top.rows("wishes")),
        locks=tuple(_lock(row) for row in top.rows("locks", optional=True)),
        previous=tuple(_placed(row) for row in top.rows("previous", optional=True)),
    )
    rows.raise_faults()
    check_problem(problem)
    return problem


def _expect(document: Row, kind: str) -> None:
    """The two keys that say what the document is; without them nothing else is worth a word."""
    given, version = document.get("format"), document.get("version")
    if not document.rows_of.faults:
        if given != kind:
            document.rows_of.fault("format", f"must be {kind!r}, is {given!r}")
        elif version != VERSION or isinstance(version, bool):
            document.rows_of.fault("version", f"must be {VERSION}, is {version!r}")
    document.rows_of.raise_faults()


def _session(row: Row) -> Session:
    return Session(id=row.text("id"), format=row.label("format"))


def _slot(row: Row) -> Slot:
    return Slot(
        id=row.text("id"),
        day=row.text("day"),
        session=row.text("session"),
        start=row.time("start"),
        end=row.time("end"),
    )


def _table(row: Row) -> Table:
    slots = row.texts("slots", optional=True)
    return Table(id=row.text("id"), slots=None if slots is None else frozenset(slots))


def _organisation(row: Row) -> Organisation:
    return Organisation(
        id=row.text("id"),
        available=frozenset(row.texts("available") or ()),
        parallel=1 if row.get("parallel") is None else row.number("parallel"),
        parallel_in=row.numbers("parallel_in"),
        max_meetings=row.number_or_none("max_meetings"),
        max_per_day=row.number_or_none("max_per_day"),
        remote=row.flag("remote", False),
        utc_offset_minutes=row.number_or_none("utc_offset_minutes"),
        decent_hours=row.hours("decent_hours"),
        side=row.label("side"),
        kind=row.label("kind"),
    )


def _wish(row: Row) -> Wish:
    return Wish(
        id=row.text("id"),
        a=row.text("a"),
        b=row.text("b"),
        weight=row.number("weight"),
        format=row.label("format"),
        needs_table=row.flag("needs_table", True),
    )


def _lock(row: Row) -> Lock:
    return Lock(wish=row.text("wish"), slot=row.text("slot"), table=row.label("table"))


def _placed(row: Row) -> Placed:
    return Placed(wish=row.text("wish"), slot=row.text("slot"), table=row.label("table"))


def problem_document(problem: Problem) -> dict[str, Any]:
    """The problem as the JSON document of the format, defaults left out."""
    document: dict[str, Any] = {
        "format": PROBLEM,
        "version": VERSION,
        "id": problem.id,
        "sessions": [_lean(id=row.id, format=row.format) for row in problem.sessions],
        "slots": [
            {
                "id": row.id,
                "day": row.day,
                "session": row.session,
                "start": _stamp(row.start),
                "end": _stamp(row.end),
            }
            for row in problem.slots
        ],
        "tables": [
            _lean(
                id=row.id,
                slots=None if row.slots is None else _in_order(problem, row.slots),
            )
            for row in problem.tables
        ],
        "organisations": [_organisation_row(problem, row) for row in problem.organisations],
        "wishes": [
            _lean(
                id=row.id,
                a=row.a,
                b=row.b,
                weight=row.weight,
                format=row.format,
                needs_table=None if row.needs_table else False,
            )
            for row in problem.wishes
        ],
    }
    if problem.locks:
        document["locks"] = [
            _lean(wish=row.wish, slot=row.slot, table=row.table) for row in problem.locks
        ]
    if problem.previous:
        document["previous"] = [placed_row(row) for row in problem.previous]
    return document


def _organisation_row(problem: Problem, row: Organisation) -> dict[str, Any]:
    return _lean(
        id=row.id,
        available=_in_order(problem, row.available),
        parallel=None if row.parallel == 1 else row.parallel,
        parallel_in={slot: row.parallel_in[slot] for slot in _in_order(problem, row.parallel_in)}
        or None,
        max_meetings=row.max_meetings,
        max_per_day=row.max_per_day,
        remote=row.remote or None,
        utc_offset_minutes=row.utc_offset_minutes,
        decent_hours=None if row.decent_hours is None else list(row.decent_hours),
        side=row.side,
        kind=row.kind,
    )


def _lean(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _in_order(problem: Problem, slots: Any) -> list[str]:
    return [slot.id for slot in problem.slots if slot.id in slots]


def _stamp(time: datetime) -> str:
    return time.strftime(FORMAT_TIME)


def placed_row(row: Placed) -> dict[str, Any]:
    """A meeting as it stands in both documents."""
    return {"wish": row.wish, "slot": row.slot, "table": row.table}


def solution_document(plan: Plan) -> dict[str, Any]:
    """The plan as the JSON document of the format: the same plan gives the same document.

    Seconds are not in it, since they differ from run to run.
    """
    document: dict[str, Any] = {
        "format": SOLUTION,
        "version": VERSION,
        "problem": plan.problem,
        "meetings": [placed_row(row) for row in plan.meetings],
        "unplaced": [
            {"wish": row.wish, "reasons": [reason.as_dict() for reason in row.reasons]}
            for row in plan.unplaced
        ],
        "meta": _lean(
            solver=plan.solver,
            seed=plan.seed,
            steps=plan.steps,
            stopped=plan.stopped,
            objectives="zero_orgs first" if plan.fair else None,
            fair_price=plan.stats.fair_price,
            repair=plan.repair,
        ),
    }
    if plan.bound is not None:
        dual = plan.bound.dual
        document["bounds"] = {
            "placed_weight": plan.bound.placed_weight,
            "method": plan.bound.method,
            "dual": {
                "org_slot": [list(row) for row in dual.org_slot],
                "tables": [list(row) for row in dual.tables],
                "org": [list(row) for row in dual.org],
                "org_day": [list(row) for row in dual.org_day],
            },
        }
    return document


def write_problem(path: str | Path, problem: Problem) -> None:
    """Write the problem; packed where the name ends in `.gz`."""
    _write(Path(path), problem_document(problem))


def write_solution(path: str | Path, plan: Plan) -> None:
    """Write the plan; packed where the name ends in `.gz`."""
    _write(Path(path), solution_document(plan))


def _write(path: Path, document: dict[str, Any]) -> None:
    raw = json.dumps(document, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"
    if path.suffix == ".gz":
        raw = gzip.compress(raw, mtime=0)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    try:
        unfinished.write_bytes(raw)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
