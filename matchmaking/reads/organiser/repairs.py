"""After a release: what happened since, and the repairs there are, from moving nobody to a new plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clusters.models import User
from events.choices import PUBLISH_PHASES
from events.models import Event
from matchmaking.adapters.schedule import schedule_problem
from matchmaking.choices import RequestStatus, RunState
from matchmaking.models import Meeting, MeetingRequest, Release, ScheduleRun
from matchmaking.reads.organiser.console import Console, console
from matchmaking.reads.organiser.drafts import ACTIVE
from matchmaking.reads.organiser.happenings import Happening, happenings, touching
from matchmaking.reads.organiser.incidents import INCIDENTS, Incident
from matchmaking.reads.organiser.releases import Differences, differences
from matchmaking.reads.publishing import Place, outlook
from matchmaking.scheduling.constraints import violations
from matchmaking.scheduling.planner import FREEZE
from matchmaking.scheduling.problem import Placed

GOOD_ENOUGH = 0.975
MANY = 1000
"""With more agreed meetings a repair needs longer than ten seconds to be as good as it can be."""
"""Share of the best repair's weight from which moving fewer people counts more."""
WIDTH, HEIGHT, EDGE = 600, 220, 24


@dataclass(frozen=True)
class RepairPage:
    """What happened since the newest release, and what can be noted or worked out."""

    console: Console
    release: Release | None
    happenings: tuple[Happening, ...]
    active: ScheduleRun | None
    curve: ScheduleRun | None
    incidents: Mapping[str, Incident]

    @property
    def is_phase(self) -> bool:
        """Whether a schedule is in force that could be repaired."""
        return self.release is not None and self.console.event.status in PUBLISH_PHASES

    @property
    def may_repair(self) -> bool:
        """Whether the reader can do so."""
        return self.is_phase and self.console.may_plan


def repair_page(event: Event, user: User) -> RepairPage:
    """The repairs of an event; a fixed number of queries."""
    release = Release.objects.filter(event=event).order_by("-number").first()
    runs = ScheduleRun.objects.filter(event=event).select_related("started_by")
    curves = runs.filter(is_curve=True, state=RunState.DONE, repair_of=release)
    return RepairPage(
        console=console(event, user, "organiser_schedule"),
        release=release,
        happenings=since_release(release) if release else (),
        active=runs.filter(state__in=ACTIVE).first(),
        curve=curves.order_by("-pk").first() if release else None,
        incidents=INCIDENTS,
    )


def curve_seconds(event: Event) -> int:
    """How long all repairs of an event may take together; small events are done in seconds."""
    agreed = MeetingRequest.objects.filter(event=event, status=RequestStatus.ACCEPTED).count()
    return 240 if agreed > MANY else 60


def since_release(release: Release) -> tuple[Happening, ...]:
    """What happened since a release was published."""
    rows = release.entries.values_list("request", "slot", "table")
    spots = {request: (slot, table) for request, slot, table in rows}
    return happenings(release.event, spots, release.published_at)


@dataclass(frozen=True)
class PointLine:
    """One repair in figures; `organisations` have a meeting that comes, goes or changes its place.

    `unforced` are meetings that move or go though they could have stayed: more than in the repair that
    moves nobody who need not, where a lost table may leave too few for all.
    """

    number: int
    label: str
    keep: str
    figures: Mapping[str, Any]
    organisations: int
    is_chosen: bool
    is_recommended: bool
    conflicts: int
    unforced: int

    @property
    def changes(self) -> Mapping[str, int]:
        """What becomes of the meetings of the release."""
        found: Mapping[str, int] = self.figures["changes"]
        return found


@dataclass(frozen=True)
class Dot:
    """A repair in the drawing, in its coordinates."""

    x: float
    y: float
    line: PointLine


@dataclass(frozen=True)
class Curve:
    """The repairs drawn: people to tell from left to right, points from bottom to top."""

    dots: tuple[Dot, ...]
    most_organisations: int
    least_weight: int
    most_weight: int

    @property
    def path(self) -> str:
        """The line through all dots."""
        steps = [f"{dot.x:.1f} {dot.y:.1f}" for dot in sorted(self.dots, key=lambda one: one.x)]
        return "M" + " L".join(steps) if steps else ""


