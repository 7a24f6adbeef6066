"""The drawing: land as dotted lines, links as arcs that lead from side to side, pins and names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from matchmaking.mapping import labels
from matchmaking.mapping.land import Run, outline
from matchmaking.mapping.projection import EUROPE, MEXICO, ROW_HEIGHT, Panel, panel_of

DOT = 0.66  # diameter of a dot in steps of the raster
PIN_RADIUS = 0.5  # of the type size of names
SAMPLES = 30  # points along an arc that names keep away from


@dataclass(frozen=True)
class Place:
    """A point to mark. `count` above 1 is written into the pin; `weight` orders the names."""

    key: str
    name: str
    side: str
    latitude: float
    longitude: float
    weight: float = 0.0
    count: int = 0
    href: str = ""


@dataclass(frozen=True)
class Tie:
    """A link between two places by key: on record, or a mere wish."""

    start: str
    end: str
    is_wish: bool = False


@dataclass(frozen=True)
class Frame:
    """A format of the map. Origins are where a panel's centre lies; all in units of the drawing."""

    name: str
    width: float
    height: float
    step: float
    europe: tuple[float, float]
    mexico: tuple[float, float]
    text: float
    is_upright: bool = False
    panels: tuple[Panel, ...] = (MEXICO, EUROPE)

    def panel(self, place: Place) -> Panel | None:
        """The panel of this frame that shows a place; None where it does not reach."""
        panel = panel_of(place.latitude, place.longitude)
        return panel if panel in self.panels else None

    def place(self, panel: Panel, latitude: float, longitude: float) -> tuple[float, float]:
        """A point of the earth in units of the drawing."""
        x, y = panel.plane(latitude, longitude)
        left, top = self.origin(panel)
        scale = self.step / panel.step
        return round(left + x * scale, 1), round(top + y * scale, 1)

    def origin(self, panel: Panel) -> tuple[float, float]:
        """Where the centre of a panel lies."""
        return self.europe if panel is EUROPE else self.mexico


WIDE = Frame("wide", 1240, 436, 7.0, (1010, 236), (246, 272), 14)
MIDDLE = Frame("middle", 720, 282, 4.5, (570, 152), (157, 176), 12)
TALL = Frame("tall", 360, 622, 5.1, (166, 172), (178, 505), 12, is_upright=True)
FRAMES = (WIDE, MIDDLE, TALL)
# One side alone, near enough to tell regions apart; a country's own name has room there.
OF_EUROPE = (
    Frame("wide", 960, 740, 12.0, (435, 407), (0, 0), 14, panels=(EUROPE,)),
    Frame("middle", 720, 684, 11.0, (319, 376), (0, 0), 12, panels=(EUROPE,)),
    Frame("tall", 360, 376, 6.0, (157, 206), (0, 0), 12, panels=(EUROPE,)),
)
OF_MEXICO = (
    Frame("wide", 960, 660, 14.0, (0, 0), (452, 346), 14, panels=(MEXICO,)),
    Frame("middle", 720, 500, 10.6, (0, 0), (338, 262), 12, panels=(MEXICO,)),
    Frame("tall", 360, 262, 5.3, (0, 0), (168, 136), 12, panels=(MEXICO,)),
)
# How near the map can be looked at: both sides, or one of them.
ZOOMS = {"": FRAMES, "europe": OF_EUROPE, "mexico": OF_MEXICO}


@dataclass(frozen=True)
class LandPath:
    """Dots of one side: a path of rows, dotted by its dash pattern."""

    side: str
    d: str


@dataclass(frozen=True)
class Gradient:
    """Colour along the arcs from one side to another; ends in units of the drawing."""

    id: str
    start: str
    end: str
    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Arc:
    """One link as a path."""

    d: str
    gradient: str
    is_wish: bool


@dataclass(frozen=True)
class Pin:
    """A marked place; a third country's is a diamond."""

    side: str
    x: float
    y: float
    radius: float
    name: str
    count: int = 0
    href: str = ""

    @property
    def size(self) -> float:
        """Side of the diamond before it is turned."""
        return round(2 * self.radius, 1)


@dataclass(frozen=True)
class Drawing:
    """Everything a template writes down, back to front."""

    frame: Frame
    dot: float
    land: tuple[LandPath, ...]
    gradients: tuple[Gradient, ...]
    arcs: tuple[Arc, ...]
    pins: tuple[Pin, ...]
    labels: tuple[labels.MapLabel, ...]

    @property
    def has_links(self) -> bool:
        """Pins lead somewhere: then the drawing is no single picture for screen readers."""
        return any(pin.href for pin in self.pins)


def draw(frame: Frame, places: Sequence[Place], ties: Sequence[Tie]) -> Drawing:
    """Draw places and ties. What lies outside the map, and ties to it, are left out.

    The same places and ties give the same drawing, so recent ones are kept.
    """
    return _draw(frame, tuple(places), tuple(ties))


