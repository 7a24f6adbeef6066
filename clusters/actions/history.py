"""Taking back one change of a profile, from its history."""

from collections.abc import Mapping
from typing import Any

import pghistory
from django.db import transaction
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from clusters.actions.facts import (
    remove_interest,
    remove_label,
    remove_sector,
    remove_target,
    set_interest,
    set_label,
    set_sector,
    set_target,
)
from clusters.actions.organisations import change_organisation
from clusters.models import (
    CooperationInterest,
    CooperationKind,
    Country,
    InternationalTarget,
    Label,
    Organisation,
    Region,
    Sector,
    SectorFocus,
    User,
)
from clusters.policies import require
from clusters.reads.undo import Present, Undo, changes_of, undoing
from clusters.validators import Refused

REMOVE: dict[Any, Any] = {
    SectorFocus: remove_sector,
    InternationalTarget: remove_target,
    CooperationInterest: remove_interest,
    Label: remove_label,
}


def undo_change(organisation: Organisation, *, change: str, actor: User) -> None:
    """Take back the change that `changes_of` calls `change`; this is a change of its own.

    What it says again is the organisation's word of today. Refused when something newer stands there.
    """
    require(actor, "clusters.change_organisation", organisation)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="undo_change"):
        row = Organisation.objects.select_for_update().get(pk=organisation.pk)
        event = changes_of(row).filter(pgh_slug=change).first()
        undo = None if event is None else undoing(event, Present.of(row))
        if undo is None:
            raise Refused(
                _("This change cannot be taken back here. Change the profile itself."),
                code="no_undo",
            )
        if undo.why_not:
            raise Refused(undo.why_not, code="changed_since")
        _take_back(row, undo, actor)


def _take_back(row: Organisation, undo: Undo, actor: User) -> None:
    if undo.values is None:
        REMOVE[undo.model](undo.fact, actor=actor)
    elif undo.model is Organisation:
        change_organisation(row, values=_fields(undo.values), actor=actor)
    else:
        _say_again(row, undo.model, undo.values, actor)


def _fields(columns: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(columns)
    if "region_id" in values:
        values["region"] = _named(Region, values.pop("region_id"))
    return values


def _say_again(row: Organisation, model: Any, said: Mapping[str, Any], actor: User) -> None:
    """Set a fact to what it said before."""
    if model is Label:
        dates = {name: _day(said[name]) for name in ("awarded_on", "valid_until")}
        set_label(row, level=said["level"], scheme=said["scheme"], actor=actor, **dates)
        return
    sector, note = _named(Sector, said["sector_id"]), said["note"]
    if model is SectorFocus:
        set_sector(row, sector=sector, is_main=said["is_main"], note=note, actor=actor)
    elif model is InternationalTarget:
        place = {
            "country": _named(Country, said["country_id"]),
            "region": _named(Region, said["region_id"]),
        }
        set_target(row, stance=said["stance"], sector=sector, note=note, actor=actor, **place)
    else:
        set_interest(
            row,
            kind=_named(CooperationKind, said["kind_id"]),
            direction=said["direction"],
            sector=sector,
            description=said["description"],
            note=note,
            actor=actor,
        )


def _named(model: Any, pk: int | None) -> Any:
    """The row that a change names, if it names one."""
    if pk is None:
        return None
    found = model.objects.filter(pk=pk).first()
    if found is None:
        raise Refused(_("What it speaks of is no longer on our lists."), code="gone")
    return found


def _day(text: str | None) -> Any:
    return parse_date(text) if text else None
