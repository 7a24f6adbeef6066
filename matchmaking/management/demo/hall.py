"""An invented floor plan for demo events: a hall with doors, a stage, and rows of tables."""

import math
from collections.abc import Iterator

from clusters.models import User
from events import actions
from events.models import Event, Table

WIDTH, HEIGHT = 1200, 800
LEFT, RIGHT, TOP, BOTTOM = 0.14, 0.86, 0.34, 0.84
"""Where tables may stand, as shares of the picture."""
NAME = "Hall A"

DRAWING = f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">
<title>Invented hall, demo data</title>
<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>
<rect x="60" y="60" width="1080" height="680" fill="#f4f1ea"/>
<path d="M500 740H60V60h1080v680H700" fill="none" stroke="#333333" stroke-width="8"/>
<path d="M500 740v-90a90 90 0 0 1 90 90M700 740v-90a90 90 0 0 0-90 90" fill="none" stroke="#777777" stroke-width="3"/>
<rect x="400" y="90" width="400" height="90" fill="#ddd6c8" stroke="#333333" stroke-width="3"/>
<rect x="90" y="90" width="150" height="70" fill="#e6ecf2" stroke="#333333" stroke-width="3"/>
<rect x="960" y="90" width="150" height="70" fill="#e6ecf2" stroke="#333333" stroke-width="3"/>
<g font-family="sans-serif" font-size="28" text-anchor="middle" fill="#333333">
<text x="600" y="145">Stage / Escenario</text><text x="165" y="135">Café</text><text x="1035" y="135">Info</text>
<text x="600" y="785">Entrance / Entrada</text></g>
<text x="80" y="725" font-family="sans-serif" font-size="22" fill="#777777">Invented, demo data / Inventado</text>
</svg>
"""


def add_hall(event: Event, *, actor: User) -> None:
    """Give a demo event the invented hall, with all of its tables in rows."""
    plan = actions.add_floor_plan(event, name=NAME, content=DRAWING.encode(), actor=actor)
    tables = list(Table.objects.filter(event=event).select_related("event"))
    for table, (x, y) in zip(tables, places(len(tables)), strict=True):
        actions.place_table(table, plan=plan, x=x, y=y, actor=actor)


def places(count: int) -> Iterator[tuple[float, float]]:
    """Shares of the picture for that many tables, row by row from the stage."""
    columns = max(1, math.ceil(math.sqrt(2.4 * count)))
    rows = math.ceil(count / columns)
    for number in range(count):
        row, column = divmod(number, columns)
        yield (
            LEFT + (RIGHT - LEFT) * (column + 0.5) / columns,
            TOP + (BOTTOM - TOP) * (row + 0.5) / max(rows, 1),
        )
