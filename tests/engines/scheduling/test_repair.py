"""The morning after: who cannot come is gone, almost everybody else stays where they were."""

from typing import Any

import pytest

from matchmaking.scheduling import repair as repairing
from matchmaking.scheduling.exchange import problem_document, problem_from
from matchmaking.scheduling.planner import FREEZE, NoScheduleYet, plan
from matchmaking.scheduling.problem import InvalidProblem, Placed, Problem
from matchmaking.scheduling.repair import affected, curve, repair
from tests.engines.scheduling.cases import event, problem
from tests.engines.scheduling.test_search import busy_day


def morning(seed: int) -> Problem:
    """A planned day of which one organisation cancels and one comes late."""
    evening = busy_day(seed, n=12).problem
    result = plan(evening, seconds=5, steps=2_000)
    document: dict[str, Any] = problem_document(evening)
    document["previous"] = [
        {"wish": row.wish, "slot": row.slot, "table": row.table} for row in result.meetings
    ]
    document["organisations"][3]["available"] = []
    document["organisations"][4]["available"] = document["organisations"][4]["available"][2:]
    return problem_from(document)


@pytest.mark.parametrize("seed", range(3))
def test_frozen_nothing_moves_that_can_stay(seed: int) -> None:
    case = morning(seed)
    result = repair(case, keep=FREEZE, seconds=5, steps=2_000)
    assert result.changes is not None
    assert (result.changes.unforced_moved, result.changes.unforced_dropped) == (0, 0)
    assert result.changes.forced > 0
    assert result.repair == "freeze"


@pytest.mark.parametrize("seed", range(3))
def test_the_readier_to_move_the_more_weight(seed: int) -> None:
    points = curve(morning(seed), seconds=5)
    weights = [point.plan.stats.placed_weight for point in points]
    assert weights == sorted(weights)
    assert [point.keep for point in points] == [FREEZE, 50, 20, 5, 1, 0]
    first, last = points[0].plan.changes, points[-1].plan.changes
    assert first is not None
    assert last is not None
    assert first.kept >= last.kept
    assert len(points[0].affected) <= len(points[-1].affected)


def test_a_high_price_keeps_and_a_low_one_moves() -> None:
    """d comes late and only has slot 1, where a sits with b: moving them would place a-d."""
    facts: dict[str, Any] = {
        "slots": "1 2",
        "orgs": {"a": {}, "b": {}, "d": {"available": ["1"]}},
        "wishes": [("a", "b", 60), ("a", "d", 10)],
        "previous": [{"wish": "a-b", "slot": "1", "table": "t2"}],
    }
    kept = repair(problem(**facts), keep=20, seconds=2)
    assert kept.meetings == (Placed("a-b", "1", "t2"),)
    swap = {"code": "single_change", "change": {"swap": {"wish": "a-b", "slot": "2"}}}
    assert swap in [reason.as_dict() for reason in kept.unplaced[0].reasons]
    moved = repair(problem(**facts), keep=5, seconds=2)
    assert {row.wish: row.slot for row in moved.meetings} == {"a-b": "2", "a-d": "1"}
    assert affected(problem(**facts), moved) == ("a", "b", "d")
    assert affected(problem(**facts), kept) == ()


def test_meetings_that_cannot_all_stay() -> None:
    """One table is lost: of two meetings in its slot the heavier stays, the other moves."""
    before = [
        {"wish": "a-b", "slot": "1", "table": "t1"},
        {"wish": "c-d", "slot": "1", "table": "t2"},
    ]
    result = repair(problem("1 2", tables=1, previous=before), keep=FREEZE, seconds=2)
    assert result.meetings == (Placed("a-b", "1", "t1"), Placed("c-d", "2", "t1"))
    blocked = event("1 2", tables=1, previous=before)
    blocked["organisations"][2]["available"] = ["1"]
    blocked["locks"] = [{"wish": "a-b", "slot": "2"}]
    result = repair(problem_from(blocked), keep=FREEZE, seconds=2)
    assert {row.wish: row.slot for row in result.meetings} == {"a-b": "2", "c-d": "1"}


def test_without_time_the_frozen_repair_still_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    before = [
        {"wish": "a-b", "slot": "1", "table": "t1"},
        {"wish": "c-d", "slot": "1", "table": "t2"},
    ]
    case = problem("1 2", tables=1, previous=before)
    monkeypatch.setattr(repairing, "run", lambda *_: None)
    for keep in (FREEZE, 20):
        assert repair(case, keep=keep, seconds=1).meetings[0] == Placed("a-b", "1", "t1")


def test_a_large_event_frees_only_those_touched_and_their_partners(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = morning(1)
    whole = repair(case, keep=1, seconds=5, steps=2_000)
    monkeypatch.setattr(repairing, "LARGE", 0)
    part = repair(case, keep=1, seconds=5, steps=2_000)
    assert part.changes is not None
    assert whole.changes is not None
    assert part.stats.placed_weight <= whole.stats.placed_weight
    assert part.changes.forced == whole.changes.forced


def test_nothing_to_repair_and_stopped() -> None:
    with pytest.raises(InvalidProblem, match="previous: is empty"):
        repair(problem(), keep=FREEZE)
    with pytest.raises(NoScheduleYet):
        repair(morning(1), keep=FREEZE, should_stop=lambda: True)
    assert curve(morning(1), should_stop=lambda: True) == ()
