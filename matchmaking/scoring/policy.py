"""Policies: named, versioned weights of the criteria, and the usual value of what is unknown."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

CRITERIA = ("sector", "target", "need", "kind", "record", "circle", "practice")

PARTS: Mapping[str, tuple[tuple[str, float], ...]] = MappingProxyType(
    {
        "sector": (("sector", 1.0),),
        "target": (("target.wants", 0.6), ("target.wanted", 0.4)),
        "need": (("need.gets", 0.7), ("need.gives", 0.3)),
        "kind": (("kind", 1.0),),
        "record": (("record.repeat", 0.22), ("record.side", 0.30), ("record.track", 0.48)),
        "circle": (("circle", 1.0),),
        "practice": (
            ("practice.language", 0.5),
            ("practice.hours", 0.3),
            ("practice.label", 0.2),
        ),
    }
)
"""The parts of each criterion with their shares; shares of a criterion sum to 1."""

PART_CODES = tuple(part for code in CRITERIA for part, _ in PARTS[code])


class PolicyError(ValueError):
    """Weights or priors that cannot be used; the message names the criterion."""


@dataclass(frozen=True)
class Policy:
    """Weights of the criteria, scaled to sum 1, and priors: the usual value of each part, in 0..1.

    A criterion left out weighs nothing, a prior left out counts 0.5.
    Raises PolicyError on an unknown name, a negative or non-finite weight, or weights that are all zero.
    """

    name: str
    weights: Mapping[str, float]
    version: int = 1
    priors: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_names(self.name, "weight", self.weights, CRITERIA)
        _check_names(self.name, "prior", self.priors, PART_CODES)
        for code, prior in self.priors.items():
            if not 0 <= prior <= 1:
                raise PolicyError(f"Policy {self.name!r}: prior of {code!r} is outside 0 to 1.")
        total = math.fsum(self.weights.values())
        if not total > 0:
            raise PolicyError(f"Policy {self.name!r}: at least one weight must be above zero.")
        weights = {code: self.weights.get(code, 0.0) / total for code in CRITERIA}
        priors = {code: float(self.priors.get(code, 0.5)) for code in PART_CODES}
        object.__setattr__(self, "weights", MappingProxyType(weights))
        object.__setattr__(self, "priors", MappingProxyType(priors))

    @property
    def stamp(self) -> str:
        """Name and version, as scores carry it."""
        return f"{self.name} v{self.version}"

    def part_weight(self, part: str) -> float:
        """Weight of one part, in 0..1: the criterion's weight times the part's share of it."""
        code = part.partition(".")[0]
        return self.weights[code] * dict(PARTS[code])[part]

    def without(self, code: str) -> Policy:
        """The same policy with one criterion left out."""
        weights = {other: w for other, w in self.weights.items() if other != code}
        return replace(self, name=f"{self.name} without {code}", weights=weights)


def _check_names(
    policy: str, what: str, values: Mapping[str, float], allowed: tuple[str, ...]
) -> None:
    for code, value in values.items():
        if code not in allowed:
            raise PolicyError(f"Policy {policy!r}: there is no {what} for {code!r}.")
        if not isinstance(value, int | float) or not math.isfinite(value):
            raise PolicyError(f"Policy {policy!r}: {what} of {code!r} is not a finite number.")
        if value < 0:
            raise PolicyError(f"Policy {policy!r}: {what} of {code!r} must not be negative.")


PRIORS: Mapping[str, float] = MappingProxyType(
    {
        "sector": 0.3,
        "target.wants": 0.45,
        "target.wanted": 0.45,
        "need.gets": 0.4,
        "need.gives": 0.4,
        "kind": 0.5,
        "record.repeat": 0.0,
        "record.side": 0.25,
        "record.track": 0.3,
        "circle": 0.4,
        "practice.language": 0.7,
        "practice.hours": 0.3,
        "practice.label": 0.6,
    }
)

# Rounded by hand: on public research links equal weights reach the same matched AUC within 0.005. Record
# weighs most because it is three rows, and because complete lists without it name specialists of one record.
DEFAULT = Policy(
    "default",
    {
        "sector": 0.21,
        "target": 0.14,
        "need": 0.13,
        "kind": 0.07,
        "record": 0.34,
        "circle": 0.08,
        "practice": 0.03,
    },
    priors=PRIORS,
)
EQUAL = Policy("equal", dict.fromkeys(CRITERIA, 1.0), priors=PRIORS)
SECTORS_ONLY = Policy("sectors-only", {"sector": 1.0}, priors=PRIORS)

SHIPPED: Mapping[str, Policy] = MappingProxyType(
    {policy.name: policy for policy in (DEFAULT, EQUAL, SECTORS_ONLY)}
)
