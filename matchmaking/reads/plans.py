"""Where tables stand: floor plans as drawings over a picture, and every place in words."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from events.models import Event, FloorPlan, Table, TableSpot

WIDTH = 1000
"""Units of a drawing from left to right; its height follows the picture."""
RADIUS, PEEK_RADIUS = 26, 42
WIDEST_NAME = 4
"""Letters that fit into a mark; a longer name stands beside it."""


@dataclass(frozen=True)
class Mark:
    """A table on a plan, in units of the drawing."""

    name: str
    x: float
    y: float
    is_marked: bool = False

    @property
    def is_short(self) -> bool:
        """The name fits into the mark."""
        return len(self.name) <= WIDEST_NAME

    @property
    def is_right(self) -> bool:
        """A long name goes to the left of the mark, for there is no room on its right."""
        return self.x > WIDTH * 0.7


@dataclass(frozen=True)
class Drawing:
    """A plan with its marks. Without a `picture` (an address) it is a mere list of tables, drawn."""

    name: str
    height: int
    marks: tuple[Mark, ...]
    picture: str = ""
    radius: float = RADIUS
    pk: int = 0

    @property
    def text_size(self) -> float:
        """Of the names."""
        return round(self.radius * 0.85, 1)

    @property
    def name_gap(self) -> float:
        """From a mark to a name beside it."""
        return round(self.radius * 1.35, 1)


@dataclass(frozen=True)
class Place:
    """A table in words: "Hall A, upper left"; `where` is empty for one that nobody placed."""

    table: Table
    hall: str
    where: str
    is_marked: bool


@dataclass(frozen=True)
class PlanPage:
    """All plans of an event; where there is no picture, one drawing of the list of tables."""

    event: Event
    drawings: tuple[Drawing, ...]
    places: tuple[Place, ...]
    marked: str

    @property
    def is_schematic(self) -> bool:
        """No picture: where a table stands is not known."""
        return not any(one.picture for one in self.drawings)


def plan_page(event: Event, *, marked: str) -> PlanPage:
    """The plans for whoever may see the event; `marked` is a table's name. Two queries."""
    plans, tables = plans_of(event), placed_tables(event)
    drawings = [drawing_of(plan, tables, marked) for plan in plans]
    if not plans and tables:
        drawings = [schematic(tables, marked)]
    return PlanPage(
        event=event,
        drawings=tuple(drawings),
        places=tuple(_place(table, marked) for table in tables),
        marked=marked if any(table.name == marked for table in tables) else "",
    )


def plans_of(event: Event) -> list[FloorPlan]:
    """The plans of an event in the order in which they were added, without their pictures."""
    plans = list(FloorPlan.objects.without_picture().filter(event=event).order_by("pk"))
    for plan in plans:
        plan.event = event
    return plans


def placed_tables(event: Event) -> list[Table]:
    """The tables of an event, each with its place and its plan."""
    rows = Table.objects.filter(event=event).select_related("spot__plan")
    return list(rows.defer("spot__plan__picture").order_by("position", "name"))


def spot_of(table: Table) -> TableSpot | None:
    """Where a table stands, if anybody said so."""
    return getattr(table, "spot", None)


def hall_of(table: Table | None) -> str:
    """The name of the plan that a table stands on; empty for none."""
    spot = spot_of(table) if table else None
    return spot.plan.name if spot else ""


def peek(table: Table | None) -> Drawing | None:
    """A small plan with this table alone; None where nobody placed it."""
    spot = spot_of(table) if table else None
    if table is None or spot is None:
        return None
    return drawing_of(spot.plan, [table], table.name, radius=PEEK_RADIUS)


def where(x: float, y: float) -> str:
    """A place on a plan in words, by thirds of the picture."""
    column, row = min(2, int(x * 3)), min(2, int(y * 3))
    words = (
        (_("upper left"), _("upper middle"), _("upper right")),
        (_("left"), pgettext("place on a plan", "middle"), _("right")),
        (_("lower left"), _("lower middle"), _("lower right")),
    )
    return str(words[row][column])


def schematic(tables: Sequence[Table], marked: str) -> Drawing:
    """The tables in rows by their order. Not to scale: nobody said where they stand."""
    columns = max(1, math.ceil(math.sqrt(1.6 * len(tables))))
    cell = WIDTH / columns
    marks = [
        Mark(
            table.name,
            round((number % columns + 0.5) * cell, 1),
            round((number // columns + 0.5) * cell, 1),
            table.name == marked,
        )
        for number, table in enumerate(tables)
    ]
    rows = math.ceil(len(tables) / columns)
    radius = round(min(RADIUS * 1.5, cell * 0.4), 1)
    return Drawing(_("Tables"), round(rows * cell), tuple(marks), radius=radius)


def drawing_of(
    plan: FloorPlan, tables: Iterable[Table], marked: str, *, radius: float = RADIUS
) -> Drawing:
    """The plan with those of the tables that stand on it; `marked` is a name."""
    height = max(1, round(WIDTH * plan.height / plan.width))
    marks = [
        Mark(table.name, round(spot.x * WIDTH, 1), round(spot.y * height, 1), table.name == marked)
        for table in tables
        if (spot := spot_of(table)) and spot.plan_id == plan.pk
    ]
    # What is marked is drawn last, above its neighbours.
    marks.sort(key=lambda mark: mark.is_marked)
    return Drawing(plan.name, height, tuple(marks), picture_address(plan), radius, plan.pk)


def picture_address(plan: FloorPlan) -> str:
    """Where the picture is; another address as soon as it is another picture."""
    at = reverse("event_plan_picture", args=[plan.event.slug, plan.pk])
    return f"{at}?v={plan.digest}"


def _place(table: Table, marked: str) -> Place:
    spot = spot_of(table)
    words = where(spot.x, spot.y) if spot else ""
    return Place(table, spot.plan.name if spot else "", words, table.name == marked)
