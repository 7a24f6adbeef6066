"""A problem without names is the same problem; its solutions translate both ways."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaking.scheduling.anonymous import FIRST_DAY, anonymous, fingerprint
from matchmaking.scheduling.constraints import violations
from matchmaking.scheduling.exchange import problem_document, problem_from
from matchmaking.scheduling.measure import measures
from matchmaking.scheduling.problem import Placed, Problem
from tests.engines.scheduling.cases import event, problem
from tests.engines.scheduling.test_objectives import tiny


def rules(case: Problem, meetings: list[Placed]) -> Counter[tuple[str, int | None]]:
    """Which rules are broken by which meetings; the sentences name ids and may differ."""
    return Counter((one.rule, one.index) for one in violations(case, meetings))


@given(tiny(), st.data())
@settings(max_examples=150, deadline=None)
def test_rules_and_measures_stay(document: dict[str, Any], data: st.DataObject) -> None:
    case = problem_from(document)
    names = anonymous(case)
    spots = st.tuples(
        st.sampled_from([one.id for one in case.slots]),
        st.sampled_from([None, *(one.id for one in case.tables)]),
    )
    places = data.draw(st.lists(spots, min_size=len(case.wishes), max_size=len(case.wishes)))
    meetings = [Placed(one.id, *spot) for one, spot in zip(case.wishes, places, strict=True)]
    hidden = [names.hidden(one) for one in meetings]
    assert rules(names.problem, hidden) == rules(case, meetings)
    assert measures(names.problem, hidden) == measures(case, meetings)
    assert [names.named(one) for one in hidden] == meetings
    assert problem_from(problem_document(names.problem)) == names.problem


def test_nothing_that_names_the_event_is_left() -> None:
    document = event(
        id="secret-event",
        orgs={name: {"kind": f"secret kind {name}", "side": "eu"} for name in "abcd"},
        locks=[{"wish": "a-b", "slot": "1", "table": "t1"}],
        previous=[
            {"wish": "c-d", "slot": "2", "table": "t2"},
            {"wish": "gone", "slot": "2", "table": "t2"},
            {"wish": "c-d2", "slot": "9", "table": None},
        ],
    )
    names = anonymous(problem_from(document))
    text = str(problem_document(names.problem))
    assert "secret" not in text
    assert "2026" not in text
    assert "a-b" not in text
    assert names.problem.locks[0].wish == "w1"
    assert [one.wish for one in names.problem.previous] == ["w2"]
    assert {one.side for one in names.problem.organisations} == {"eu"}
    first = names.problem.slots[0].start
    assert (first.date(), first.hour) == (FIRST_DAY.date(), 8)


def test_names_follow_from_ids_and_their_order_alone() -> None:
    case = problem()
    heavier = problem(wishes=[("a", "b", 1), ("c", "d", 2)])
    assert fingerprint(case) == fingerprint(heavier)
    assert anonymous(case).problem.id == f"event-{fingerprint(case)}"
    for other in (problem(tables=2), problem("1 2"), problem(wishes=[("a", "b", 60)])):
        assert fingerprint(other) != fingerprint(case)


@pytest.mark.parametrize("table", [None, "t9"])
def test_ids_that_are_unknown_stay(table: str | None) -> None:
    names = anonymous(problem())
    assert names.named(Placed("w9", "s9", table)) == Placed("w9", "s9", table)


def test_a_problem_without_slots_has_a_name() -> None:
    bare = Problem("empty", (), (), (), (), ())
    assert anonymous(bare).problem.slots == ()
