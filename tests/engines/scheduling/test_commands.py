"""`solve` and `curve` on the command line: no database, exit codes, nothing written when wrong."""

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from matchmaking.management.commands import solve
from matchmaking.scheduling.command_line import Interrupt
from matchmaking.scheduling.exchange import write_problem
from matchmaking.scheduling.planner import NoScheduleYet
from tests.engines.scheduling.cases import complete, event, problem


def run(name: str, *args: str) -> int:
    with pytest.raises(SystemExit) as ended:
        call_command(name, *args)
    assert isinstance(ended.value.code, int)
    return ended.value.code


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_problem(tmp_path / "p.json.gz", problem())
    return tmp_path / "p.json.gz"


@pytest.fixture
def morning(tmp_path: Path) -> Path:
    row = {"wish": "a-b", "slot": "1", "table": "t1"}
    write_problem(tmp_path / "m.json", problem(previous=[row]))
    return tmp_path / "m.json"


def test_solved(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("solve", str(path), "--output", str(tmp_path / "s.json"), "--seconds", "2") == 0
    out, err = capsys.readouterr()
    assert out.startswith("2 of 2 wishes placed, weight 110.\nNo schedule can place more than 110")
    assert "weight: " in err
    solution = json.loads((tmp_path / "s.json").read_text())
    assert {row["wish"] for row in solution["meetings"]} == {"a-b", "c-d"}
    assert set(solution["bounds"]) == {"placed_weight", "method", "dual"}
    assert solution["meta"]["seed"] == 1


def test_solved_as_json_and_fair(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = str(tmp_path / "s.json")
    assert run("solve", str(path), "--output", output, "--json", "--fair", "--seconds", "2") == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["placed_weight"], result["gap"], result["fair_price"]) == (110, 0.0, 0)
    assert run("solve", str(path), "--output", output, "--fair", "--seconds", "2") == 0
    assert "First meetings for everybody cost at most 0 points." in capsys.readouterr().out


@pytest.mark.parametrize("keep", ["freeze", "20", "0", "2.5"])
def test_repaired(
    morning: Path, tmp_path: Path, keep: str, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "s.json"
    assert (
        run("solve", str(morning), "--output", str(output), "--repair", keep, "--seconds", "2") == 0
    )
    assert "Of the previous meetings 1 keep their slot" in capsys.readouterr().out
    assert json.loads(output.read_text())["meta"]["repair"] == keep


def test_every_fault_is_named_and_nothing_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document: dict[str, Any] = event()
    document["wishes"][0].update(a="z", weight=-1)
    wrong, output = tmp_path / "p.json", tmp_path / "s.json"
    wrong.write_text(json.dumps(document))
    assert run("solve", str(wrong), "--output", str(output)) == 2
    assert capsys.readouterr().err.splitlines() == [
        f"{wrong}: wishes[0].a: unknown organisation 'z'",
        f"{wrong}: wishes[0].weight: must be 0 to 100, is -1",
    ]
    assert run("curve", str(wrong)) == 2
    assert not output.exists()


def test_an_output_that_cannot_be(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("solve", str(path), "--output", str(tmp_path / "no" / "s.json")) == 2
    assert "does not exist" in capsys.readouterr().err
    folder = tmp_path / "folder"
    folder.mkdir()
    assert run("solve", str(path), "--output", str(folder), "--seconds", "1") == 2
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize("error", [NoScheduleYet, KeyboardInterrupt])
def test_stopped_before_a_first_schedule(
    path: Path, tmp_path: Path, error: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(solve, "plan", stopped)
    assert run("solve", str(path), "--output", str(tmp_path / "s.json")) == 3
    assert not (tmp_path / "s.json").exists()


def test_two_cores(path: Path, tmp_path: Path) -> None:
    output = tmp_path / "s.json"
    told = ["--output", str(output), "--seconds", "2", "--workers", "2"]
    assert run("solve", str(path), *told) == 0
    assert json.loads(output.read_text())["meta"]["solver"]


@pytest.mark.parametrize(
    "flags",
    [
        ["--seconds", "0"],
        ["--seconds", "nan"],
        ["--seconds", "soon"],
        ["--seconds", "1e9"],
        ["--workers", "0"],
        ["--workers", "1.5"],
        ["--repair", "-1"],
        ["--repair", "frozen"],
    ],
)
def test_flags_that_mean_nothing(path: Path, flags: list[str]) -> None:
    with pytest.raises(CommandError, match=r"is not|is neither"):
        call_command("solve", str(path), "--output", "s.json", *flags)


def test_the_curve(morning: Path, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    points = ["--points", "freeze", "0"]
    assert run("curve", str(morning), "--seconds", "1", *points) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:2] == ["keep", "weight"]
    assert [line.split()[0] for line in lines[1:]] == ["freeze", "0"]
    assert run("curve", str(morning), "--seconds", "1", "--json", *points) == 0
    assert [row["weight"] for row in json.loads(capsys.readouterr().out)] == [110, 110]
    assert run("curve", str(path)) == 2, "nothing to repair"


def test_the_curve_stopped(morning: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Interrupt, "__call__", lambda _: True)
    assert run("curve", str(morning)) == 3


def test_the_first_interrupt_asks_and_the_second_ends() -> None:
    before = signal.getsignal(signal.SIGINT)
    with Interrupt() as stop:
        assert not stop()
        os.kill(os.getpid(), signal.SIGINT)
        assert stop()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_plan_that_the_clock_ended_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_problem(tmp_path / "p.json", complete(7, 6))
    args = ("--output", str(tmp_path / "s.json"), "--seconds", "0.01")
    assert run("solve", str(tmp_path / "p.json"), *args) == 0
    assert "A stage was stopped by the clock" in capsys.readouterr().out