@dataclass(frozen=True)
class CurvePage:
    """All repairs of a run; of the chosen one, who moves where and who would be mailed."""

    console: Console
    run: ScheduleRun
    lines: tuple[PointLine, ...]
    chosen: PointLine | None
    differences: Differences | None
    happened: tuple[Happening, ...]

    @property
    def may_choose(self) -> bool:
        """Whether the reader can make a draft of one."""
        return self.console.may_plan and self.console.event.status in PUBLISH_PHASES

    @property
    def best(self) -> int:
        """The most points any of them places."""
        return max((line.figures["placed_weight"] for line in self.lines), default=0)

    @cached_property
    def curve(self) -> Curve:
        """The drawing."""
        weights = [line.figures["placed_weight"] for line in self.lines]
        most = max((line.organisations for line in self.lines), default=0)
        low, high = min(weights, default=0), max(weights, default=0)
        across, up = WIDTH - 2 * EDGE, HEIGHT - 2 * EDGE
        dots = tuple(
            Dot(
                EDGE + across * line.organisations / max(1, most),
                HEIGHT - EDGE - up * _share(line.figures["placed_weight"], low, high),
                line,
            )
            for line in self.lines
        )
        return Curve(dots, most, low, high)


def curve_page(run: ScheduleRun, user: User, *, point: int | None = None) -> CurvePage:
    """The repairs of a run, with the one numbered `point` (else the recommended one) in full."""
    event = run.event
    problem = schedule_problem(event)
    tells = _organisations(event, run.points)
    recommended = _recommended(run.points, tells)
    number = point if point is not None and 0 <= point < len(run.points) else recommended
    lines = tuple(
        PointLine(
            number=place,
            label=_label(figures["keep"]),
            keep=str(figures["keep"]),
            figures=figures,
            organisations=tells[place],
            is_chosen=place == number,
            is_recommended=place == recommended,
            conflicts=len({one.index for one in violations(problem, _placed(figures))}),
            unforced=max(0, _unforced(figures) - _unforced(run.points[0])),
        )
        for place, figures in enumerate(run.points)
    )
    chosen = lines[number] if lines else None
    return CurvePage(
        console=console(event, user, "organiser_schedule"),
        run=run,
        lines=lines,
        chosen=chosen,
        differences=_differences(event, chosen.figures) if chosen else None,
        happened=touching(since_release(run.repair_of)) if run.repair_of else (),
    )


def _organisations(event: Event, points: Sequence[Mapping[str, Any]]) -> list[int]:
    """For each repair, of how many organisations a meeting comes, goes or changes its place."""
    meetings = Meeting.objects.active().filter(event=event)
    live = {row[0]: row[1:] for row in meetings.values_list("request", "slot", "table")}
    over = set(meetings.over().values_list("request", flat=True))
    rows = MeetingRequest.objects.filter(event=event)
    sides = {row[0]: row[1:] for row in rows.values_list("pk", "sender", "receiver")}
    counts = []
    for figures in points:
        then = {request: (slot, table) for request, slot, table, _weight in figures["meetings"]}
        changed = {
            request
            for request in (live.keys() | then.keys()) - over
            if live.get(request) != then.get(request)
        }
        counts.append(len({side for request in changed for side in sides.get(request, ())}))
    return counts


def _unforced(figures: Mapping[str, Any]) -> int:
    return int(figures["changes"]["unforced_moved"] + figures["changes"]["unforced_dropped"])


def _recommended(points: Sequence[Mapping[str, Any]], tells: Sequence[int]) -> int:
    """The one that tells the fewest organisations among those that place nearly all there is."""
    best = max((one["placed_weight"] for one in points), default=0)
    good = [
        (tells[place], place)
        for place, one in enumerate(points)
        if one["placed_weight"] >= GOOD_ENOUGH * best
    ]
    return min(good)[1] if good else 0


def _share(value: int, low: int, high: int) -> float:
    """How far up `value` stands; all the way where there is no difference."""
    return (value - low) / (high - low) if high > low else 1.0


def _label(keep: str | float) -> str:
    if keep == FREEZE:
        return _("Nobody moves who need not")
    if keep == 0:
        return _("Planned anew")
    text = ngettext("Staying is worth %(n)d point", "Staying is worth %(n)d points", int(keep))
    return text % {"n": int(keep)}


def _placed(figures: Mapping[str, Any]) -> list[Placed]:
    return [
        Placed(str(request), str(slot), None if table is None else str(table))
        for request, slot, table, _weight in figures["meetings"]
    ]


def _differences(event: Event, figures: Mapping[str, Any]) -> Differences:
    """What publishing this repair would change in the live schedule, for whom."""
    rows = MeetingRequest.objects.filter(event=event).in_bulk(
        [request for request, *_rest in figures["meetings"]]
    )
    places = [
        Place(rows[request], slot, table)
        for request, slot, table, _weight in figures["meetings"]
        if request in rows
    ]
    meetings = Meeting.objects.filter(event=event).select_related("slot")
    planned = outlook(event, places, meetings)
    return differences(event, planned.changes, readers=planned.readers)
