"""The chain: domains, weight with its bound, first meetings, idle slots, tables, reasons, check."""

from collections.abc import Sequence
from dataclasses import asdict

from matchmaking.scheduling.bounds import bound_of
from matchmaking.scheduling.clock import Clock, OnProgress, ShouldStop, keep_quiet, never
from matchmaking.scheduling.constraints import violations
from matchmaking.scheduling.ejection import insert
from matchmaking.scheduling.faults import check_problem
from matchmaking.scheduling.measure import changes, measures
from matchmaking.scheduling.model import Model, model_of
from matchmaking.scheduling.placing import Placing, place
from matchmaking.scheduling.polish import polish
from matchmaking.scheduling.problem import Placed, Problem
from matchmaking.scheduling.reasons import reasons
from matchmaking.scheduling.result import Plan, Stats, gap_percent
from matchmaking.scheduling.seating import seat
from matchmaking.scheduling.timetable import UNPLACED, Timetable

STEPS_A_SECOND = 30_000
"""Annealing steps for each second allowed: what a slow core manages, so that steps run out first
and the result does not depend on the machine."""
STEPS_A_WISH, FEWEST_STEPS = 400, 100_000
"""Steps for each wish (and at least so many in all) after which more change nothing that anybody
would notice: 1 idle slot at 200 organisations, 15 at 700."""
POLISH_SHARE, SEAT_SHARE, BOUND_SHARE, FROZEN_BOUND_SHARE = 0.86, 0.92, 0.92, 0.3
"""Shares of the time after which a stage ends; a bound still missing then stays unknown. A frozen
repair is wanted now, and does not wait long for it."""


FREEZE = "freeze"
"""A repair that moves nothing that can stay."""


class NoScheduleYet(RuntimeError):
    """Stopped before there was a first schedule."""


class BrokenSchedule(RuntimeError):
    """The own check found a hard rule broken: a bug, and nothing leaves."""


def plan(
    problem: Problem,
    *,
    seconds: float = 10.0,
    seed: int = 1,
    workers: int = 2,
    steps: int | None = None,
    fair: bool = False,
    on_progress: OnProgress = keep_quiet,
    should_stop: ShouldStop = never,
) -> Plan:
    """The best schedule in the time given, with its bound and the reasons for what is left out.

    `steps` caps the annealing steps of each stage (None: from `seconds` and the number of wishes).
    `fair` puts first meetings before weight. `on_progress` hears of every stage and at most five
    times a second between; once `should_stop` answers True the best so far is finished and
    returned. Raises `InvalidProblem` for a problem that breaks the format and `NoScheduleYet` when
    stopped before the first schedule.
    """
    check_problem(problem)
    clock = Clock(seconds, on_progress, should_stop)
    with clock.timed("domains"):
        model = model_of(problem)
    if clock.should_stop():
        raise NoScheduleYet("stopped before a first schedule")
    if steps is None:
        steps = steps_for(model, seconds)
    placing = Placing.begin(model, fair=fair)
    try:
        place(placing, clock, seed=seed, workers=workers, steps=steps)
        return finish(placing, clock, seed=seed, steps=steps)
    finally:
        placing.close()


def steps_for(model: Model, seconds: float) -> int:
    """The annealing steps of a stage when the caller leaves them open."""
    enough = max(FEWEST_STEPS, STEPS_A_WISH * model.n_wishes)
    return max(1, min(int(STEPS_A_SECOND * seconds), enough))


def finish(
    placing: Placing,
    clock: Clock,
    *,
    seed: int,
    steps: int,
    pinned: Model | None = None,
    keep: dict[int, int] | None = None,
    repair: str | None = None,
) -> Plan:
    """Polish, seat, explain and check a placed set.

    A repair gives the model with its kept meetings `pinned` to their slots, and the tables of the
    earlier schedule to `keep`, by wish.
    """
    model = placing.model
    problem = model.problem
    with clock.timed("idle"):
        slots, taken = polish(
            Timetable(pinned or model, placing.slots),
            seed=seed,
            steps=steps,
            clock=clock,
            share=POLISH_SHARE,
        )
        table = Timetable(model, slots)
        insert(table, sorted(table.unplaced(), key=lambda wish: -model.weight[wish]))
        clock.weight, clock.idle = table.weight, table.idle()
    with clock.timed("tables"):
        tables = seat(model, table.slot, seed=seed, clock=clock, share=SEAT_SHARE, keep=keep)
        meetings = placed(problem, table.slot, tables)
    with clock.timed("bound"):
        placing.wait_for_bound(clock, FROZEN_BOUND_SHARE if repair == FREEZE else BOUND_SHARE)
    with clock.timed("reasons"):
        unplaced = reasons(model, table, placing.proof)
    with clock.timed("check"):
        check(problem, meetings)
        count = measures(problem, meetings)
    bound = bound_of(model, placing.proof, placing.searched)
    clock.tell(1.0, always=True)
    return Plan(
        problem=problem.id,
        meetings=meetings,
        stats=Stats(
            **asdict(count),
            bound=bound.placed_weight,
            gap=gap_percent(count.placed_weight, bound.placed_weight),
            fair_price=bound.placed_weight - count.placed_weight if placing.fair else None,
            timings={stage: round(spent, 3) for stage, spent in clock.timings.items()},
        ),
        bound=bound,
        unplaced=unplaced,
        changes=changes(problem, meetings),
        solver=placing.found_by,
        seed=seed,
        steps=placing.steps + taken,
        stopped=clock.stopped,
        fair=placing.fair,
        repair=repair,
    )


def placed(problem: Problem, slots: Sequence[int], tables: Sequence[int]) -> tuple[Placed, ...]:
    """The meetings by id, in the order of the wishes."""
    return tuple(
        Placed(
            problem.wishes[wish].id,
            problem.slots[slot].id,
            problem.tables[tables[wish]].id if tables[wish] >= 0 else None,
        )
        for wish, slot in enumerate(slots)
        if slot != UNPLACED
    )


def check(problem: Problem, meetings: Sequence[Placed]) -> None:
    """Raise `BrokenSchedule` unless every hard rule holds."""
    broken = violations(problem, meetings)
    if broken:
        shown = "; ".join(f"{row.rule} {row.message}" for row in broken[:5])
        raise BrokenSchedule(f"{len(broken)} hard rules broken: {shown}")
