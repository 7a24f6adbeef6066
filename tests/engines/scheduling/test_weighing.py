"""Who finds the placed set: scripted solvers, the search beside them, chains that cannot be."""

import io
import os
import pickle
import sys
from dataclasses import replace

import pytest

from matchmaking.scheduling import child, placing
from matchmaking.scheduling.bounds import best_prices, priced
from matchmaking.scheduling.clock import Clock
from matchmaking.scheduling.ejection import Ejection, greedy
from matchmaking.scheduling.highs import Found, solve
from matchmaking.scheduling.kempe import Kempe
from matchmaking.scheduling.model import Model, model_of
from matchmaking.scheduling.packing import pack
from matchmaking.scheduling.placing import Placing
from matchmaking.scheduling.planner import plan
from matchmaking.scheduling.program import weight_program
from matchmaking.scheduling.timetable import UNPLACED, Timetable
from tests.engines.scheduling.cases import complete, problem, two_sides


class Scripted:
    """A solver that says what it is told to say, one piece at each question, and then runs on."""

    def __init__(self, *script: Found, ends: bool = True) -> None:
        self.script = list(script)
        self.ends = ends

    def news(self) -> list[Found]:
        return [self.script.pop(0)] if self.script else []

    def is_running(self) -> bool:
        return bool(self.script) or not self.ends

    def close(self) -> None:
        self.script = []


def weighed(model: Model, *solvers: Scripted, seconds: float = 5.0, workers: int = 2) -> Placing:
    """A placing that was weighed with scripted solvers."""
    patch = pytest.MonkeyPatch()
    queue = list(solvers)
    patch.setattr(placing, "start", lambda *_: queue.pop(0))
    result = Placing.begin(model, fair=False)
    try:
        placing._weigh(result, Clock(seconds), seed=1, workers=workers, steps=500)
    finally:
        result.close()
        patch.undo()
    return result


def relaxed(model: Model) -> Found:
    """The relaxation of a model whose relaxation is fractional."""
    found: list[Found] = []
    solve(weight_program(model), 10, 1, found.append, lambda: False, branch=False)
    assert not found[0].done
    return found[0]


ODD = complete(5, 4)
"""Bound by prices 70, the best is 56."""


@pytest.mark.parametrize("workers", [1, 2])
def test_a_solver_that_never_gets_anywhere_leaves_it_to_the_search(workers: int) -> None:
    model = model_of(ODD)
    result = weighed(model, Scripted(ends=False), seconds=0.5, workers=workers)
    assert not result.rooted
    assert result.weight == 56


@pytest.mark.parametrize("workers", [1, 2])
def test_branch_and_bound_has_its_turn_after_the_search(workers: int) -> None:
    model = model_of(ODD)
    first, root = relaxed(model), Found(root=True)
    end = Found(bound=56.0, done=True)
    scripts = (
        [Scripted(first, root, end)]
        if workers > 1
        else [Scripted(first, root), Scripted(first, root, end)]
    )
    result = weighed(model, *scripts, workers=workers)
    assert (result.weight, result.bound, result.exact) == (56, 56, True)


def test_the_packing_is_asked_as_soon_as_there_are_prices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placing, "TINY", 0)
    model = model_of(two_sides(6, 5, 6))
    found: list[Found] = []
    solve(weight_program(model), 10, 1, found.append, lambda: False, branch=False)
    result = weighed(model, Scripted(Found(row_price=found[0].row_price), ends=False))
    assert (result.weight, result.bound) == (300, 300)
    assert result.found_by == "cp-sat"


def test_a_bound_that_is_met_by_the_greedy_ends_it() -> None:
    model = model_of(two_sides(3, 1, 3))
    program = weight_program(model)
    found: list[Found] = []
    solve(program, 10, 1, found.append, lambda: False)
    result = weighed(model, Scripted(Found(row_price=found[0].row_price), ends=False))
    assert (result.weight, result.is_best, result.found_by) == (30, True, "greedy")


def test_packing_is_left_out_where_it_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placing, "SMALL", 0)
    model = model_of(ODD)
    result = weighed(model, Scripted(relaxed(model), Found(root=True)))
    assert result.weight == 56


def test_a_stop_ends_the_waiting() -> None:
    clock = Clock(60, should_stop=lambda: True)
    result = Placing.begin(model_of(ODD), fair=False)
    result.solver = Scripted(ends=False)  # type: ignore[assignment] # a double
    placing._wait(clock, 1.0, result, lambda: False)
    assert clock.stopped
    result.wait_for_bound(clock, 1.0)
    assert result.solver is None


def test_a_bound_is_waited_for_a_while() -> None:
    model = model_of(ODD)
    result = Placing.begin(model, fair=False)
    result.program = weight_program(model)
    script = Scripted(relaxed(model), ends=False)
    result.solver = script  # type: ignore[assignment] # a double
    result.wait_for_bound(Clock(60), 1.0)
    assert result.proof.weight == 70


