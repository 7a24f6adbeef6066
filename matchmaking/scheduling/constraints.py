"""The hard rules H1 to H9, one named function each, over ids: the own check of every schedule.

Nothing leaves the planner before `violations` is empty. Written for clarity and independence from
the solvers (it reads the problem, never the engine's model); a problem's locks pass it too.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from matchmaking.scheduling.domains import is_decent
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


@dataclass(frozen=True, slots=True)
class Violation:
    """A hard rule broken by the meeting at `index` (None: by several together)."""

    rule: str
    index: int | None
    message: str


class Book:
    """A problem's rows by id and a schedule's meetings, those with unknown ids put aside."""

    def __init__(self, problem: Problem, meetings: Sequence[Placed]) -> None:
        self.problem = problem
        self.wish: dict[str, Wish] = {row.id: row for row in problem.wishes}
        self.slot: dict[str, Slot] = {row.id: row for row in problem.slots}
        self.table: dict[str, Table] = {row.id: row for row in problem.tables}
        self.session: dict[str, Session] = {row.id: row for row in problem.sessions}
        self.organisation: dict[str, Organisation] = {row.id: row for row in problem.organisations}
        self.unknown = [
            (i, meeting)
            for i, meeting in enumerate(meetings)
            if meeting.wish not in self.wish or meeting.slot not in self.slot
        ]
        strange = {i for i, _ in self.unknown}
        self.known = [(i, meeting) for i, meeting in enumerate(meetings) if i not in strange]

    def seats(self, organisation: str, slot: str) -> int:
        """How many meetings the organisation accepts in the slot."""
        row = self.organisation[organisation]
        return row.parallel_in.get(slot, row.parallel)

    def pairs(self) -> Iterator[tuple[int, Placed, Organisation]]:
        """Each meeting with each of its two organisations."""
        for i, meeting in self.known:
            wish = self.wish[meeting.wish]
            yield i, meeting, self.organisation[wish.a]
            yield i, meeting, self.organisation[wish.b]


def known_ids(book: Book) -> Iterator[Violation]:
    """Every meeting names a wish and a slot of the problem."""
    for i, meeting in book.unknown:
        if meeting.wish not in book.wish:
            yield Violation("H1", i, f"unknown wish {meeting.wish!r}")
        else:
            yield Violation("H2", i, f"unknown slot {meeting.slot!r}")


def placed_once(book: Book) -> Iterator[Violation]:
    """H1: a wish is placed at most once."""
    seen: set[str] = set()
    for i, meeting in book.known:
        if meeting.wish in seen:
            yield Violation("H1", i, f"wish {meeting.wish!r} is placed twice")
        seen.add(meeting.wish)


def both_available(book: Book) -> Iterator[Violation]:
    """H2: both organisations list the slot as available."""
    for i, meeting, organisation in book.pairs():
        if meeting.slot not in organisation.available:
            text = f"{organisation.id!r} is not available in slot {meeting.slot!r}"
            yield Violation("H2", i, text)


def decent_hours(book: Book) -> Iterator[Violation]:
    """H3: the slot lies within the decent hours of both."""
    for i, meeting, organisation in book.pairs():
        if not is_decent(organisation, book.slot[meeting.slot]):
            text = f"slot {meeting.slot!r} is outside the decent hours of {organisation.id!r}"
            yield Violation("H3", i, text)


def session_format(book: Book) -> Iterator[Violation]:
    """H4: a wish with a format only sits in sessions of this format."""
    for i, meeting in book.known:
        wanted = book.wish[meeting.wish].format
        given = book.session[book.slot[meeting.slot].session].format
        if wanted is not None and wanted != given:
            yield Violation("H4", i, f"slot {meeting.slot!r} is not in a {wanted!r} session")


def seats_kept(book: Book) -> Iterator[Violation]:
    """H5: no organisation has more meetings in a slot than seats."""
    load = Counter((o.id, meeting.slot) for _, meeting, o in book.pairs())
    for (organisation, slot), count in load.items():
        seats = book.seats(organisation, slot)
        if count > seats:
            text = f"{organisation!r} has {count} meetings in slot {slot!r} with {seats} seats"
            yield Violation("H5", None, text)


def caps_kept(book: Book) -> Iterator[Violation]:
    """H6: `max_meetings` in all and `max_per_day` a day."""
    total = Counter(o.id for _, _, o in book.pairs())
    for name, count in total.items():
        cap = book.organisation[name].max_meetings
        if cap is not None and count > cap:
            yield Violation("H6", None, f"{name!r} has {count} meetings, its cap is {cap}")
    daily = Counter((o.id, book.slot[meeting.slot].day) for _, meeting, o in book.pairs())
    for (name, day), count in daily.items():
        cap = book.organisation[name].max_per_day
        if cap is not None and count > cap:
            text = f"{name!r} has {count} meetings on day {day!r}, its cap is {cap}"
            yield Violation("H6", None, text)


def tables_exist(book: Book) -> Iterator[Violation]:
    """H7: a meeting that needs a table has one that exists in the slot, another has none."""
    for i, meeting in book.known:
        if not book.wish[meeting.wish].needs_table:
            if meeting.table is not None:
                yield Violation("H7", i, f"a meeting by video has table {meeting.table!r}")
        elif meeting.table is None:
            yield Violation("H7", i, "the meeting needs a table and has none")
        elif meeting.table not in book.table:
            yield Violation("H7", i, f"unknown table {meeting.table!r}")
        else:
            slots = book.table[meeting.table].slots
            if slots is not None and meeting.slot not in slots:
                text = f"table {meeting.table!r} does not exist in slot {meeting.slot!r}"
                yield Violation("H7", i, text)


def tables_single(book: Book) -> Iterator[Violation]:
    """H8: a table holds one meeting a slot."""
    seen: set[tuple[str, str]] = set()
    for i, meeting in book.known:
        if meeting.table is not None:
            place = (meeting.table, meeting.slot)
            if place in seen:
                text = f"table {place[0]!r} is taken twice in slot {place[1]!r}"
                yield Violation("H8", i, text)
            seen.add(place)


def locks_kept(book: Book) -> Iterator[Violation]:
    """H9: every lock is kept."""
    at = {meeting.wish: meeting for _, meeting in book.known}
    for lock in book.problem.locks:
        meeting = at.get(lock.wish)
        if meeting is None or not fits(lock, meeting):
            yield Violation("H9", None, f"the lock on wish {lock.wish!r} is not kept")


def fits(lock: Lock, meeting: Placed) -> bool:
    """Whether the meeting sits where its lock says."""
    return meeting.slot == lock.slot and lock.table in (None, meeting.table)


RULES = (
    known_ids,
    placed_once,
    both_available,
    decent_hours,
    session_format,
    seats_kept,
    caps_kept,
    tables_exist,
    tables_single,
    locks_kept,
)


def violations(problem: Problem, meetings: Sequence[Placed]) -> list[Violation]:
    """Every break of H1 to H9 in a schedule of a valid problem; empty means it may leave."""
    book = Book(problem, meetings)
    return [violation for rule in RULES for violation in rule(book)]
