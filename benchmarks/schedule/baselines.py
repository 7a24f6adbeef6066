"""What others do: self-booking, and greedy by weight. Both only take a free slot when there is one.

Self-booking is how open platforms work: everybody looks at their own calendar in turn and books the
best wish that is still possible, at the first time that suits both.
"""

from collections.abc import Iterable
from random import Random

from matchmaking.scheduling.clock import Clock
from matchmaking.scheduling.measure import measures
from matchmaking.scheduling.model import Model, slots_of
from matchmaking.scheduling.planner import check, placed
from matchmaking.scheduling.result import Measures
from matchmaking.scheduling.seating import seat
from matchmaking.scheduling.timetable import UNPLACED, Timetable


def self_booking(model: Model, seed: int) -> Measures:
    """In random turns each organisation books its heaviest wish that still has a free slot."""
    random, table = Random(seed), Timetable(model)
    order = [sorted(wishes, key=lambda wish: -model.weight[wish]) for wishes in model.wishes_of]
    active = list(range(model.n_organisations))
    while active:
        random.shuffle(active)
        active = [who for who in active if _book(table, order[who])]
    return _measured(model, table)


def greedy(model: Model) -> Measures:
    """The heaviest wish first, each in its first free slot."""
    table = Timetable(model)
    for wish in sorted(range(model.n_wishes), key=lambda wish: -model.weight[wish]):
        _book(table, [wish])
    return _measured(model, table)


def _book(table: Timetable, wishes: Iterable[int]) -> bool:
    for wish in wishes:
        if table.slot[wish] == UNPLACED:
            for slot in slots_of(table.model, wish):
                if table.fits(wish, slot):
                    table.place(wish, slot)
                    return True
    return False


def _measured(model: Model, table: Timetable) -> Measures:
    tables = seat(model, table.slot, seed=1, clock=Clock(0), share=1)
    meetings = placed(model.problem, table.slot, tables)
    check(model.problem, meetings)
    return measures(model.problem, meetings)
