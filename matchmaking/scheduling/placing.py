"""Which wishes are placed, and in which slot at first: weight, its bound, first meetings.

The linear program runs in a child process while the annealing by ejection searches here; whoever
is better wins, and both end as soon as the best value meets the bound.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from matchmaking.scheduling.bounds import Priced, best_prices, priced
from matchmaking.scheduling.child import Beside, Here, start
from matchmaking.scheduling.clock import Clock
from matchmaking.scheduling.ejection import Ejection, greedy, insert
from matchmaking.scheduling.highs import Found
from matchmaking.scheduling.model import Model
from matchmaking.scheduling.program import (
    Program,
    fair_program,
    served_program,
    weight_program,
)
from matchmaking.scheduling.timetable import Timetable

WEIGHT_SHARE, SERVED_SHARE = 0.55, 0.65
"""Shares of the time after which weight and first meetings have to be settled."""
HEAD_START = 0.1
"""Share of the time in which only the solver works: mostly that is all it takes."""
POLL = 0.005
GREEDY, EJECTION, HIGHS = "greedy", "ejection", "highs"


@dataclass(slots=True)
class Placing:
    """The placed set so far: slots by wish, their weight, the proof, what branch and bound says.

    `rooted`: the solver is through with its root node, `exact`: it has no more to say.
    """

    model: Model
    fair: bool
    slots: list[int]
    weight: int
    served: int
    proof: Priced
    searched: float | None = None
    solver: str = GREEDY
    steps: int = 0
    rooted: bool = False
    exact: bool = False
    news: list[Found] = field(default_factory=list)

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

    def offer(self, table: Timetable, solver: str, steps: int = 0) -> bool:
        """Take a schedule over if it is better in the order of objectives."""
        key, mine = self._key(table.weight, table.served), self._key(self.weight, self.served)
        if key <= mine:
            return False
        self.slots, self.weight, self.served = list(table.slot), table.weight, table.served
        self.solver, self.steps = solver, steps
        return True

    def _key(self, weight: int, served: int) -> tuple[int, int]:
        return (served, weight) if self.fair else (weight, served)


def place(
    model: Model, clock: Clock, *, seed: int, workers: int, steps: int, fair: bool
) -> Placing:
    """The placed set, as good as the time allows, with its proof."""
    table = greedy(model, fair=fair)
    placing = Placing(
        model=model,
        fair=fair,
        slots=list(table.slot),
        weight=table.weight,
        served=table.served,
        proof=priced(model, {}),
    )
    with clock.timed("weight"):
        _tell(placing, clock)
        if not (placing.is_best and _all_served(placing)):
            _weigh(placing, clock, seed=seed, workers=workers, steps=steps)
    with clock.timed("first meetings"):
        if not _all_served(placing):
            _serve(placing, clock, seed=seed)
    return placing


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
    program = weight_program(model)
    solver = _start(program, clock, seed)
    try:
        early = Ejection(Timetable(model, placing.slots), seed=seed, fair=placing.fair)
        _wait(clock, HEAD_START, solver, lambda: _rooted(placing, program, solver))
        if workers > 1 and not placing.rooted:
            early.run(steps, clock, WEIGHT_SHARE, lambda: _rooted(placing, program, solver))
        _wait(clock, WEIGHT_SHARE, solver, lambda: _rooted(placing, program, solver))
        if not placing.rooted:
            placing.offer(Timetable(model, early.best), EJECTION, early.steps)
        elif not (placing.exact or placing.is_best):
            if workers == 1:
                solver.close()
            _search(placing, clock, seed=seed, steps=steps)
            if workers == 1 and not placing.is_best:
                solver = _start(program, clock, seed)
            _wait(clock, WEIGHT_SHARE, solver, lambda: _branched(placing, program, solver))
    finally:
        solver.close()
        _tell(placing, clock)


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


def _start(program: Program, clock: Clock, seed: int) -> Here | Beside:
    return start(program, clock.left(WEIGHT_SHARE), seed, lambda: clock.is_over(WEIGHT_SHARE))


def _wait(clock: Clock, share: float, solver: Here | Beside, is_enough: Callable[[], bool]) -> None:
    while True:
        running = solver.is_running()
        if is_enough() or not running or clock.elapsed >= clock.seconds * share:
            return
        if clock.should_stop():
            clock.stopped = True
            return
        time.sleep(POLL)
        clock.tell()


def _rooted(placing: Placing, program: Program, solver: Here | Beside) -> bool:
    """Listen until the solver leaves its root; what comes later has its turn after the search."""
    placing.news += solver.news()
    while placing.news and not placing.rooted:
        _take(placing, program, placing.news.pop(0))
    return placing.rooted


def _branched(placing: Placing, program: Program, solver: Here | Beside) -> bool:
    """Listen to branch and bound; whether there is nothing left to gain."""
    placing.news += solver.news()
    while placing.news:
        _take(placing, program, placing.news.pop(0))
    return placing.is_best or placing.exact


def _take(placing: Placing, program: Program, found: Found) -> None:
    """Take in what the solver found."""
    model = placing.model
    if found.row_price is not None:
        placing.proof = best_prices(model, program.keys, found.row_price)
    elif found.bound is not None:
        placing.searched = found.bound
    if found.x is not None:
        table = Timetable(model, program.slots(found.x, model.n_wishes))
        insert(table, table.unplaced())
        placing.offer(table, HIGHS)
    placing.exact = placing.exact or found.done
    best = not placing.fair and placing.is_best
    placing.rooted = placing.rooted or found.root or found.done or best


def _serve(placing: Placing, clock: Clock, *, seed: int) -> None:
    """First meetings: fair, for as many as possible at any price; else at no price in weight."""
    model = placing.model
    found = run(served_program(model, None if placing.fair else placing.weight), clock, seed)
    if found is None:
        return
    program, answer = found
    table = _complete(model, program, answer)
    if not placing.fair:
        placing.offer(table, HIGHS)
        return
    if table.served <= placing.served and placing.is_best:
        return
    most = max(table.served, placing.served)
    found = run(fair_program(model, most), clock, seed)
    placing.offer(table if found is None else _complete(model, *found), HIGHS)


def _complete(model: Model, program: Program, found: Found) -> Timetable:
    assert found.x is not None
    table = Timetable(model, program.slots(found.x, model.n_wishes))
    insert(table, sorted(table.unplaced(), key=lambda wish: -model.weight[wish]))
    return table


def run(program: Program, clock: Clock, seed: int) -> tuple[Program, Found] | None:
    """The best integral solution of a program in the time for first meetings, None without one."""
    solver = start(program, clock.left(SERVED_SHARE), seed, lambda: clock.is_over(SERVED_SHARE))
    best: Found | None = None
    try:
        while True:
            running = solver.is_running()
            for found in solver.news():
                if found.x is not None:
                    best = found
            if not running or (best is not None and best.done) or clock.is_over(SERVED_SHARE):
                break
            time.sleep(POLL)
            clock.tell()
    finally:
        solver.close()
    return None if best is None else (program, best)
