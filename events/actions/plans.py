"""Floor plans of an event's venue, and where on them its tables stand."""

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clusters.adapters import stored
from clusters.models import User
from clusters.validators import Refused
from events.actions._rows import _lock, _lock_event, _set_fields
from events.models import Event, FloorPlan, Table, TableSpot
from events.policies import require

MOST_PLANS = 6
PLACES = 4
"""Decimals of a share that are kept: a tenth of a pixel of a large picture."""


def add_floor_plan(event: Event, *, name: str, content: bytes, actor: User) -> FloorPlan:
    """Add the picture of a floor or hall.

    Raises ValidationError by field (`name`, `picture`); refused beyond MOST_PLANS.
    """
    require(actor, "events.change_setup", event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="add_floor_plan"):
        row = _lock_event(event)
        plan = FloorPlan(event=row)
        if FloorPlan.objects.filter(event=row).count() >= MOST_PLANS:
            raise Refused(
                _("An event has at most %(most)d floor plans. Remove one you do not need first."),
                code="too_many_plans",
                params={"most": MOST_PLANS},
            )
        _name(plan, name)
        _show(plan, content)
        plan.save()
    return plan


def change_floor_plan(
    plan: FloorPlan, *, actor: User, name: str | None = None, content: bytes | None = None
) -> FloorPlan:
    """Rename a plan or put another picture in its place; tables keep their places on it.

    Raises ValidationError by field.
    """
    require(actor, "events.change_setup", plan.event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="change_floor_plan"):
        _lock_event(plan.event)
        row = _lock(plan)
        if name is not None:
            _name(row, name)
        if content is not None:
            _show(row, content)
        row.save()
    return row


def remove_floor_plan(plan: FloorPlan, *, actor: User) -> None:
    """Remove a plan and the places of tables on it; the tables stay."""
    require(actor, "events.change_setup", plan.event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="remove_floor_plan"):
        _lock_event(plan.event)
        _lock(plan).delete()


def place_table(table: Table, *, plan: FloorPlan, x: float, y: float, actor: User) -> TableSpot:
    """Say where a table stands: shares (0 to 1) of the picture, from its left and its top.

    A table stands in one place: an earlier one is given up. Raises ValidationError for a place outside
    the picture (code `outside`) and for a plan of another event or one that was removed meanwhile.
    """
    require(actor, "events.change_setup", table.event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="place_table"):
        event = _lock_event(table.event)
        row = _lock(table)
        if not FloorPlan.objects.filter(event=event, pk=plan.pk).exists():
            raise ValidationError(_("Choose a floor plan of this event."), code="foreign_plan")
        if not (0 <= x <= 1 and 0 <= y <= 1):
            raise ValidationError(
                _("This place lies outside the picture. Choose one on it."),
                code="outside",
            )
        spot, _is_new = TableSpot.objects.update_or_create(
            table=row, defaults={"plan": plan, "x": round(x, PLACES), "y": round(y, PLACES)}
        )
    return spot


def take_table_off_plan(table: Table, *, actor: User) -> None:
    """Forget where a table stands. Nothing happens where nobody said it."""
    require(actor, "events.change_setup", table.event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="take_table_off_plan"):
        _lock_event(table.event)
        TableSpot.objects.filter(table=_lock(table)).delete()


def _name(plan: FloorPlan, name: str) -> None:
    _set_fields(plan, {"name": name}, {"name"})
    others = FloorPlan.objects.filter(event=plan.event_id, name=plan.name).exclude(pk=plan.pk)
    if others.exists():
        text = _("Another floor plan is called “%(name)s”. Choose a name of its own.")
        raise ValidationError(
            {"name": ValidationError(text, code="name_taken", params={"name": plan.name})}
        )


def _show(plan: FloorPlan, content: bytes) -> None:
    """Put a checked picture on the plan, unsaved."""
    for name, value in stored(content).items():
        setattr(plan, name, value)
