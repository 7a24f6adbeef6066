"""`manage.py draw_map countries-50m.json`: make matchmaking/mapping/outline.json anew."""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from matchmaking.mapping.land import PATH, runs_of
from matchmaking.mapping.projection import EUROPE, MEXICO, ROW_HEIGHT, Panel

# ISO 3166-1: the numbers that name countries in the shapes, and the letters that name them here.
EU = {
    "040": "AT", "056": "BE", "100": "BG", "191": "HR", "196": "CY", "203": "CZ", "208": "DK",
    "233": "EE", "246": "FI", "250": "FR", "276": "DE", "300": "GR", "348": "HU", "372": "IE",
    "380": "IT", "428": "LV", "440": "LT", "442": "LU", "470": "MT", "528": "NL", "616": "PL",
    "620": "PT", "642": "RO", "703": "SK", "705": "SI", "724": "ES", "752": "SE", "248": "AX",
}  # fmt: skip
THIRD = {
    "008": "AL", "020": "AD", "070": "BA", "112": "BY", "234": "FO", "352": "IS", "438": "LI",
    "492": "MC", "498": "MD", "499": "ME", "578": "NO", "674": "SM", "688": "RS", "756": "CH",
    "804": "UA", "807": "MK", "826": "GB", "833": "IM",
}  # fmt: skip
UNNUMBERED = {"Kosovo": ("third", "XK"), "N. Cyprus": ("eu", "CY")}
SOURCE = "Natural Earth 4.1, 1:50m, public domain, from the npm package world-atlas 2"

Ring = list[tuple[float, float]]


class Command(BaseCommand):
    """Turns public-domain outlines of countries into the dots of the map."""

    help = (
        "Write the dots of the map (matchmaking/mapping/outline.json) from Natural Earth's country "
        "shapes. Get them with `npm pack world-atlas`, unpack, and name package/countries-50m.json."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("shapes", help="countries-50m.json of the npm package world-atlas 2")
        parser.add_argument(
            "--to", default=str(PATH), help="where to write; the package's own file"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            topology = json.loads(Path(options["shapes"]).read_text(encoding="utf-8"))
            countries = list(_countries(topology))
        except (OSError, ValueError, KeyError) as problem:
            raise CommandError(
                f"{options['shapes']} is not TopoJSON of countries: {problem}"
            ) from problem
        panels = {
            panel.name: {"step": panel.step, "land": _raster(panel, countries)}
            for panel in (EUROPE, MEXICO)
        }
        text = json.dumps({"source": SOURCE, "panels": panels}, separators=(",", ":"))
        # One country a line, so that a change can be read.
        Path(options["to"]).write_text(text.replace(']],"', ']],\n"') + "\n", encoding="utf-8")
        self.stdout.write(f"{options['to']}: {len(text)} characters")


def _countries(topology: dict[str, Any]) -> Iterator[tuple[str, str, list[list[Ring]]]]:
    """Side, code and polygons (rings of latitude and longitude) of each country on the map."""
    arcs = [list(_decoded(arc, topology["transform"])) for arc in topology["arcs"]]
    for shape in topology["objects"]["countries"]["geometries"]:
        number, name = shape.get("id"), shape["properties"]["name"]
        if number in EU:
            side, code = "eu", EU[number]
        elif number in THIRD:
            side, code = "third", THIRD[number]
        elif number == "484":
            side, code = "mx", "MX"
        elif name in UNNUMBERED:
            side, code = UNNUMBERED[name]
        else:
            continue
        polygons = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
        yield side, code, [[_ring(ring, arcs) for ring in polygon] for polygon in polygons]


def _decoded(arc: list[list[int]], transform: dict[str, Any]) -> Iterator[tuple[float, float]]:
    """TopoJSON stores steps on a grid; this adds them up to latitude and longitude."""
    x = y = 0
    for dx, dy in arc:
        x, y = x + dx, y + dy
        yield (
            y * transform["scale"][1] + transform["translate"][1],
            x * transform["scale"][0] + transform["translate"][0],
        )


def _ring(indices: list[int], arcs: list[Ring]) -> Ring:
    points: Ring = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points += arc[1:] if points else arc
    return points


def _raster(
    panel: Panel, countries: list[tuple[str, str, list[list[Ring]]]]
) -> dict[str, dict[str, list[list[int]]]]:
    owner: dict[tuple[int, int], tuple[str, str]] = {}
    small: dict[tuple[int, int], tuple[str, str]] = {}
    for side, code, polygons in countries:
        cells: set[tuple[int, int]] = set()
        parts = [part for part in polygons if panel.holds(*part[0][0])]
        for part in parts:
            cells.update(_cells(panel, [[panel.plane(*point) for point in ring] for ring in part]))
        if parts and not cells:  # smaller than the raster: the dot nearest to it
            largest = max(parts, key=lambda part: _extent(part[0]))
            small[_centre(panel, largest[0])] = (side, code)
        owner.update(dict.fromkeys(cells, (side, code)))
    owner.update(small)
    land: dict[str, dict[str, list[list[int]]]] = {}
    for side, code in sorted(set(owner.values())):
        dots = sorted(cell for cell, whose in owner.items() if whose == (side, code))
        runs = [[run.row, run.first, run.last] for run in runs_of(dots)]
        land.setdefault(side, {})[code] = runs
    return land


def _cells(panel: Panel, rings: list[Ring]) -> Iterator[tuple[int, int]]:
    """Dots inside a polygon, holes left out."""
    xs, ys = zip(*rings[0], strict=True)
    height = panel.step * ROW_HEIGHT
    for row in range(int(min(ys) // height), int(max(ys) // height) + 2):
        for column in range(int(min(xs) // panel.step) - 1, int(max(xs) // panel.step) + 2):
            x, y = panel.dot(row, column)
            if sum(_crossings(ring, x, y) for ring in rings) % 2:
                yield row, column


def _crossings(ring: Ring, x: float, y: float) -> int:
    """How often a ray to the right of a point meets a ring."""
    found = 0
    for (x1, y1), (x2, y2) in itertools.pairwise(ring):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            found += 1
    return found


def _extent(ring: Ring) -> float:
    latitudes, longitudes = zip(*ring, strict=True)
    return (max(latitudes) - min(latitudes)) * (max(longitudes) - min(longitudes))


def _centre(panel: Panel, ring: Ring) -> tuple[int, int]:
    points = [panel.plane(*point) for point in ring]
    xs, ys = zip(*points, strict=True)
    return panel.cell((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2)
