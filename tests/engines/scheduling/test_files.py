"""A broken file gets one clear line for each fault, by its path; a sound one survives the round trip."""

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from matchmaking.scheduling import exchange
from matchmaking.scheduling.exchange import (
    problem_document,
    problem_from,
    read_meetings,
    read_problem,
    solution_document,
    write_problem,
    write_solution,
)
from matchmaking.scheduling.faults import faults
from matchmaking.scheduling.planner import plan
from matchmaking.scheduling.problem import InvalidProblem, Placed
from tests.engines.scheduling.cases import event, problem

SLOT = {"id": "9", "day": "mon", "session": "hall"}
FULL: dict[str, Any] = {
    "sessions": [{"id": "hall", "format": "C2C"}],
    "tables": [{"id": "t1", "slots": ["1", "3"]}, {"id": "t2"}],
    "orgs": {
        "a": {"parallel": 2, "parallel_in": {"2": 0}, "max_meetings": 3, "max_per_day": 2},
        "b": {
            "remote": True,
            "utc_offset_minutes": 120,
            "decent_hours": ["07:00", "21:00"],
            "side": "EU",
            "kind": "cluster",
        },
    },
    "wishes": [("a", "b", 60)],
    "locks": [{"wish": "a-b", "slot": "1", "table": "t1"}],
    "previous": [{"wish": "gone", "slot": "8", "table": None}],
}


def faults_of(document: Any) -> list[str]:
    with pytest.raises(InvalidProblem) as caught:
        problem_from(document)
    return str(caught.value).splitlines()


def changed(path: str, value: Any) -> dict[str, Any]:
    """The sound document of FULL with one value replaced, path like `wishes.0.a`."""
    document = event(**FULL)
    *keys, last = [int(key) if key.isdigit() else key for key in path.split(".")]
    place: Any = document
    for key in keys:
        place = place[key]
    place[last] = value
    return document


