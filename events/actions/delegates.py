"""The people an organisation sends, and when they can meet."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusters.models import Representative, User
from clusters.validators import Refused, check_languages
from events.actions._rows import _lock, _note, _set_fields
from events.choices import Deed, EventStatus, RegistrationStatus
from events.models import Delegate, Registration, Slot, Unavailability
from events.models.registrations import new_badge_code
from events.policies import require
from events.validators import MOST_DELEGATES

DELEGATE_FIELDS = frozenset({"name", "email", "phone", "job_title", "languages", "user"})


def add_delegate(
    registration: Registration,
    *,
    name: str,
    actor: User,
    email: str = "",
    phone: str = "",
    job_title: str = "",
    languages: Sequence[str] = (),
    user: User | None = None,
) -> Delegate:
    """Name a person who comes. An account with the same e-mail among the colleagues is linked."""
    require(actor, "events.change_delegates", registration)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="add_delegate"):
        row = _lock(registration)
        _refuse_absent(row)
        fields = {
            "name": name,
            "email": email,
            "phone": phone,
            "job_title": job_title,
            "languages": list(languages),
            "user": user,
        }
        delegate = _new_delegate(row, fields)
        delegate.save()
        _note(row, Deed.DELEGATE_ADDED, actor, about=delegate.name)
    return delegate


def change_delegate(delegate: Delegate, *, values: Mapping[str, Any], actor: User) -> Delegate:
    """Change a person's details, or hand the place with its meetings over to somebody else.

    A new person's details are shown to nobody before they ask to see them, and the badge of the one before
    opens nothing any more. Refused when the event is over.
    """
    require(actor, "events.change_delegates", delegate.registration)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="change_delegate"):
        row = _lock(delegate)
        _refuse_absent(row.registration)
        before = _person(row)
        _fill(row, values)
        if _person(row) != before:
            row.person_since, row.code = timezone.now(), new_badge_code()
        row.save()
        _note(row.registration, Deed.DELEGATE_CHANGED, actor, about=row.name)
    return row


def remove_delegate(delegate: Delegate, *, actor: User) -> None:
    """Take a person off the registration. Refused while the person sits in meetings."""
    require(actor, "events.change_delegates", delegate.registration)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="remove_delegate"):
        _lock(delegate.registration)
        row = _lock(delegate)
        if row.seats.exists():
            raise Refused(
                _(
                    "%(name)s sits in meetings. Change the name to whoever comes instead, or cancel "
                    "the meetings first."
                ),
                code="has_meetings",
                params={"name": row.name},
            )
        _note(row.registration, Deed.DELEGATE_REMOVED, actor, about=row.name)
        row.delete()


def set_availability(delegate: Delegate, *, unavailable: Iterable[Slot], actor: User) -> None:
    """Say in which slots a person cannot meet; in all others the person can.

    Refused for a slot in which the person has a meeting, and for slots of another event.
    """
    require(actor, "events.change_availability", delegate)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="set_availability"):
        row = _lock(delegate)
        _refuse_absent(row.registration)
        slots = {slot.pk: slot for slot in unavailable}
        if any(slot.event_id != row.registration.event_id for slot in slots.values()):
            raise ValidationError(_("Choose slots of this event."), code="foreign_slot")
        _refuse_seated(row, slots.values())
        before = set(row.unavailabilities.values_list("slot", flat=True))
        row.unavailabilities.exclude(slot__in=slots).delete()
        Unavailability.objects.bulk_create(
            Unavailability(delegate=row, slot_id=pk) for pk in sorted(slots.keys() - before)
        )
        if before != slots.keys() and row.user_id != actor.pk:
            _note(row.registration, Deed.AVAILABILITY, actor, about=row.name)


def _new_delegate(registration: Registration, fields: Mapping[str, Any]) -> Delegate:
    """A checked delegate of a registration, unsaved."""
    delegate = Delegate(registration=registration)
    if registration.delegates.count() >= MOST_DELEGATES:
        raise Refused(
            _("A registration has at most %(most)d delegates."),
            code="delegates_full",
            params={"most": MOST_DELEGATES},
        )
    _fill(delegate, {"name": "", **fields})
    return delegate


def _fill(delegate: Delegate, values: Mapping[str, Any]) -> None:
    """Put checked values on the delegate, unsaved. The account follows the e-mail unless it is given."""
    before = delegate.email.lower()
    _set_fields(delegate, values, DELEGATE_FIELDS)
    if "user" not in values and delegate.email.lower() != before:
        delegate.user = None
    if "languages" in values:
        try:
            check_languages(values["languages"])
        except ValidationError as error:
            raise ValidationError({"languages": error}) from error
    colleagues = Representative.objects.filter(organisation=delegate.registration.organisation_id)
    if delegate.user is None and values.get("email"):
        delegate.user = _free_colleague(
            delegate, colleagues.filter(user__email__iexact=delegate.email)
        )
    if delegate.user is not None and not colleagues.filter(user=delegate.user).exists():
        raise ValidationError(
            {"user": ValidationError(_("Choose the account of a colleague."), code="no_colleague")}
        )
    delegate.validate_constraints()


def _person(delegate: Delegate) -> str:
    """Who it is: an e-mail stays when a name is put right."""
    return delegate.email.lower() or delegate.name.casefold()


def _free_colleague(delegate: Delegate, found: "models.QuerySet[Representative]") -> User | None:
    """The colleague's account, unless another delegate of the registration has it."""
    colleague = found.select_related("user").first()
    if colleague is None:
        return None
    taken = delegate.registration.delegates.filter(user=colleague.user).exclude(pk=delegate.pk)
    return None if taken.exists() else colleague.user


def _refuse_absent(registration: Registration) -> None:
    over = registration.event.status in {
        EventStatus.CLOSED,
        EventStatus.ARCHIVED,
        EventStatus.CANCELLED,
    }
    if over or registration.status in {RegistrationStatus.WITHDRAWN, RegistrationStatus.REJECTED}:
        raise Refused(
            _("%(organisation)s does not take part in this event any more."),
            code="not_taking_part",
            params={"organisation": registration.organisation.name},
        )


def _refuse_seated(delegate: Delegate, slots: Iterable[Slot]) -> None:
    seats = delegate.seats.filter(slot__in=[slot.pk for slot in slots])
    seat = seats.select_related("slot").order_by("slot__starts_at").first()
    if seat is not None:
        zone = delegate.registration.event.zone
        raise Refused(
            _(
                "%(name)s has a meeting at %(time)s. Ask the organisers to move it, or cancel it, "
                "before you take this time out."
            ),
            code="has_meetings",
            params={
                "name": delegate.name,
                "time": seat.slot.starts_at.astimezone(zone).strftime("%H:%M"),
            },
        )
