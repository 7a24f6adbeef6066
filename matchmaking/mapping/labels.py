"""Where the names of places fit: beside their pins, over no other name and over few lines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# Widths of letters in a humanist sans, in parts of the type size: generous, so that real fonts fit in.
NARROW = frozenset("fijlrtIíì'.,;:|!()[] -")
BROAD = frozenset("mwMWÆŒ@%—")
LINE_HEIGHT = 1.15
CROSSED = 3.0  # cost of one point of a line under a name; a farther spot costs less than that
PIN_COST = 40.0


@dataclass(frozen=True)
class Box:
    """A rectangle in the units of the drawing."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Say whether two rectangles share a point."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def holds(self, x: float, y: float) -> bool:
        """Say whether a point lies inside."""
        return self.left <= x <= self.right and self.top <= y <= self.bottom


@dataclass(frozen=True)
class Wanted:
    """A name to be placed at a pin; `weight` decides who chooses first."""

    text: str
    x: float
    y: float
    radius: float
    weight: float = 0.0


@dataclass(frozen=True)
class MapLabel:
    """A placed name: baseline position and text-anchor (start, middle, end)."""

    text: str
    x: float
    y: float
    anchor: str
    box: Box


def text_width(text: str, size: float) -> float:
    """Estimated width of a line of text."""
    letters = sum(0.34 if c in NARROW else 0.9 if c in BROAD else 0.58 for c in text)
    return letters * size


def place(
    wanted: Sequence[Wanted],
    *,
    size: float,
    window: Box,
    lines: Iterable[tuple[float, float]] = (),
) -> tuple[MapLabel, ...]:
    """Place names greedily, heaviest first; a name that fits nowhere is left out.

    `lines` are points along the drawn links. The result follows the order of `wanted`.
    """
    points = tuple(lines)
    pins = [_pin_box(one) for one in wanted]
    taken: list[Box] = []
    chosen: dict[int, MapLabel] = {}
    order = sorted(range(len(wanted)), key=lambda i: (-wanted[i].weight, i))
    for index in order:
        best = _best(wanted[index], pins, taken, points, size, window)
        if best is not None:
            chosen[index] = best
            taken.append(best.box)
    return tuple(chosen[index] for index in sorted(chosen))


def _best(
    one: Wanted,
    pins: Sequence[Box],
    taken: Sequence[Box],
    points: Sequence[tuple[float, float]],
    size: float,
    window: Box,
) -> MapLabel | None:
    best: tuple[float, MapLabel] | None = None
    for distance, label in enumerate(_candidates(one, size)):
        box = label.box
        if not (window.holds(box.left, box.top) and window.holds(box.right, box.bottom)):
            continue
        if any(box.meets(other) for other in taken):
            continue
        cost = distance * 0.5 + PIN_COST * sum(box.meets(pin) for pin in pins)
        cost += CROSSED * sum(box.holds(x, y) for x, y in points)
        if best is None or cost < best[0]:
            best = (cost, label)
    return best[1] if best else None


def _candidates(one: Wanted, size: float) -> Iterable[MapLabel]:
    """Spots around a pin, the best to read first; then the same a line farther out."""
    for reach in (0.0, 0.7 * size, 1.5 * size):
        gap = one.radius + 0.35 * size
        side = gap + reach / 2
        low, high = one.y + gap + 0.75 * size + reach, one.y - gap - reach
        level = one.y + 0.35 * size
        for x, y, anchor in (
            (one.x + side, level, "start"),
            (one.x - side, level, "end"),
            (one.x, low, "middle"),
            (one.x, high, "middle"),
            (one.x + side * 0.8, low - 0.4 * size, "start"),
            (one.x - side * 0.8, low - 0.4 * size, "end"),
            (one.x + side * 0.8, high + 0.4 * size, "start"),
            (one.x - side * 0.8, high + 0.4 * size, "end"),
        ):
            yield _label(one.text, x, y, anchor, size)


def _label(text: str, x: float, y: float, anchor: str, size: float) -> MapLabel:
    width = text_width(text, size)
    left = {"start": x, "middle": x - width / 2, "end": x - width}[anchor]
    box = Box(left, y - 0.85 * size, left + width, y + (LINE_HEIGHT - 0.85) * size)
    return MapLabel(text, round(x, 1), round(y, 1), anchor, box)


def _pin_box(one: Wanted) -> Box:
    return Box(one.x - one.radius, one.y - one.radius, one.x + one.radius, one.y + one.radius)