BROKEN = [
    ("format", "x", "format: must be 'b2b-schedule-problem', is 'x'"),
    ("version", 2, "version: must be 1, is 2"),
    ("version", True, "version: must be 1, is True"),
    ("id", "", "id: must be a non-empty string, is ''"),
    ("id", None, "id: is missing (a non-empty string)"),
    ("sessions", [], "sessions: is empty, there is nothing to plan"),
    ("slots", [], "slots: is empty, there is nothing to plan"),
    ("organisations", [], "organisations: is empty, there is nothing to plan"),
    ("wishes", [], "wishes: is empty, there is nothing to plan"),
    ("tables", [], "tables: is empty, but 1 wishes need a table"),
    ("wishes", {}, "wishes: must be a list, is {}"),
    ("wishes", None, "wishes: is missing (a list)"),
    ("locks", "x", "locks: must be a list, is 'x'"),
    ("wishes.0", 7, "wishes[0]: must be an object, is 7"),
    ("sessions", [{"id": "hall"}] * 2, "sessions[1].id: 'hall' is also the id of sessions[0]"),
    ("sessions.0.format", 3, "sessions[0].format: must be a string, is 3"),
    ("tables.1.id", "t1", "tables[1].id: 't1' is also the id of tables[0]"),
    ("tables.0.slots", ["8"], "tables[0].slots: unknown slot '8'"),
    ("slots.1.id", "1", "slots[1].id: '1' is also the id of slots[0]"),
    ("slots.1.session", "bar", "slots[1].session: unknown session 'bar'"),
    (
        "slots.0.start",
        "2026-10-06T08:01:00Z",
        "slots[0].end: is not after the start",
    ),
    (
        "slots.0.end",
        "2026-10-06T08:03:00Z",
        "slots[1].start: overlaps slots[0] ('1') or is out of time order",
    ),
    (
        "slots.1.day",
        "tue",
        "slots[2].day: the slots of day 'mon' are not consecutive",
    ),
    (
        "slots.0.start",
        "2026-02-30T08:00:00Z",
        "slots[0].start: must be a UTC time YYYY-MM-DDTHH:MM:SSZ, is '2026-02-30T08:00:00Z'",
    ),
    (
        "slots.0.start",
        "2026-10-06 08:00",
        "slots[0].start: must be a UTC time YYYY-MM-DDTHH:MM:SSZ, is '2026-10-06 08:00'",
    ),
    ("organisations.1.id", "a", "organisations[1].id: 'a' is also the id of organisations[0]"),
    ("organisations.0.available", None, "organisations[0].available: is missing (a list of ids)"),
    ("organisations.0.available", [3], "organisations[0].available[0]: must be an id, is 3"),
    ("organisations.0.available", ["8"], "organisations[0].available: unknown slot '8'"),
    ("organisations.0.parallel", -1, "organisations[0].parallel: must be at least 1, is -1"),
    ("organisations.0.parallel", 1.5, "organisations[0].parallel: must be a whole number, is 1.5"),
    (
        "organisations.0.parallel",
        True,
        "organisations[0].parallel: must be a whole number, is True",
    ),
    ("organisations.0.parallel_in", 3, "organisations[0].parallel_in: must be an object of whole"),
    ("organisations.0.parallel_in", {"8": 1}, "organisations[0].parallel_in: unknown slot '8'"),
    ("organisations.0.parallel_in", {"1": -1}, "organisations[0].parallel_in.1: must not be neg"),
    ("organisations.0.max_meetings", -1, "organisations[0].max_meetings: must not be negative"),
    ("organisations.0.max_per_day", -2, "organisations[0].max_per_day: must not be negative"),
    ("organisations.0.remote", "yes", "organisations[0].remote: must be true or false, is 'yes'"),
    ("organisations.1.utc_offset_minutes", 9999, "organisations[1].utc_offset_minutes: is more"),
    ("organisations.1.decent_hours", ["7", "21"], "organisations[1].decent_hours: must be two"),
    ("organisations.1.decent_hours", 7, "organisations[1].decent_hours: must be two local times"),
    ("organisations.1.decent_hours", ["21:00", "07:00"], "organisations[1].decent_hours: 21:00 is"),
    ("wishes.0.a", "z", "wishes[0].a: unknown organisation 'z'"),
    ("wishes.0.b", "a", "wishes[0].b: 'a' cannot meet itself"),
    ("wishes.0.weight", 101, "wishes[0].weight: must be 0 to 100, is 101"),
    ("wishes.0.weight", "60", "wishes[0].weight: must be a whole number, is '60'"),
    ("locks.0.wish", "z", "locks[0]: breaks H1: unknown wish 'z'"),
    ("locks.0.slot", "8", "locks[0]: breaks H2: unknown slot '8'"),
    ("locks.0.slot", "2", "locks[0]: breaks H7: table 't1' does not exist in slot '2'"),
    ("locks.0.table", "t9", "locks[0]: breaks H7: unknown table 't9'"),
    ("organisations.0.available", ["3"], "locks[0]: breaks H2: 'a' is not available in slot '1'"),
    (
        "organisations.1.decent_hours",
        ["12:00", "13:00"],
        "locks[0]: breaks H3: slot '1' is outside",
    ),
    ("wishes.0.format", "B2B", "locks[0]: breaks H4: slot '1' is not in a 'B2B' session"),
    ("organisations.0.parallel_in", {"1": 0}, "locks: breaks H5: 'a' has 1 meetings in slot '1'"),
    ("organisations.0.max_meetings", 0, "locks: breaks H6: 'a' has 1 meetings, its cap is 0"),
    ("organisations.0.max_per_day", 0, "locks: breaks H6: 'a' has 1 meetings on day 'mon'"),
    ("wishes.0.needs_table", False, "locks[0]: breaks H7: a meeting by video has table 't1'"),
]


@pytest.mark.parametrize(
    ("path", "value", "line"), BROKEN, ids=[f"{p}={v}"[:60] for p, v, _ in BROKEN]
)
def test_each_broken_rule_gets_its_line(path: str, value: Any, line: str) -> None:
    problem_from(event(**FULL))
    lines = faults_of(changed(path, value))
    assert any(found.startswith(line) for found in lines), lines


def test_several_faults_are_told_at_once() -> None:
    document = changed("wishes.0.a", "z")
    document["organisations"][0]["max_meetings"] = -1
    document["wishes"].append({"id": "", "a": "a", "b": "b", "weight": 5})
    assert faults_of(document) == ["wishes[1].id: must be a non-empty string, is ''"]
    document["wishes"][1]["id"] = "a-b"
    document["wishes"].append({"id": "again", "a": "b", "b": "a", "weight": 5})
    assert faults_of(document) == [
        "organisations[0].max_meetings: must not be negative, is -1",
        "wishes[1].id: 'a-b' is also the id of wishes[0]",
        "wishes[0].a: unknown organisation 'z'",
        "wishes[2]: the pair 'b', 'a' is already wishes[1]",
    ]


