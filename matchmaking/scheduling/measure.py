"""The format's objectives and changes, counted on a finished schedule from its ids alone."""

from collections.abc import Sequence
from itertools import pairwise

from matchmaking.scheduling.domains import Domains
from matchmaking.scheduling.problem import Placed, Problem
from matchmaking.scheduling.result import Changes, Measures
from matchmaking.scheduling.timetable import idle_in


def measures(problem: Problem, meetings: Sequence[Placed]) -> Measures:
    """Every objective of the format for meetings that name wishes and slots of the problem."""
    domains = Domains(problem)
    wishes = {row.id: row for row in problem.wishes}
    index = {row.id: i for i, row in enumerate(problem.slots)}
    count = {o: 0 for row in problem.wishes if domains.allowed(row) for o in (row.a, row.b)}
    busy: dict[tuple[str, str], int] = {}
    tables: dict[tuple[str, str], dict[int, set[str]]] = {}
    for meeting in meetings:
        wish, i = wishes[meeting.wish], index[meeting.slot]
        for o in (wish.a, wish.b):
            if o in count:  # the others meet against a rule: only a draft that is being mended does
                count[o] += 1
            key = (o, problem.slots[i].day)
            busy[key] = busy.get(key, 0) | 1 << i
            if meeting.table is not None:
                tables.setdefault(key, {}).setdefault(i, set()).add(meeting.table)
    idle = [idle_in(mask, domains.available[o]) for (o, _), mask in busy.items()]
    return Measures(
        placed=len(meetings),
        wishes=len(problem.wishes),
        placed_weight=sum(wishes[meeting.wish].weight for meeting in meetings),
        total_weight=sum(row.weight for row in problem.wishes),
        zero_orgs=sum(not n for n in count.values()),
        orgs_with_placeable_wish=len(count),
        idle_total=sum(idle),
        idle_max=max(idle, default=0),
        table_changes=sum(_changes(day) for day in tables.values()),
        gini=gini(list(count.values())),
    )


def _changes(day: dict[int, set[str]]) -> int:
    order = [day[i] for i in sorted(day)]
    return sum(
        max(0, len(now - before) - max(0, len(now) - len(before)))
        for before, now in pairwise(order)
    )


def gini(values: Sequence[int]) -> float:
    """Gini coefficient (0: all the same), to four digits."""
    ordered, total = sorted(values), sum(values)
    if not total:
        return 0.0
    n = len(ordered)
    return round(sum((2 * i - n + 1) * x for i, x in enumerate(ordered)) / (n * total), 4)


def changes(problem: Problem, meetings: Sequence[Placed]) -> Changes | None:
    """What became of the previous schedule; None when there is none."""
    if not problem.previous:
        return None
    domains = Domains(problem)
    wishes = {row.id: row for row in problem.wishes}
    index = {row.id: i for i, row in enumerate(problem.slots)}
    now = {meeting.wish: meeting for meeting in meetings}
    count = dict.fromkeys(("kept", "retabled", "moved", "dropped"), 0)
    unforced = {"moved": 0, "dropped": 0}
    forced = 0
    for old in problem.previous:
        wish, slot = wishes.get(old.wish), index.get(old.slot)
        must = wish is None or slot is None or not domains.allowed(wish) >> slot & 1
        kind = _fate(old, now.get(old.wish))
        count[kind] += 1
        forced += must
        if not must and kind in unforced:
            unforced[kind] += 1
    before = {old.wish for old in problem.previous}
    return Changes(
        **count,
        added=len(set(now) - before),
        forced=forced,
        unforced_moved=unforced["moved"],
        unforced_dropped=unforced["dropped"],
    )


def _fate(old: Placed, new: Placed | None) -> str:
    if new is None:
        return "dropped"
    if new.slot != old.slot:
        return "moved"
    return "kept" if new.table == old.table else "retabled"
