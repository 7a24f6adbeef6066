"""A section of a profile as its form sends it: what differs is set or removed, the rest is left alone.

`seen` is the state of the section that the editor saw (clusters.reads.sections); a later change by
somebody else is refused, so that nobody overwrites what they never read.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pghistory
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clusters.actions.facts import (
    remove_interest,
    remove_sector,
    remove_target,
    set_interest,
    set_sector,
    set_target,
)
from clusters.actions.organisations import create_organisation
from clusters.models import CooperationKind, Country, Organisation, Region, Sector, User
from clusters.policies import require
from clusters.reads.sections import interests_state, sectors_state, targets_state
from clusters.validators import Refused


@dataclass(frozen=True)
class StanceChoice:
    """A stance towards a country, a region, or (neither) the EU members. "" is "not said"."""

    stance: str
    country: Country | None = None
    region: Region | None = None


@dataclass(frozen=True)
class InterestChoice:
    """What is sought or offered; direction "" takes it off."""

    kind: CooperationKind
    direction: str
    sector: Sector | None = None
    description: str = ""


def start_profile(*, sector: Sector, actor: User, **fields: Any) -> Organisation:
    """A draft with its main sector, owned by whoever starts it; `fields` as for create_organisation."""
    require(actor, "clusters.add_organisation")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="start_profile"):
        organisation = create_organisation(actor=actor, **fields)
        set_sector(organisation, sector=sector, is_main=True, actor=actor)
    return organisation


def set_sectors(
    organisation: Organisation,
    *,
    sectors: Iterable[Sector],
    main: Sector | None,
    seen: str,
    actor: User,
) -> None:
    """Make these the sectors of the profile, with `main` first."""
    require(actor, "clusters.change_organisation", organisation)
    chosen = {sector.pk: sector for sector in sectors}
    if main is not None:
        chosen[main.pk] = main
    with transaction.atomic(), pghistory.context(user=actor.pk, action="set_sectors"):
        row = _unchanged(organisation, seen, sectors_state)
        present = {focus.sector_id: focus for focus in row.sector_foci.all()}
        for pk, focus in present.items():
            if pk not in chosen:
                remove_sector(focus, actor=actor)
        for pk, sector in chosen.items():
            is_main = main is not None and pk == main.pk
            if pk not in present or present[pk].is_main != is_main:
                set_sector(row, sector=sector, is_main=is_main, actor=actor)


def set_targets(
    organisation: Organisation, *, choices: Iterable[StanceChoice], seen: str, actor: User
) -> None:
    """State the organisation's own stances. What other sources say stays beside them."""
    require(actor, "clusters.change_organisation", organisation)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="set_targets"):
        row = _unchanged(organisation, seen, targets_state)
        own = row.targets.filter(is_own_statement=True, sector=None)
        present = {(one.country_id, one.region_id): one for one in own}
        for choice in choices:
            country, region = choice.country, choice.region
            now = present.get((country.pk if country else None, region.pk if region else None))
            if now is not None and not choice.stance:
                remove_target(now, actor=actor)
            elif choice.stance and (now is None or now.stance != choice.stance):
                set_target(row, stance=choice.stance, country=country, region=region, actor=actor)


def set_interests(
    organisation: Organisation, *, choices: Iterable[InterestChoice], seen: str, actor: User
) -> None:
    """Make these the cooperation interests of the profile; kinds that are not among them go."""
    require(actor, "clusters.change_organisation", organisation)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="set_interests"):
        row = _unchanged(organisation, seen, interests_state)
        wanted = {
            (one.kind.pk, one.sector.pk if one.sector else None): one
            for one in choices
            if one.direction
        }
        present = {(one.kind_id, one.sector_id): one for one in row.interests.all()}
        for key, interest in present.items():
            if key not in wanted:
                remove_interest(interest, actor=actor)
        for key, choice in wanted.items():
            now = present.get(key)
            if now is None or (now.direction, now.description) != (
                choice.direction,
                choice.description,
            ):
                set_interest(
                    row,
                    kind=choice.kind,
                    direction=choice.direction,
                    sector=choice.sector,
                    description=choice.description,
                    actor=actor,
                )


def _unchanged(
    organisation: Organisation, seen: str, state: Callable[[Organisation], str]
) -> Organisation:
    """The locked row, if the section still is what the editor saw."""
    row: Organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if seen != state(row):
        raise Refused(
            _("Somebody changed this section while you did. Compare, choose again, then save."),
            code="stale",
        )
    return row