def test_locks_that_contradict_each_other() -> None:
    twice = event(**{**FULL, "locks": [{"wish": "a-b", "slot": "1"}, {"wish": "a-b", "slot": "3"}]})
    assert faults_of(twice) == ["locks[1]: breaks H1: wish 'a-b' is placed twice"]
    pairs = [("a", "b", 1), ("c", "d", 1)]
    same = [
        {"wish": "a-b", "slot": "1", "table": "t1"},
        {"wish": "c-d", "slot": "1", "table": "t1"},
    ]
    assert faults_of(event(wishes=pairs, locks=same)) == [
        "locks[1]: breaks H8: table 't1' is taken twice in slot '1'"
    ]
    many = [{"wish": "a-b", "slot": "1"}, {"wish": "c-d", "slot": "1"}]
    assert faults_of(event(tables=1, wishes=pairs, locks=many)) == [
        "locks: breaks H8: 2 meetings with a table in slot '1', 1 tables"
    ]
    problem_from(event(tables=2, wishes=pairs, locks=many))


def test_a_previous_schedule_may_be_impossible_but_not_place_a_wish_twice() -> None:
    row = {"wish": "gone", "slot": "8", "table": "t8"}
    assert problem(previous=[row]).previous == (Placed("gone", "8", "t8"),)
    assert faults_of(event(previous=[row, row])) == [
        "previous[1].wish: wish 'gone' is listed twice"
    ]


def test_a_document_that_is_no_object() -> None:
    assert faults_of([]) == ["must be an object, is []"]


def test_null_means_the_default_and_unknown_keys_are_ignored() -> None:
    document = event(comment="a key of somebody else", locks=None)
    plain = problem_from(document)
    for key in ("parallel", "parallel_in", "max_meetings", "remote", "decent_hours", "side"):
        document["organisations"][0][key] = None
    document["wishes"][0].update(format=None, needs_table=None)
    document["tables"][0]["slots"] = None
    assert problem_from(document) == plain


@pytest.mark.parametrize("name", ["full.json", "full.json.gz"])
def test_a_problem_survives_the_round_trip(tmp_path: Path, name: str) -> None:
    whole = problem_from(event(**FULL))
    write_problem(tmp_path / name, whole)
    assert read_problem(tmp_path / name) == whole
    assert problem_from(problem_document(whole)) == whole
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_solution_can_be_read_back(tmp_path: Path) -> None:
    case = problem()
    result = plan(case, seconds=2)
    write_solution(tmp_path / "s.json", result)
    assert read_meetings(tmp_path / "s.json", case) == result.meetings
    document = solution_document(result)
    document["problem"] = "another"
    (tmp_path / "s.json").write_text(json.dumps(document))
    with pytest.raises(InvalidProblem, match="problem: is 'another', not 'case'"):
        read_meetings(tmp_path / "s.json", case)


def lines_of_file(path: Path) -> str:
    with pytest.raises(InvalidProblem) as caught:
        read_problem(path)
    return str(caught.value)


def test_files_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "p.json"
    assert lines_of_file(path) == "the file does not exist"
    assert lines_of_file(tmp_path) == "the file cannot be read (Is a directory)"
    path.write_text('{"format": ')
    assert lines_of_file(path) == "is not JSON: Expecting value in line 1, column 12"
    path.write_text('{"format": NaN}')
    assert lines_of_file(path) == "is not JSON: NaN is no number"
    path.write_bytes(b'{"id": "\xff"}')
    assert lines_of_file(path) == "is not UTF-8 (byte 8)"
    path.write_text("[" * 100_000)
    assert lines_of_file(path) == "is nested too deeply"
    path.write_bytes(gzip.compress(json.dumps(event()).encode())[:-20])
    assert lines_of_file(path).startswith("the gzip file is damaged or cut short")
    plain = tmp_path / "plain.json.gz"
    plain.write_text("{}")
    assert lines_of_file(plain).startswith("the gzip file is damaged or cut short")
    monkeypatch.setattr(exchange, "MOST_BYTES", 2 * 1024**2)
    path.write_bytes(gzip.compress(b" " * (3 * 1024**2)))
    assert lines_of_file(path) == "is larger than 2 MB, the most that is read"


def test_a_failed_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        write_problem(tmp_path / "p.json", problem())
    assert not list(tmp_path.iterdir())


def test_a_problem_built_in_python_needs_names() -> None:
    case = problem()
    nameless = replace(case, id="", slots=(replace(case.slots[0], id=""), *case.slots[1:]))
    assert [str(fault) for fault in faults(nameless)][:2] == [
        "id: must not be empty",
        "slots[0].id: must not be empty",
    ]
