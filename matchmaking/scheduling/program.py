"""The linear model x[wish, slot] of a problem, and what may be added to it.

Rows: each wish once, seats of an organisation in a slot, tables of a slot, caps over the event and
by day. Rows that cannot be broken are left out. On realistic problems the relaxation is integral.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from matchmaking.scheduling.domains import bits
from matchmaking.scheduling.model import NO_CAP, Model
from matchmaking.scheduling.timetable import UNPLACED

WISH, SEAT, TABLES, CAP, CAP_DAY, EXTRA = "wish", "seat", "tables", "cap", "cap_day", "extra"
FIRST_MEETING = 1_000.0
"""Points for a first meeting in a fair plan: ten of the heaviest wishes. Nothing higher ever gave
one more organisation a meeting, and much higher ones slow the solver down."""
RowKey = tuple[str, int]
"""What a row limits: kind and wish, seat index, slot, organisation or day index (see `Model`)."""


@dataclass(slots=True)
class Program:
    """Maximise `gain` x over binary x within `row_low <= rows <= row_high`, stored by column.

    `places` are the (wish, slot) of the first columns; further columns are helpers.
    """

    places: list[tuple[int, int]]
    gain: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    start: NDArray[np.int32]
    index: NDArray[np.int32]
    value: NDArray[np.float64]
    row_low: NDArray[np.float64]
    row_high: NDArray[np.float64]
    keys: list[RowKey] = field(default_factory=list)

    def slots(self, x: NDArray[np.float64], n_wishes: int) -> list[int]:
        """The slot of each wish in an integral solution."""
        slots = [UNPLACED] * n_wishes
        for column in np.flatnonzero(x[: len(self.places)] > 0.5):
            wish, slot = self.places[column]
            slots[wish] = slot
        return slots


@dataclass(slots=True)
class Builder:
    """Columns and rows of a program while it grows."""

    model: Model
    places: list[tuple[int, int]] = field(default_factory=list)
    gain: list[float] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    entries: list[list[tuple[RowKey, float]]] = field(default_factory=list)

    def add_places(self) -> None:
        """A column for each wish and slot of its domain, worth the wish's weight."""
        model = self.model
        for wish in range(model.n_wishes):
            for slot in bits(model.domain[wish]):
                self.places.append((wish, slot))
                self.gain.append(model.weight[wish])
                self.low.append(float(model.locked[wish] >= 0))
                self.entries.append([(key, 1.0) for key in self._rows_of(wish, slot)])

    def _rows_of(self, wish: int, slot: int) -> list[RowKey]:
        model = self.model
        keys = [(WISH, wish)]
        if model.seated[wish]:
            keys.append((TABLES, slot))
        for o in (model.a[wish], model.b[wish]):
            keys.append((SEAT, o * model.n_slots + slot))
            if model.cap[o] < NO_CAP:
                keys.append((CAP, o))
            day = o * model.n_days + model.day[slot]
            if model.cap_day[day] < NO_CAP:
                keys.append((CAP_DAY, day))
        return keys

    def limit(self, key: RowKey) -> tuple[float, float]:
        """Lower and upper limit of a row."""
        kind, i = key
        if kind == EXTRA:
            return -np.inf, 0.0
        model = self.model
        if kind == WISH:
            return -np.inf, 1.0
        high = {SEAT: model.seats, TABLES: model.tables, CAP: model.cap, CAP_DAY: model.cap_day}
        return -np.inf, float(high[kind][i])

    def add_served(self, gain: float) -> None:
        """A helper column y <= sum of x, worth `gain`, for each organisation with a place."""
        of_organisation: dict[int, list[int]] = {}
        for column, (wish, _) in enumerate(self.places):
            for o in (self.model.a[wish], self.model.b[wish]):
                of_organisation.setdefault(o, []).append(column)
        for o, places in of_organisation.items():
            key = (EXTRA, o)
            for column in places:
                self.entries[column].append((key, -1.0))
            self.gain.append(gain)
            self.low.append(0.0)
            self.entries.append([(key, 1.0)])

    def program(self) -> Program:
        """The finished program, without the rows that nothing can break."""
        reach: dict[RowKey, float] = {}
        for entry in self.entries:
            for key, number in entry:
                reach[key] = reach.get(key, 0.0) + max(number, 0.0)
        rows: dict[RowKey, int] = {}
        limits: list[tuple[float, float]] = []
        for key, most in reach.items():
            low, high = self.limit(key)
            if key[0] == EXTRA or most > high:
                rows[key] = len(limits)
                limits.append((low, high))
        start, index = [0], list[int]()
        value: list[float] = []
        for entry in self.entries:
            for key, number in entry:
                if key in rows:
                    index.append(rows[key])
                    value.append(number)
            start.append(len(index))
        return Program(
            places=self.places,
            gain=np.array(self.gain, dtype=np.float64),
            low=np.array(self.low, dtype=np.float64),
            high=np.ones(len(self.gain)),
            start=np.array(start, dtype=np.int32),
            index=np.array(index, dtype=np.int32),
            value=np.array(value, dtype=np.float64),
            row_low=np.array([low for low, _ in limits], dtype=np.float64),
            row_high=np.array([high for _, high in limits], dtype=np.float64),
            keys=list(rows),
        )


def weight_program(model: Model) -> Program:
    """Place as much weight as possible."""
    builder = Builder(model)
    builder.add_places()
    return builder.program()


def served_program(model: Model, *, fair: bool) -> Program:
    """Weight, and a bonus for each organisation with a meeting.

    The bonus is so small that it only decides between equal weights, or (fair) `FIRST_MEETING`.
    """
    builder = Builder(model)
    builder.add_places()
    builder.add_served(FIRST_MEETING if fair else 0.5 / (model.n_organisations + 1))
    return builder.program()


def keep_program(model: Model, slots: Sequence[int], keep: float) -> Program:
    """Weight, plus `keep` points for each wish that stays in its slot of an earlier schedule."""
    builder = Builder(model)
    builder.add_places()
    for column, (wish, slot) in enumerate(builder.places):
        if slots[wish] == slot:
            builder.gain[column] += keep
    return builder.program()