def test_a_chain_that_cannot_be_is_refused() -> None:
    """b may not leave slot 1, so a cannot come there; day caps and tables refuse too."""
    days = {"1": "mon", "2": "tue"}
    fixed = problem(
        "1 2",
        days,
        orgs={"a": {}, "b": {}, "c": {"available": ["1"]}},
        wishes=[("a", "b", 5), ("b", "c", 5)],
    )
    table = Timetable(model_of(fixed), [1, 0])
    assert not Kempe(table).propose(0, 1, 0)
    capped = problem(
        "1 2 3",
        {"1": "mon", "2": "tue", "3": "tue"},
        orgs={"a": {"max_per_day": 1}, "b": {}, "c": {}},
        wishes=[("a", "b", 5), ("a", "c", 5)],
    )
    table = Timetable(model_of(capped), [0, 1])
    assert not Kempe(table).propose(0, 0, 2)
    assert not Kempe(table).propose(1, 1, 0) or table.model.n_slots == 3
    tables = Timetable(model_of(problem("1 2", tables=1)), [0, 1])
    assert not Kempe(tables).propose(0, 0, 1)
    seats = problem(
        "1 2",
        orgs={"a": {"parallel_in": {"1": 2}}, "b": {}, "c": {}},
        wishes=[("a", "b", 5), ("a", "c", 5)],
    )
    assert Kempe(Timetable(model_of(seats), [0, 0])).propose(0, 0, 1)


def test_the_child_reads_a_task_and_writes_news(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The child's main, here: coverage does not follow into another process."""
    out = io.BytesIO()
    task = pickle.dumps((weight_program(model_of(ODD)), 10.0, 1))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(task)))
    monkeypatch.setattr(os, "dup", lambda fd: fd)
    monkeypatch.setattr(os, "dup2", lambda *_: 1)
    monkeypatch.setattr(os, "fdopen", lambda *_: out)
    child.main()
    out.seek(0)
    assert pickle.load(out).row_price is not None


def test_a_program_without_a_solution_is_said_to_be_done() -> None:
    """Two locked wishes for one seat: never a valid problem, but a repair may ask for it."""
    model = model_of(
        problem("1", orgs={"a": {}, "b": {}, "c": {}}, wishes=[("a", "b", 5), ("a", "c", 5)])
    )
    found: list[Found] = []
    solve(weight_program(replace(model, locked=(0, 0))), 5, 1, found.append, lambda: False)
    assert [(one.x, one.done) for one in found] == [(None, True)]


def test_only_a_relaxation_proves_a_price() -> None:
    model = model_of(ODD)
    assert best_prices(model, [], None).weight == 70


def test_packing_stops_when_asked_while_it_searches() -> None:
    model = model_of(two_sides(30, 29, 30))
    proof = priced(model, {("seat", i): 5_000 for i in range(60 * 29)})
    assert proof.weight == 8_700
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 2

    pack(model, proof, seconds=20, seed=1, should_stop=stop)
    assert len(asked) < 200


def test_locked_meetings_are_never_pushed_out_by_any_rule() -> None:
    people = {"a": {"max_meetings": 1, "max_per_day": 1}, "b": {}, "c": {}}
    case = problem(
        orgs=people, wishes=[("a", "b", 1), ("a", "c", 90)], locks=[{"wish": "a-b", "slot": "1"}]
    )
    model = model_of(case)
    search = Ejection(greedy(model, fair=False), seed=1, fair=False)
    search.run(60, Clock(60), 1)
    assert search.best == [0, UNPLACED]
    both = problem(
        "1",
        orgs={"a": {}, "b": {}, "c": {}, "d": {}},
        wishes=[("a", "b", 1), ("c", "d", 1), ("a", "c", 90)],
        locks=[{"wish": "c-d", "slot": "1"}],
    )
    model = model_of(both)
    search = Ejection(greedy(model, fair=False), seed=1, fair=False)
    search.run(60, Clock(60), 1)
    assert search.best == [0, 0, UNPLACED], "a-b was pushed and put back, for c-d is locked"


def test_a_solver_that_runs_on_is_ended_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    model = model_of(ODD)
    monkeypatch.setattr(placing, "start", lambda *_: Scripted(ends=False))
    clock = Clock(0.05)
    assert placing.run(model, weight_program(model), clock, 1) is None
    assert clock.stopped


def test_kempe_with_delegates_and_gone_seats() -> None:
    """a has two seats in slot 2, of which one is free; b must make room for itself."""
    people = {"a": {"parallel_in": {"2": 2}}, "b": {}, "c": {}, "d": {}}
    pairs = [("a", "b", 5), ("a", "c", 5), ("b", "d", 5)]
    case = problem("1 2", orgs=people, wishes=pairs)
    kempe = Kempe(Timetable(model_of(case), [0, 1, 1]))
    assert kempe.propose(0, 0, 1)
    assert kempe.goes == {0: 1, 2: -1}
    full = problem("1 2", orgs={**people, "b": {"parallel_in": {"2": 0}}}, wishes=pairs)
    table = Timetable(model_of(full), [0, 1, UNPLACED])
    assert not Kempe(table).propose(0, 0, 1)
    crowd = replace(
        model_of(case), seats=tuple(0 if i == 1 else n for i, n in enumerate(model_of(case).seats))
    )
    assert not Kempe(Timetable(crowd, [0, UNPLACED, UNPLACED])).propose(0, 0, 1)


def test_first_meetings_are_left_to_the_search_where_the_solver_does_not_get_through(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = problem("1", wishes=[("a", "b", 60), ("a", "c", 20), ("b", "d", 20)])
    monkeypatch.setattr(placing, "start", lambda *_: Scripted(ends=False))
    result = plan(case, seconds=0.5, fair=True, steps=500)
    assert (result.stats.zero_orgs, result.stats.placed_weight) == (0, 40)
    assert result.stopped or result.solver in {"greedy", "ejection"}
