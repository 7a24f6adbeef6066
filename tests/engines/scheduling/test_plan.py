"""What a caller can rely on: repeatable, stoppable, checked, with reasons that hold."""

from dataclasses import replace
from typing import Any

import pytest

from matchmaking.scheduling.constraints import violations
from matchmaking.scheduling.exchange import solution_document
from matchmaking.scheduling.model import model_of
from matchmaking.scheduling.planner import NoScheduleYet, plan
from matchmaking.scheduling.problem import InvalidProblem, Placed, Problem
from matchmaking.scheduling.reasons import with_change
from matchmaking.scheduling.result import Plan, gap_percent
from tests.engines.scheduling.cases import Document, event, problem
from tests.engines.scheduling.test_search import busy_day


def test_the_same_input_seed_and_steps_give_the_same_bytes() -> None:
    case = busy_day(5, n=14, days=2).problem
    first, second = (plan(case, seconds=20, steps=3_000, seed=3) for _ in range(2))
    assert solution_document(first) == solution_document(second)


def test_a_problem_built_in_python_is_checked_too() -> None:
    with pytest.raises(InvalidProblem, match="slots: is empty"):
        plan(replace(problem(), slots=()))


def test_stopped_at_once_there_is_no_schedule() -> None:
    with pytest.raises(NoScheduleYet):
        plan(problem(), should_stop=lambda: True)


def test_stopped_later_the_best_so_far_is_whole() -> None:
    case = busy_day(6, n=14).problem
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 1

    result = plan(case, seconds=20, should_stop=stop)
    assert result.stopped
    assert result.meetings
    assert not violations(case, result.meetings)
    assert len(result.unplaced) + len(result.meetings) == len(case.wishes)


def test_no_time_at_all_still_gives_a_schedule() -> None:
    result = plan(busy_day(6, n=14).problem, seconds=0.001)
    assert result.stopped
    assert result.meetings


def test_gap() -> None:
    assert gap_percent(99, 100) == 1.0
    assert gap_percent(0, 0) == 0.0


def reasons_of(result: Plan, wish: str) -> list[dict[str, Any]]:
    return next([r.as_dict() for r in row.reasons] for row in result.unplaced if row.wish == wish)


def solved(**facts: Any) -> Plan:
    return plan(problem(**facts), seconds=2)


ABC = [("a", "b", 60), ("a", "c", 50)]


def test_no_common_slot_names_the_rule_that_cuts() -> None:
    people = {"a": {"available": ["1"]}, "b": {}, "c": {"available": ["2"]}}
    result = solved(orgs=people, wishes=ABC)
    assert reasons_of(result, "a-c")[0] == {"code": "no_common_slot", "cut_by": ["availability"]}
    night = {"a": {}, "b": {}, "c": {"utc_offset_minutes": 0, "decent_hours": ["09:00", "21:00"]}}
    result = solved(orgs=night, wishes=ABC)
    assert reasons_of(result, "a-c") == [{"code": "no_common_slot", "cut_by": ["decent_hours"]}]


def test_no_common_slot_names_all_rules_where_none_alone_is_to_blame() -> None:
    late = {"available": ["2"], "utc_offset_minutes": 0, "decent_hours": ["09:00", "21:00"]}
    result = solved(orgs={"a": {"available": ["1"]}, "b": {}, "c": late}, wishes=ABC)
    assert reasons_of(result, "a-c")[0]["cut_by"] == ["availability", "decent_hours"]


def test_a_full_cap_names_its_meetings_and_what_raising_it_would_do() -> None:
    people: dict[str, Document] = {"a": {"max_meetings": 1}, "b": {}, "c": {}}
    result = solved(orgs=people, wishes=ABC)
    assert {"code": "cap_full", "org": "a", "meetings": ["a-b"]} in reasons_of(result, "a-c")
    assert {"code": "single_change", "change": {"raise_cap": "a"}} in reasons_of(result, "a-c")
    people["c"] = {"max_meetings": 0}
    changes = [r for r in reasons_of(solved(orgs=people, wishes=ABC), "a-c") if "change" in r]
    assert changes == [], "two caps are no single change"
    people["c"] = {"available": []}
    assert not any("change" in r for r in reasons_of(solved(orgs=people, wishes=ABC), "a-c"))


