"""The relations of a profile as a small picture: a fan of lines from the organisation to others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

ROW = 44  # pixels from one far end to the next: two lines of text and air
TOP = 34
MOST = 14  # more would be no picture; the list below it is complete


@dataclass(frozen=True)
class Knot:
    """A far end before it has a place. `side` is eu, mx or third."""

    name: str
    side: str
    role: str
    is_inferred: bool = False
    href: str = ""


@dataclass(frozen=True)
class PlacedKnot:
    """A far end with its height in pixels."""

    knot: Knot
    y: int

    @property
    def name_y(self) -> int:
        """Baseline of the name, above the middle."""
        return self.y - 2

    @property
    def role_y(self) -> int:
        """Baseline of the role, below the middle."""
        return self.y + 14


@dataclass(frozen=True)
class Graph:
    """A fan in pixels of height; widths are percentages of the page's."""

    knots: tuple[PlacedKnot, ...]
    middle: int
    height: int
    left_out: int


def fan(knots: Iterable[Knot], *, most: int = MOST) -> Graph | None:
    """Place the knots below each other; None where there are none."""
    every: Sequence[Knot] = tuple(knots)
    if not every:
        return None
    shown = every[:most]
    placed = tuple(PlacedKnot(knot, TOP + ROW * at) for at, knot in enumerate(shown))
    height = 2 * TOP + ROW * (len(shown) - 1)
    return Graph(placed, height // 2, height, len(every) - len(shown))
