"""Lists of registrations from other tools: uploaded, understood, tried out, and applied whole or not at all."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pghistory
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from clusters.actions import create_organisation, invite, queue_message
from clusters.choices import OrganisationKind, Role, Side
from clusters.models import Organisation, Representative, User
from clusters.validators import Refused
from events.actions._rows import _lock, _lock_event
from events.actions.registrations import _refuse_closed_event
from events.adapters import TableFile
from events.choices import Deed, ImportState, RegistrationStatus, RowFate
from events.models import Delegate, Event, OnBehalf, Registration, RegistrationImport
from events.policies import require
from events.reads.importing.columns import FIELDS, guessed, recognised, remembered
from events.reads.importing.matching import nearest, pool_of
from events.reads.importing.plan import (
    NEW_PROFILE,
    SKIP,
    Line,
    NewProfile,
    Plan,
    names_to_resemble,
    plan_import,
)
from events.reads.people import managers_of

RIGHT = "events.decide_registrations"
KEPT = dt.timedelta(hours=24)
SKIPPED_SHOWN = 500
"""Rows that were not imported and that the report still names."""
OPTIONS: Mapping[str, Sequence[str]] = {
    "status": (RegistrationStatus.APPLIED, RegistrationStatus.ACCEPTED),
    "unknown": (SKIP, NEW_PROFILE),
    "kind": tuple(OrganisationKind.values),
    "side": ("", *Side.values),
    "mail": ("", "yes"),
}


def upload_registrations(
    event: Event, *, table: TableFile, file_name: str, actor: User
) -> RegistrationImport:
    """Keep an uploaded list for a day, with the columns as last time or as the headings tell.

    Refused when the event is over.
    """
    require(actor, RIGHT, event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="upload_registrations"):
        row = _lock_event(event)
        _refuse_closed_event(row)
        before = remembered(row, actor, table.headings)
        return RegistrationImport.objects.create(
            event=row,
            uploaded_by=actor,
            file_name=file_name[:150],
            encoding=table.encoding,
            headings=list(table.headings),
            rows=[[number, list(cells)] for number, cells in table.rows],
            columns=before.columns
            if before
            else guessed(table.headings, recognised(table.headings)),
            options=before.options if before else {},
            expires_at=timezone.now() + KEPT,
        )


def map_columns(
    target: RegistrationImport,
    *,
    columns: Mapping[str, int],
    options: Mapping[str, str],
    actor: User,
) -> RegistrationImport:
    """Say which column holds which field, and what holds for all rows.

    `columns` gives the number of the column by field, `options` the state of new registrations, what
    becomes of unknown organisations, kind and side of new profiles, and whether people are mailed.
    Raises ValidationError by field; refused once it is applied or erased.
    """
    require(actor, RIGHT, target.event)
    _check_columns(target, columns)
    wrong = [name for name, value in options.items() if value not in OPTIONS.get(name, ())]
    if wrong:
        raise ValidationError({wrong[0]: ValidationError(_("Choose one."), code="option")})
    with transaction.atomic(), pghistory.context(user=actor.pk, action="map_columns"):
        row = _open(target)
        row.columns, row.options, row.decisions = dict(columns), dict(options), {}
        pool = pool_of(row.event)
        row.near = nearest(sorted(names_to_resemble(row, pool)), pool)
        row.save(update_fields=["columns", "options", "decisions", "near"])
    return row


def decide_rows(
    target: RegistrationImport, *, decisions: Mapping[str, str], actor: User
) -> RegistrationImport:
    """Say whose rows they are: by name as the file has it a slug, "new" (a draft profile) or "skip"."""
    require(actor, RIGHT, target.event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="decide_rows"):
        row = _open(target)
        chosen = {name: value for name, value in decisions.items() if value}
        slugs = set(chosen.values()) - {NEW_PROFILE, SKIP}
        if slugs - pool_of(row.event).by_slug.keys():
            raise ValidationError(_("Choose a profile of the list."), code="profile")
        row.decisions = {**row.decisions, **chosen}
        row.save(update_fields=["decisions"])
    return row


def apply_import(
    target: RegistrationImport, *, actor: User, skip_broken: bool = False
) -> RegistrationImport:
    """Do what the dry run says, in one transaction; then the rows are erased and the report stays.

    Refused while rows are wrong or undecided, unless `skip_broken` leaves these out. Applying the same
    list again changes nothing.
    """
    require(actor, RIGHT, target.event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="apply_import"):
        event = _lock_event(target.event)
        _refuse_closed_event(event)
        row = _open(target)
        row.event = event
        plan = plan_import(row)
        _refuse_open_rows(plan, skip_broken=skip_broken)
        _refuse_nothing(plan)
        row.report = _Writing(row, plan, actor).write()
        row.rows, row.decisions, row.near = [], {}, {}
        row.state, row.applied_at = ImportState.APPLIED, timezone.now()
        row.save()
    return row


def discard_import(target: RegistrationImport, *, actor: User) -> None:
    """Erase the rows of a list that is not applied after all; its columns stay remembered."""
    require(actor, RIGHT, target.event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="discard_import"):
        _erase(_open(target))


def erase_imports(*, actor: User) -> int:
    """Erase the rows of all lists whose day is over. Returns how many."""
    require(actor, "events.run_jobs")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="erase_imports"):
        over = RegistrationImport.objects.filter(
            state=ImportState.UPLOADED, expires_at__lte=timezone.now()
        )
        rows = list(over.order_by("pk").select_for_update(skip_locked=True))
        for row in rows:
            _erase(row)
    return len(rows)


def _erase(row: RegistrationImport) -> None:
    row.rows, row.decisions, row.near, row.state = [], {}, {}, ImportState.ERASED
    row.save(update_fields=["rows", "decisions", "near", "state"])


def _open(target: RegistrationImport) -> RegistrationImport:
    row = _lock(target)
    if not row.is_open:
        raise Refused(
            _("This list was applied already, or its rows are erased. Upload the file again."),
            code="import_over",
        )
    return row


def _check_columns(target: RegistrationImport, columns: Mapping[str, int]) -> None:
    width = len(target.headings)
    for name, at in columns.items():
        if name not in FIELDS or not 0 <= at < width:
            raise ValidationError(
                {name: ValidationError(_("Choose a column of the file."), code="column")}
            )
    if not {"organisation", "website", "email"} & columns.keys():
        raise ValidationError(
            {
                "organisation": ValidationError(
                    _("Choose the column that names the organisation, its website or an e-mail."),
                    code="no_organisation",
                )
            }
        )
    twice = [at for at in columns.values() if list(columns.values()).count(at) > 1]
    if twice:
        names = [name for name, at in columns.items() if at == twice[0]]
        text = _("“%(column)s” is chosen twice.")
        params = {"column": target.headings[twice[0]]}
        raise ValidationError({names[1]: ValidationError(text, code="twice", params=params)})


def _refuse_open_rows(plan: Plan, *, skip_broken: bool) -> None:
    n = len(plan.open)
    if n and not skip_broken:
        raise Refused(
            ngettext_lazy(
                "Nothing was imported: %(n)d row is wrong or undecided. Mend the file and upload it "
                "again, decide, or leave the row out.",
                "Nothing was imported: %(n)d rows are wrong or undecided. Mend the file and upload it "
                "again, decide, or leave these rows out.",
                "n",
            ),
            code="open_rows",
            params={"n": n},
        )


def _refuse_nothing(plan: Plan) -> None:
    if not plan.writes:
        raise Refused(_("There is nothing to import in this list."), code="nothing")


@dataclass
class _Writing:
    """The write of a plan: profiles first, registrations, then people; few queries each."""

    row: RegistrationImport
    plan: Plan
    actor: User
    made: dict[str, Organisation] = field(default_factory=dict)
    mailed: int = 0

    def write(self) -> dict[str, object]:
        """Write everything; the report."""
        first = [line for line in self.plan.lines if line.fate in (RowFate.NEW, RowFate.DRAFT)]
        for line in first:
            if line.profile:
                self.made[line.key] = self._profile(line.profile)
        registered = self._register(first)
        people = self._people({one.pk for one in registered})
        if self.row.options.get("mail"):
            self._mail(first, registered)
        return self._report(registered, people)

    def _profile(self, profile: NewProfile) -> Organisation:
        """A draft that nobody owns until a curator or its people take it up."""
        return create_organisation(
            name=profile.name,
            kind=profile.kind,
            side=profile.side,
            countries=[profile.country] if profile.country else [],
            values={
                "side_reason": "from a list that organisers of an event imported",
                **({"website": profile.website} if profile.website else {}),
            },
            actor=User.objects.system(),
        )

    def _organisation(self, line: Line) -> Organisation:
        return line.organisation or self.made[line.key]

    def _register(self, lines: Sequence[Line]) -> list[Registration]:
        event, status = self.row.event, self.row.options.get("status", RegistrationStatus.APPLIED)
        decided = timezone.now() if status == RegistrationStatus.ACCEPTED else None
        new = [
            Registration(
                event=event,
                organisation=one,
                status=status,
                decided_at=decided,
                attendance=line.attendance,
                formats=list(line.cells.formats),
                motivation=line.cells.values["motivation"],
                is_demo=one.is_demo or event.is_demo,
            )
            for line in lines
            for one in [self._organisation(line)]
        ]
        try:
            with transaction.atomic():  # a savepoint, so that the caller's transaction survives
                Registration.objects.bulk_create(new)
        except IntegrityError as error:
            raise Refused(
                _("One of them registered in this moment. Nothing was imported; try again."),
                code="busy",
            ) from error
        OnBehalf.objects.bulk_create(
            OnBehalf(registration=one, deed=Deed.IMPORTED, by=self.actor) for one in new
        )
        return new

    def _people(self, new: set[int]) -> int:
        """Delegates of new and of known registrations; colleagues' accounts are linked by e-mail."""
        lines = [line for line in self.plan.lines if line.names_person and not line.faults]
        lines = [line for line in lines if line.fate in (*_FIRST, RowFate.PERSON)]
        owners = [self._organisation(line).pk for line in lines]
        there = Registration.objects.filter(event=self.row.event, organisation__in=owners)
        registrations = {one.organisation_id: one for one in there}
        accounts = self._accounts(owners, {line.person["email"].lower() for line in lines})
        taken = set(
            Delegate.objects.filter(registration__in=there, user__isnull=False).values_list(
                "registration", "user"
            )
        )
        people, deeds = [], []
        for line, owner in zip(lines, owners, strict=True):
            registration = registrations[owner]
            user = accounts.get((owner, line.person["email"].lower()))
            if (registration.pk, user) in taken:
                user = None
            people.append(Delegate(registration=registration, user_id=user, **line.person))
            if registration.pk not in new:
                deeds.append((registration, line.person["name"]))
        Delegate.objects.bulk_create(people)
        OnBehalf.objects.bulk_create(
            OnBehalf(registration=one, deed=Deed.DELEGATE_ADDED, about=name, by=self.actor)
            for one, name in deeds
        )
        return len(people)

    def _accounts(self, owners: Sequence[int], emails: set[str]) -> dict[tuple[int, str], int]:
        rows = Representative.objects.filter(organisation__in=owners, user__email__in=emails - {""})
        found = rows.values_list("organisation", "user__email", "user")
        return {(owner, email.lower()): user for owner, email, user in found}

    def _mail(self, lines: Sequence[Line], registered: Sequence[Registration]) -> None:
        """Tell who manages a new registration; invite one person to each new profile."""
        keys = [one.pk for one in registered]
        for registration, managers in managers_of(Registration.objects.filter(pk__in=keys)):
            for person in managers:
                if person != self.actor:
                    self.mailed += 1
                    queue_message(
                        f"registration-{registration.pk}-imported",
                        recipient=person,
                        template="registration_imported",
                        context={"registration": registration},
                        actor=self.actor,
                    )
        for line in lines:
            if line.profile and line.person["email"]:
                self.mailed += 1
                system = User.objects.system()
                email = line.person["email"]
                invite(self.made[line.key], email=email, role=Role.OWNER, actor=system)

    def _report(self, registered: Sequence[Registration], people: int) -> dict[str, object]:
        skipped = [
            [line.number, line.cells.name[:200], _why(line)]
            for line in self.plan.lines
            if line.fate not in (*_FIRST, RowFate.PERSON, RowFate.KNOWN)
        ]
        return {
            "counts": dict(self.plan.counts),
            "people": people,
            "mailed": self.mailed,
            "registered": [one.pk for one in registered],
            "skipped": skipped[:SKIPPED_SHOWN],
            "skipped_total": len(skipped),
        }


_FIRST = (RowFate.NEW, RowFate.DRAFT)


def _why(line: Line) -> str:
    """Why a row was left out, without what its cells say of people."""
    if line.faults:
        return " ".join(
            f"{one.column}: {one.text}" if one.column else one.text for one in line.faults
        )
    return line.remark or str(RowFate(line.fate).label)
