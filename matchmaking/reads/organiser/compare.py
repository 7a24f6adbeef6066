"""Two drafts side by side: their figures, and who would notice which of them is published."""

from collections.abc import Sequence
from dataclasses import dataclass

from clusters.models import User
from events.models import Event
from matchmaking.adapters.schedule import schedule_problem
from matchmaking.models import DraftMeeting, Release, ScheduleRun
from matchmaking.reads.organiser.console import Console, console
from matchmaking.reads.organiser.drafts import DraftLine, draft_line
from matchmaking.reads.organiser.releases import Differences, differences
from matchmaking.reads.releases import Placement, changes_between


@dataclass(frozen=True)
class ComparePage:
    """Two drafts; `differences` is empty before two are chosen."""

    console: Console
    lines: tuple[DraftLine, ...]
    differences: Differences | None
    are_points_alike: bool = True
    """Whether both count the same wishes with the same points."""


def compare_page(
    event: Event, user: User, one: ScheduleRun | None, other: ScheduleRun | None
) -> ComparePage:
    """Compare two drafts of an event; a fixed number of queries."""
    frame = console(event, user, "organiser_schedule")
    if one is None or other is None:
        return ComparePage(frame, (), None)
    problem = schedule_problem(event)
    releases = list(Release.objects.filter(event=event))
    rows = {run: list(run.meetings.order_by("pk")) for run in (one, other)}
    lines = tuple(draft_line(run, rows[run], problem, releases) for run in (one, other))
    changes = changes_between(_schedule(rows[one]), _schedule(rows[other]))
    points = [{row.request_id: row.weight for row in rows[run]} for run in (one, other)]
    alike = all(points[0][key] == points[1][key] for key in points[0].keys() & points[1].keys())
    return ComparePage(frame, lines, differences(event, changes), alike)


def _schedule(rows: Sequence[DraftMeeting]) -> dict[int, Placement]:
    """A draft without delegates: publishing gives out the seats."""
    return {row.request_id: Placement(row.slot_id, row.table_id, frozenset()) for row in rows}