def test_who_holds_each_shared_slot() -> None:
    result = solved(slots="1", orgs={"a": {}, "b": {}, "c": {}}, wishes=ABC)
    reasons = reasons_of(result, "a-c")
    assert reasons[0] == {
        "code": "blocked_slot",
        "slot": "1",
        "blockers": [{"org": "a", "wishes": ["a-b"]}],
    }
    assert {"code": "single_change", "change": {"free": "a", "slot": "1"}} in reasons


def test_tables_and_day_caps_hold_slots_too() -> None:
    result = solved(slots="1", tables=1)
    reasons = reasons_of(result, "c-d")
    assert reasons[0]["blockers"] == [{"tables": True}]
    assert {"code": "single_change", "change": {"add_table": "1"}} in reasons
    result = solved(orgs={"a": {"max_per_day": 1}, "b": {}, "c": {}}, wishes=ABC)
    held = [r["blockers"] for r in reasons_of(result, "a-c") if r["code"] == "blocked_slot"]
    assert held.count([{"day_cap": "a"}]) == 2


def test_the_price_argument_shows_that_no_best_schedule_has_the_wish() -> None:
    people: dict[str, Document] = {"a": {}, "b": {}, "c": {}, "d": {}}
    result = solved(slots="1", orgs=people, wishes=[("a", "b", 60), ("a", "d", 55), ("a", "c", 50)])
    proof = next(r for r in reasons_of(result, "a-c") if r["code"] == "proof")
    assert proof["rule"] == "price"
    assert proof["left"] > proof["right"] == 50
    assert (proof["orgs"], proof["slots"], proof["wishes"]) == (["a", "c"], ["1"], ["a-c"])
    even = solved(
        slots="1", orgs={"a": {}, "b": {}, "c": {}}, wishes=[("a", "b", 5), ("a", "c", 5)]
    )
    left_out = even.unplaced[0].wish
    assert not any(r["code"] == "proof" for r in reasons_of(even, left_out)), "either would do"


def with_wish(case: Problem, result: Plan, wish: str, change: dict[str, Any]) -> bool:
    """Whether the wish has a place after the change, all other meetings staying: all tried."""
    changed = with_change(case, change)
    others = list(result.meetings)
    if "swap" in change:
        other, slot = change["swap"]["wish"], change["swap"]["slot"]
        tables = [None, *(table.id for table in case.tables)]
        options = [
            [Placed(other, slot, table) if m.wish == other else m for m in others]
            for table in tables
        ]
    else:
        options = [others]
    tables = [None, *(table.id for table in changed.tables)]
    return any(
        not violations(changed, [*meetings, Placed(wish, slot.id, table)])
        for meetings in options
        for slot in changed.slots
        for table in tables
    )


def test_every_single_change_would_place_the_wish() -> None:
    tried = 0
    for seed in range(8):
        case = busy_day(seed, n=11, days=2).problem
        result = plan(case, seconds=5, steps=2_000)
        for row in result.unplaced:
            for reason in row.reasons:
                change = reason.as_dict().get("change")
                if change is not None:
                    assert "swap" not in change, "the plan was not the best"
                    assert with_wish(case, result, row.wish, change)
                    assert not with_wish(case, result, row.wish, {})
                    tried += 1
    assert tried > 10


def test_an_easier_problem_is_as_said() -> None:
    case = problem(
        orgs={"a": {"available": ["1"], "max_meetings": 1}, "b": {}, "c": {}}, wishes=ABC
    )
    assert with_change(case, {"raise_cap": "a"}).organisations[0].max_meetings == 2
    assert "2" in with_change(case, {"free": "a", "slot": "2"}).organisations[0].available
    assert with_change(case, {"free": "a", "slot": "1"}).organisations[0].parallel_in == {"1": 2}
    assert len(with_change(case, {"add_table": "1"}).tables) == 4
    assert with_change(case, {"swap": {"wish": "a-b", "slot": "2"}}) is case


def test_the_seats_of_a_locked_out_organisation_are_explained() -> None:
    people = {"a": {"parallel_in": {"1": 0}}, "b": {}, "c": {}}
    result = solved(slots="1", orgs=people, wishes=ABC)
    assert reasons_of(result, "a-b")[0]["blockers"] == [{"org": "a", "wishes": []}]
    assert model_of(problem(slots="1", orgs=people, wishes=ABC)).domain == (0, 0)
    assert event(slots="1")["slots"][0]["id"] == "1"
