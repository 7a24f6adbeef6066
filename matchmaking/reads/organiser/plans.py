"""The page of one floor plan, on which its organisers put tables."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from clusters.models import User
from events.models import FloorPlan, Table, TableSpot
from matchmaking.reads.organiser.console import Console, console
from matchmaking.reads.plans import Drawing, drawing_of, placed_tables, spot_of

STAGE_WIDTH = 640
"""Pixels of the picture that is clicked on where no script says how large it is shown."""


@dataclass(frozen=True)
class Chip:
    """A table to pick on the page where plans are set up."""

    table: Table
    href: str
    is_here: bool
    elsewhere: str
    is_picked: bool


@dataclass(frozen=True)
class Placed:
    """What the reader did last: the table, and where it stood on this plan before, as "left,top"."""

    table: Table
    before: str
    said: str

    @property
    def left(self) -> str:
        """Percent from the left before; empty for nowhere."""
        return self.before.partition(",")[0]

    @property
    def top(self) -> str:
        """Percent from the top before; empty for nowhere."""
        return self.before.partition(",")[2]


@dataclass(frozen=True)
class StagePage:
    """One plan, to put tables on it; `picked` is the one that a click places."""

    console: Console
    plan: FloorPlan
    drawing: Drawing
    chips: tuple[Chip, ...]
    picked: Table | None
    spot: TableSpot | None
    placed: Placed | None

    @property
    def stage_width(self) -> int:
        """Pixels of the picture without scripts."""
        return STAGE_WIDTH

    @property
    def stage_height(self) -> int:
        """Pixels of the picture without scripts."""
        return stage_height(self.plan)

    @property
    def here(self) -> int:
        """Tables on this plan."""
        return sum(1 for chip in self.chips if chip.is_here)


def stage_height(plan: FloorPlan) -> int:
    """Height of the picture where it is STAGE_WIDTH wide."""
    return max(1, round(STAGE_WIDTH * plan.height / plan.width))


def stage_page(plan: FloorPlan, user: User, *, picked: str, placed: str, before: str) -> StagePage:
    """The page of a plan. `picked` and `placed` are keys of tables as the address has them.

    Without `picked` the first table that stands nowhere is, after the one just placed.
    """
    tables = placed_tables(plan.event)
    chosen = _by_key(tables, picked) or _next(tables, _by_key(tables, placed))
    spot = spot_of(chosen) if chosen else None
    return StagePage(
        console=console(plan.event, user, "organiser_setup"),
        plan=plan,
        drawing=drawing_of(plan, tables, chosen.name if chosen else ""),
        chips=tuple(_chip(plan, table, chosen) for table in tables),
        picked=chosen,
        spot=spot if spot and spot.plan_id == plan.pk else None,
        placed=_placed(_by_key(tables, placed), before, chosen),
    )


def _chip(plan: FloorPlan, table: Table, picked: Table | None) -> Chip:
    spot = spot_of(table)
    at = reverse("organiser_plan", args=[plan.event.slug, plan.pk])
    is_here = spot is not None and spot.plan_id == plan.pk
    elsewhere = spot.plan.name if spot and not is_here else ""
    return Chip(table, f"{at}?table={table.pk}", is_here, elsewhere, table == picked)


def _by_key(tables: Iterable[Table], key: str) -> Table | None:
    return next((table for table in tables if str(table.pk) == key), None)


def _next(tables: Sequence[Table], after: Table | None) -> Table | None:
    """The next table that stands nowhere; else the one just placed, or the first."""
    start = tables.index(after) + 1 if after in tables else 0
    free = [table for table in (*tables[start:], *tables[:start]) if spot_of(table) is None]
    return free[0] if free else after or (tables[0] if tables else None)


def _placed(table: Table | None, before: str, picked: Table | None) -> Placed | None:
    if table is None:
        return None
    spot = spot_of(table)
    said = (
        _("Table %(table)s stands at %(left)d %% from the left, %(top)d %% from the top.")
        % {"table": table.name, "left": round(spot.x * 100), "top": round(spot.y * 100)}
        if spot
        else _("Table %(table)s stands on no plan now.") % {"table": table.name}
    )
    if picked and picked != table:
        said = f"{said} {_('Next: table %(table)s.') % {'table': picked.name}}"
    return Placed(table, before, said)
