"""A problem without anything that names its event: new ids, neutral dates, no labels of organisations.

The renamed problem means the same: schedules translate both ways, with the same rules and measures.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from matchmaking.scheduling.problem import (
    Lock,
    Organisation,
    Placed,
    Problem,
    Session,
    Slot,
    Table,
    Wish,
)

FIRST_DAY = datetime(2001, 1, 1, tzinfo=UTC)
"""Where the first slot goes, at its own time of day; all others keep their distance from it."""


@dataclass(frozen=True, slots=True)
class Anonymous:
    """A renamed problem, and the new ids by the old ones."""

    problem: Problem
    wishes: Mapping[str, str]
    slots: Mapping[str, str]
    tables: Mapping[str, str]

    def hidden(self, meeting: Placed) -> Placed:
        """A meeting of the original with the new ids."""
        table = None if meeting.table is None else self.tables[meeting.table]
        return Placed(self.wishes[meeting.wish], self.slots[meeting.slot], table)

    def named(self, meeting: Placed) -> Placed:
        """A meeting of the renamed problem with the original ids; an id that is unknown stays."""
        wishes, slots = _turned(self.wishes), _turned(self.slots)
        tables = _turned(self.tables)
        table = None if meeting.table is None else tables.get(meeting.table, meeting.table)
        wish, slot = wishes.get(meeting.wish, meeting.wish), slots.get(meeting.slot, meeting.slot)
        return Placed(wish, slot, table)


def anonymous(problem: Problem) -> Anonymous:
    """The problem renamed. Same ids in the same order give the same names, whatever else changed."""
    wishes = _numbered("w", problem.wishes)
    slots, tables = _numbered("s", problem.slots), _numbered("t", problem.tables)
    people = _numbered("o", problem.organisations)
    sessions = _numbered("p", problem.sessions)
    days = {day: f"day-{i}" for i, day in enumerate(dict.fromkeys(s.day for s in problem.slots), 1)}
    shift = _shift(problem)

    def place(row: Lock | Placed) -> tuple[str, str, str | None]:
        return wishes[row.wish], slots[row.slot], None if row.table is None else tables[row.table]

    kept = [row for row in problem.previous if _is_known(row, wishes, slots, tables)]
    renamed = Problem(
        id=f"event-{fingerprint(problem)}",
        sessions=tuple(Session(sessions[row.id], row.format) for row in problem.sessions),
        slots=tuple(
            Slot(
                slots[row.id],
                days[row.day],
                sessions[row.session],
                row.start + shift,
                row.end + shift,
            )
            for row in problem.slots
        ),
        tables=tuple(
            Table(
                tables[row.id],
                None if row.slots is None else frozenset(slots[one] for one in row.slots),
            )
            for row in problem.tables
        ),
        organisations=tuple(_organisation(row, people, slots) for row in problem.organisations),
        wishes=tuple(_wish(row, wishes, people) for row in problem.wishes),
        locks=tuple(Lock(*place(row)) for row in problem.locks),
        previous=tuple(Placed(*place(row)) for row in kept),
    )
    return Anonymous(renamed, wishes, slots, tables)


def fingerprint(problem: Problem) -> str:
    """Twelve hex digits that stand for the problem's ids and their order, and for nothing else."""
    lists = (problem.wishes, problem.slots, problem.tables, problem.organisations)
    text = "\n".join([problem.id, *("\t".join(row.id for row in rows) for rows in lists)])
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _numbered(
    letter: str, rows: Iterable[Wish | Slot | Table | Organisation | Session]
) -> dict[str, str]:
    return {row.id: f"{letter}{number}" for number, row in enumerate(rows, 1)}


def _turned(names: Mapping[str, str]) -> dict[str, str]:
    return {new: old for old, new in names.items()}


def _shift(problem: Problem) -> timedelta:
    """Whole days, so that hours of the day and decent hours keep their meaning."""
    if not problem.slots:
        return timedelta()
    first = problem.slots[0].start
    return FIRST_DAY - first.replace(hour=0, minute=0, second=0, microsecond=0)


def _is_known(row: Placed, *names: Mapping[str, str]) -> bool:
    """Whether an earlier meeting names only what there is; the others count for nothing but their names."""
    wishes, slots, tables = names
    return row.wish in wishes and row.slot in slots and (row.table is None or row.table in tables)


def _organisation(
    row: Organisation, people: Mapping[str, str], slots: Mapping[str, str]
) -> Organisation:
    return replace(
        row,
        id=people[row.id],
        available=frozenset(slots[one] for one in row.available),
        parallel_in={slots[one]: seats for one, seats in row.parallel_in.items()},
        kind=None,
    )


def _wish(row: Wish, wishes: Mapping[str, str], people: Mapping[str, str]) -> Wish:
    return replace(row, id=wishes[row.id], a=people[row.a], b=people[row.b])
