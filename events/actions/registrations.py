"""How an organisation comes into an event. Withdrawal touches meetings and lives in matchmaking."""

from collections.abc import Iterable, Mapping
from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusters.actions import queue_message
from clusters.choices import Side
from clusters.models import Organisation, User
from clusters.validators import Refused
from events.actions._rows import _lock, _lock_event, _note, _set_fields
from events.actions.delegates import _new_delegate
from events.choices import (
    APPLY_PHASES,
    REGISTRATION_MOVES,
    Attendance,
    Deed,
    EventStatus,
    RegistrationStatus,
)
from events.models import Event, Registration
from events.policies import require
from events.querysets import locked
from events.reads.people import people_to_mail
from events.reads.places import free_places, reserve_list
from events.validators import applied_before, check_can_apply, check_formats

REGISTRATION_FIELDS = frozenset(
    {"attendance", "formats", "parallel", "max_meetings", "max_per_day", "motivation"}
)
OVER = frozenset({EventStatus.CLOSED, EventStatus.ARCHIVED, EventStatus.CANCELLED})


def apply_to_event(  # noqa: PLR0913 - the fields of the form, each by its name
    event: Event,
    *,
    organisation: Organisation,
    actor: User,
    attendance: str = Attendance.ON_SITE,
    formats: Iterable[str] = (),
    parallel: int = 1,
    max_meetings: int | None = None,
    max_per_day: int | None = None,
    motivation: str = "",
    delegates: Iterable[Mapping[str, Any]] = (),
) -> Registration:
    """Apply for an organisation, with its delegates (each a mapping of `add_delegate`'s fields).

    Refused outside the call, for organisations that are not listed, and a second time. Raises
    ValidationError by field.
    """
    require(actor, "events.apply", organisation)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="apply_to_event"):
        event = Event.objects.get(pk=event.pk)
        check_can_apply(event, organisation)
        registration = Registration(
            event=event, organisation=organisation, is_demo=organisation.is_demo or event.is_demo
        )
        values = {
            "attendance": attendance,
            "formats": list(formats),
            "parallel": parallel,
            "max_meetings": max_meetings,
            "max_per_day": max_per_day,
            "motivation": motivation,
        }
        _fill(registration, values)
        _save_once(registration)
        for fields in delegates:
            _new_delegate(registration, fields).save()
    return registration


def change_registration(
    registration: Registration, *, values: Mapping[str, Any], actor: User
) -> Registration:
    """Change attendance, formats, caps or motivation. The next plan takes them up; meetings stay."""
    require(actor, "events.change_registration", registration)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="change_registration"):
        row = _lock(registration)
        _refuse_closed(row)
        _fill(row, values)
        row.save()
        _note(row, Deed.REGISTRATION, actor)
    return row


def decide_registration(registration: Registration, *, status: str, actor: User) -> Registration:
    """Accept an application, put it on the reserve list, or reject it; the organisation is mailed.

    Refused where the places for its side are taken.
    """
    require(actor, "events.decide_registrations", registration.event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="decide_registration"):
        event = _lock_event(registration.event)
        row = _lock(registration)
        _refuse_closed_event(event)
        # Withdrawing is the organisation's own move (matchmaking.actions.withdraw_registration).
        if status not in REGISTRATION_MOVES[row.status] - {RegistrationStatus.WITHDRAWN}:
            raise Refused(
                _("%(organisation)s is “%(now)s” and cannot become “%(to)s”. Load the page again."),
                code="state",
                params={
                    "organisation": row.organisation.name,
                    "now": row.get_status_display(),
                    "to": dict(RegistrationStatus.choices).get(status, status),
                },
            )
        if status == RegistrationStatus.ACCEPTED:
            _refuse_full(event, row.organisation.side)
        _decide(row, status, actor)
    return row


def fill_places(event: Event, *, actor: User) -> int:
    """Accept whoever waits longest on the reserve list, as far as there are places. Returns how many.

    Where the organisers want it, while organisations can still ask for meetings.
    """
    require(actor, "events.run_jobs")
    moved = 0
    with transaction.atomic(), pghistory.context(user=actor.pk, action="fill_places"):
        row = _lock_event(event)
        if not row.fills_places or row.status not in APPLY_PHASES:
            return 0
        for side, free in free_places(row).items():
            for first in _first_in_line(row, side, free):
                _decide(first, RegistrationStatus.ACCEPTED, actor)
                moved += 1
    return moved


def _first_in_line(event: Event, side: str, free: int) -> list[Registration]:
    keys = list(reserve_list(event, side).values_list("pk", flat=True)[:free])
    waiting = Registration.objects.filter(pk__in=keys, status=RegistrationStatus.RESERVE)
    return locked(waiting.select_related("organisation", "event"))


def _decide(row: Registration, status: str, actor: User) -> None:
    row.status = status
    row.decided_at = timezone.now()
    row.save(update_fields=["status", "decided_at"])
    for recipient in people_to_mail(row.organisation, besides=actor):
        queue_message(
            f"registration-{row.pk}-{status}",
            recipient=recipient,
            template="registration_decided",
            context={"registration": row, "status": status},
            actor=actor,
        )


def _refuse_full(event: Event, side: str) -> None:
    free = free_places(event).get(side)
    if free is not None and free < 1:
        raise Refused(
            _(
                "All %(places)d places for “%(side)s” are taken. Put it on the reserve list, or "
                "raise the number of places in the set-up."
            ),
            code="places_full",
            params={"places": event.places[side], "side": Side(side).label},
        )


def _fill(registration: Registration, values: Mapping[str, Any]) -> None:
    _set_fields(registration, values, REGISTRATION_FIELDS)
    if "formats" in values:
        check_formats(registration.event, registration.formats)
    most, day = registration.max_meetings, registration.max_per_day
    if most is not None and day is not None and day > most:
        raise ValidationError(
            {
                "max_per_day": ValidationError(
                    _("The most a day is at most the most in all."), code="caps"
                )
            }
        )


def _save_once(registration: Registration) -> None:
    try:
        with transaction.atomic():  # a savepoint, so that the caller's transaction survives
            registration.save()
    except IntegrityError as error:
        there = Registration.objects.get(
            event=registration.event, organisation=registration.organisation
        )
        raise applied_before(there) from error


def _refuse_closed_event(event: Event) -> None:
    if event.status in OVER:
        raise Refused(
            _("This event is over or was cancelled; nothing about it changes any more."),
            code="event_over",
        )


def _refuse_closed(registration: Registration) -> None:
    """Neither the event nor the registration has come to its end."""
    _refuse_closed_event(registration.event)
    if registration.status in (RegistrationStatus.WITHDRAWN, RegistrationStatus.REJECTED):
        raise Refused(
            _("%(organisation)s does not take part: its registration is “%(status)s”."),
            code="not_taking_part",
            params={
                "organisation": registration.organisation.name,
                "status": registration.get_status_display(),
            },
        )
