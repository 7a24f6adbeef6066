"""Why a wish was left out: claims that anybody can check against problem and solution.

Three levels: the rule (no common slot, cap full), who holds each slot the pair shares, and the
single changes with which the wish would have a place, each tried out before it is named
(`free`: the organisation is there, if need be with one more delegate). Beside
them the price argument, where it proves that no best schedule contains the wish.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count, islice
from typing import Any

from matchmaking.scheduling.bounds import THOUSAND, Priced, cheapest
from matchmaking.scheduling.domains import Domains, bits
from matchmaking.scheduling.model import Model
from matchmaking.scheduling.problem import Organisation, Problem, Table
from matchmaking.scheduling.result import Reason, Unplaced
from matchmaking.scheduling.timetable import UNPLACED, Timetable

MOST_CHANGES = 3
"""Single changes named for one wish: more would not help anybody to choose."""


def reasons(model: Model, table: Timetable, proof: Priced) -> tuple[Unplaced, ...]:
    """A line for every wish without a slot in the timetable, in the order of the problem."""
    teller = Teller(model, table, proof)
    return tuple(
        Unplaced(model.problem.wishes[wish].id, tuple(teller.reasons_for(wish)))
        for wish in table.unplaced()
    )


class Teller:
    """Finds the reasons in one timetable."""

    def __init__(self, model: Model, table: Timetable, proof: Priced) -> None:
        self.model = model
        self.table = table
        self.proof = proof
        self.slack = proof.total - THOUSAND * table.weight
        self.domains = Domains(model.problem)
        self.names = [row.id for row in model.problem.organisations]

    def reasons_for(self, wish: int) -> Iterator[Reason]:
        """The reasons for one unplaced wish."""
        row = self.model.problem.wishes[wish]
        if not self.model.allowed[wish]:
            yield Reason("no_common_slot", {"cut_by": list(self.domains.cut_by(row))})
        yield from self._caps(wish)
        for slot in bits(self.model.allowed[wish]):
            blockers = self._blockers(wish, slot)
            if blockers:
                name = self.model.problem.slots[slot].id
                yield Reason("blocked_slot", {"slot": name, "blockers": blockers})
        yield from self._price(wish)
        for change in self._changes(wish):
            yield Reason("single_change", {"change": change})

    def _ids(self, wishes: Sequence[int]) -> list[str]:
        return [self.model.problem.wishes[wish].id for wish in sorted(wishes)]

    def _sides(self, wish: int) -> tuple[int, int]:
        return self.model.a[wish], self.model.b[wish]

    def _caps(self, wish: int) -> Iterator[Reason]:
        for o in self._sides(wish):
            if self.table.load[o] >= self.model.cap[o]:
                slot = self.table.slot
                held = [w for w in self.model.wishes_of[o] if slot[w] != UNPLACED]
                yield Reason("cap_full", {"org": self.names[o], "meetings": self._ids(held)})

    def _blockers(self, wish: int, slot: int) -> list[dict[str, Any]]:
        model, table = self.model, self.table
        found: list[dict[str, Any]] = []
        for o in self._sides(wish):
            here = table.at[o * model.n_slots + slot]
            if len(here) >= model.seats[o * model.n_slots + slot]:
                found.append({"org": self.names[o], "wishes": self._ids(here)})
        if model.seated[wish] and table.tables_used[slot] >= model.tables[slot]:
            found.append({"tables": True})
        for o in self._sides(wish):
            day = o * model.n_days + model.day[slot]
            if table.day_load[day] >= model.cap_day[day]:
                found.append({"day_cap": self.names[o]})
        return found

    def _price(self, wish: int) -> Iterator[Reason]:
        """Why no best schedule contains the wish: its cheapest place is worth more to others.

        With the wish placed, the prices prove a bound that is lower by what its place costs too
        much; if even that is below the weight reached, the wish cannot be in a better schedule.
        """
        model = self.model
        if not model.allowed[wish] or model.locked[wish] >= 0:
            return
        price = cheapest(model, self.proof.prices, wish)
        if price - THOUSAND * model.weight[wish] > self.slack:
            yield Reason(
                "proof",
                {
                    "rule": "price",
                    "orgs": [self.names[o] for o in self._sides(wish)],
                    "slots": [model.problem.slots[s].id for s in bits(model.allowed[wish])],
                    "wishes": [model.problem.wishes[wish].id],
                    "left": price / THOUSAND,
                    "right": model.weight[wish],
                },
            )

    def _changes(self, wish: int) -> list[dict[str, Any]]:
        """Up to `MOST_CHANGES` single changes with which the wish fits, all else staying."""
        return list(islice(self._candidates(wish), MOST_CHANGES))

    def _candidates(self, wish: int) -> Iterator[dict[str, Any]]:
        model, table = self.model, self.table
        sides = self._sides(wish)
        full = [o for o in sides if table.load[o] >= model.cap[o]]
        if full:
            if len(full) == 1 and any(table.is_free(wish, s) for s in bits(model.allowed[wish])):
                yield {"raise_cap": self.names[full[0]]}
            return
        slots = [row.id for row in model.problem.slots]
        for other, slot in self._swaps(wish):
            yield {"swap": {"wish": model.problem.wishes[other].id, "slot": slots[slot]}}
        rules = self.domains.rules(model.problem.wishes[wish])
        for slot in bits(rules["format"] & rules["decent_hours"]):
            missing = [o for o in sides if not self._has_seat(o, slot)]
            if not missing and not self._has_table(wish, slot):
                yield {"add_table": slots[slot]}
            seated = self._has_table(wish, slot)
            if len(missing) == 1 and seated and all(self._has_day(o, slot) for o in sides):
                yield {"free": self.names[missing[0]], "slot": slots[slot]}

    def _has_seat(self, o: int, slot: int) -> bool:
        """Whether an organisation is there, with a seat and room in its day."""
        model, place = self.model, o * self.model.n_slots + slot
        there = model.available[o] >> slot & 1
        seat = len(self.table.at[place]) < model.seats[place]
        return bool(there and seat and self._has_day(o, slot))

    def _has_day(self, o: int, slot: int) -> bool:
        day = o * self.model.n_days + self.model.day[slot]
        return self.table.day_load[day] < self.model.cap_day[day]

    def _has_table(self, wish: int, slot: int) -> bool:
        model = self.model
        return not model.seated[wish] or self.table.tables_used[slot] < model.tables[slot]

    def _swaps(self, wish: int) -> Iterator[tuple[int, int]]:
        """Another meeting, and a free slot for it that would make room for the wish."""
        model, table = self.model, self.table
        for slot in bits(model.domain[wish]):
            for other in self._in_the_way(wish, slot):
                table.remove(other)
                fits = table.fits(wish, slot)
                if fits:
                    table.place(wish, slot)
                    free = [s for s in bits(model.domain[other]) if table.fits(other, s)]
                    table.remove(wish)
                table.place(other, slot)
                if fits and free:
                    yield other, free[0]

    def _in_the_way(self, wish: int, slot: int) -> list[int]:
        model, table = self.model, self.table
        return [
            other
            for o in self._sides(wish)
            for other in table.at[o * model.n_slots + slot]
            if model.locked[other] < 0
        ]


def with_change(problem: Problem, change: dict[str, Any]) -> Problem:
    """The problem after one change of a `single_change` reason (a swap changes no problem)."""
    if "add_table" in change:
        taken = {row.id for row in problem.tables}
        name = next(f"further table {i}" for i in count(1) if f"further table {i}" not in taken)
        table = Table(name, frozenset((change["add_table"],)))
        return replace(problem, tables=(*problem.tables, table))
    if "raise_cap" in change or "free" in change:
        who = change.get("raise_cap", change.get("free"))
        rows = tuple(_eased(row, change) if row.id == who else row for row in problem.organisations)
        return replace(problem, organisations=rows)
    return problem


def _eased(row: Organisation, change: dict[str, Any]) -> Organisation:
    if "raise_cap" in change:
        return replace(row, max_meetings=(row.max_meetings or 0) + 1)
    slot = change["slot"]
    if slot not in row.available:
        return replace(
            row,
            available=row.available | {slot},
            parallel_in={**row.parallel_in, slot: max(1, row.parallel_in.get(slot, row.parallel))},
        )
    seats = row.parallel_in.get(slot, row.parallel)
    return replace(row, parallel_in={**row.parallel_in, slot: seats + 1})
