"""The raster of land: which dots belong to which country. Made by `manage.py draw_map`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PATH = Path(__file__).with_name("outline.json")


@dataclass(frozen=True)
class Run:
    """Neighbouring dots of one row, first and last column included."""

    row: int
    first: int
    last: int


@dataclass(frozen=True)
class Outline:
    """The dots of one panel: side ("eu", "mx", "third") to country code to runs of dots."""

    step: float
    land: Mapping[str, Mapping[str, tuple[Run, ...]]]

    def joined(self, side: str) -> tuple[Run, ...]:
        """Runs of a whole side, those of neighbours joined, so that few remain to be drawn."""
        dots = sorted(
            (run.row, column)
            for runs in self.land.get(side, {}).values()
            for run in runs
            for column in range(run.first, run.last + 1)
        )
        return runs_of(dots)


def runs_of(dots: list[tuple[int, int]]) -> tuple[Run, ...]:
    """Sorted (row, column) pairs as runs."""
    found: list[Run] = []
    for row, column in dots:
        if found and found[-1].row == row and found[-1].last == column - 1:
            found[-1] = Run(row, found[-1].first, column)
        else:
            found.append(Run(row, column, column))
    return tuple(found)


@cache
def outline(panel: str) -> Outline:
    """The dots of a panel by its name ("europe", "mexico"); read once."""
    stored = json.loads(PATH.read_text(encoding="utf-8"))["panels"][panel]
    land = {
        side: {code: tuple(Run(*run) for run in runs) for code, runs in countries.items()}
        for side, countries in stored["land"].items()
    }
    return Outline(step=stored["step"], land=land)
