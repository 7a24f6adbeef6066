"""What the find page is made of."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from clusters.choices import OrganisationKind, Side
from clusters.models import Organisation
from matchmaking.reads.bridge import Bridge


@dataclass(frozen=True)
class Option:
    """One box of a facet."""

    value: str
    label: str
    count: int
    selected: bool
    depth: int = 0


@dataclass(frozen=True)
class Facet:
    """One facet; `options` are those with a count or a tick, and the whole of short lists."""

    name: str
    title: str
    options: tuple[Option, ...]
    note: str = ""
    is_open: bool = True


@dataclass(frozen=True)
class Chip:
    """An active filter; `href` is the page without it."""

    name: str
    value: str
    href: str


@dataclass(frozen=True)
class Choice:
    """One of several ways to sort or view."""

    value: str
    label: str
    selected: bool
    href: str = ""
    icon: str = ""

    @property
    def current(self) -> bool:
        """The name that the view switch uses."""
        return self.selected


@dataclass(frozen=True)
class Suggestion:
    """A name close to what was typed."""

    text: str
    href: str


@dataclass(frozen=True)
class FindRow:
    """One organisation of the result, with its match to the organisation that looks.

    `unknown` is the open fact that would move the score most. `found_in` is what holds the words searched for, where its name does not.
    """

    organisation: Organisation
    href: str
    place: str
    sectors: str
    labels: tuple[Any, ...]
    why: str
    unknown: str = ""
    found_in: str = ""
    bridge: Bridge | None = None
    blocked: str = ""
    can_lift: bool = False
    is_shortlisted: bool = False

    @property
    def kind(self) -> str:
        """The kind of the organisation, in words; Django's own way hashes all the choices each time."""
        return str(OrganisationKind(self.organisation.kind).label)

    @property
    def side(self) -> str:
        """Its side of the ocean, in words."""
        return str(Side(self.organisation.side).label)

    @property
    def score(self) -> str:
        """The reciprocal score, rounded."""
        return f"{self.bridge.score:.0f}" if self.bridge else ""

    @property
    def own_points(self) -> str:
        """What the organisation that looks gains, rounded."""
        return f"{self.bridge.left.points:.0f}" if self.bridge else ""

    @property
    def their_points(self) -> str:
        """What the other one gains, rounded."""
        return f"{self.bridge.right.points:.0f}" if self.bridge else ""

    @property
    def range(self) -> str:
        """What the score could still become."""
        return f"{self.bridge.low:.0f}–{self.bridge.high:.0f}" if self.bridge else ""

    @property
    def coverage_text(self) -> str:
        """Known share of the weight."""
        return f"{100 * self.bridge.coverage:.0f} %" if self.bridge else ""

    @property
    def known(self) -> str:
        """The same, in words."""
        return _("%(share)s known") % {"share": self.coverage_text} if self.bridge else ""
