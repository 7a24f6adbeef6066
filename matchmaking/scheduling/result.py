"""What the planner hands back: meetings, measures, the bound with its proof, reasons, progress."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from matchmaking.scheduling.problem import Placed


@dataclass(frozen=True, slots=True)
class Measures:
    """The objectives of the format, counted on a finished schedule (definitions: the format)."""

    placed: int
    wishes: int
    placed_weight: int
    total_weight: int
    zero_orgs: int
    orgs_with_placeable_wish: int
    idle_total: int
    idle_max: int
    table_changes: int
    gini: float


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices on capacities in thousandths of a point: a proof by additions (`bounds.dual`)."""

    org_slot: tuple[tuple[str, str, int], ...] = ()
    tables: tuple[tuple[str, int], ...] = ()
    org: tuple[tuple[str, int], ...] = ()
    org_day: tuple[tuple[str, str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Bound:
    """No schedule can place more than `placed_weight`; `dual` proves `dual_weight` of it."""

    placed_weight: int
    method: str
    dual_weight: int
    dual: Prices


@dataclass(frozen=True, slots=True)
class Reason:
    """One checkable claim why a wish was left out: a code of the format and its further keys."""

    code: str
    detail: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The reason as it stands in the exchange format."""
        return {"code": self.code, **self.detail}


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A wish that was left out, with its reasons; never without one."""

    wish: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """A schedule against the previous one: how many meetings stayed, moved, were dropped, came.

    `forced` counts previous meetings that could not stay; `unforced_*` count the others that did
    not. `retabled` meetings keep their slot.
    """

    kept: int
    retabled: int
    moved: int
    dropped: int
    added: int
    forced: int
    unforced_moved: int
    unforced_dropped: int


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a running plan stands; seconds since the start, values so far (None: not yet)."""

    stage: str
    elapsed: float
    placed: int = 0
    placed_weight: int = 0
    bound: int | None = None
    idle_total: int | None = None
    fraction: float | None = None

    @property
    def gap(self) -> float | None:
        """Percent of the bound still missing, None without a bound."""
        if self.bound is None:
            return None
        return gap_percent(self.placed_weight, self.bound)


@dataclass(frozen=True, slots=True)
class Stats:
    """The plan in numbers; `gap` in percent of the bound, `timings` in seconds by stage."""

    placed: int
    wishes: int
    placed_weight: int
    total_weight: int
    zero_orgs: int
    orgs_with_placeable_wish: int
    idle_total: int
    idle_max: int
    table_changes: int
    gini: float
    bound: int | None
    gap: float | None
    fair_price: int | None
    timings: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Plan:
    """A finished schedule. Everything in it was checked against the hard rules before it left.

    `stopped` says that the clock or the caller ended a stage early (a later run may be better);
    `solver` names what found the placed set; `changes` is None without a previous schedule.
    """

    problem: str
    meetings: tuple[Placed, ...]
    stats: Stats
    bound: Bound | None
    unplaced: tuple[Unplaced, ...]
    changes: Changes | None
    solver: str
    seed: int
    steps: int
    stopped: bool
    fair: bool = False
    repair: str | None = None


def gap_percent(value: int, bound: int) -> float:
    """Percent of `bound` that `value` falls short of (0.0 for a bound of nothing)."""
    return round(100 * (bound - value) / bound, 4) if bound > 0 else 0.0
