"""A schedule under construction: which wish sits in which slot, and what that leaves free.

Tables are only counted here; `seating` gives them out. All methods keep H1 to H8 if `fits` said
yes before `place`. Idle slots are kept per organisation and day (definition: the format).
"""

from collections.abc import Sequence

from matchmaking.scheduling.model import Model

UNPLACED = -1


class Timetable:
    """The mutable state of one schedule.

    `at[o * n_slots + s]` lists the wishes of organisation o in slot s, `busy[o]` is the mask of
    its slots with a meeting, `served` counts the organisations with a meeting.
    """

    __slots__ = (
        "at",
        "busy",
        "day_load",
        "load",
        "model",
        "served",
        "slot",
        "tables_used",
        "weight",
    )

    def __init__(self, model: Model, slots: Sequence[int] | None = None) -> None:
        self.model = model
        self.slot = [UNPLACED] * model.n_wishes
        self.at: list[list[int]] = [[] for _ in range(model.n_organisations * model.n_slots)]
        self.busy = [0] * model.n_organisations
        self.load = [0] * model.n_organisations
        self.day_load = [0] * (model.n_organisations * model.n_days)
        self.tables_used = [0] * model.n_slots
        self.weight = 0
        self.served = 0
        for wish, slot in enumerate(model.locked if slots is None else slots):
            if slot != UNPLACED:
                self.place(wish, slot)

    def place(self, wish: int, slot: int) -> None:
        """Put an unplaced wish into a slot; the caller knows that it fits."""
        model = self.model
        self.slot[wish] = slot
        self.weight += model.weight[wish]
        if model.seated[wish]:
            self.tables_used[slot] += 1
        for o in (model.a[wish], model.b[wish]):
            self.at[o * model.n_slots + slot].append(wish)
            self.busy[o] |= 1 << slot
            if not self.load[o]:
                self.served += 1
            self.load[o] += 1
            self.day_load[o * model.n_days + model.day[slot]] += 1

    def remove(self, wish: int) -> None:
        """Take a placed wish out."""
        model = self.model
        slot = self.slot[wish]
        self.slot[wish] = UNPLACED
        self.weight -= model.weight[wish]
        if model.seated[wish]:
            self.tables_used[slot] -= 1
        for o in (model.a[wish], model.b[wish]):
            here = self.at[o * model.n_slots + slot]
            here.remove(wish)
            if not here:
                self.busy[o] &= ~(1 << slot)
            self.load[o] -= 1
            if not self.load[o]:
                self.served -= 1
            self.day_load[o * model.n_days + model.day[slot]] -= 1

    def has_room(self, wish: int) -> bool:
        """Whether the caps over the event leave room for one more of both."""
        model = self.model
        a, b = model.a[wish], model.b[wish]
        return self.load[a] < model.cap[a] and self.load[b] < model.cap[b]

    def fits(self, wish: int, slot: int) -> bool:
        """Whether an unplaced wish could be placed in this slot as things stand."""
        return self.has_room(wish) and self.is_free(wish, slot)

    def is_free(self, wish: int, slot: int) -> bool:
        """As `fits`, without the caps over the event."""
        model = self.model
        if not model.domain[wish] >> slot & 1:
            return False
        if model.seated[wish] and self.tables_used[slot] >= model.tables[slot]:
            return False
        for o in (model.a[wish], model.b[wish]):
            place = o * model.n_slots + slot
            if len(self.at[place]) >= model.seats[place]:
                return False
            day = o * model.n_days + model.day[slot]
            if self.day_load[day] >= model.cap_day[day]:
                return False
        return True

    def idle_of(self, organisation: int) -> int:
        """The idle slots of one organisation over all days."""
        busy, available = self.busy[organisation], self.model.available[organisation]
        return sum(idle_in(busy & day, available) for day in self.model.day_mask)

    def idle(self) -> int:
        """The idle slots of all."""
        return sum(self.idle_of(o) for o in range(self.model.n_organisations))

    def unplaced(self) -> list[int]:
        """The wishes without a slot."""
        return [wish for wish, slot in enumerate(self.slot) if slot == UNPLACED]


def idle_in(busy: int, available: int) -> int:
    """Idle slots of a day, given the mask of its busy slots and the slots of availability."""
    if not busy:
        return 0
    span = (1 << busy.bit_length()) - (busy & -busy)
    return (available & span & ~busy).bit_count()
