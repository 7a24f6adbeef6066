"""The bridge: one drawing of a match in four sizes, as inline SVG.

The outer SVG has no view box. Each span is a nested SVG whose widths are percentages of 100 points
and whose heights are pixels, so that text and hatch never stretch and no inline style is needed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from math import floor
from typing import Any

from django import template
from django.utils import formats
from django.utils.html import escape, format_html
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
    def middle(self) -> float:
        return self.deck + self.thick / 2

    @property
    def under(self) -> int:
        return self.deck + self.thick


SIZES = {
    "row": Heights(42, 19, 8, (16, 30), (18, 36), 11, 30),
    "card": Heights(42, 22, 11, (18, 37), (21, 43), 13, 37),
    "page": Heights(43, 44, 26, (34, 80), (43, 86), 28, 82),
    "print": Heights(42, 19, 8, (16, 30), (18, 36), 11, 30),
}
# Letters of the page bridge are a bit less than 6 px wide; its spans are about 540 px on a desktop
# and 300 px where the container query still shows labels. A point is a hundredth of that.
WIDE_POINT, TIGHT_POINT, LETTER, AIR = 5.4, 3.0, 5.7, 3.0
HATCH_LABEL = 12.0
SMALLEST_HATCH = 0.05
SMALLEST_LABEL = 3.0


def whole(points: float) -> str:
    """Points for people: rounded half up, without decimals."""
    return str(floor(points + 0.5))


def percent(value: float) -> str:
    """A length inside a span, independent of the language's decimal mark."""
    return f"{round(value, 2):g}%"


def one_decimal(points: float) -> str:
    """Points as they add up on the match page: "27.9", in Spanish "27,9"."""
    return formats.number_format(round(points, 1), decimal_pos=1)


# The shapes are put together as text: a list page draws hundreds of them.


def _line(look: str, x: str, to: str, y: float, down: float) -> str:
    return f'<line class="{look}" x1="{x}" x2="{to}" y1="{y:g}" y2="{down:g}"/>'


def _text(look: str, x: str, y: int, words: str) -> str:
    return f'<text class="{look}" x="{x}" y="{y}">{escape(words)}</text>'


class SpanDrawing:
    """One span: it grows from the pier at the gap, leftward if it is the left one."""

    def __init__(self, span: BridgeSpan, at: Heights, *, left: bool) -> None:
        self.span, self.at, self.left = span, at, left
        self.side = one_of(span.side, Side.values, what="side")

    def x(self, points: float) -> str:
        """Where a number of points lies."""
        return percent(100 - points if self.left else points)

    def block(self, look: str, start: float, end: float, *, fill: str = "") -> str:
        """A rectangle from one number of points to another."""
        corner = self.x(end if self.left else start)
        filled = f' fill="url(#{fill})"' if fill else ""
        return (
            f'<rect class="{look}-{self.side}" x="{corner}" y="{self.at.deck}" '
            f'width="{percent(end - start)}" height="{self.at.thick}"{filled}/>'
        )

    def hatch(self) -> str:
        """From what is known to what it could still become; nothing where all is known."""
        span = self.span
        if span.high - span.low <= SMALLEST_HATCH:
            return ""
        return self.block("edge", span.low, span.high, fill=f"h-{self.side}")

    def supports(self) -> str:
        """Today's value as a notch with its figure, and the pier at the gap."""
        at, value, gap = self.at, self.x(self.span.points), self.x(0)
        return (
            _line("notch", value, value, *at.notch)
            + _line("pier", gap, gap, *at.pier)
            + _text("dir", value, at.value, whole(self.span.points))
        )

    def track(self) -> str:
        return _line("track", "0", "100%", self.at.middle, self.at.middle)

    def plain(self) -> str:
        """The span as one solid block and its hatch."""
        known = self.block("deck", 0, self.span.low)
        return self.track() + known + self.hatch() + self.supports()

    def detailed(self) -> str:
        """The span as one block a criterion, with the labels that fit and a scale."""
        if not self.span.parts:
            return self.plain() + self.scale()
        ends = list(accumulate(part.points for part in self.span.parts))
        starts = [0.0, *ends[:-1]]
        pairs = list(zip(starts, ends, strict=True))
        blocks = "".join(self.block("deck", *pair) for pair in pairs)
        joints = "".join(
            _line("joint", self.x(end), self.x(end), self.at.deck, self.at.under)
            for end in ends[:-1]
        )
        middles = [(start + end) / 2 for start, end in pairs]
        shapes = self.track() + blocks + self.hatch() + joints + self.supports()
        return shapes + self.labels(middles) + self.scale()

    def labels(self, middles: list[float]) -> str:
        """Points and name under each block; what fits only on a desktop is marked minor."""
        by_size = sorted(zip(middles, self.span.parts, strict=True), key=lambda one: -one[1].points)
        places = [(at, part.label) for at, part in by_size if part.points >= SMALLEST_LABEL]
        wide, tight = _fitting(places, WIDE_POINT), _fitting(places, TIGHT_POINT)
        drawn = [
            self.label(at, part, minor=at not in tight)
            for at, part in zip(middles, self.span.parts, strict=True)
            if at in wide
        ]
        if self.span.high - self.span.low >= HATCH_LABEL:
            middle = self.x((self.span.low + self.span.high) / 2)
            drawn.append(_text("seg", middle, 111, _("unknown")))
        return "".join(drawn)

    def label(self, middle: float, part: BridgePart, *, minor: bool) -> str:
        x = self.x(middle)
        look = ' class="seg-minor"' if minor else ""
        return (
            f"<g{look}>{_line('foot', x, x, 72, 82)}"
            f"{_text('seg-n', x, 96, one_decimal(part.points))}"
            f"{_text('seg', x, 111, part.label)}</g>"
        )

    def scale(self) -> str:
        marks = [(self.x(at), str(at)) for at in (0, 25, 50, 75, 100)]
        ticks = "".join(_line("track", x, x, 118, 122) for x, _at in marks)
        figures = "".join(_text("scale", x, 136, at) for x, at in marks)
        return _line("track", "0", "100%", 122, 122) + ticks + figures


