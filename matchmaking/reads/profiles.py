"""A profile with what its page draws beyond the facts: relations as a picture, what is not said."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from clusters.choices import OrganisationStatus, Side, TargetScope
from clusters.models import Organisation, User
from clusters.reads import ProfilePage, profile_page
from clusters.reads.profile import RelationGroup
from matchmaking.reads.graph import Graph, Knot, fan


@dataclass(frozen=True)
class FullProfile:
    """The profile page. `silent_towards` names the other side where no stance towards it is known."""

    profile: ProfilePage
    graph: Graph | None
    silent_towards: str
    is_own: bool

    @property
    def fact_count(self) -> int:
        """Facts stated or inferred, over all sections."""
        page = self.profile
        return page.said + len(page.sectors) + len(page.labels)


def full_profile(organisation: Organisation, viewer: User | AnonymousUser) -> FullProfile:
    """Read the page of a profile that `viewer` may see (the caller checked that)."""
    page = profile_page(organisation, viewer)
    page = replace(page, relations=tuple(_listed(page.relations)))
    return FullProfile(
        profile=page,
        graph=fan(_knots(page.relations)),
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


def _knots(groups: Iterable[RelationGroup]) -> Iterable[Knot]:
    for group in groups:
        for line in group.lines:
            role = group.title if group.is_ours else _("from their side: %(kind)s")
            role = role if group.is_ours else role % {"kind": group.title}
            inferred = line.relation.is_inferred
            if line.other is not None:
                far = line.other
                yield Knot(far.short_name, far.side, role, inferred, far.get_absolute_url())
            elif line.country is not None:
                yield Knot(line.country.name, line.country.default_side, role, inferred)


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
