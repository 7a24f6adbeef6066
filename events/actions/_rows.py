"""What the actions of this app share: locked rows, moves along a table, checked fields."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clusters.models import User
from clusters.policies import acts_for
from clusters.validators import Refused, check_text
from events.models import Event, OnBehalf, Registration, Slot
from events.querysets import lock

_lock = lock  # private like the others: pages go through actions
# What matchmaking hangs on slots and tables; named here because the lower app may not import it.
IN_USE = Q(meetings__isnull=False) | Q(drafts__isnull=False) | Q(release_entries__isnull=False)


def _set_fields(row: models.Model, values: Mapping[str, Any], allowed: Iterable[str]) -> None:
    """Put checked values on the row, unsaved. ValidationError by field."""
    allowed = set(allowed)
    unknown = values.keys() - allowed
    if unknown:
        raise ValidationError(
            _("There is no field %(names)s to change here."),
            code="field",
            params={"names": ", ".join(sorted(unknown))},
        )
    errors: dict[str, Any] = {}
    for name, value in values.items():
        setattr(row, name, value.strip() if isinstance(value, str) else value)
        if isinstance(value, str):
            try:
                check_text(
                    value, most=getattr(row._meta.get_field(name), "max_length", None) or 6000
                )
            except ValidationError as error:
                errors[name] = error.error_list
    if errors:
        raise ValidationError(errors)
    row.clean_fields(exclude={field.name for field in row._meta.fields} - set(values))


def _refuse_used_slots(slots: "models.QuerySet[Slot]") -> None:
    """Slots with meetings, drafts or release entries stay as they are."""
    used = slots.filter(IN_USE).distinct().count()
    if used:
        raise Refused(
            _(
                "Meetings stand in this session, in a draft or in the schedule. Move or cancel "
                "them and delete the drafts first; what was published stays as it is."
            ),
            code="slots_in_use",
            params={"count": used},
        )


def _lock_event(event: Event) -> Event:
    """The event, locked: changes to its set-up wait for each other."""
    return _lock(event)


def _note(
    registration: Registration, deed: str, actor: User, *, about: str = "", asked_by: str = ""
) -> None:
    """Write down for both what somebody else than the organisation or the platform did for it."""
    if actor.is_system or acts_for(actor, registration.organisation):
        return
    OnBehalf.objects.create(
        registration=registration,
        deed=deed,
        about=about[:200],
        asked_by=asked_by.strip()[:200],
        by=actor,
    )
