"""A profile with what its page draws beyond the facts: relations as a picture, what is not said."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from clusters.choices import OrganisationStatus, Side, TargetScope
from clusters.models import Organisation, User
from clusters.reads import ProfilePage, profile_page
from clusters.reads.profile import RelationGroup, RelationLine
from matchmaking.reads.graph import Graph, Knot, fan
from matchmaking.reads.stories import StoryLine, stories_of_sectors


@dataclass(frozen=True)
class FullProfile:
    """The profile page. `similar`: stories of others in the same sectors.

    `silent_towards` names the other side where no stance towards it is known.
    """

    profile: ProfilePage
    graph: Graph | None
    similar: tuple[StoryLine, ...]
    silent_towards: str
    is_own: bool

    @property
    def said(self) -> int:
        """Lines of the list of facts that somebody stated or that we inferred."""
        page = self.profile
        return page.said + len(page.sectors) + len(page.labels) + len(page.figures)

    @property
    def not_said(self) -> int:
        """Lines of the list of facts that nobody said anything about."""
        return self.profile.not_said + (not self.profile.sectors) + (not self.profile.labels)


def full_profile(organisation: Organisation, viewer: User | AnonymousUser) -> FullProfile:
    """Read the page of a profile that `viewer` may see (the caller checked that)."""
    page = profile_page(organisation, viewer)
    page = replace(page, relations=tuple(_listed(page.relations)))
    return FullProfile(
        profile=page,
        graph=fan(_knots(page.relations)),
        similar=stories_of_sectors([focus.sector_id for focus in page.sectors], organisation),
        silent_towards=_silent_towards(page),
        is_own=page.role is not None,
    )


def _listed(groups: Iterable[RelationGroup]) -> Iterable[RelationGroup]:
    """Groups without organisations that are not listed: their names are not public yet."""
    for group in groups:
        lines = tuple(
            line
            for line in group.lines
            if line.other is None or line.other.status == OrganisationStatus.LISTED
        )
        if lines:
            yield replace(group, lines=lines)


def _knots(groups: Iterable[RelationGroup]) -> Iterable[tuple[str, list[Knot]]]:
    for group in groups:
        title = group.title
        if not group.is_ours:
            title = _("from their side: %(kind)s") % {"kind": group.title}
        yield title, [knot for knot in map(_knot, group.lines) if knot is not None]


def _knot(line: RelationLine) -> Knot | None:
    inferred = line.relation.is_inferred
    if line.other is not None:
        return Knot(line.other.short_name, line.other.side, inferred, line.other.get_absolute_url())
    if line.country is not None:
        return Knot(line.country.name, line.country.default_side, inferred)
    return None


def _silent_towards(page: ProfilePage) -> str:
    """The other side, if no stance speaks of it: that is "not said", not "no"."""
    own = page.organisation.side
    if own == Side.EU:
        asked, name = Side.MX, _("Mexico")
    elif own == Side.MX:
        asked, name = Side.EU, _("EU member states")
    else:
        return ""
    spoken = any(
        (target.scope == TargetScope.EU and asked == Side.EU)
        or (target.country is not None and target.country.default_side == asked)
        or (target.region is not None and asked == _region_side(target.region.code))
        for target in page.targets
    )
    return "" if spoken else name


def _region_side(code: str) -> str:
    """Mexican states are coded ISO 3166-2, "MX-NLE"; the other regions are European."""
    return Side.MX if code.startswith("MX-") else Side.EU
