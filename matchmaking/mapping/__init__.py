"""The map of both sides, as numbers: where a place is drawn, how links run, where names fit.

Plain Python; knows no database. `draw` turns places and ties into a `Drawing` that a template writes
down as SVG. The two sides stand closer than the ocean allows, and not on one scale: a map of
partners, not of distances.
"""

from matchmaking.mapping.drawing import (
    FRAMES,
    MIDDLE,
    TALL,
    WIDE,
    ZOOMS,
    Arc,
    Drawing,
    Frame,
    Gradient,
    LandPath,
    Pin,
    Place,
    Tie,
    draw,
)
from matchmaking.mapping.labels import MapLabel
from matchmaking.mapping.land import Outline, Run, outline
from matchmaking.mapping.projection import EUROPE, MEXICO, Panel, panel_of

__all__ = [
    "EUROPE",
    "FRAMES",
    "MEXICO",
    "MIDDLE",
    "TALL",
    "WIDE",
    "ZOOMS",
    "Arc",
    "Drawing",
    "Frame",
    "Gradient",
    "LandPath",
    "MapLabel",
    "Outline",
    "Panel",
    "Pin",
    "Place",
    "Run",
    "Tie",
    "draw",
    "outline",
    "panel_of",
]
