"""A valid problem in integers: what the solvers and the search work on.

Wishes, organisations, slots and days are numbered in the order of the problem; sets of slots are
bit masks. Seats and caps are plain lists, `NO_CAP` where there is no rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from matchmaking.scheduling.domains import Domains, bits
from matchmaking.scheduling.problem import Problem

NO_CAP = 1 << 30


@dataclass(frozen=True, slots=True)
class Model:
    """The integer form of a problem.

    `allowed` are the slots of H2 to H4 (what reasons and `zero_orgs` count by); `domain` is what a
    plan may use: without slots in which one side has no seat or no table exists, and for a locked
    wish its one slot. `seats` is indexed organisation * n_slots + slot, `cap_day` organisation *
    n_days + day.
    """

    problem: Problem
    n_slots: int
    n_days: int
    day: tuple[int, ...]
    day_mask: tuple[int, ...]
    a: tuple[int, ...]
    b: tuple[int, ...]
    weight: tuple[int, ...]
    seated: tuple[bool, ...]
    allowed: tuple[int, ...]
    domain: tuple[int, ...]
    locked: tuple[int, ...]
    locked_table: tuple[str | None, ...]
    available: tuple[int, ...]
    seats: tuple[int, ...]
    tables: tuple[int, ...]
    cap: tuple[int, ...]
    cap_day: tuple[int, ...]
    wishes_of: tuple[tuple[int, ...], ...]

    @property
    def n_wishes(self) -> int:
        """How many wishes there are."""
        return len(self.a)

    @property
    def n_organisations(self) -> int:
        """How many organisations there are."""
        return len(self.available)


def model_of(problem: Problem) -> Model:
    """The integer form of a problem that `faults` found nothing wrong with."""
    domains = Domains(problem)
    slot = {row.id: i for i, row in enumerate(problem.slots)}
    organisation = {row.id: i for i, row in enumerate(problem.organisations)}
    days = list(dict.fromkeys(row.day for row in problem.slots))
    day = tuple(days.index(row.day) for row in problem.slots)
    lock = {row.wish: row for row in problem.locks}
    seats = tuple(
        row.parallel_in.get(at.id, row.parallel)
        for row in problem.organisations
        for at in problem.slots
    )
    tables = tuple(
        sum(row.slots is None or at.id in row.slots for row in problem.tables)
        for at in problem.slots
    )
    a = tuple(organisation[row.a] for row in problem.wishes)
    b = tuple(organisation[row.b] for row in problem.wishes)
    allowed = tuple(domains.allowed(row) for row in problem.wishes)
    locked = tuple(slot[lock[row.id].slot] if row.id in lock else -1 for row in problem.wishes)
    seated = tuple(row.needs_table for row in problem.wishes)
    n_slots = len(problem.slots)
    room = [_mask(seats[o : o + n_slots]) for o in range(0, len(seats), n_slots)]
    hall = _mask(tables)
    return Model(
        problem=problem,
        n_slots=n_slots,
        n_days=len(days),
        day=day,
        day_mask=tuple(_mask([at == d for at in day]) for d in range(len(days))),
        a=a,
        b=b,
        weight=tuple(row.weight for row in problem.wishes),
        seated=seated,
        allowed=allowed,
        domain=tuple(
            1 << locked[w]
            if locked[w] >= 0
            else allowed[w] & room[a[w]] & room[b[w]] & (hall if seated[w] else -1)
            for w in range(len(a))
        ),
        locked=locked,
        locked_table=tuple(
            lock[row.id].table if row.id in lock else None for row in problem.wishes
        ),
        available=tuple(domains.available[row.id] for row in problem.organisations),
        seats=seats,
        tables=tables,
        cap=tuple(
            NO_CAP if row.max_meetings is None else row.max_meetings
            for row in problem.organisations
        ),
        cap_day=tuple(
            NO_CAP if row.max_per_day is None else row.max_per_day
            for row in problem.organisations
            for _ in days
        ),
        wishes_of=_wishes_of(len(problem.organisations), a, b),
    )


def _mask(flags: Sequence[int]) -> int:
    """The bit mask of the places that are not 0."""
    return sum(1 << i for i, flag in enumerate(flags) if flag)


def _wishes_of(count: int, a: Sequence[int], b: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """The wishes of each organisation, in order."""
    wishes: list[list[int]] = [[] for _ in range(count)]
    for w, pair in enumerate(zip(a, b, strict=True)):
        for organisation in pair:
            wishes[organisation].append(w)
    return tuple(map(tuple, wishes))


def slots_of(model: Model, wish: int) -> list[int]:
    """The slots a plan may use for a wish, in time order."""
    return list(bits(model.domain[wish]))
