"""Drafts of an event compared, and one run of the planner while it works."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clusters.models import User
from events.choices import PLAN_PHASES, PUBLISH_PHASES
from events.models import Event
from matchmaking.adapters.schedule import placed_rows, schedule_problem
from matchmaking.choices import RunState
from matchmaking.models import DraftMeeting, Release, ScheduleRun
from matchmaking.reads.organiser.console import Console, console
from matchmaking.reads.organiser.converging import Converging, converging
from matchmaking.scheduling.constraints import violations
from matchmaking.scheduling.measure import measures
from matchmaking.scheduling.problem import Placed, Problem
from matchmaking.scheduling.result import Measures

ACTIVE = (RunState.QUEUED, RunState.RUNNING)
# The planner's stages in its order, in words; those it skips are left out when it is done.
STAGES: tuple[tuple[str, Promise], ...] = (
    ("domains", _("Who can meet when")),
    ("frozen", _("Everybody stays who can")),
    ("weight", _("The most valuable meetings")),
    ("first meetings", _("A first meeting for everybody")),
    ("idle", _("Less waiting between meetings")),
    ("tables", _("Fewer changes of table")),
    ("bound", _("Proof of how good it is")),
    ("reasons", _("Reasons for what is left out")),
    ("check", _("Check against every rule")),
)
STARTING = pgettext_lazy("planner", "Starting")
# The repairs that a run works out one after the other, in words.
REPAIRS: tuple[tuple[str, Promise], ...] = (
    ("point 0", _("Nobody moves who need not")),
    ("point 1", _("Few move: staying is worth 50 points")),
    ("point 2", _("Some move: staying is worth 20 points")),
    ("point 3", _("More move: staying is worth 5 points")),
    ("point 4", _("Many move: staying is worth 1 point")),
    ("point 5", _("Planned anew, without memory")),
)


@dataclass(frozen=True)
class DraftLine:
    """A draft in figures, counted on its rows against the event as it is now.

    `bound` is what the planner proved when it made the draft; `gap` a share of it.
    """

    run: ScheduleRun
    count: Measures
    value: int
    conflicts: int
    releases: tuple[int, ...]

    @property
    def gap(self) -> float | None:
        """Percent of the bound that the draft misses; None without a bound."""
        if not self.run.bound:
            return None
        return max(0.0, 100 * (1 - self.value / self.run.bound))


@dataclass(frozen=True)
class SchedulePage:
    """Runs at work, finished drafts side by side, runs that came to nothing, the release in force."""

    console: Console
    active: ScheduleRun | None
    drafts: tuple[DraftLine, ...]
    failed: tuple[ScheduleRun, ...]
    release: Release | None
    wishes: int

    @property
    def may_run(self) -> bool:
        """Whether the reader can start the planner now."""
        phase = self.console.event.status in PLAN_PHASES
        return phase and self.console.may_plan and self.active is None

    @property
    def is_planning_phase(self) -> bool:
        """Whether the event is in a phase in which one plans."""
        return self.console.event.status in PLAN_PHASES

    @property
    def may_repair(self) -> bool:
        """Whether a schedule is in force that could be repaired."""
        return self.release is not None and self.may_publish

    @property
    def may_publish(self) -> bool:
        """Whether a draft can be published in this phase."""
        return self.console.event.status in PUBLISH_PHASES and self.console.may_plan


def schedule_page(event: Event, user: User) -> SchedulePage:
    """All plans of an event; a fixed number of queries, whatever the number of drafts."""
    rows_of_runs = ScheduleRun.objects.filter(event=event).select_related("event", "started_by")
    runs = list(rows_of_runs.defer("points"))
    problem = schedule_problem(event)
    releases = list(Release.objects.filter(event=event).order_by("-number"))
    done = [run for run in runs if run.state == RunState.DONE and not run.is_curve]
    rows = _rows(done)
    lines = [draft_line(run, rows.get(run.pk, []), problem, releases) for run in done]
    return SchedulePage(
        console=console(event, user, "organiser_schedule"),
        active=next((run for run in runs if run.state in ACTIVE), None),
        drafts=tuple(lines),
        failed=tuple(run for run in runs if run.state in (RunState.FAILED, RunState.CANCELLED)),
        release=releases[0] if releases else None,
        wishes=len(problem.wishes),
    )


def _rows(runs: Sequence[ScheduleRun]) -> dict[int, list[DraftMeeting]]:
    found: dict[int, list[DraftMeeting]] = {}
    for row in DraftMeeting.objects.filter(run__in=runs).order_by("run", "pk"):
        found.setdefault(row.run_id, []).append(row)
    return found


def draft_line(
    run: ScheduleRun,
    rows: Sequence[DraftMeeting],
    problem: Problem,
    releases: Iterable[Release],
) -> DraftLine:
    """A draft in figures against the event as it is in `problem`."""
    placed = placed_rows(rows)
    return DraftLine(
        run=run,
        count=measures(problem, still_known(problem, placed)),
        value=sum(row.weight for row in rows),
        conflicts=len({one.index for one in violations(problem, placed)}),
        releases=tuple(one.number for one in releases if one.run_id == run.pk),
    )


def still_known(problem: Problem, placed: Sequence[Placed]) -> list[Placed]:
    """The meetings whose request and slot still exist; the others are conflicts, not figures."""
    wishes = {row.id for row in problem.wishes}
    slots = {row.id for row in problem.slots}
    return [one for one in placed if one.wish in wishes and one.slot in slots]


# -- one run


@dataclass(frozen=True)
class StageLine:
    """A stage of the planner: done, running or todo, with its seconds once they are known."""

    label: Promise
    state: str
    text: str


@dataclass(frozen=True)
class RunPage:
    """A run as it is at this moment."""

    console: Console
    run: ScheduleRun
    stages: tuple[StageLine, ...]
    spoken: str
    key: str
    is_news: bool
    converging: Converging | None

    @property
    def gap(self) -> float | None:
        """Percent of the bound still missing."""
        return None if self.run.gap is None else 100 * self.run.gap

    @property
    def share(self) -> int:
        """How much of the time limit is used, in percent."""
        if not self.run.elapsed or not self.run.seconds:
            return 0
        return min(100, round(100 * self.run.elapsed / self.run.seconds))


def run_page(run: ScheduleRun, user: User, *, seen: str = "") -> RunPage:
    """A run for its page. `seen` is the stage that the reader was last told of."""
    return RunPage(
        console=console(run.event, user, "organiser_schedule"),
        run=run,
        stages=tuple(_stages(run)),
        spoken=_spoken(run),
        key=stage_key(run),
        is_news=seen != stage_key(run),
        converging=converging(run.track),
    )


def stage_key(run: ScheduleRun) -> str:
    """What changes when there is something to say: the state, and the stage while it runs."""
    return f"{run.state}-{run.stage}" if run.is_active else str(run.state)


def _stages(run: ScheduleRun) -> Iterable[StageLine]:
    timings = run.stats.get("timings", {})
    if run.is_curve:
        yield from _repair_stages(run)
        return
    codes = [code for code, _label in STAGES]
    here = codes.index(run.stage) if run.stage in codes else -1
    for place, (code, label) in enumerate(STAGES):
        if code == ("frozen" if run.repair_of_id is None else "first meetings"):
            continue
        if code == "first meetings" and not run.is_fair:
            continue
        if run.state == RunState.DONE:
            if timings and code not in timings:
                continue
            yield StageLine(label, "done", _seconds(timings.get(code)))
        elif place == here:
            state = "running" if run.is_active else "stopped"
            yield StageLine(label, state, _seconds(run.elapsed) if run.is_active else "")
        else:
            yield StageLine(label, "done" if place < here else "todo", "")


def _repair_stages(run: ScheduleRun) -> Iterable[StageLine]:
    """The repairs that are worked out, those a large event has no time for left out once it is over."""
    codes = [code for code, _label in REPAIRS]
    here = codes.index(run.stage) if run.stage in codes else -1
    done = len(run.points)
    for place, (_code, label) in enumerate(REPAIRS):
        if not run.is_active:
            if place < done:
                yield StageLine(label, "done", "")
        elif place == here:
            yield StageLine(label, "running", _seconds(run.elapsed))
        else:
            yield StageLine(label, "done" if place < here else "todo", "")


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.1f} s"


def _spoken(run: ScheduleRun) -> str:
    """The sentence for the live region."""
    if run.state == RunState.QUEUED:
        return str(_("Waiting for a free worker."))
    if run.state == RunState.RUNNING:
        return str(dict(STAGES + REPAIRS).get(run.stage, STARTING))
    if run.state == RunState.DONE:
        ready = _("The repairs are worked out.") if run.is_curve else _("The draft is ready.")
        return str(ready)
    if run.state == RunState.CANCELLED:
        return str(_("Stopped before there was a first schedule. Nothing was kept."))
    return str(_("The run failed: %(error)s") % {"error": run.error})
