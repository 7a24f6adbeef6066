"""The map view of the find page: organisations by region or country, ties to the best matches."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from matchmaking import mapping
from matchmaking.reads.find_parts import Choice
from matchmaking.reads.market import Snapshot

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
    """Everybody in `found` on the map, with ties from `own` to the first of `best`; no query.

    `zoom` is one of `mapping.ZOOMS`, anything else shows both sides; `address(name=code)` is the find
    page with a parameter changed.
    """
    zoom = zoom if zoom in mapping.ZOOMS else ""
    codes, numbers = snapshot.spots
    at = numbers[found]
    placed = at >= 0
    counts = np.bincount(at[placed], minlength=len(codes))
    someone = dict(zip(at[placed].tolist(), found[placed].tolist(), strict=True))
    places = [
        mapping.Place(
            key=codes[number],
            name=snapshot.names.place(codes[number]),
            side=str(snapshot.sides[someone[number]]),
            latitude=snapshot.names.points[codes[number]][0],
            longitude=snapshot.names.points[codes[number]][1],
            weight=float(counts[number]),
            count=int(counts[number]),
            href=_href(snapshot, codes[number], address),
        )
        for number in np.argsort(-counts, kind="stable").tolist()
        if counts[number]
    ]
    shown = {place.key for place in places}
    drawn = [*places, *_home(snapshot, own, shown)]
    ties = _ties(snapshot, own, best, shown)
    return FindMap(
        drawings=tuple(mapping.draw(frame, drawn, ties) for frame in mapping.ZOOMS[zoom]),
        lines=tuple(PlaceLine(p.name, p.side, p.count, p.href) for p in places),
        unplaced=int(np.count_nonzero(~placed)),
        zoom=zoom,
        zooms=tuple(
            Choice(code, label, code == zoom, address(zoom=code or None))
            for code, label in _zoom_names().items()
        ),
    )


def _zoom_names() -> dict[str, str]:
    return {"": _("Both sides"), "europe": _("Europe"), "mexico": _("Mexico")}


def _href(snapshot: Snapshot, code: str, address: Callable[..., str]) -> str:
    name = "region" if code in snapshot.names.regions else "country"
    return address(**{name: code}, view="list")


def _home(snapshot: Snapshot, own: str | None, shown: Collection[str]) -> list[mapping.Place]:
    """The place of the organisation that looks, where nobody found is there."""
    spot = "" if own is None else snapshot.spot(own)
    if own is None or not spot or spot in shown:
        return []
    name, side = snapshot.names.organisation(own), snapshot.market.profiles[own].side
    return [mapping.Place(spot, name, side, *snapshot.names.points[spot], weight=1.0)]


def _ties(
    snapshot: Snapshot, own: str | None, best: NDArray[np.int64], shown: Collection[str]
) -> list[mapping.Tie]:
    start = "" if own is None else snapshot.spot(own)
    ends = dict.fromkeys(snapshot.spot(snapshot.keys[position]) for position in best[:BEST])
    return [mapping.Tie(start, end) for end in ends if start and end != start and end in shown]
