"""The bridge: one drawing of a match in four sizes, as inline SVG.

The outer SVG has no view box. Each span is a nested SVG whose widths are percentages of 100 points
and whose heights are pixels, so that text and hatch never stretch and no inline style is needed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import floor
from typing import Any

from django import template
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from clusters.choices import Side
from clusters.templatetags.ui import icon, one_of
from matchmaking.reads.bridge import Bridge, BridgePart, BridgeSpan

register = template.Library()


@dataclass(frozen=True)
class Heights:
    """Vertical places of one size, in pixels; `width` of a span in percent of the whole."""

    width: int
    deck: int
    thick: int
    notch: tuple[int, int]
    pier: tuple[int, int]
    value: int
    figure: int

    @property
    def middle(self) -> str:
        return f"{self.deck + self.thick / 2:g}"

    @property
    def under(self) -> int:
        return self.deck + self.thick


SIZES = {
    "row": Heights(42, 19, 8, (16, 30), (18, 36), 11, 30),
    "card": Heights(42, 22, 11, (18, 37), (21, 43), 13, 37),
    "page": Heights(43, 44, 26, (34, 80), (43, 86), 28, 82),
    "print": Heights(42, 19, 8, (16, 30), (18, 36), 11, 30),
}
# Letters of the page bridge are about 6 px wide; its spans are about 540 px on a desktop and 320 px
# where the container query still shows labels. A point is a hundredth of that.
WIDE_POINT, TIGHT_POINT, LETTER, AIR = 5.4, 3.2, 6.0, 5.0
HATCH_LABEL = 12.0


def whole(points: float) -> str:
    """Points for people: rounded half up, without decimals."""
    return str(floor(points + 0.5))


def percent(value: float) -> str:
    """A length inside a span, independent of the language's decimal mark."""
    return f"{round(value, 2):g}%"


def one_decimal(points: float) -> str:
    """Points as they add up on the match page: "27.9", in Spanish "27,9"."""
    return formats.number_format(points, decimal_pos=1)


def _across(at: float, *, mirrored: bool) -> float:
    return 100 - at if mirrored else at


def _block(start: float, end: float, *, mirrored: bool) -> dict[str, str]:
    left = 100 - end if mirrored else start
    return {"x": percent(left), "width": percent(end - start)}


def _fitting(places: Iterable[tuple[float, str]], pixels_per_point: float) -> set[float]:
    """Middles of the labels that fit, the widest part first, none touching another."""
    taken: list[tuple[float, float]] = []
    for middle, text in places:
        half = (len(text) * LETTER / 2 + AIR) / pixels_per_point
        if all(abs(middle - other) >= half + reach for other, reach in taken):
            taken.append((middle, half))
    return {middle for middle, _half in taken}


def _parts(span: BridgeSpan, *, mirrored: bool) -> tuple[list[dict[str, Any]], list[str]]:
    """Blocks of the known criteria with the labels that fit, and the joints between them."""
    drawn: list[dict[str, Any]] = []
    middles: list[tuple[float, BridgePart]] = []
    start = 0.0
    for part in span.parts:
        end = start + part.points
        middles.append(((start + end) / 2, part))
        drawn.append({**_block(start, end, mirrored=mirrored), "end": end, "part": part})
        start = end
    by_size = sorted(middles, key=lambda place: -place[1].points)
    places = [(middle, part.label) for middle, part in by_size if part.points >= 3]
    wide, tight = _fitting(places, WIDE_POINT), _fitting(places, TIGHT_POINT)
    for block, (middle, part) in zip(drawn, middles, strict=True):
        block["at"] = percent(_across(middle, mirrored=mirrored))
        block["shown"] = middle in wide
        block["minor"] = middle not in tight
        block["points"] = one_decimal(part.points)
    joints = [percent(_across(block["end"], mirrored=mirrored)) for block in drawn[:-1]]
    return drawn, joints


def _span(span: BridgeSpan, *, mirrored: bool, detailed: bool) -> dict[str, Any]:
    parts, joints = _parts(span, mirrored=mirrored) if detailed and span.parts else ([], [])
    hatch = span.high - span.low
    return {
        "side": one_of(span.side, Side.values, what="side"),
        "name": span.name,
        "value": whole(span.points),
        "known": _block(0, span.low, mirrored=mirrored),
        "parts": parts,
        "joints": joints,
        "open": _block(span.low, span.high, mirrored=mirrored) if hatch > 0.05 else None,
        "open_at": percent(_across((span.low + span.high) / 2, mirrored=mirrored))
        if hatch >= HATCH_LABEL
        else "",
        "notch": percent(_across(span.points, mirrored=mirrored)),
        "pier": "100%" if mirrored else "0%",
        "scale": [(percent(_across(at, mirrored=mirrored)), at) for at in (0, 25, 50, 75, 100)],
    }


def spoken(bridge: Bridge) -> str:
    """The whole drawing as a sentence."""
    facts = {
        "left": bridge.left.name,
        "right": bridge.right.name,
        "left_points": whole(bridge.left.points),
        "right_points": whole(bridge.right.points),
        "score": whole(bridge.score),
        "low": whole(bridge.low),
        "high": whole(bridge.high),
        "coverage": whole(bridge.coverage * 100),
    }
    return (
        _(
            "%(left)s gains %(left_points)s of 100, %(right)s gains %(right_points)s of 100; "
            "together %(score)s, could be %(low)s to %(high)s; %(coverage)s %% is known"
        )
        % facts
    )


@register.inclusion_tag("components/bridge.html")
def bridge(bridge: Bridge, *, size: str = "row") -> dict[str, Any]:
    """The match in one of four sizes: row, card, page, print."""
    one_of(size, SIZES, what="size of bridge")
    detailed = size == "page"
    return {
        "size": size,
        "at": SIZES[size],
        "gap": f"{100 - SIZES[size].width}%",
        "spoken": spoken(bridge),
        "score": whole(bridge.score),
        "range": f"{whole(bridge.low)}\N{EN DASH}{whole(bridge.high)}",
        "left": _span(bridge.left, mirrored=True, detailed=detailed),
        "right": _span(bridge.right, mirrored=False, detailed=detailed),
    }


@register.simple_tag
def bridge_blocked(reason: str) -> SafeString:
    """In place of a bridge: why this pair has no score."""
    return format_html('<p class="bridge-none">{} {}</p>', icon("no"), reason)


@register.inclusion_tag("components/bridge_key.html")
def bridge_key() -> dict[str, Any]:
    """What solid, hatch and notch mean; once on a page that shows large bridges."""
    return {}


@register.inclusion_tag("components/criterion_bar.html")
def criterion_bar(
    *,
    side: str,
    points: float,
    maximum: float,
    scale: float,
    low: float | None = None,
    high: float | None = None,
    mirrored: bool = False,
) -> dict[str, Any]:
    """One criterion of the match page.

    `maximum` is its weight in points, `scale` the largest weight of the policy; `low` and `high`
    only where the criterion is unknown.
    """
    one_of(side, Side.values, what="side")
    stretch = 100 / scale
    unknown = low is not None and high is not None
    return {
        "side": side,
        "unknown": unknown,
        "points": one_decimal(points),
        "maximum": f"{maximum:g}",
        "track": (
            percent(_across(0, mirrored=mirrored)),
            percent(_across(maximum * stretch, mirrored=mirrored)),
        ),
        "block": _block((low or 0) * stretch, (high or 0) * stretch, mirrored=mirrored)
        if unknown
        else _block(0, points * stretch, mirrored=mirrored),
        "notch": percent(_across(points * stretch, mirrored=mirrored)) if unknown else "",
    }
