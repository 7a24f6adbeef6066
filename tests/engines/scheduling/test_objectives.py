"""Each objective once without effect and once with an exact effect, and the optimum by all means."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaking.scheduling.constraints import violations
from matchmaking.scheduling.exchange import problem_from
from matchmaking.scheduling.measure import changes, gini, measures
from matchmaking.scheduling.planner import plan
from matchmaking.scheduling.problem import Placed
from tests.engines.scheduling import naive
from tests.engines.scheduling.cases import complete, event, problem, two_sides


def test_placed_weight_counts_only_what_is_placed() -> None:
    count = measures(problem(), [Placed("a-b", "1", "t1")])
    assert (count.placed, count.placed_weight, count.total_weight) == (1, 60, 110)


def test_zero_orgs_counts_only_those_with_a_wish_that_has_a_slot() -> None:
    case = problem(orgs={"a": {}, "b": {}, "c": {"available": []}, "d": {}, "e": {}})
    assert measures(case, []).zero_orgs == 2
    assert measures(case, [Placed("a-b", "1", "t1")]).zero_orgs == 0


@pytest.mark.parametrize(
    ("second", "facts", "idle"),
    [
        ("2", {}, 0),
        ("3", {}, 1),
        ("4", {}, 2),
        ("4", {"available": ["1", "2", "4"]}, 1),
        ("4", {"available": ["1", "4"]}, 0),
    ],
)
def test_idle_slots_lie_between_meetings_and_within_availability(
    second: str, facts: dict[str, Any], idle: int
) -> None:
    people = {"a": facts, "b": {}, "c": {}}
    case = problem("1 2 3 4", orgs=people, wishes=[("a", "b", 5), ("a", "c", 5)])
    count = measures(case, [Placed("a-b", "1", "t1"), Placed("a-c", second, "t1")])
    assert (count.idle_total, count.idle_max) == (idle, idle)


def test_a_night_is_not_idle_time() -> None:
    days = {"1": "mon", "2": "mon", "3": "tue", "4": "tue"}
    case = problem(
        "1 2 3 4", days, orgs={"a": {}, "b": {}, "c": {}}, wishes=[("a", "b", 5), ("a", "c", 5)]
    )
    assert measures(case, [Placed("a-b", "1", "t1"), Placed("a-c", "4", "t1")]).idle_total == 0


def test_table_changes() -> None:
    people = {"a": {"parallel": 2}, "b": {}, "c": {}, "d": {}}
    case = problem(orgs=people, wishes=[("a", "b", 5), ("a", "c", 5), ("a", "d", 5)])
    first = Placed("a-b", "1", "t1")
    assert measures(case, [first, Placed("a-c", "2", "t1")]).table_changes == 0
    assert measures(case, [first, Placed("a-c", "2", "t2")]).table_changes == 1
    further = [Placed("a-c", "2", "t1"), Placed("a-d", "2", "t2")]
    assert measures(case, [first, *further]).table_changes == 0, "a further delegate sits down"
    both = [Placed("a-c", "2", "t3"), Placed("a-d", "2", "t2")]
    assert measures(case, [first, *both]).table_changes == 1


def test_gini() -> None:
    assert gini([]) == gini([0, 0]) == gini([2, 2]) == 0
    assert gini([0, 1]) == 0.5


def test_changes_against_the_previous_schedule() -> None:
    pairs = [
        ("a", "b", 5),
        ("a", "c", 5),
        ("a", "d", 5),
        ("b", "c", 5),
        ("b", "d", 5),
        ("c", "d", 5),
    ]
    before = [
        ("a-b", "1", "t1"),
        ("c-d", "1", "t2"),
        ("a-c", "2", "t1"),
        ("b-d", "2", "t2"),
        ("z-z", "3", "t1"),
    ]
    case = problem(
        "1 2 3 4",
        orgs={"a": {}, "b": {"available": ["1", "3", "4"]}, "c": {}, "d": {}},
        wishes=pairs,
        previous=[{"wish": w, "slot": s, "table": t} for w, s, t in before],
    )
    now = [
        Placed("a-b", "1", "t1"),
        Placed("c-d", "1", "t3"),
        Placed("a-c", "3", "t1"),
        Placed("a-d", "4", "t1"),
    ]
    count = changes(case, now)
    assert count is not None
    assert (count.kept, count.retabled, count.moved, count.dropped, count.added) == (1, 1, 1, 2, 1)
    assert (count.forced, count.unforced_moved, count.unforced_dropped) == (2, 1, 0)
    assert changes(problem(), now) is None


KNOWN = [
    (complete(4, 3), 42),
    (complete(6, 5), 105),
    (complete(5, 4), 56),
    (complete(7, 6), 126),
    (two_sides(3, 2, 3), 60),
    (two_sides(4, 4, 4), 160),
    (two_sides(6, 5, 6), 300),
    (two_sides(4, 4, 2), 80),
]


@pytest.mark.parametrize(("case", "best"), KNOWN, ids=range(len(KNOWN)))
def test_perfect_packings_reach_their_known_optimum(case: Any, best: int) -> None:
    """K_n is 1-factorable for even n; for odd n one sits out a slot; K_n,n is a Latin square."""
    result = plan(case, seconds=5)
    assert result.stats.placed_weight == result.stats.bound == best


def test_equal_weight_leaves_nobody_with_nothing() -> None:
    """a-b alone or a-c with b-d: both bring 60."""
    case = problem("1", wishes=[("a", "b", 60), ("a", "c", 30), ("b", "d", 30)])
    result = plan(case, seconds=2)
    assert (result.stats.placed_weight, result.stats.zero_orgs) == (60, 0)


def test_a_fair_plan_puts_first_meetings_before_weight_and_shows_the_price() -> None:
    case = problem("1", wishes=[("a", "b", 60), ("a", "c", 20), ("b", "d", 20)])
    plain, fair = plan(case, seconds=2), plan(case, seconds=2, fair=True)
    assert (plain.stats.placed_weight, plain.stats.zero_orgs, plain.stats.fair_price) == (
        60,
        2,
        None,
    )
    assert (fair.stats.placed_weight, fair.stats.zero_orgs, fair.stats.fair_price) == (40, 0, 20)


def test_a_meeting_against_the_rules_is_measured_too() -> None:
    case = problem(
        orgs={"a": {"available": ["1"]}, "b": {"available": ["2"]}}, wishes=[("a", "b", 9)]
    )
    count = measures(case, [Placed("a-b", "1", "t1")])
    assert (count.placed, count.orgs_with_placeable_wish, count.zero_orgs) == (1, 0, 0)


@st.composite
def tiny(draw: st.DrawFn) -> dict[str, Any]:
    """Up to 5 wishes of 4 organisations in up to 4 slots of 2 days, every rule now and then."""
    slots = draw(st.sampled_from(["1", "1 2", "1 2 3", "1 2 3 4"]))
    names = slots.split()
    days = {name: "mon" if i < 2 else "tue" for i, name in enumerate(names)}
    orgs: dict[str, Any] = {}
    for name in "abcd":
        facts: dict[str, Any] = {"available": draw(st.lists(st.sampled_from(names), unique=True))}
        for key, values in (
            ("parallel", [2]),
            ("max_meetings", [0, 1, 2]),
            ("max_per_day", [0, 1]),
        ):
            if draw(st.integers(0, 3)) == 0:
                facts[key] = draw(st.sampled_from(values))
        if draw(st.integers(0, 3)) == 0:
            facts["parallel_in"] = {draw(st.sampled_from(names)): draw(st.integers(0, 2))}
        orgs[name] = facts
    pairs = draw(
        st.lists(
            st.sampled_from(["ab", "ac", "ad", "bc", "bd", "cd"]),
            unique=True,
            min_size=1,
            max_size=5,
        )
    )
    document = event(
        slots,
        days,
        draw(st.integers(1, 2)),
        orgs,
        [(pair[0], pair[1], draw(st.integers(0, 100))) for pair in pairs],
        sessions=[{"id": "hall", "format": "C2C"}],
    )
    for wish in document["wishes"]:
        if draw(st.integers(0, 4)) == 0:
            wish["needs_table"] = False
        if draw(st.integers(0, 4)) == 0:
            wish["format"] = draw(st.sampled_from(["C2C", "B2B"]))
    return document


@settings(max_examples=40, deadline=None)
@given(tiny(), st.booleans())
def test_the_plan_is_as_good_as_trying_all_schedules(document: dict[str, Any], fair: bool) -> None:
    case = problem_from(document)
    result = plan(case, seconds=5, steps=200, fair=fair)
    meetings = {meeting.wish: meeting.slot for meeting in result.meetings}
    every = list(naive.schedules(document))
    assert meetings in every
    assert not violations(case, result.meetings)
    heaviest = max(naive.weight(document, one) for one in every)
    rank = [(naive.without_meeting(document, one), -naive.weight(document, one)) for one in every]
    mine = (naive.without_meeting(document, meetings), -naive.weight(document, meetings))
    if fair:
        assert mine == min(rank)
    else:
        assert mine == min(key for key in rank if -key[1] == heaviest)
    assert result.stats.zero_orgs == mine[0]
    assert result.stats.placed_weight == -mine[1]
    assert result.stats.idle_total == naive.idle(document, meetings)
    assert result.bound is not None
    assert heaviest <= result.bound.placed_weight <= result.bound.dual_weight
    assert {row.wish for row in result.unplaced} | set(meetings) == {
        w["id"] for w in document["wishes"]
    }
    assert all(row.reasons for row in result.unplaced)
