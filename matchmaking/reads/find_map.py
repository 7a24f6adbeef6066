"""The map view of the find page: organisations by region or country, ties to the best matches."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from clusters.models import Country, Region
from matchmaking import mapping
from matchmaking.reads.find_parts import Choice
from matchmaking.reads.market import Snapshot
from matchmaking.scoring import Profile

BEST = 10


@dataclass(frozen=True)
class PlaceLine:
    """One place in the table behind the map."""

    name: str
    side: str
    count: int
    href: str


@dataclass(frozen=True)
class FindMap:
    """The drawing in its formats, and the same as a table. `unplaced` have no country or region.

    `zooms` lead to both sides and to one of them; `zoom` is the one shown, empty for both.
    """

    drawings: tuple[mapping.Drawing, ...]
    lines: tuple[PlaceLine, ...]
    unplaced: int
    zoom: str
    zooms: tuple[Choice, ...]

    @property
    def has_ties(self) -> bool:
        """Lines to good matches are drawn."""
        return any(drawing.arcs for drawing in self.drawings)


def find_map(
    snapshot: Snapshot,
    found: NDArray[np.int64],
    *,
    own: str | None,
    best: NDArray[np.int64],
    zoom: str,
    address: Callable[..., str],
) -> FindMap:
    """Everybody in `found` on the map, with ties from `own` to the first of `best`; two queries.

    `zoom` is one of `mapping.ZOOMS`, anything else shows both sides; `address(name=code)` is the find
    page with a parameter changed.
    """
    zoom = zoom if zoom in mapping.ZOOMS else ""
    points = _points()
    profiles = list(snapshot.market.profiles.values())
    spots = [_spot(profiles[position], points) for position in found]
    counts = Counter(spot for spot in spots if spot)
    sides = {spot: profiles[n].side for n, spot in zip(found, spots, strict=True) if spot}
    places = [
        mapping.Place(
            key=code,
            name=snapshot.names.place(code),
            side=sides[code],
            latitude=points[code][0],
            longitude=points[code][1],
            weight=float(count),
            count=count,
            href=address(
                **{"region" if code in snapshot.names.regions else "country": code}, view="list"
            ),
        )
        for code, count in counts.most_common()
    ]
    ties = _ties(snapshot, own, best, points, counts)
    home = _home(snapshot, own, points, counts)
    drawn = [*places, *home]
    return FindMap(
        drawings=tuple(mapping.draw(frame, drawn, ties) for frame in mapping.ZOOMS[zoom]),
        lines=tuple(PlaceLine(p.name, p.side, p.count, p.href) for p in places),
        unplaced=spots.count(""),
        zoom=zoom,
        zooms=tuple(
            Choice(code, label, code == zoom, address(zoom=code or None))
            for code, label in _zoom_names().items()
        ),
    )


def _zoom_names() -> dict[str, str]:
    return {"": _("Both sides"), "europe": _("Europe"), "mexico": _("Mexico")}


def _points() -> dict[str, tuple[float, float]]:
    found: dict[str, tuple[float, float]] = {}
    for model in (Country, Region):
        rows = model.objects.filter(latitude__isnull=False)
        for code, latitude, longitude in rows.values_list("code", "latitude", "longitude"):
            if latitude is not None and longitude is not None:
                found[code] = (latitude, longitude)
    return found


def _spot(profile: Profile, points: dict[str, tuple[float, float]]) -> str:
    """The narrowest place of an organisation that the map knows; empty where there is none."""
    wider = (*reversed(profile.regions), *profile.countries)
    return next((code for code in wider if code in points), "")


def _home(
    snapshot: Snapshot,
    own: str | None,
    points: dict[str, tuple[float, float]],
    counts: Counter[str],
) -> list[mapping.Place]:
    """The place of the organisation that looks, where nobody found is there."""
    if own is None:
        return []
    profile = snapshot.market.profiles[own]
    spot = _spot(profile, points)
    if not spot or spot in counts:
        return []
    name = snapshot.names.organisation(own)
    return [mapping.Place(spot, name, profile.side, *points[spot], weight=1.0)]


def _ties(
    snapshot: Snapshot,
    own: str | None,
    best: NDArray[np.int64],
    points: dict[str, tuple[float, float]],
    counts: Counter[str],
) -> list[mapping.Tie]:
    if own is None:
        return []
    profiles = list(snapshot.market.profiles.values())
    start = _spot(snapshot.market.profiles[own], points)
    ends = dict.fromkeys(_spot(profiles[position], points) for position in best[:BEST])
    return [
        mapping.Tie(start, end) for end in ends if start and end and end != start and end in counts
    ]
