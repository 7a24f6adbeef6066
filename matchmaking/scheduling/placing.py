"""Which wishes are placed, and in which slot at first: weight, its bound, first meetings.

The linear program runs in a child process while the annealing by ejection searches here; whoever
is better wins, and both end as soon as the best value meets the bound.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from matchmaking.scheduling.bounds import Priced, best_prices, priced
from matchmaking.scheduling.child import SMALL, TINY, Beside, Here, start
from matchmaking.scheduling.clock import Clock
from matchmaking.scheduling.ejection import Ejection, greedy, insert
from matchmaking.scheduling.highs import Found
from matchmaking.scheduling.model import Model
from matchmaking.scheduling.packing import pack
from matchmaking.scheduling.program import (
    Program,
    served_program,
    weight_program,
)
from matchmaking.scheduling.timetable import Timetable

WEIGHT_SHARE, SERVED_SHARE = 0.6, 0.68
"""Shares of the time after which weight and first meetings have to be settled."""
HEAD_START = 0.2
"""Share of the time in which only the solver works: mostly that is all it takes."""
POLL = 0.005
EARLY_STEPS = 50
"""Steps for each wish of the search that is only there in case the solver does not get through
(measured: within 0.1 % of the optimum at 700 and 2,000 organisations)."""
GREEDY, EJECTION, HIGHS, CP_SAT = "greedy", "ejection", "highs", "cp-sat"


@dataclass(slots=True)
class Placing:
    """The placed set so far: slots by wish, their weight, the proof, what branch and bound says.

    `rooted`: the solver is through with its root node, `exact`: it has no more to say,
    `is_priced`: the proof comes from its prices.
    """

    model: Model
    fair: bool
    slots: list[int]
    weight: int
    served: int
    proof: Priced
    searched: float | None = None
    found_by: str = GREEDY
    steps: int = 0
    rooted: bool = False
    exact: bool = False
    is_priced: bool = False
    news: list[Found] = field(default_factory=list)
    program: Program | None = None
    solver: Here | Beside | None = None

    @classmethod
    def begin(cls, model: Model, *, fair: bool) -> Self:
        """The first schedule, by the greedy, with the bound that everything has a place."""
        return cls.of(greedy(model, fair=fair), model, fair=fair)

    @classmethod
    def of(cls, table: Timetable, model: Model, *, fair: bool = False) -> Self:
        """Start from a schedule, with the bound that everything has a place."""
        return cls(
            model=model,
            fair=fair,
            slots=list(table.slot),
            weight=table.weight,
            served=table.served,
            proof=priced(model, {}),
        )

    @property
    def bound(self) -> int:
        """The lowest proven bound on the weight."""
        if self.searched is None:
            return self.proof.weight
        return min(self.proof.weight, int(self.searched + 1e-4))

    @property
    def is_best(self) -> bool:
        """Whether no schedule places more weight."""
        return self.weight >= self.bound

    def start(self, program: Program, clock: Clock, seed: int) -> None:
        """Start the solver on the weight; `close` ends it."""
        self.program = program
        self.solver = start(program, clock.left(), seed, lambda: clock.is_over(WEIGHT_SHARE))

    def hear(self) -> None:
        """Fetch what the solver has said meanwhile."""
        if self.solver is not None:
            self.news += self.solver.news()

    def wait_for_bound(self, clock: Clock, share: float) -> None:
        """Give a solver that is still at the relaxation some time, then end it."""
        while self.solver is not None and self.solver.is_running() and not self.is_priced:
            if clock.elapsed >= clock.seconds * share or clock.should_stop():
                break
            time.sleep(POLL)
            self.settle_bound()
        self.close()

    def close(self) -> None:
        """End the solver; a bound that it found while the rest was polished still counts."""
        self.settle_bound()
        if self.solver is not None:
            self.solver.close()
        self.solver = None

    def settle_bound(self) -> None:
        """Take only the bound from what the solver says: the schedule is already settled."""
        self.hear()
        for found in self.news:
            self.learn(found)
        self.news = []

    def learn(self, found: Found) -> None:
        """Take in a bound that the solver found."""
        if found.row_price is not None and self.program is not None:
            self.proof = best_prices(self.model, self.program.keys, found.row_price)
            self.is_priced = True
        elif found.bound is not None:
            self.searched = found.bound

    def offer(self, table: Timetable, found_by: str, steps: int = 0) -> bool:
        """Take a schedule over if it is better in the order of objectives."""
        key, mine = self._key(table.weight, table.served), self._key(self.weight, self.served)
        if key <= mine:
            return False
        self.take(table, found_by, steps)
        return True

    def take(self, table: Timetable, found_by: str, steps: int = 0) -> None:
        """Take a schedule over."""
        self.slots, self.weight, self.served = list(table.slot), table.weight, table.served
        self.found_by, self.steps = found_by, steps

    def _key(self, weight: int, served: int) -> tuple[int, int]:
        return (served, weight) if self.fair else (weight, served)


def place(placing: Placing, clock: Clock, *, seed: int, workers: int, steps: int) -> None:
    """Make the placed set as good as the time allows, with its proof."""
    with clock.timed("weight"):
        _tell(placing, clock)
        if not (placing.is_best and _all_served(placing)):
            _weigh(placing, clock, seed=seed, workers=workers, steps=steps)
            _tell(placing, clock)
    with clock.timed("first meetings"):
        # a solver that did not get through the weight alone has no chance with more
        unsolved = placing.program is not None and not placing.rooted
        if not unsolved and not (_all_served(placing) and (placing.is_best or not placing.fair)):
            _serve(placing, clock, seed=seed)


def _tell(placing: Placing, clock: Clock) -> None:
    clock.weight, clock.bound = placing.weight, placing.bound
    clock.placed = sum(slot >= 0 for slot in placing.slots)
    clock.tell(always=True)


def _all_served(placing: Placing) -> bool:
    """Whether everybody who has a wish with a place has a meeting."""
    model = placing.model
    with_place = {
        o
        for wish in range(model.n_wishes)
        if model.domain[wish]
        for o in (model.a[wish], model.b[wish])
    }
    return placing.served >= len(with_place)


def _weigh(placing: Placing, clock: Clock, *, seed: int, workers: int, steps: int) -> None:
    """The linear program, and the search beside it; if that is fractional, search and branching.

    What the search does before the solver is through with its root counts only if that never
    happens: so the answer does not depend on which of the two is faster.
    """
    model = placing.model
    placing.start(weight_program(model), clock, seed)
    early = Ejection(Timetable(model, placing.slots), seed=seed, fair=placing.fair)
    _wait(clock, HEAD_START, placing, lambda: _priced(placing))
    if placing.is_priced:
        _pack(placing, clock, seed=seed)
    if placing.is_best and not placing.fair:
        return
    quick = min(steps, EARLY_STEPS * model.n_wishes)
    if workers > 1:
        for count in (quick, steps):
            early.run(count, clock, WEIGHT_SHARE, lambda: _rooted(placing))
    _wait(
        clock, WEIGHT_SHARE if workers > 1 else WEIGHT_SHARE / 2, placing, lambda: _rooted(placing)
    )
    if not placing.rooted:
        if workers == 1:
            placing.close()
            early.run(quick, clock, WEIGHT_SHARE)
        placing.offer(Timetable(model, early.best), EJECTION, early.steps)
        return
    if not (placing.exact or placing.is_best):
        _branch(placing, clock, seed=seed, workers=workers, steps=steps)
        if not (placing.exact or placing.is_best):
            # the clock ended it, so that it is no longer the same everywhere: take what is best
            placing.offer(Timetable(model, early.best), EJECTION, early.steps)


def _branch(placing: Placing, clock: Clock, *, seed: int, workers: int, steps: int) -> None:
    """After a fractional relaxation: the search, then what branch and bound found meanwhile."""
    if workers == 1:
        placing.close()
    _search(placing, clock, seed=seed, steps=steps)
    if workers == 1:
        placing.start(weight_program(placing.model), clock, seed)
    _wait(clock, WEIGHT_SHARE, placing, lambda: _branched(placing))


def _pack(placing: Placing, clock: Clock, *, seed: int) -> None:
    """Ask whether the bound can be met at all, where that question is small enough."""
    columns = sum(slots.bit_count() for slots in placing.model.domain)
    known = placing.exact or placing.is_best
    if known or not TINY < columns <= SMALL or not clock.left(WEIGHT_SHARE):
        return
    slots = pack(
        placing.model,
        placing.proof,
        seconds=clock.left(WEIGHT_SHARE) / 2,
        seed=seed,
        should_stop=clock.should_stop,
    )
    if slots is not None:
        placing.offer(Timetable(placing.model, slots), CP_SAT)


def _search(placing: Placing, clock: Clock, *, seed: int, steps: int) -> None:
    search = Ejection(Timetable(placing.model, placing.slots), seed=seed, fair=placing.fair)
    # in a fair plan there is more to gain than weight, so the bound on it is no reason to end
    search.run(
        steps,
        clock,
        WEIGHT_SHARE,
        lambda: not placing.fair and search.table.weight >= placing.bound,
    )
    placing.offer(Timetable(placing.model, search.best), EJECTION, search.steps)


def _wait(clock: Clock, share: float, placing: Placing, is_enough: Callable[[], bool]) -> None:
    while True:
        running = placing.solver is not None and placing.solver.is_running()
        if is_enough() or not running or clock.elapsed >= clock.seconds * share:
            return
        if clock.should_stop():
            clock.stopped = True
            return
        time.sleep(POLL)
        clock.tell()


def _priced(placing: Placing) -> bool:
    """Listen until the relaxation is known."""
    placing.hear()
    while placing.news and not placing.is_priced:
        _take(placing, placing.news.pop(0))
    return placing.is_priced


def _rooted(placing: Placing) -> bool:
    """Listen until the solver leaves its root; what comes later has its turn after the search."""
    placing.hear()
    while placing.news and not placing.rooted:
        _take(placing, placing.news.pop(0))
    return placing.rooted


def _branched(placing: Placing) -> bool:
    """Listen to branch and bound; whether there is nothing left to gain."""
    placing.hear()
    while placing.news:
        _take(placing, placing.news.pop(0))
    return placing.is_best or placing.exact


def _take(placing: Placing, found: Found) -> None:
    """Take in what the solver found."""
    placing.learn(found)
    if found.x is not None and placing.program is not None:
        slots = placing.program.slots(found.x, placing.model.n_wishes)
        table = Timetable(placing.model, slots)
        insert(table, table.unplaced())
        placing.offer(table, HIGHS)
    placing.exact = placing.exact or found.done
    best = not placing.fair and placing.is_best
    placing.rooted = placing.rooted or found.root or found.done or best


def _serve(placing: Placing, clock: Clock, *, seed: int) -> None:
    """First meetings: at no price in weight, or in a fair plan before all else."""
    model = placing.model
    table = run(model, served_program(model, fair=placing.fair), clock, seed)
    if table is not None:
        placing.offer(table, HIGHS)


def run(model: Model, program: Program, clock: Clock, seed: int) -> Timetable | None:
    """The best integral solution of a program in the time for first meetings, None without one."""
    solver = start(program, clock.left(SERVED_SHARE), seed, lambda: clock.is_over(SERVED_SHARE))
    best: NDArray[np.float64] | None = None
    done = False
    try:
        while True:
            running = solver.is_running()
            for found in solver.news():
                best = best if found.x is None else found.x
                done = done or found.done
            if not running or done or clock.is_over(SERVED_SHARE):
                break
            time.sleep(POLL)
            clock.tell()
    finally:
        solver.close()
    if best is None:
        return None
    table = Timetable(model, program.slots(best, model.n_wishes))
    insert(table, sorted(table.unplaced(), key=lambda wish: -model.weight[wish]))
    return table
