"""Tables for the meetings of a timetable, so that few people have to change.

Tables are interchangeable, so only their number mattered for the slots. Each slot is seated by a
linear assignment: a table is worth a point for each neighbour in time (of the same organisation
and day) who sits there. Sweeps over the slots repeat until nothing changes, then from random
orders; the best by the format's own count is kept.
"""

from itertools import pairwise

import numpy as np

from matchmaking.scheduling.clock import Clock
from matchmaking.scheduling.model import Model
from matchmaking.scheduling.timetable import UNPLACED

SWEEPS = 4
ROUNDS = 12
"""Random restarts (measured: the gain after ten is below one change in a hundred)."""


class Seating:
    """Tables by wish (-1: none) for given slots; `fixed` wishes keep the table they have."""

    def __init__(self, model: Model, slots: list[int], fixed: dict[int, int]) -> None:
        self.model = model
        self.fixed = fixed
        self.table = [fixed.get(wish, -1) for wish in range(model.n_wishes)]
        self.at: list[list[int]] = [[] for _ in range(model.n_slots)]
        for wish, slot in enumerate(slots):
            if slot != UNPLACED and model.seated[wish]:
                self.at[slot].append(wish)
        tables = model.problem.tables
        self.exists = [
            [i for i, row in enumerate(tables) if row.slots is None or slot.id in row.slots]
            for slot in model.problem.slots
        ]
        self.near = self._neighbours()

    def _neighbours(self) -> dict[tuple[int, int], list[int]]:
        """For each (wish, slot): the meetings of both sides in their slots before and after."""
        model = self.model
        of: dict[tuple[int, int], dict[int, list[int]]] = {}
        for slot, wishes in enumerate(self.at):
            for wish in wishes:
                for o in (model.a[wish], model.b[wish]):
                    of.setdefault((o, model.day[slot]), {}).setdefault(slot, []).append(wish)
        self.days = [[day[slot] for slot in sorted(day)] for day in of.values()]
        near: dict[tuple[int, int], list[int]] = {}
        for day in of.values():
            order = sorted(day)
            for before, after in pairwise(order):
                for wish in day[before]:
                    near.setdefault((wish, before), []).extend(day[after])
                for wish in day[after]:
                    near.setdefault((wish, after), []).extend(day[before])
        return near

    def changes(self) -> int:
        """The format's count of table changes."""
        total = 0
        for day in self.days:
            before: set[int] = set()
            for wishes in day:
                now = {self.table[wish] for wish in wishes}
                if before:
                    total += max(0, len(now - before) - max(0, len(now) - len(before)))
                before = now
        return total

    def seat(self, slot: int, random: np.random.Generator | None) -> None:
        """Seat one slot as well as its neighbours in time allow; ties at random if asked."""
        from scipy.optimize import linear_sum_assignment  # slow

        wishes = [wish for wish in self.at[slot] if wish not in self.fixed]
        if not wishes:
            return
        taken = {self.fixed[wish] for wish in self.at[slot] if wish in self.fixed}
        free = [table for table in self.exists[slot] if table not in taken]
        column = {table: i for i, table in enumerate(free)}
        gain = np.zeros((len(wishes), len(free)))
        if random is not None:
            gain += random.random(gain.shape) * 0.4 / len(wishes)
        for row, wish in enumerate(wishes):
            for other in self.near.get((wish, slot), ()):
                here = column.get(self.table[other])
                if here is not None:
                    gain[row, here] += 1.0
        rows, columns = linear_sum_assignment(gain, maximize=True)
        for row, i in zip(rows, columns, strict=True):
            self.table[wishes[row]] = free[i]


def seat(
    model: Model,
    slots: list[int],
    *,
    seed: int,
    clock: Clock,
    share: float,
    keep: dict[int, int] | None = None,
) -> list[int]:
    """A table for each placed wish that needs one (-1 for the others), few changes.

    `keep` are tables of an earlier schedule by wish, to be kept where they still exist and are
    free; locked tables win over them.
    """
    fixed = _fixed(model, slots, keep or {})
    seating = Seating(model, slots, fixed)
    order = [slot for slot in range(model.n_slots) if seating.at[slot]]
    best: list[int] = []
    least = -1
    random: np.random.Generator | None = None
    for attempt in range(ROUNDS):
        for sweep in range(SWEEPS):
            if (attempt or sweep) and clock.is_over(share):
                break
            before = list(seating.table)
            for slot in order:
                seating.seat(slot, random)
            for slot in reversed(order):
                seating.seat(slot, random)
            if seating.table == before:
                break
        changes = seating.changes()
        if least < 0 or changes < least:
            best, least = list(seating.table), changes
        if not changes or clock.left(share) <= 0:
            break
        random = np.random.default_rng((seed, attempt))
    return best


def _fixed(model: Model, slots: list[int], keep: dict[int, int]) -> dict[int, int]:
    """Locked tables, then those of `keep` that are still to be had, one meeting each."""
    index = {row.id: i for i, row in enumerate(model.problem.tables)}
    fixed: dict[int, int] = {}
    taken: set[tuple[int, int]] = set()
    for wish, name in enumerate(model.locked_table):
        if name is not None:
            fixed[wish] = index[name]
            taken.add((slots[wish], index[name]))
    for wish, table in keep.items():
        slot, rows = slots[wish], model.problem.tables[table].slots
        exists = rows is None or model.problem.slots[slot].id in rows
        if wish not in fixed and exists and (slot, table) not in taken and model.seated[wish]:
            fixed[wish] = table
            taken.add((slot, table))
    return fixed
