"""The shipped problems are anonymous, and the benchmark compares this code, two baselines and the bound."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from benchmarks.schedule.__main__ import INSTANCES, main
from matchmaking.scheduling.exchange import read_problem

SHIPPED = sorted(INSTANCES.glob("*.json.gz"))


def test_ten_are_shipped_and_small() -> None:
    assert len(SHIPPED) == 10
    assert sum(path.stat().st_size for path in SHIPPED) < 50_000


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_each_holds_ids_only(path: Path) -> None:
    problem = read_problem(path)
    assert re.fullmatch(r"event-[0-9a-f]{12}", problem.id)
    assert problem.slots[0].start.date().isoformat() == "2001-01-01"
    rows: tuple[Sequence[Any], ...] = (
        problem.organisations,
        problem.wishes,
        problem.slots,
        problem.tables,
        problem.sessions,
    )
    for letter, row in zip("owstp", rows, strict=True):
        assert [one.id for one in row] == [f"{letter}{n}" for n in range(1, len(row) + 1)]
    assert not any(one.kind for one in problem.organisations)
    assert len(problem.wishes) >= 8


def test_the_benchmark_prints_the_bound_this_code_and_the_baselines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        "sys.argv", ["schedule", "--seconds", "3", "--only", "morning-10,days-60-c"]
    )
    main()
    out = capsys.readouterr().out
    for what in (
        "bound",
        "this code",
        "fair",
        "self-booking",
        "greedy",
        "repair freeze",
        "repair 20",
    ):
        assert what in out, what
    assert "peak memory" in out
