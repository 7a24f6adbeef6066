"""Time and news of a running plan: the clock stops stages, it never steers them."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from matchmaking.scheduling.result import Progress

OnProgress = Callable[[Progress], None]
ShouldStop = Callable[[], bool]
PATIENCE = 0.15
"""Share of a stage's time that its steps may lag behind before they are hurried."""
NEWS_EVERY = 0.2
"""Seconds between two reports of one stage, so that a report never costs more than it tells."""


def keep_quiet(progress: Progress) -> None:
    """The default for `on_progress`."""


def never(*_: object) -> bool:
    """The default for `should_stop`."""
    return False


class Clock:
    """The budget of one plan in seconds, its stages, and what the caller wants to hear.

    `now` is injectable so that tests need not wait.
    """

    def __init__(
        self,
        seconds: float,
        on_progress: OnProgress = keep_quiet,
        should_stop: ShouldStop = never,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.now = now
        self.started = now()
        self.seconds = seconds
        self.on_progress = on_progress
        self.should_stop = should_stop
        self.stage = "start"
        self.timings: dict[str, float] = {}
        self.stopped = False
        self.placed = 0
        self.weight = 0
        self.bound: int | None = None
        self.idle: int | None = None
        self._told = -NEWS_EVERY

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return self.now() - self.started

    def left(self, share: float = 1.0) -> float:
        """Seconds left until `share` of the budget is spent, never negative."""
        return max(0.0, self.seconds * share - self.elapsed)

    def is_over(self, share: float = 1.0) -> bool:
        """Whether a stage that may run until `share` of the budget has to end."""
        if self.elapsed >= self.seconds * share or self.should_stop():
            self.stopped = True
            return True
        return False

    def cooled(self, done: float, since: float, share: float) -> float:
        """How far an annealing that is `done` through its steps should be on its way to cold.

        A stage that began at `since` and would not get through its steps by `share` of the budget
        is hurried along, which counts as stopped: better cooled too fast than ended hot.
        """
        spent = (self.elapsed - since) / max(1e-9, self.seconds * share - since)
        late = (spent - PATIENCE) / (1 - PATIENCE)
        if late <= done:
            return done
        self.stopped = True
        return min(1.0, late)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Run a stage under its name; its seconds add up in `timings`."""
        self.stage = stage
        begin = self.elapsed
        self.tell(always=True)
        try:
            yield
        finally:
            self.timings[stage] = self.timings.get(stage, 0.0) + self.elapsed - begin

    def tell(self, fraction: float | None = None, *, always: bool = False) -> None:
        """Report where things stand, at most every `NEWS_EVERY` seconds unless `always`."""
        elapsed = self.elapsed
        if not always and elapsed - self._told < NEWS_EVERY:
            return
        self._told = elapsed
        self.on_progress(
            Progress(
                stage=self.stage,
                elapsed=round(elapsed, 3),
                placed=self.placed,
                placed_weight=self.weight,
                bound=self.bound,
                idle_total=self.idle,
                fraction=fraction,
            )
        )
