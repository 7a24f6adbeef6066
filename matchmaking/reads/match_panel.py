"""The match in a profile's margin: the bridge, the best reasons, what is open."""

from dataclasses import dataclass

from django.urls import reverse

from clusters.models import Organisation
from matchmaking.reads import scores
from matchmaking.reads.bridge import Bridge
from matchmaking.reads.market import current


@dataclass(frozen=True)
class MatchPanel:
    """A pair in short, seen by the reader's organisation. `bridge` is None for a blocked pair."""

    bridge: Bridge | None
    block: str
    why: str
    href: str


def match_panel(own: Organisation | None, other: Organisation) -> MatchPanel | None:
    """The panel, or None for strangers, for one's own profile and while one of the two is not listed."""
    if own is None or own.pk == other.pk:
        return None
    pair = scores.pair(own, other)
    if pair is None:
        return None
    snapshot = current()
    return MatchPanel(
        bridge=scores.bridge(pair, snapshot) if pair.score is not None else None,
        block=scores.block_text(pair, snapshot.names),
        why=scores.why(pair, snapshot.names),
        href=reverse("match", args=[other.slug]),
    )
