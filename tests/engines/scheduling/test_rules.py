"""Each hard rule once without effect and once with an exact effect, in the check and in a plan."""

from typing import Any

import pytest

from matchmaking.scheduling import planner
from matchmaking.scheduling.constraints import violations
from matchmaking.scheduling.domains import Domains
from matchmaking.scheduling.exchange import problem_from
from matchmaking.scheduling.planner import BrokenSchedule, plan
from matchmaking.scheduling.problem import Placed, Problem
from tests.engines.scheduling.cases import Document, event, problem

ALL: dict[str, Document] = {"a": {}, "b": {}, "c": {}}
PAIRS = [("a", "b", 60), ("a", "c", 50)]
GOOD = [Placed("a-b", "1", "t1"), Placed("a-c", "2", "t1")]


def broken(case: Problem, *meetings: Placed) -> list[str]:
    return [row.rule for row in violations(case, meetings)]


def case(**facts: Any) -> Problem:
    return problem(**{"orgs": ALL, "wishes": PAIRS, **facts})


def weight(**facts: Any) -> int:
    return plan(case(**facts), seconds=2).stats.placed_weight


def test_a_legal_schedule_breaks_nothing() -> None:
    assert broken(case(), *GOOD) == []


def test_h1_a_wish_is_placed_once_and_known() -> None:
    assert broken(case(), *GOOD, Placed("a-b", "3", "t1")) == ["H1"]
    assert broken(case(), Placed("z", "1", "t1")) == ["H1"]


def test_h2_both_are_available() -> None:
    late = case(orgs={**ALL, "b": {"available": ["3"]}})
    assert broken(late, *GOOD) == ["H2"]
    assert broken(case(), Placed("a-b", "9", "t1")) == ["H2"]
    assert weight() == weight(orgs={**ALL, "b": {"available": ["3"]}}) == 110
    assert weight(orgs={**ALL, "b": {"available": []}}) == 50


@pytest.mark.parametrize(
    ("hours", "allowed"),
    [
        (["07:00", "21:00"], "1 2 3"),
        (["10:02", "21:00"], "2 3"),
        (["07:00", "10:03"], "1 2"),
        (["07:00", "10:00"], ""),
    ],
)
def test_h3_decent_hours_are_local(hours: list[str], allowed: str) -> None:
    people = {**ALL, "b": {"remote": True, "utc_offset_minutes": 120, "decent_hours": hours}}
    remote = case(orgs=people)
    mask = Domains(remote).allowed(remote.wishes[0])
    assert [slot.id for i, slot in enumerate(remote.slots) if mask >> i & 1] == allowed.split()
    assert broken(remote, GOOD[0]) == ([] if "1" in allowed else ["H3"])


def test_h3_a_slot_over_local_midnight_is_never_decent() -> None:
    night = {"utc_offset_minutes": 959, "decent_hours": ["00:00", "24:00"]}
    remote = case(orgs={**ALL, "b": night})
    assert Domains(remote).allowed(remote.wishes[0]) == 0b110


def test_h4_formats() -> None:
    sessions = [{"id": "hall", "format": "C2C"}]
    document = case(sessions=sessions)
    assert broken(document, *GOOD) == []
    wishes = [{"id": "a-b", "a": "a", "b": "b", "weight": 60, "format": "B2B"}]
    strict = problem_from({**event(orgs=ALL, sessions=sessions), "wishes": wishes})
    assert broken(strict, GOOD[0]) == ["H4"]
    assert plan(strict, seconds=2).stats.placed == 0


def test_h5_seats() -> None:
    both = [Placed("a-b", "1", "t1"), Placed("a-c", "1", "t2")]
    assert broken(case(), *both) == ["H5"]
    assert broken(case(orgs={**ALL, "a": {"parallel": 2}}), *both) == []
    assert broken(case(orgs={**ALL, "a": {"parallel_in": {"1": 2}}}), *both) == []
    assert broken(case(orgs={**ALL, "a": {"parallel": 2, "parallel_in": {"1": 1}}}), *both) == [
        "H5"
    ]
    assert weight(slots="1") == 60
    assert weight(slots="1", orgs={**ALL, "a": {"parallel": 2}}) == 110
    assert weight(slots="1", orgs={**ALL, "a": {"parallel_in": {"1": 0}}}) == 0


def test_h6_caps() -> None:
    assert broken(case(orgs={**ALL, "a": {"max_meetings": 1}}), *GOOD) == ["H6"]
    assert broken(case(orgs={**ALL, "a": {"max_per_day": 1}}), *GOOD) == ["H6"]
    assert broken(case(orgs={**ALL, "a": {"max_meetings": 2, "max_per_day": 2}}), *GOOD) == []
    days = {"1": "mon", "2": "mon", "3": "tue"}
    assert weight(orgs={**ALL, "a": {"max_meetings": 1}}) == 60
    assert weight(orgs={**ALL, "a": {"max_per_day": 1}}) == 60
    assert weight(orgs={**ALL, "a": {"max_per_day": 1}}, days=days) == 110


def test_h7_tables_exist() -> None:
    some = case(tables=[{"id": "t1", "slots": ["1"]}])
    assert broken(some, GOOD[0]) == []
    assert broken(some, GOOD[1]) == ["H7"]
    assert broken(case(), Placed("a-b", "1", None)) == ["H7"]
    assert broken(case(), Placed("a-b", "1", "t9")) == ["H7"]
    assert plan(some, seconds=2).stats.placed_weight == 60


def test_h7_video_takes_no_table() -> None:
    rows = [{"id": "a-b", "a": "a", "b": "b", "weight": 60, "needs_table": False}]
    video = problem_from({**event(orgs=ALL, tables=0), "wishes": rows})
    assert broken(video, Placed("a-b", "1", "t1")) == ["H7"]
    result = plan(video, seconds=2)
    assert [meeting.table for meeting in result.meetings] == [None]


def test_h8_a_table_holds_one_meeting() -> None:
    two = problem()
    same = [Placed("a-b", "1", "t1"), Placed("c-d", "1", "t1")]
    assert broken(two, *same) == ["H8"]
    assert plan(problem("1", tables=1), seconds=2).stats.placed_weight == 60
    assert plan(problem("1", tables=2), seconds=2).stats.placed_weight == 110


def test_h9_locks_are_kept() -> None:
    locked = case(locks=[{"wish": "a-c", "slot": "1", "table": "t2"}])
    assert broken(locked, *GOOD) == ["H9"]
    assert broken(locked, GOOD[0]) == ["H9"]
    meetings = {meeting.wish: meeting for meeting in plan(locked, seconds=2).meetings}
    assert meetings["a-c"] == Placed("a-c", "1", "t2")
    assert meetings["a-b"].slot != "1"
    assert weight(slots="1", locks=[{"wish": "a-c", "slot": "1"}]) == 50


def test_a_broken_schedule_never_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planner, "placed", lambda *_: (Placed("a-b", "9", "t1"),))
    with pytest.raises(BrokenSchedule, match="1 hard rules broken: H2 unknown slot '9'"):
        plan(case(), seconds=2)
