"""After a cancellation, a late arrival or a lost table: a good schedule that moves almost nobody.

The model is the planner's, with a bonus of `keep` points for every meeting that stays in its slot.
It starts from the frozen repair, which keeps everything that can stay; afterwards only moved and
added meetings are polished, and those who stay keep their tables.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from matchmaking.scheduling.clock import Clock, OnProgress, ShouldStop, keep_quiet, never
from matchmaking.scheduling.ejection import insert
from matchmaking.scheduling.faults import check_problem
from matchmaking.scheduling.model import Model, model_of
from matchmaking.scheduling.placing import HIGHS, Placing, run
from matchmaking.scheduling.planner import FREEZE, NoScheduleYet, finish, plan, steps_for
from matchmaking.scheduling.problem import Fault, InvalidProblem, Problem
from matchmaking.scheduling.program import keep_program, weight_program
from matchmaking.scheduling.result import Plan
from matchmaking.scheduling.timetable import UNPLACED, Timetable

CURVE: tuple[str | float, ...] = (FREEZE, 50, 20, 5, 1, 0)
"""The points of the curve: from moving nobody to a plan without memory."""
STEPS_A_MOVE = 200
"""Polishing steps for each meeting that may move."""
LARGE = 60_000
"""Places from which a repair frees only those touched and their partners."""


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One point of the repair curve: what it keeps, the plan, and who would notice.

    `affected` are the organisations for which a meeting comes, goes or changes its slot.
    """

    keep: str | float
    plan: Plan
    affected: tuple[str, ...]


def repair(
    problem: Problem,
    *,
    keep: str | float = 20,
    seconds: float = 10.0,
    seed: int = 1,
    workers: int = 2,
    steps: int | None = None,
    on_progress: OnProgress = keep_quiet,
    should_stop: ShouldStop = never,
) -> Plan:
    """A schedule that starts from `problem.previous`.

    `keep` is "freeze" (nothing that can stay moves) or the points that a meeting which stays in its
    slot is worth beside its weight; 0 plans anew. Raises like `plan`, and `InvalidProblem` for a
    problem without a previous schedule.
    """
    check_problem(problem)
    if not problem.previous:
        raise InvalidProblem((Fault("previous", "is empty, there is nothing to repair"),))
    if keep == 0:
        return replace(
            plan(
                problem,
                seconds=seconds,
                seed=seed,
                workers=workers,
                steps=steps,
                on_progress=on_progress,
                should_stop=should_stop,
            ),
            repair="0",
        )
    clock = Clock(seconds, on_progress, should_stop)
    with clock.timed("domains"):
        model = model_of(problem)
    if clock.should_stop():
        raise NoScheduleYet("stopped before a first schedule")
    return _repair(model, clock, keep, seed, steps_for(model, seconds) if steps is None else steps)


def _repair(model: Model, clock: Clock, keep: str | float, seed: int, steps: int) -> Plan:
    before = _previous_slots(model)
    with clock.timed("frozen"):
        stay = _can_stay(model, before, clock, seed)
        frozen = pin(model, stay)
        table = Timetable(frozen)
        insert(table, sorted(table.unplaced(), key=lambda wish: -model.weight[wish]))
        placing = Placing.of(table, model)
        better = run(frozen, weight_program(frozen), clock, seed)
        if better is not None:
            placing.offer(better, HIGHS)
    try:
        with clock.timed("weight"):
            if keep != FREEZE:
                _loosen(placing, before, stay, float(keep), clock, seed)
            if not _is_large(model):
                # for the bound, while the rest goes on; a large event is in a hurry
                placing.start(weight_program(model), clock, seed)
        pins = {wish: slot for wish, slot in before.items() if placing.slots[wish] == slot}
        return finish(
            placing,
            clock,
            seed=seed,
            steps=min(steps, STEPS_A_MOVE * (1 + model.n_wishes - len(pins))),
            pinned=pin(model, pins),
            keep=_previous_tables(model, pins),
            repair=str(keep),
        )
    finally:
        placing.close()


def _loosen(  # the pieces of one step
    placing: Placing,
    before: dict[int, int],
    stay: dict[int, int],
    keep: float,
    clock: Clock,
    seed: int,
) -> None:
    """Let meetings move where that brings more weight than `keep` points for each."""
    model = placing.model
    slots = [before.get(wish, UNPLACED) for wish in range(model.n_wishes)]
    freed = _freed(model, before, stay)
    table = run(freed, keep_program(freed, slots, keep), clock, seed)
    if table is not None and _value(table.slot, model, before, keep) > _value(
        placing.slots, model, before, keep
    ):
        placing.take(table, HIGHS)


def _value(slots: Sequence[int], model: Model, before: dict[int, int], keep: float) -> float:
    placed = sum(model.weight[wish] for wish, slot in enumerate(slots) if slot != UNPLACED)
    return placed + keep * sum(slots[wish] == slot for wish, slot in before.items())


