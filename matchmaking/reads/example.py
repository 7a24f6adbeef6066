"""A pair with round numbers that explains the bridge where no real pair is meant."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from matchmaking.reads.bridge import Bridge, BridgeSpan


@dataclass(frozen=True)
class Example:
    """What the pages that explain draw: a bridge, and the way of a request."""

    bridge: Bridge
    stages: tuple[tuple[str, Promise], ...]


EXAMPLE = Example(
    # 72 is the geometric mean of 67 and 78, as in every bridge; the caption says who A and B are.
    bridge=Bridge(
        left=BridgeSpan(name="A", side="eu", points=67.0, low=56.0, high=81.0),
        right=BridgeSpan(name="B", side="mx", points=78.0, low=76.0, high=81.0),
        score=(67.0 * 78.0) ** 0.5,
        low=(56.0 * 76.0) ** 0.5,
        high=81.0,
        coverage=0.75,
    ),
    stages=(
        ("sent", pgettext_lazy("requests", "asked")),
        ("accepted", pgettext_lazy("requests", "accepted")),
        ("placed", pgettext_lazy("meetings", "scheduled")),
        ("held", pgettext_lazy("meetings", "held")),
    ),
)
