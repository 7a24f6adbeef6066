"""Who comes through the door: check-in taken back, and organisations that nobody expected."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusters.actions import create_organisation, invite
from clusters.choices import OrganisationStatus, Role
from clusters.models import Country, Organisation, User
from clusters.reads.find_by_name import organisations_named
from clusters.validators import Refused
from events.actions import add_delegate
from events.choices import Attendance, EventStatus, RegistrationStatus
from events.models import Delegate, Event, Registration
from events.querysets import locked
from matchmaking.actions._rows import _lock, _lock_event
from matchmaking.models import CheckIn
from matchmaking.policies import require

DOOR_PHASES = frozenset({EventStatus.PUBLISHED, EventStatus.LIVE})
LEFT = frozenset({RegistrationStatus.REJECTED, RegistrationStatus.WITHDRAWN})


@dataclass(frozen=True)
class NewProfile:
    """An organisation that has no profile yet, as the front desk writes it down."""

    name: str
    kind: str
    side: str
    countries: Iterable[Country] = ()


def undo_check_in(delegate: Delegate, *, actor: User) -> None:
    """Take a check-in back that was a mistake. Who is not there changes nothing."""
    require(actor, "events.receive_people", delegate.registration.event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="undo_check_in"):
        row = _lock(delegate)
        CheckIn.objects.filter(delegate=row).delete()


def register_walk_in(
    event: Event,
    *,
    organisation: Organisation | NewProfile,
    person: Mapping[str, Any],
    actor: User,
) -> Delegate:
    """Take in an organisation at the door: accepted at once, its person checked in.

    `organisation` is a listed one, or a new profile, which stays a draft until a curator lists it; with an
    e-mail address the person is invited to own it. `person` holds `add_delegate`'s fields. An organisation
    that is registered gets the person added; one that was rejected or withdrew is refused.
    """
    require(actor, "events.receive_people", event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="register_walk_in"):
        row = _lock_event(event)
        if row.status not in DOOR_PHASES:
            raise Refused(
                _("People check in once the schedule is published, until the event is closed."),
                code="not_open",
            )
        if isinstance(organisation, Organisation):
            _refuse_unlisted(row, organisation)
        registration = _accepted(row, _organisation(organisation, person))
        delegate = add_delegate(registration, **person, actor=User.objects.system())
        CheckIn.objects.create(delegate=delegate, by=actor)
    return delegate


def _refuse_unlisted(event: Event, organisation: Organisation) -> None:
    """A draft of somebody else is not taken in; one that this event registered before may send more people."""
    here = Registration.objects.filter(event=event, organisation=organisation)
    if organisation.status != OrganisationStatus.LISTED and not here.exists():
        raise Refused(
            _("The profile of %(organisation)s is not listed. Ask a curator to list it first."),
            code="not_listed",
            params={"organisation": organisation.name},
        )


def _organisation(wanted: Organisation | NewProfile, person: Mapping[str, Any]) -> Organisation:
    """The listed organisation, or the new draft; the platform makes it, so that the desk does not own it."""
    if isinstance(wanted, Organisation):
        return wanted
    exact, _near = organisations_named(wanted.name)
    if exact:
        raise ValidationError(
            {
                "name": ValidationError(
                    _("%(organisation)s has a profile. Choose it from the list."),
                    code="known",
                    params={"organisation": exact[0].name},
                )
            }
        )
    system = User.objects.system()
    made = create_organisation(
        name=wanted.name,
        kind=wanted.kind,
        side=wanted.side,
        countries=wanted.countries,
        values={"side_reason": "written down at the door of an event"},
        actor=system,
    )
    if person.get("email"):
        invite(made, email=str(person["email"]), role=Role.OWNER, actor=system)
    return made


def _accepted(event: Event, organisation: Organisation) -> Registration:
    """The organisation's registration, accepted; a new one where there is none."""
    found = locked(Registration.objects.filter(event=event, organisation=organisation))
    row = found[0] if found else Registration(event=event, organisation=organisation)
    if found and row.status in LEFT:
        raise Refused(
            _("%(organisation)s is “%(now)s” here. Ask an organiser first."),
            code="not_taking_part",
            params={"organisation": organisation.name, "now": row.get_status_display()},
        )
    if row.status != RegistrationStatus.ACCEPTED:
        row.status, row.decided_at = RegistrationStatus.ACCEPTED, timezone.now()
        row.attendance = Attendance.ON_SITE
        row.is_demo = organisation.is_demo or event.is_demo
        row.save()
    return row
