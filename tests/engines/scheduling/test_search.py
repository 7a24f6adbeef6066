"""The stages one by one: annealing, packing, tables, prices, the solver in its child, the clock."""

from random import Random
from threading import Event
from typing import Any

import numpy as np
import pytest
from ortools.sat.python import cp_model

from matchmaking.scheduling import bounds, child, placing
from matchmaking.scheduling.bounds import best_prices, bound_of, priced
from matchmaking.scheduling.clock import Clock
from matchmaking.scheduling.ejection import Ejection, greedy, insert
from matchmaking.scheduling.highs import Found, solve
from matchmaking.scheduling.kempe import Kempe
from matchmaking.scheduling.model import Model, model_of
from matchmaking.scheduling.packing import pack
from matchmaking.scheduling.placing import Placing
from matchmaking.scheduling.planner import plan
from matchmaking.scheduling.polish import polish
from matchmaking.scheduling.program import weight_program
from matchmaking.scheduling.result import Progress
from matchmaking.scheduling.seating import Seating, seat
from matchmaking.scheduling.timetable import UNPLACED, Timetable
from tests.engines.scheduling.cases import complete, problem, two_sides


def busy_day(seed: int, n: int = 10, slots: int = 6, days: int = 1) -> Model:
    """A made-up day: n organisations, about a third of all pairs, caps and delegates here and there."""
    random = Random(seed)
    names = [f"o{i}" for i in range(n)]
    times = [str(i) for i in range(slots)]
    people: dict[str, Any] = {
        name: {"available": [time for time in times if random.random() < 0.85]} for name in names
    }
    people["o0"]["parallel"] = 2
    people["o1"]["max_meetings"] = 2
    people["o2"]["max_per_day"] = 1
    pairs = [
        (a, b, random.randrange(101))
        for i, a in enumerate(names)
        for b in names[i + 1 :]
        if random.random() < 0.4
    ]
    day_of = {time: f"d{i * days // slots}" for i, time in enumerate(times)}
    return model_of(problem(" ".join(times), day_of, n // 3, people, pairs))


def legal(table: Timetable) -> bool:
    """Whether a timetable built anew from its slots keeps all limits and has the same books."""
    fresh = Timetable(table.model)
    for wish, slot in enumerate(table.slot):
        if slot != UNPLACED and fresh.slot[wish] == UNPLACED:
            if not fresh.fits(wish, slot):
                return False
            fresh.place(wish, slot)
    books = ("busy", "load", "day_load", "tables_used", "weight", "served")
    return all(getattr(fresh, name) == getattr(table, name) for name in books)


@pytest.mark.parametrize("seed", range(4))
def test_ejection_keeps_the_books_and_never_loses_its_best(seed: int) -> None:
    model = busy_day(seed, days=2)
    start = greedy(model, fair=False)
    before = start.weight
    search = Ejection(start, seed=seed, fair=False)
    search.run(3_000, Clock(60), 1)
    assert legal(search.table)
    assert Timetable(model, search.best).weight >= before
    assert sorted(search.out) == [w for w in search.table.unplaced() if model.domain[w]]


def test_ejection_leaves_locks_alone() -> None:
    case = problem(
        "1",
        tables=1,
        wishes=[("a", "b", 1), ("c", "d", 90)],
        locks=[{"wish": "a-b", "slot": "1"}],
    )
    model = model_of(case)
    search = Ejection(greedy(model, fair=False), seed=1, fair=False)
    search.run(50, Clock(60), 1)
    assert search.best == [0, UNPLACED]


def test_ejection_ends_when_told() -> None:
    search = Ejection(greedy(busy_day(1), fair=False), seed=1, fair=False)
    search.run(1_000, Clock(60), 1, lambda: True)
    assert search.steps == 0
    search.run(1_000, Clock(0), 1)
    assert search.steps == 0


def test_greedy_fair_gives_first_meetings_first() -> None:
    case = problem(
        "1 2", tables=1, wishes=[("a", "b", 90), ("a", "c", 80), ("b", "c", 70), ("c", "d", 1)]
    )
    assert greedy(model_of(case), fair=False).served == 3
    assert greedy(model_of(case), fair=True).weight >= 91


@pytest.mark.parametrize("seed", range(4))
def test_kempe_keeps_the_books(seed: int) -> None:
    model = busy_day(seed, n=12, days=2)
    table = greedy(model, fair=False)
    kempe = Kempe(table)
    random = Random(seed)
    moved = 0
    for _ in range(2_000):
        wish = random.randrange(model.n_wishes)
        s, t = table.slot[wish], random.randrange(model.n_slots)
        if s in (UNPLACED, t) or not kempe.propose(wish, s, t):
            continue
        change, before = kempe.change(s, t), table.idle()
        kempe.apply(s, t, change)
        moved += 1
        assert table.idle() == before + change == kempe.total
    assert moved
    assert legal(table)
    assert sorted(kempe.waiting) == [o for o in range(model.n_organisations) if table.idle_of(o)]


def fewest_idle(model: Model, slots: list[int]) -> int:  # noqa: C901 # the whole second opinion
    """The fewest idle slots for a placed set, by CP-SAT: a second opinion."""
    puzzle = cp_model.CpModel()
    x = {
        (w, s): puzzle.new_bool_var("")
        for w in range(model.n_wishes)
        if slots[w] != UNPLACED
        for s in range(model.n_slots)
        if model.domain[w] >> s & 1
    }
    for w in {w for w, _ in x}:
        puzzle.add_exactly_one(x[key] for key in x if key[0] == w)
    waits = []
    for s in range(model.n_slots):
        puzzle.add(
            sum(x[key] for key in x if key[1] == s and model.seated[key[0]]) <= model.tables[s]
        )
    for o in range(model.n_organisations):
        mine = set(model.wishes_of[o])
        at = [[x[key] for key in x if key[1] == s and key[0] in mine] for s in range(model.n_slots)]
        busy = [puzzle.new_bool_var("") for _ in at]
        for s, here in enumerate(at):
            puzzle.add(sum(here) <= model.seats[o * model.n_slots + s])
            puzzle.add_max_equality(busy[s], [*here, 0])
        for d in range(model.n_days):
            day = [s for s in range(model.n_slots) if model.day[s] == d]
            puzzle.add(
                sum(c for s in day for c in at[s]) <= min(99, model.cap_day[o * model.n_days + d])
            )
            for s in day:
                if model.available[o] >> s & 1:
                    wait = puzzle.new_bool_var("")
                    for first in day:
                        for last in day:
                            if first < s < last:
                                puzzle.add(wait >= busy[first] + busy[last] - 1 - busy[s])
                    waits.append(wait)
    puzzle.minimize(sum(waits))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    assert solver.solve(puzzle) == cp_model.OPTIMAL
    return round(solver.objective_value)


@pytest.mark.parametrize("seed", range(6))
def test_polishing_a_small_day_finds_the_fewest_idle_slots(seed: int) -> None:
    model = busy_day(seed)
    table = greedy(model, fair=False)
    slots = list(table.slot)
    best, steps = polish(table, seed=1, steps=20_000, clock=Clock(60), share=1)
    done = Timetable(model, best)
    assert legal(done)
    assert [s != UNPLACED for s in best] == [s != UNPLACED for s in slots]
    assert done.idle() == fewest_idle(model, slots)
    assert steps <= 20_000


def test_polish_stops_with_the_clock_and_is_hurried_before() -> None:
    model = busy_day(3, n=14)
    late = Clock(0)
    assert polish(greedy(model, fair=False), seed=1, steps=99, clock=late, share=1)[1] == 0
    assert late.stopped
    ticks = iter(range(10**9))
    slow = Clock(12.0, now=lambda: next(ticks) / 10)
    odd = model_of(complete(7, 6))
    polish(greedy(odd, fair=False), seed=1, steps=10**6, clock=slow, share=1)
    assert slow.stopped


def test_packing_answers_whether_the_bound_can_be_met() -> None:
    model = model_of(two_sides(5, 4, 5))
    found: list[Found] = []
    program = weight_program(model)
    solve(program, 10, 1, found.append, lambda: False, branch=False)
    proof = best_prices(model, program.keys, found[0].row_price)
    assert proof.weight == 200
    slots = pack(model, proof, seconds=10, seed=1, should_stop=lambda: False)
    assert slots is not None
    assert Timetable(model, slots).weight == 200
    assert legal(Timetable(model, slots))


def test_packing_says_no_where_there_is_none() -> None:
    model = model_of(complete(5, 4))
    proof = priced(model, {("seat", i): 3_500 for i in range(20)})
    assert proof.weight == 70
    assert pack(model, proof, seconds=10, seed=1, should_stop=lambda: False) is None
    uneven = priced(model, {("seat", 0): 1})
    assert uneven.total % 1_000
    assert pack(model, uneven, seconds=10, seed=1, should_stop=lambda: False) is None


def test_who_cannot_be_asked_for_a_stop_stops_the_packing(monkeypatch: pytest.MonkeyPatch) -> None:
    is_stopped = Event()
    monkeypatch.setattr(cp_model.CpSolver, "solve", lambda *_: is_stopped.wait(20))
    monkeypatch.setattr(cp_model.CpSolver, "stop_search", lambda _: is_stopped.set())

    def unreachable() -> bool:
        raise ConnectionError("no database")

    model = model_of(two_sides(5, 4, 5))
    proof = priced(model, {})
    with pytest.raises(ConnectionError):
        pack(model, proof, seconds=20, seed=1, should_stop=unreachable)
    assert is_stopped.is_set()


def test_packing_with_locks_and_wishes_without_a_slot() -> None:
    case = problem(
        "1 2",
        orgs={"a": {}, "b": {}, "c": {}, "d": {"available": []}},
        wishes=[("a", "b", 10), ("a", "c", 10), ("a", "d", 10)],
        locks=[{"wish": "a-c", "slot": "2"}],
    )
    model = model_of(case)
    proof = priced(model, {})
    assert pack(model, proof, seconds=5, seed=1, should_stop=lambda: True) in (
        None,
        [0, 1, UNPLACED],
    )
    assert pack(model, proof, seconds=5, seed=1, should_stop=lambda: False) == [0, 1, UNPLACED]


def test_prices_add_up_to_the_bound_of_the_format() -> None:
    """Three wishes for one slot of a: at a price of 50 the slot, 10 is left over from the heaviest."""
    case = problem(
        "1",
        orgs={"a": {"max_meetings": 1, "max_per_day": 1}, "b": {}, "c": {}, "d": {}},
        wishes=[("a", "b", 60), ("a", "c", 50), ("a", "d", 40)],
        tables=2,
    )
    model = model_of(case)
    assert priced(model, {}).weight == 150
    for key in (("seat", 0), ("cap", 0), ("cap_day", 0)):
        proof = priced(model, {key: 50_000})
        assert (proof.total, proof.weight) == (60_000, 60)
        assert bound_of(model, proof, None).placed_weight == 60
    table = priced(model, {("tables", 0): 50_000})
    assert table.weight == 110, "two tables at 50, and 10 left over"
    dual = bound_of(
        model,
        priced(model, {("tables", 0): 1, ("cap", 0): 2, ("cap_day", 0): 3, ("seat", 0): 4}),
        None,
    ).dual
    assert dual.tables == (("1", 1),)
    assert dual.org == (("a", 2),)
    assert dual.org_day == (("a", "mon", 3),)
    assert dual.org_slot == (("a", "1", 4),)


def test_locks_are_taken_out_of_the_bound() -> None:
    case = problem(
        "1",
        orgs={"a": {}, "b": {}, "c": {}},
        wishes=[("a", "b", 60), ("a", "c", 90)],
        locks=[{"wish": "a-b", "slot": "1"}],
    )
    assert priced(model_of(case), {("seat", 0): 90_000}).weight == 60


def test_branch_and_bound_may_prove_less_than_prices_and_rounding_is_careful() -> None:
    model = model_of(complete(5, 4))
    proof = priced(model, {})
    assert bound_of(model, proof, 55.99999).placed_weight == 56
    assert bound_of(model, proof, 55.99999).method == bounds.SEARCH
    assert bound_of(model, proof, 999.0).placed_weight == proof.weight == 70
    assert bound_of(model, proof, 999.0).method == bounds.PROOF


def test_prices_that_need_rounding_stay_a_proof() -> None:
    model = model_of(complete(5, 4))
    keys = [("seat", i) for i in range(20)] + [("wish", 0)]

    proof = best_prices(model, keys, -np.array([7 / 3] * 20 + [1.0]))
    assert all(isinstance(price, int) for price in proof.prices.values())
    assert 56 <= proof.weight <= 72


def test_tables_stay_where_somebody_sits_already() -> None:
    case = problem(
        orgs={"a": {}, "b": {}, "c": {}, "d": {}},
        wishes=[("a", "b", 1), ("a", "c", 1), ("a", "d", 1)],
    )
    model = model_of(case)
    tables = seat(model, [0, 1, 2], seed=1, clock=Clock(5), share=1)
    assert len(set(tables)) == 1
    kept = seat(model, [0, 1, 2], seed=1, clock=Clock(5), share=1, keep={1: 2})
    assert kept == [2, 2, 2]
    seating = Seating(model, [0, 1, 2], {0: 0, 1: 1, 2: 0})
    assert seating.changes() == 2


def test_tables_that_are_gone_or_taken_are_not_kept() -> None:
    case = problem(
        "1 2",
        tables=[{"id": "t1", "slots": ["2"]}, {"id": "t2"}, {"id": "t3"}],
        locks=[{"wish": "c-d", "slot": "1", "table": "t2"}],
    )
    model = model_of(case)
    assert seat(model, [0, 0], seed=1, clock=Clock(5), share=1, keep={0: 0}) == [2, 1]
    assert seat(model, [0, 0], seed=1, clock=Clock(5), share=1, keep={0: 1}) == [2, 1]
    assert seat(model_of(problem()), [1, UNPLACED], seed=1, clock=Clock(0), share=1)[1] == -1


def test_the_child_says_what_the_solver_says_here() -> None:
    program = weight_program(busy_day(2))
    found: list[Found] = []
    solve(program, 10, 1, found.append, lambda: False)
    beside = child.Beside(program, 10, 1)
    news: list[Found] = []
    while beside.is_running():
        news += beside.news()
    beside.close()
    assert [one.done for one in news] == [one.done for one in found]
    assert news[-1].x is not None
    assert found[-1].x is not None
    assert news[-1].x.tolist() == found[-1].x.tolist()


def test_what_was_known_before_the_child_began_is_told_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A program between the two sizes: relaxed here, searched beside, unless the first settles it."""
    monkeypatch.setattr(child, "TINY", 0)
    hard = weight_program(
        model_of(problem("1", wishes=[("a", "b", 3), ("b", "c", 3), ("a", "c", 3)]))
    )
    beside = child.start(hard, 10, 1, lambda: False)
    assert isinstance(beside, child.Beside)
    news: list[Found] = []
    while beside.is_running():
        news += beside.news()
    beside.close()
    assert news[0].row_price is not None
    assert news[0].x is None, "half of each: no plan yet"
    assert news[-1].done
    easy = weight_program(model_of(problem("1", wishes=[("a", "b", 3)])))
    assert isinstance(child.start(easy, 10, 1, lambda: False), child.Here)


def test_the_solver_says_when_it_begins_to_branch() -> None:
    found: list[Found] = []

    def has_left() -> bool:
        return any(one.root for one in found)

    solve(weight_program(busy_day(1, n=60)), 60, 1, found.append, has_left)
    assert has_left()


def test_a_child_can_be_ended_at_any_moment() -> None:
    beside = child.Beside(weight_program(model_of(two_sides(12, 11, 12))), 600, 1)
    beside.close()
    assert beside.process.returncode == -9
    beside.news()
    assert not beside.is_running()


def test_the_solver_stops_when_told() -> None:
    found: list[Found] = []
    solve(weight_program(model_of(two_sides(8, 7, 8))), 60, 1, found.append, lambda: True)
    assert not any(one.done for one in found)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_solver_beside_gives_the_same_plan(workers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    case = complete(7, 6)
    here = plan(case, seconds=8, steps=2_000)
    monkeypatch.setattr(child, "TINY", 0)
    monkeypatch.setattr(child, "SMALL", 0)
    monkeypatch.setattr(placing, "SMALL", 0)
    monkeypatch.setattr(placing, "HEAD_START", 0.0)
    beside = plan(case, seconds=8, steps=2_000, workers=workers)
    assert beside.stats.placed_weight == here.stats.placed_weight == 126


def test_without_any_solver_the_search_still_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placing, "start", lambda *_: child.Here([]))
    result = plan(two_sides(4, 4, 4), seconds=2, steps=5_000)
    assert result.stats.placed_weight == result.stats.bound == 160
    assert (
        result.found_by if hasattr(result, "found_by") else result.solver in {"greedy", "ejection"}
    )


def test_a_bound_that_comes_late_still_counts() -> None:
    model = model_of(problem("1", wishes=[("a", "b", 60), ("a", "c", 50)]))
    program = weight_program(model)
    found: list[Found] = []
    solve(program, 5, 1, found.append, lambda: False)
    late = Placing.begin(model, fair=False)
    assert late.bound == 110
    late.program, late.solver = program, child.Here([*found, Found(bound=60.0)])
    late.close()
    assert late.bound == 60
    assert late.searched == 60.0


def test_insert_prefers_the_slot_without_waiting() -> None:
    case = problem(
        orgs={"a": {}, "b": {"available": ["1"]}, "c": {"available": ["2", "3"]}},
        wishes=[("a", "b", 9), ("a", "c", 5)],
    )
    table = Timetable(model_of(case))
    assert insert(table, [0, 1]) == 2
    assert table.slot == [0, 1]


def test_progress_is_told_by_stage_and_not_too_often() -> None:
    told: list[Progress] = []
    result = plan(complete(6, 5), seconds=5, on_progress=told.append)
    assert list(dict.fromkeys(one.stage for one in told)) == [
        "domains",
        "weight",
        "first meetings",
        "idle",
        "tables",
        "bound",
        "reasons",
        "check",
    ]
    assert set(result.stats.timings) == {one.stage for one in told}
    assert told[0].gap is None
    assert told[-1].gap == 0.0
    assert told[-1].fraction == 1.0
    clock = Clock(5, told.append, now=lambda: 0.0)
    count = len(told)
    clock.tell()
    clock.tell()
    assert len(told) == count + 1
