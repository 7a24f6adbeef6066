"""What makes a problem invalid, each fault with its path: ids, order, caps, locks.

`exchange` checks the shape of the file (keys and types); this module checks the meaning and is
also what `plan` applies to a problem that was built in Python.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Protocol

from matchmaking.scheduling.constraints import RULES, Book, locks_kept, tables_exist
from matchmaking.scheduling.domains import minutes
from matchmaking.scheduling.problem import (
    Fault,
    InvalidProblem,
    Organisation,
    Placed,
    Problem,
)

MOST_WEIGHT = 100


class Named(Protocol):
    """A row with an id."""

    @property
    def id(self) -> str: ...


def check_problem(problem: Problem) -> None:
    """Raise `InvalidProblem` with every fault, or return."""
    found = faults(problem)
    if found:
        raise InvalidProblem(found)


def faults(problem: Problem) -> tuple[Fault, ...]:
    """Every fault of a problem, in the order of the file.

    The locks are judged last and only when the rest is sound: what a lock breaks depends on it.
    """
    found = [
        *_filled(problem),
        *_unique("sessions", problem.sessions),
        *_unique("slots", problem.slots),
        *_slots(problem),
        *_unique("tables", problem.tables),
        *_tables(problem),
        *_unique("organisations", problem.organisations),
        *_organisations(problem),
        *_unique("wishes", problem.wishes),
        *_wishes(problem),
        *_previous(problem),
    ]
    return tuple(found or _locks(problem))


def _filled(problem: Problem) -> Iterator[Fault]:
    if not problem.id:
        yield Fault("id", "must not be empty")
    for name in ("sessions", "slots", "organisations", "wishes"):
        if not getattr(problem, name):
            yield Fault(name, "is empty, there is nothing to plan")
    seated = sum(wish.needs_table for wish in problem.wishes)
    if not problem.tables and seated:
        yield Fault("tables", f"is empty, but {seated} wishes need a table")


def _unique(name: str, rows: Sequence[Named]) -> Iterator[Fault]:
    seen: dict[str, int] = {}
    for i, row in enumerate(rows):
        if not row.id:
            yield Fault(f"{name}[{i}].id", "must not be empty")
        elif row.id in seen:
            yield Fault(
                f"{name}[{i}].id",
                f"{row.id!r} is also the id of {name}[{seen[row.id]}]",
            )
        seen.setdefault(row.id, i)


def _slots(problem: Problem) -> Iterator[Fault]:
    sessions = {session.id for session in problem.sessions}
    past: set[str] = set()
    for i, slot in enumerate(problem.slots):
        path = f"slots[{i}]"
        before = problem.slots[i - 1] if i else None
        if slot.session not in sessions:
            yield Fault(f"{path}.session", f"unknown session {slot.session!r}")
        if slot.start >= slot.end:
            yield Fault(f"{path}.end", "is not after the start")
        if before and before.end > slot.start:
            text = f"overlaps slots[{i - 1}] ({before.id!r}) or is out of time order"
            yield Fault(f"{path}.start", text)
        if before and before.day != slot.day and slot.day in past:
            yield Fault(f"{path}.day", f"the slots of day {slot.day!r} are not consecutive")
        past.add(slot.day)


def _tables(problem: Problem) -> Iterator[Fault]:
    known = {slot.id for slot in problem.slots}
    for i, table in enumerate(problem.tables):
        for slot in sorted((table.slots or frozenset()) - known):
            yield Fault(f"tables[{i}].slots", f"unknown slot {slot!r}")


def _organisations(problem: Problem) -> Iterator[Fault]:
    known = {slot.id for slot in problem.slots}
    for i, organisation in enumerate(problem.organisations):
        path = f"organisations[{i}]"
        for slot in sorted(organisation.available - known):
            yield Fault(f"{path}.available", f"unknown slot {slot!r}")
        yield from _seats(path, organisation, known)
        yield from _hours(path, organisation)


def _seats(path: str, organisation: Organisation, known: set[str]) -> Iterator[Fault]:
    if organisation.parallel < 1:
        text = f"must be at least 1, is {organisation.parallel} (parallel_in allows 0 in a slot)"
        yield Fault(f"{path}.parallel", text)
    for slot, seats in organisation.parallel_in.items():
        if slot not in known:
            yield Fault(f"{path}.parallel_in", f"unknown slot {slot!r}")
        if seats < 0:
            yield Fault(f"{path}.parallel_in.{slot}", f"must not be negative, is {seats}")
    for name in ("max_meetings", "max_per_day"):
        cap = getattr(organisation, name)
        if cap is not None and cap < 0:
            yield Fault(f"{path}.{name}", f"must not be negative, is {cap}")


def _hours(path: str, organisation: Organisation) -> Iterator[Fault]:
    hours, offset = organisation.decent_hours, organisation.utc_offset_minutes
    if offset is not None and abs(offset) > 24 * 60:
        yield Fault(f"{path}.utc_offset_minutes", f"is more than a day: {offset}")
    if hours is None:
        return
    if minutes(hours[0]) >= minutes(hours[1]):
        yield Fault(f"{path}.decent_hours", f"{hours[0]} is not before {hours[1]}")


def _wishes(problem: Problem) -> Iterator[Fault]:
    known = {organisation.id for organisation in problem.organisations}
    pairs: dict[frozenset[str], int] = {}
    for i, wish in enumerate(problem.wishes):
        path = f"wishes[{i}]"
        for side in ("a", "b"):
            name = getattr(wish, side)
            if name not in known:
                yield Fault(f"{path}.{side}", f"unknown organisation {name!r}")
        if wish.a == wish.b:
            yield Fault(f"{path}.b", f"{wish.b!r} cannot meet itself")
        elif (pair := frozenset((wish.a, wish.b))) in pairs:
            other = pairs[pair]
            text = f"the pair {wish.a!r}, {wish.b!r} is already wishes[{other}]"
            yield Fault(path, text)
        else:
            pairs[pair] = i
        if not 0 <= wish.weight <= MOST_WEIGHT:
            yield Fault(f"{path}.weight", f"must be 0 to {MOST_WEIGHT}, is {wish.weight}")


def _previous(problem: Problem) -> Iterator[Fault]:
    count = Counter[str]()
    for i, meeting in enumerate(problem.previous):
        count[meeting.wish] += 1
        if count[meeting.wish] == 2:
            yield Fault(f"previous[{i}].wish", f"wish {meeting.wish!r} is listed twice")


def _locks(problem: Problem) -> Iterator[Fault]:
    meetings = [Placed(lock.wish, lock.slot, lock.table) for lock in problem.locks]
    book = Book(problem, meetings)
    for rule in RULES:
        if rule is locks_kept:
            continue
        for violation in rule(book):
            index = violation.index
            if rule is tables_exist and index is not None and meetings[index].table is None:
                continue  # any table will do
            where = "locks" if index is None else f"locks[{index}]"
            yield Fault(where, f"breaks {violation.rule}: {violation.message}")
    yield from _locked_tables(book)


def _locked_tables(book: Book) -> Iterator[Fault]:
    wanted = Counter(
        meeting.slot for _, meeting in book.known if book.wish[meeting.wish].needs_table
    )
    for slot, count in wanted.items():
        given = sum(t.slots is None or slot in t.slots for t in book.problem.tables)
        if count > given:
            text = f"breaks H8: {count} meetings with a table in slot {slot!r}, {given} tables"
            yield Fault("locks", text)
