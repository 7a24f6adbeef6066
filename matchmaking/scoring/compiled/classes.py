"""Organisations that agree in a feature: what follows from it is worked out once for each class."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field

import numpy as np

from matchmaking.scoring.compiled.matrices import Floats, Ints
from matchmaking.scoring.profile import Profile


@dataclass
class Table:
    """Values by class of the one and class of the other; NaN is unknown."""

    values: Floats
    rows: Ints
    columns: Ints


@dataclass
class Classes:
    """Distinct features of organisations, numbered in order of appearance."""

    of: Ints
    first: list[Profile] = field(default_factory=list)
    keys: dict[Hashable, int] = field(default_factory=dict)

    @classmethod
    def sort(cls, profiles: Sequence[Profile], key: Callable[[Profile], Hashable]) -> Classes:
        """Number the distinct keys of profiles and keep the first profile of each."""
        found = cls(np.zeros(len(profiles), np.intp))
        for place, profile in enumerate(profiles):
            mark = key(profile)
            if mark not in found.keys:
                found.keys[mark] = len(found.first)
                found.first.append(profile)
            found.of[place] = found.keys[mark]
        return found

    def table(
        self, other: Classes, value: Callable[[Profile, Profile], float | None]
    ) -> tuple[Floats, Ints, Ints]:
        """Evaluate a function on all pairs of classes: (table with NaN, own classes, other's)."""
        values = np.full((len(self.first), len(other.first)), np.nan, np.float32)
        for i, one in enumerate(self.first):
            for j, two in enumerate(other.first):
                found = value(one, two)
                if found is not None:
                    values[i, j] = found
        return values, self.of, other.of
