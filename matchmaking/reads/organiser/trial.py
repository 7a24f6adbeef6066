"""A draft on trial: where one meeting would fit, and what a change would do, before anything is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from clusters.validators import whole_number
from matchmaking.reads.conflicts import Conflict, conflicts
from matchmaking.reads.organiser.drafts import still_known
from matchmaking.scheduling.measure import measures
from matchmaking.scheduling.model import Model, model_of
from matchmaking.scheduling.problem import Placed, Problem
from matchmaking.scheduling.result import Measures
from matchmaking.scheduling.timetable import UNPLACED, Timetable

Spot = tuple[str, str | None]
"""A slot and a table (None: by video), by their ids in the problem."""
VIDEO = "video"


def write_spot(spot: Spot) -> str:
    """A slot and a table as one value of a form: "12-7", or "12-video"."""
    return f"{spot[0]}-{spot[1] or VIDEO}"


def read_spot(text: str) -> Spot | None:
    """The spot that `write_spot` wrote; None for anything else."""
    slot, _dash, table = text.partition("-")
    if whole_number(slot) is None or (table != VIDEO and whole_number(table) is None):
        return None
    return slot, None if table == VIDEO else table


@dataclass(frozen=True)
class Effect:
    """What a change does: new conflicts in words, and differences of the figures."""

    conflicts: tuple[str, ...]
    points: int
    idle: int
    table_changes: int
    without: int
    tells: int | None


class Trial:
    """The placed meetings of a draft over the event as it is now. Nothing here is written.

    `weights` are the points of meetings by request; `released` the places of the newest release.
    """

    def __init__(
        self,
        problem: Problem,
        placed: Sequence[Placed],
        weights: Mapping[str, int],
        released: Mapping[str, Spot] | None,
    ) -> None:
        self.problem = problem
        self.placed = {one.wish: one for one in placed}
        self.weights = weights
        self.released = released

    @cached_property
    def _model(self) -> Model:
        return model_of(self.problem)

    @cached_property
    def _index(self) -> dict[str, int]:
        return {row.id: number for number, row in enumerate(self.problem.wishes)}

    @cached_property
    def _slot(self) -> dict[str, int]:
        return {row.id: number for number, row in enumerate(self.problem.slots)}

    @cached_property
    def _table(self) -> Timetable:
        slots = [UNPLACED] * len(self.problem.wishes)
        for one in still_known(self.problem, list(self.placed.values())):
            slots[self._index[one.wish]] = self._slot[one.slot]
        return Timetable(self._model, slots)

    @cached_property
    def figures(self) -> Measures:
        """The draft as it is."""
        return self._measures(list(self.placed.values()))

    @cached_property
    def broken(self) -> list[Conflict]:
        """What is wrong with the draft as it is."""
        return conflicts(self.problem, list(self.placed.values()))

    def _measures(self, placed: Sequence[Placed]) -> Measures:
        return measures(self.problem, still_known(self.problem, placed))

    def spots(self, wish: str) -> list[Spot]:
        """Where a meeting could go, in time order, tables as they stand; its present place is left out."""
        if wish not in self._index:
            return []
        number, table = self._index[wish], self._table
        was = table.slot[number]
        if was != UNPLACED:
            table.remove(number)
        free = [
            slot.id for place, slot in enumerate(self.problem.slots) if table.fits(number, place)
        ]
        if was != UNPLACED:
            table.place(number, was)
        seated = self.problem.wishes[number].needs_table
        spots = [spot for slot in free for spot in self._spots_in(wish, slot, seated=seated)]
        here = self.placed.get(wish)
        return [spot for spot in spots if here is None or spot != (here.slot, here.table)]

    def _spots_in(self, wish: str, slot: str, *, seated: bool) -> list[Spot]:
        if not seated:
            return [(slot, None)]
        taken = {one.table for one in self.placed.values() if one.slot == slot and one.wish != wish}
        return [
            (slot, table.id)
            for table in self.problem.tables
            if table.id not in taken and (table.slots is None or slot in table.slots)
        ]

    def swaps(self, wish: str) -> list[str]:
        """Meetings with which this one could change places."""
        if wish not in self._index or wish not in self.placed:
            return []
        number, table = self._index[wish], self._table
        mine = table.slot[number]
        if mine == UNPLACED:
            return []
        seated = self.problem.wishes[number].needs_table
        locked = {lock.wish for lock in self.problem.locks}
        table.remove(number)
        found = [
            other
            for other, place in self.placed.items()
            if other != wish
            and other in self._index
            and other not in locked
            and self.problem.wishes[self._index[other]].needs_table == seated
            and (place.slot, place.table) != (self.placed[wish].slot, self.placed[wish].table)
            and self._change_places(number, self._index[other], mine)
        ]
        table.place(number, mine)
        return found

    def _change_places(self, one: int, other: int, mine: int) -> bool:
        """Whether `other` may come to `mine` and `one` (taken out already) to where `other` is."""
        table = self._table
        theirs = table.slot[other]
        if theirs == UNPLACED:
            return False
        table.remove(other)
        fits = table.fits(one, theirs)
        if fits:
            table.place(one, theirs)
            fits = table.fits(other, mine)
            table.remove(one)
        table.place(other, theirs)
        return fits

    def effect(self, change: Mapping[str, Spot | None]) -> Effect:
        """What it does to put these meetings there, or (None) to take them out."""
        after = dict(self.placed)
        for wish, spot in change.items():
            if spot is None:
                after.pop(wish, None)
            else:
                after[wish] = Placed(wish, *spot)
        now, then = self.figures, self._measures(list(after.values()))
        points = sum(self.weights.get(wish, 0) for wish in after.keys() - self.placed.keys())
        points -= sum(self.weights.get(wish, 0) for wish in self.placed.keys() - after.keys())
        return Effect(
            conflicts=self._new_conflicts(list(after.values())),
            points=points,
            idle=then.idle_total - now.idle_total,
            table_changes=then.table_changes - now.table_changes,
            without=then.zero_orgs - now.zero_orgs,
            tells=self._tells(change),
        )

    def _new_conflicts(self, after: Sequence[Placed]) -> tuple[str, ...]:
        old = {one.text for one in self.broken}
        new = dict.fromkeys(one.text for one in conflicts(self.problem, after))
        return tuple(text for text in new if text not in old)

    def _tells(self, change: Mapping[str, Spot | None]) -> int | None:
        """Organisations whose place in the newest release would no longer be right."""
        if self.released is None:
            return None
        concerned = set()
        for wish, spot in change.items():
            if wish in self._index and self.released.get(wish) != spot:
                row = self.problem.wishes[self._index[wish]]
                concerned |= {row.a, row.b}
        return len(concerned)