def _fitting(places: Iterable[tuple[float, str]], pixels_per_point: float) -> set[float]:
    """Middles of the labels that fit, the widest part first, none touching another."""
    taken: list[tuple[float, float]] = []
    for middle, text in places:
        half = (len(text) * LETTER / 2 + AIR) / pixels_per_point
        if all(abs(middle - other) >= half + reach for other, reach in taken):
            taken.append((middle, half))
    return {middle for middle, _half in taken}


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


def _ends(bridge: Bridge, reach: str) -> str:
    """Below a card: who gains on which side. As text, so that a long name wraps."""
    left, right = (
        escape(_("%(name)s gains") % {"name": span.name}) for span in (bridge.left, bridge.right)
    )
    return (
        f'<p class="bridge-ends" aria-hidden="true"><span>{left}</span>'
        f'<span class="num">{reach}</span><span>{right}</span></p>'
    )


@register.simple_tag
def bridge(bridge: Bridge, *, size: str = "row") -> SafeString:
    """The match in one of four sizes: row, card, page, print."""
    at = SIZES[one_of(size, SIZES, what="size of bridge")]
    left = SpanDrawing(bridge.left, at, left=True)
    right = SpanDrawing(bridge.right, at, left=False)
    page = size == "page"
    reach = f"{whole(bridge.low)}\N{EN DASH}{whole(bridge.high)}"
    return SafeString(
        f'<div class="bridge-box bridge-box-{size}"><svg class="bridge bridge-{size}" role="img" '
        f'aria-label="{escape(spoken(bridge))}">'
        f'<svg x="0" width="{at.width}%" overflow="visible">'
        f"{left.detailed() if page else left.plain()}</svg>"
        f'<svg x="{100 - at.width}%" width="{at.width}%" overflow="visible">'
        f"{right.detailed() if page else right.plain()}</svg>"
        f"{_text('fig', '50%', at.figure, whole(bridge.score))}"
        f"{_text('range', '50%', 108, reach) if page else ''}</svg>"
        f"{_ends(bridge, reach) if size == 'card' else ''}</div>"
    )


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
    only where the criterion is open, wholly or in part: solid up to `low`, hatched up to `high`.
    """
    one_of(side, Side.values, what="side")
    stretch = 100 / scale
    known = low is None or high is None
    start, end = (0.0, points) if known else (low or 0.0, high or 0.0)

    def x(at: float) -> str:
        return percent(100 - at * stretch if mirrored else at * stretch)

    return {
        "side": side,
        "known": known,
        "points": one_decimal(points),
        "maximum": f"{maximum:g}",
        "track": (x(0), x(maximum)),
        "x": x(end if mirrored else start),
        "width": percent((end - start) * stretch),
        "sure": percent(start * stretch) if start else "",
        "sure_x": x(start if mirrored else 0.0),
        "notch": x(points),
    }
