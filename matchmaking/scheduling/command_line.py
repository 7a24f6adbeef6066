"""What the commands `solve` and `curve` share: options, Ctrl-C, a plan in words and in numbers."""

import signal
from argparse import ArgumentTypeError
from dataclasses import asdict
from math import isfinite
from types import FrameType, TracebackType
from typing import Any, Self

from matchmaking.scheduling.planner import FREEZE
from matchmaking.scheduling.result import Plan, Progress

MOST_SECONDS, MOST_WORKERS, MOST_KEEP = 24 * 3600.0, 64, 1e6


def seconds(text: str) -> float:
    """A time limit: a positive number of seconds, at most a day."""
    value = _number(text)
    if not 0 < value <= MOST_SECONDS:
        raise ArgumentTypeError(f"{text!r} is not a number of seconds above 0")
    return value


def workers(text: str) -> int:
    """A number of processor cores."""
    value = _number(text)
    if value != int(value) or not 1 <= value <= MOST_WORKERS:
        raise ArgumentTypeError(f"{text!r} is not a number of cores from 1 to {MOST_WORKERS}")
    return int(value)


def keep(text: str) -> str | float:
    """`freeze`, or the points that a meeting which stays is worth."""
    if text == FREEZE:
        return FREEZE
    value = _number(text)
    if not 0 <= value <= MOST_KEEP:
        raise ArgumentTypeError(f"{text!r} is neither {FREEZE!r} nor a number of points from 0")
    return int(value) if value == int(value) else value


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        raise ArgumentTypeError(f"{text!r} is not a number")
    return value


class Interrupt:
    """A `should_stop`: the first Ctrl-C asks for the best so far, the second ends at once."""

    def __init__(self) -> None:
        self.asked = False
        self.before: dict[signal.Signals, Any] = {}

    def __call__(self) -> bool:
        """Whether somebody asked to stop."""
        return self.asked

    def __enter__(self) -> Self:
        """Listen to SIGINT and SIGTERM."""
        for number in (signal.SIGINT, signal.SIGTERM):
            self.before[number] = signal.signal(number, self._ask)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the signals as they were."""
        for number, handler in self.before.items():
            signal.signal(number, handler)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True


def news(progress: Progress) -> str:
    """One line about a running plan."""
    gap = "" if progress.gap is None else f", at most {progress.gap:.2f} % below the best"
    idle = "" if progress.idle_total is None else f", {progress.idle_total} idle slots"
    return (
        f"{progress.elapsed:7.1f} s  {progress.stage}: {progress.placed} meetings, "
        f"weight {progress.placed_weight}{gap}{idle}"
    )


def sentence(plan: Plan) -> str:
    """A finished plan in a few lines."""
    stats = plan.stats
    lines = [
        f"{stats.placed} of {stats.wishes} wishes placed, weight {stats.placed_weight}.",
        f"No schedule can place more than {stats.bound} (gap {stats.gap} %).",
        f"{stats.zero_orgs} organisations with a placeable wish have no meeting.",
        f"{stats.idle_total} idle slots, {stats.table_changes} table changes.",
    ]
    if stats.fair_price is not None:
        lines.append(f"First meetings for everybody cost at most {stats.fair_price} points.")
    if plan.changes is not None:
        change = plan.changes
        lines.append(
            f"Of the previous meetings {change.kept + change.retabled} keep their slot, "
            f"{change.moved} move and {change.dropped} are dropped "
            f"({change.forced} could not stay); {change.added} are new."
        )
    if plan.stopped:
        lines.append("A stage was stopped by the clock; more time may give a better plan.")
    return "\n".join(lines)


def summary(plan: Plan) -> dict[str, Any]:
    """A finished plan in numbers, for JSON."""
    return {
        "problem": plan.problem,
        "solver": plan.solver,
        "seed": plan.seed,
        "steps": plan.steps,
        "stopped": plan.stopped,
        "fair": plan.fair,
        "repair": plan.repair,
        **asdict(plan.stats),
        "method": None if plan.bound is None else plan.bound.method,
        "unplaced": len(plan.unplaced),
        "changes": None if plan.changes is None else asdict(plan.changes),
    }
