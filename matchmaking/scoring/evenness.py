"""How evenly something is shared out: places in lists among organisations, requests among participants."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

TOP = 0.1
"""The share of people whose part is told apart."""


@dataclass(frozen=True)
class Evenness:
    """`people` share `total` things; `nobody` of them have none.

    `gini`: 0 where all have as many, towards 1 where one has everything (Gini, Variabilità e mutabilità,
    1912). `top`: share of all things that the tenth with most has, at least one person, 0 to 1.
    """

    people: int
    total: int
    nobody: int
    gini: float
    top: float

    @classmethod
    def of(cls, counts: Collection[int]) -> Evenness:
        """Measure counts, one for each person; none may be below 0."""
        ranked = np.sort(np.fromiter(counts, np.int64, len(counts)))
        people, total = len(ranked), int(ranked.sum())
        nobody = int((ranked == 0).sum())
        if not total:
            return cls(people, 0, nobody, 0.0, 0.0)
        rank = np.arange(1, people + 1)
        gini = 2 * float((rank * ranked).sum()) / (people * total) - (people + 1) / people
        best = ranked[-max(1, round(TOP * people)) :]
        return cls(people, total, nobody, gini, int(best.sum()) / total)

    @property
    def distinct(self) -> float:
        """Different people per thing, 0 to 1; 0 without things."""
        return (self.people - self.nobody) / self.total if self.total else 0.0