@lru_cache(maxsize=64)  # about 20 kB each; land and most of the text are shared
def _draw(frame: Frame, places: tuple[Place, ...], ties: tuple[Tie, ...]) -> Drawing:
    spots = _spots(frame, places)
    known = {place.key: place for place in places if place.key in spots}
    drawn = [tie for tie in ties if tie.start in known and tie.end in known]
    pins = tuple(_pin(frame, place, spots[key]) for key, place in known.items())
    arcs, points = [], []
    for tie in drawn:
        start, bend, end = _curve(frame, spots[tie.start], spots[tie.end])
        name = _gradient_id(frame, known[tie.start].side, known[tie.end].side)
        arcs.append(Arc(_path(start, bend, end), name, tie.is_wish))
        points += _points(start, bend, end)
    return Drawing(
        frame=frame,
        dot=round(frame.step * DOT, 2),
        land=_land(frame),
        gradients=_gradients(frame, known, drawn),
        arcs=tuple(arcs),
        pins=pins,
        labels=_names(frame, known, pins, points),
    )


def _names(
    frame: Frame,
    known: Mapping[str, Place],
    pins: Sequence[Pin],
    points: Sequence[tuple[float, float]],
) -> tuple[labels.MapLabel, ...]:
    wanted = [
        labels.Wanted(place.name, pin.x, pin.y, pin.radius, place.weight)
        for place, pin in zip(known.values(), pins, strict=True)
    ]
    window = labels.Box(0, 0, frame.width, frame.height)
    return labels.place(wanted, size=frame.text, window=window, lines=points)


def _spots(frame: Frame, places: Sequence[Place]) -> dict[str, tuple[float, float]]:
    found = {}
    for place in places:
        panel = frame.panel(place)
        if panel is not None:
            found[place.key] = frame.place(panel, place.latitude, place.longitude)
    return found


def _pin(frame: Frame, place: Place, spot: tuple[float, float]) -> Pin:
    radius = frame.text * (PIN_RADIUS if place.count < 2 else 0.8)
    return Pin(place.side, *spot, round(radius, 1), place.name, place.count, place.href)


# -- land


@cache
def _land(frame: Frame) -> tuple[LandPath, ...]:
    return tuple(
        LandPath(side, _dotted(frame, panel, outline(panel.name).joined(side)))
        for panel in frame.panels
        for side in ("mx", "third", "eu")
        if outline(panel.name).land.get(side)
    )


def _dotted(frame: Frame, panel: Panel, runs: Sequence[Run]) -> str:
    """One line per run; the dash pattern "0 step" sets a round dot at each step of it."""
    left, top = frame.origin(panel)
    parts = []
    for run in runs:
        x = left + (run.first + (run.row % 2) / 2) * frame.step
        y = top + run.row * frame.step * ROW_HEIGHT
        length = (run.last - run.first) * frame.step + 0.1  # the end itself carries a dot
        parts.append(f"M{_n(x)} {_n(y)}h{_n(length)}")
    return "".join(parts)


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


# -- links


def _curve(
    frame: Frame, start: tuple[float, float], end: tuple[float, float]
) -> tuple[tuple[float, float], tuple[float, float], tuple[float, float]]:
    """Ends and bend of an arc: it rises like a bridge, or leans aside on the upright map."""
    (x1, y1), (x2, y2) = start, end
    span = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
    if frame.is_upright:
        lean = 0.16 * span * (1 if x1 + x2 > frame.width else -1)
        return start, ((x1 + x2) / 2 + lean, (y1 + y2) / 2), end
    return start, ((x1 + x2) / 2, max((y1 + y2) / 2 - 0.24 * span, 4 - min(y1, y2))), end


def _path(start: tuple[float, float], bend: tuple[float, float], end: tuple[float, float]) -> str:
    return f"M{_n(start[0])} {_n(start[1])}Q{_n(bend[0])} {_n(bend[1])} {_n(end[0])} {_n(end[1])}"


def _points(
    start: tuple[float, float], bend: tuple[float, float], end: tuple[float, float]
) -> list[tuple[float, float]]:
    found = []
    for step in range(SAMPLES + 1):
        t = step / SAMPLES
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t**2
        found.append(
            (a * start[0] + b * bend[0] + c * end[0], a * start[1] + b * bend[1] + c * end[1])
        )
    return found


def _gradient_id(frame: Frame, start: str, end: str) -> str:
    return f"tie-{frame.name}-{start}-{end}"


def _gradients(
    frame: Frame, known: Mapping[str, Place], ties: Sequence[Tie]
) -> tuple[Gradient, ...]:
    """One for each pair of sides, from the start's panel to the end's."""
    found: dict[str, Gradient] = {}
    for tie in ties:
        start, end = known[tie.start], known[tie.end]
        name = _gradient_id(frame, start.side, end.side)
        if name not in found:
            ends = [_middle(frame, place) for place in (start, end)]
            across = (
                [(0.0, y) for _x, y in ends] if frame.is_upright else [(x, 0.0) for x, _y in ends]
            )
            (x1, y1), (x2, y2) = across
            found[name] = Gradient(name, start.side, end.side, x1, y1, x2, y2)
    return tuple(found.values())


def _middle(frame: Frame, place: Place) -> tuple[float, float]:
    return frame.origin(frame.panel(place) or EUROPE)