def _previous_slots(model: Model) -> dict[int, int]:
    """The slot of each previous meeting that is not forced to change."""
    wish_of = {row.id: i for i, row in enumerate(model.problem.wishes)}
    slot_of = {row.id: i for i, row in enumerate(model.problem.slots)}
    slots = {
        wish_of[row.wish]: slot_of[row.slot]
        for row in model.problem.previous
        if row.wish in wish_of and row.slot in slot_of
    }
    return {wish: slot for wish, slot in slots.items() if model.domain[wish] >> slot & 1}


def _can_stay(model: Model, before: dict[int, int], clock: Clock, seed: int) -> dict[int, int]:
    """The previous meetings that can all stay together: as many as possible, the heaviest first."""
    table = Timetable(model)
    for wish in sorted(before, key=lambda w: (-model.weight[w], w)):
        if table.slot[wish] == UNPLACED and table.fits(wish, before[wish]):
            table.place(wish, before[wish])
    kept = {wish: slot for wish, slot in before.items() if table.slot[wish] == slot}
    if len(kept) == len(before):
        return kept
    domain = tuple(
        model.domain[wish]
        if model.locked[wish] >= 0
        else 1 << before[wish]
        if wish in before
        else 0
        for wish in range(model.n_wishes)
    )
    slots = [before.get(wish, UNPLACED) for wish in range(model.n_wishes)]
    only = replace(model, domain=domain)
    most = run(only, keep_program(only, slots, 1_000.0), clock, seed)
    if most is None:
        return kept
    return {wish: slot for wish, slot in before.items() if most.slot[wish] == slot}


def pin(model: Model, slots: dict[int, int]) -> Model:
    """The model in which these wishes are locked to these slots."""
    return replace(
        model,
        domain=tuple(
            1 << slots[wish] if wish in slots else mask for wish, mask in enumerate(model.domain)
        ),
        locked=tuple(slots.get(wish, slot) for wish, slot in enumerate(model.locked)),
    )


def _is_large(model: Model) -> bool:
    return sum(mask.bit_count() for mask in model.domain) > LARGE


def _freed(model: Model, before: dict[int, int], stay: dict[int, int]) -> Model:
    """In a large problem, the model in which only those touched and their partners may move."""
    if not _is_large(model):
        return model
    wish_of = {row.id: i for i, row in enumerate(model.problem.wishes)}
    had = {wish_of[row.wish] for row in model.problem.previous if row.wish in wish_of}
    lost = had - set(stay)
    touched = {o for wish in lost for o in (model.a[wish], model.b[wish])}
    met = {o for wish in had for o in (model.a[wish], model.b[wish])}
    touched |= {o for o in range(model.n_organisations) if model.wishes_of[o] and o not in met}
    partners = {
        o
        for who in touched
        for wish in model.wishes_of[who]
        for o in (model.a[wish], model.b[wish])
    }
    free = touched | partners
    return pin(
        model,
        {
            wish: slot
            for wish, slot in stay.items()
            if model.a[wish] not in free and model.b[wish] not in free
        },
    )


def _previous_tables(model: Model, pins: dict[int, int]) -> dict[int, int]:
    wish_of = {row.id: i for i, row in enumerate(model.problem.wishes)}
    table_of = {row.id: i for i, row in enumerate(model.problem.tables)}
    return {
        wish_of[row.wish]: table_of[row.table]
        for row in model.problem.previous
        if row.table in table_of and wish_of.get(row.wish) in pins
    }


def curve_for(problem: Problem) -> tuple[str | float, ...]:
    """The points worth showing: a large event on the day has no time for a plan without memory."""
    return CURVE[:-1] if _is_large(model_of(problem)) else CURVE


def curve(
    problem: Problem,
    *,
    points: Sequence[str | float] = CURVE,
    seconds: float = 10.0,
    seed: int = 1,
    workers: int = 2,
    on_progress: OnProgress = keep_quiet,
    should_stop: ShouldStop = never,
) -> tuple[CurvePoint, ...]:
    """A repair for each point, `seconds` each; stopped, the points done so far."""
    done: list[CurvePoint] = []
    for keep in points:
        if should_stop():
            break
        result = repair(
            problem,
            keep=keep,
            seconds=seconds,
            seed=seed,
            workers=workers,
            on_progress=on_progress,
            should_stop=should_stop,
        )
        done.append(CurvePoint(keep, result, affected(problem, result)))
    return tuple(done)


def affected(problem: Problem, result: Plan) -> tuple[str, ...]:
    """The organisations for which a meeting comes, goes or changes its slot, in problem order."""
    before = {row.wish: row.slot for row in problem.previous}
    now = {row.wish: row.slot for row in result.meetings}
    who = {
        o for row in problem.wishes if before.get(row.id) != now.get(row.id) for o in (row.a, row.b)
    }
    return tuple(row.id for row in problem.organisations if row.id in who)
