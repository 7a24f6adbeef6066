"""What the bridge shows: a match as two spans over one gap. All points are of 100."""

from dataclasses import dataclass


@dataclass(frozen=True)
class BridgePart:
    """One known criterion inside a span: its code, short translated label and points."""

    code: str
    label: str
    points: float


@dataclass(frozen=True)
class BridgeSpan:
    """What one organisation gains from the other.

    `name` is a short name for people, `side` one of eu, mx, third. `points` is what counts today,
    `low` and `high` what it would be if every unknown criterion turned out worst or best.
    `parts` are the known criteria, largest first; their points add up to `low`.
    """

    name: str
    side: str
    points: float
    low: float
    high: float
    parts: tuple[BridgePart, ...] = ()


@dataclass(frozen=True)
class Bridge:
    """A pair of organisations, seen from the left one.

    `score` is the reciprocal score (geometric mean of both directions) with its range `low` to
    `high`; `coverage` is the share of known weight, 0 to 1, of the direction that knows less.
    """

    left: BridgeSpan
    right: BridgeSpan
    score: float
    low: float
    high: float
    coverage: float
