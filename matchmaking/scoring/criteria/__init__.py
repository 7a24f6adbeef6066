"""The criteria as readable functions, one per part, each answering for one ordered pair.

`PART_FUNCTIONS` maps part codes to functions from a `View` to a `Finding`. The compiled rendition
(`matchmaking.scoring.compiled`) computes the same values for many pairs at once.
"""

from collections.abc import Callable, Mapping

from matchmaking.scoring.criteria.fields import circle, kind, sector
from matchmaking.scoring.criteria.practice import hours, label, language
from matchmaking.scoring.criteria.record import repeat, side, track
from matchmaking.scoring.criteria.wishes import gets, gives, wanted, wants
from matchmaking.scoring.findings import Finding, View

PART_FUNCTIONS: Mapping[str, Callable[[View], Finding]] = {
    "sector": sector,
    "target.wants": wants,
    "target.wanted": wanted,
    "need.gets": gets,
    "need.gives": gives,
    "kind": kind,
    "record.repeat": repeat,
    "record.side": side,
    "record.track": track,
    "circle": circle,
    "practice.language": language,
    "practice.hours": hours,
    "practice.label": label,
}
