"""The relations of a profile as a small picture: a fan of lines from the organisation to others."""

from collections.abc import Iterable
from dataclasses import dataclass

ROW = 27  # pixels from one far end to the next
TITLE = 30  # pixels that the words above a group take
TOP = 16
MOST = 18  # more would be no picture; the list below it is complete


@dataclass(frozen=True)
class Knot:
    """A far end before it has a place. `side` is eu, mx or third."""

    name: str
    side: str
    is_inferred: bool = False
    href: str = ""


@dataclass(frozen=True)
class PlacedKnot:
    """A far end with its height in pixels."""

    knot: Knot
    y: int


@dataclass(frozen=True)
class PlacedTitle:
    """What the ends below it are to the organisation, with the height of its baseline."""

    text: str
    y: int


@dataclass(frozen=True)
class Graph:
    """A fan in pixels of height; widths are shares of the page's."""

    titles: tuple[PlacedTitle, ...]
    knots: tuple[PlacedKnot, ...]
    middle: int
    height: int
    left_out: int


def fan(groups: Iterable[tuple[str, Iterable[Knot]]], *, most: int = MOST) -> Graph | None:
    """Place groups of knots, each below its title; None where there are no knots."""
    titles: list[PlacedTitle] = []
    placed: list[PlacedKnot] = []
    left_out, y = 0, TOP
    for title, knots in groups:
        shown = list(knots)
        room = max(most - len(placed), 0)
        left_out += max(len(shown) - room, 0)
        if shown[:room]:
            titles.append(PlacedTitle(title, y))
            y += TITLE - 4
            placed += [PlacedKnot(knot, y + ROW * at) for at, knot in enumerate(shown[:room])]
            y += ROW * len(shown[:room]) + 4
    if not placed:
        return None
    middle = (placed[0].y + placed[-1].y) // 2
    return Graph(tuple(titles), tuple(placed), middle, placed[-1].y + TOP + 8, left_out)
