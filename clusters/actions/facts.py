"""Facts of an organisation: sectors, targets, cooperation interests, labels.

Whoever may change a profile may change its facts. A fact that one of the organisation's people sets is
its own word and is cited as such; with `source` a curator cites another one. Setting a fact again
changes it in place. What other sources say about targets stays beside it.
"""

import datetime as dt
from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusters.actions.citing import _cite, _source_of_change, _speaks_for
from clusters.choices import Direction, LabelLevel, LabelScheme, Stance, TargetScope
from clusters.models import (
    Citation,
    CooperationInterest,
    CooperationKind,
    Country,
    Fact,
    InternationalTarget,
    Label,
    Organisation,
    Region,
    Sector,
    SectorFocus,
    User,
)
from clusters.policies import require
from clusters.validators import check_text

NOTE_LENGTH = 2000
OWN_WORDS_LENGTH = 300


def set_sector(
    organisation: Organisation,
    *,
    sector: Sector,
    actor: User,
    is_main: bool = False,
    source: Citation | None = None,
    note: str = "",
) -> SectorFocus:
    """Say that the organisation works in `sector`. At most one sector is the main one."""
    require(actor, "clusters.change_organisation", organisation)
    check_text(note, most=NOTE_LENGTH)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="set_sector"):
        row = _locked(organisation)
        if is_main:
            row.sector_foci.filter(is_main=True).exclude(sector=sector).update(is_main=False)
        focus = row.sector_foci.filter(sector=sector).first()
        focus = focus or SectorFocus(organisation=row, sector=sector)
        is_same = focus.pk is not None
        focus.is_main = is_main
        _write(focus, note=note, is_same=is_same, source=source, actor=actor)
    return focus


def remove_sector(focus: SectorFocus, *, actor: User) -> None:
    """Take a sector off the profile. Its history stays."""
    require(actor, "clusters.change_organisation", focus.organisation)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="remove_sector"):
        _locked(focus.organisation)
        SectorFocus.objects.filter(pk=focus.pk).delete()


def set_target(
    organisation: Organisation,
    *,
    stance: str,
    actor: User,
    country: Country | None = None,
    region: Region | None = None,
    sector: Sector | None = None,
    source: Citation | None = None,
    note: str = "",
) -> InternationalTarget:
    """Say how an organisation stands to a country, to a region, or (with neither) to the EU's members.

    Its own word and the word of others are two rows, which may differ.
    """
    require(actor, "clusters.change_organisation", organisation)
    check_text(note, most=NOTE_LENGTH)
    if stance not in Stance.values:
        raise ValidationError({"stance": _("Choose active, exploring or not now.")})
    if country is not None and region is not None:
        raise ValidationError(_("Choose a country or a region, not both."), code="scope")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="set_target"):
        row = _locked(organisation)
        place: dict[str, Any] = {"country": country, "region": region, "sector": sector}
        place["scope"] = _scope(country, region)
        place["is_own_statement"] = source is None and _speaks_for(actor, row)
        target = row.targets.filter(**place).first()
        target = target or InternationalTarget(organisation=row, **place)
        is_same = target.stance == stance
        target.stance = stance
        _write(target, note=note, is_same=is_same, source=source, actor=actor)
    return target


def remove_target(target: InternationalTarget, *, actor: User) -> None:
    """Take back a stance: afterwards nothing is said about that place."""
    require(actor, "clusters.change_organisation", target.organisation)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="remove_target"):
        _locked(target.organisation)
        InternationalTarget.objects.filter(pk=target.pk).delete()


def set_interest(
    organisation: Organisation,
    *,
    kind: CooperationKind,
    direction: str,
    actor: User,
    sector: Sector | None = None,
    description: str = "",
    source: Citation | None = None,
    note: str = "",
) -> CooperationInterest:
    """Say that the organisation seeks, offers, or does both with a kind of cooperation."""
    require(actor, "clusters.change_organisation", organisation)
    check_text(note, most=NOTE_LENGTH)
    check_text(description, most=OWN_WORDS_LENGTH)
    if direction not in Direction.values:
        raise ValidationError({"direction": _("Choose seeks, offers, or both.")})
    with transaction.atomic(), pghistory.context(user=actor.pk, action="set_interest"):
        row = _locked(organisation)
        interest = row.interests.filter(kind=kind, sector=sector).first()
        interest = interest or CooperationInterest(organisation=row, kind=kind, sector=sector)
        is_same = interest.direction == direction
        interest.direction = direction
        interest.description = description
        _write(interest, note=note, is_same=is_same, source=source, actor=actor)
    return interest


def remove_interest(interest: CooperationInterest, *, actor: User) -> None:
    """Take an interest off the profile."""
    require(actor, "clusters.change_organisation", interest.organisation)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="remove_interest"):
        _locked(interest.organisation)
        CooperationInterest.objects.filter(pk=interest.pk).delete()


def set_label(
    organisation: Organisation,
    *,
    level: str,
    actor: User,
    scheme: str = LabelScheme.ECEI,
    awarded_on: dt.date | None = None,
    valid_until: dt.date | None = None,
    source: Citation | None = None,
) -> Label:
    """Record a management label. One row for each award; setting it again changes its end."""
    require(actor, "clusters.change_organisation", organisation)
    if level not in LabelLevel.values or scheme not in LabelScheme.values:
        raise ValidationError({"level": _("Choose bronze, silver or gold.")})
    if awarded_on and valid_until and valid_until < awarded_on:
        raise ValidationError({"valid_until": _("A label ends after it was awarded.")})
    with transaction.atomic(), pghistory.context(user=actor.pk, action="set_label"):
        row = _locked(organisation)
        award = {"scheme": scheme, "level": level, "awarded_on": awarded_on}
        label = row.labels.filter(**award).first() or Label(organisation=row, **award)
        is_same = label.pk is not None and label.valid_until == valid_until
        label.valid_until = valid_until
        _write(label, note=label.note, is_same=is_same, source=source, actor=actor)
    return label


def remove_label(label: Label, *, actor: User) -> None:
    """Take a label off the profile."""
    require(actor, "clusters.change_organisation", label.organisation)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="remove_label"):
        _locked(label.organisation)
        Label.objects.filter(pk=label.pk).delete()


def _locked(organisation: Organisation) -> Organisation:
    """The organisation's row: changes of one profile come one after the other."""
    row: Organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    return row


def _scope(country: Country | None, region: Region | None) -> TargetScope:
    if country is not None:
        return TargetScope.COUNTRY
    return TargetScope.REGION if region is not None else TargetScope.EU


def _write(
    fact: SectorFocus | InternationalTarget | CooperationInterest | Label,
    *,
    note: str,
    is_same: bool,
    source: Citation | None,
    actor: User,
) -> None:
    citation = _source_of_change(fact.organisation, source, actor)
    fact.note = note
    fact.stated_on = (citation and citation.cited_on) or _said_on(fact, is_same=is_same)
    fact.save()
    _cite(fact, citation, is_same=is_same)


def _said_on(fact: Fact, *, is_same: bool) -> dt.date | None:
    """A fact that is only repeated keeps its date; a new one is of today."""
    return fact.stated_on if is_same else timezone.now().date()
