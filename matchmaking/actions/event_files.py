"""Takes an open file of an event in: whole, or not at all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import pghistory
import pgtrigger
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext as _

from clusters.models import Country, Organisation, Region, Sector, SectorFocus, User
from events.choices import TeamRole
from events.models import (
    Delegate,
    Event,
    EventTeamMember,
    Registration,
    Session,
    Slot,
    Table,
    Unavailability,
)
from matchmaking.actions.releases import _new_code
from matchmaking.adapters.event_file import FORMAT, VERSION, Faults, items, look_up, read_row
from matchmaking.choices import MeetingStatus
from matchmaking.models import (
    AskedScore,
    CheckIn,
    DraftMeeting,
    Meeting,
    MeetingRequest,
    MeetingSeat,
    Outcome,
    Release,
    ReleaseEntry,
    ScheduleRun,
    TableUse,
)
from matchmaking.policies import require
from matchmaking.wording.scoring import CRITERIA

Row = TypeVar("Row", bound=models.Model)
UNNAMED = "(not in the file)"
"""A delegate of a file without personal data."""


@dataclass(frozen=True)
class Imported:
    """What a file brought: rows by part, organisations that were new, and the event."""

    event: Event
    counts: Mapping[str, int]
    new_organisations: tuple[str, ...]


def import_event(
    data: Mapping[str, Any],
    *,
    actor: User,
    owner: User | None = None,
    slug: str = "",
    dry_run: bool = False,
) -> Imported:
    """Make an event of an open file, with `owner` as its team's owner; under another name with `slug`.

    Organisations that are here already stay as they are. Raises EventFileError with every fault and its
    path; then, and with `dry_run`, nothing is written.
    """
    require(actor, "matchmaking.run_jobs")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="import_event"):
        reading = _Import(data, slug)
        reading.check_format()
        done = reading.everything()
        if owner is not None:
            EventTeamMember.objects.create(event=done.event, user=owner, role=TeamRole.OWNER)
        _check_promises()
        transaction.set_rollback(dry_run)
    return done


def _check_promises() -> None:
    """Let the database check now what it would check at the end."""
    faults = Faults()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except IntegrityError as error:
        faults.add(
            "meetings",
            _("Somebody or a table is in two meetings at once: %(why)s")
            % {"why": str(error).strip()[:200]},
        )
        faults.raise_any()


class _Import:
    """Reads part by part. Each part is written only when it has no fault."""

    def __init__(self, data: Mapping[str, Any], slug: str) -> None:
        self.data, self.slug, self.faults = data, slug, Faults()
        self.organisations: dict[str, Organisation] = {}
        self.new: list[str] = []
        self.sessions: dict[Any, Session] = {}
        self.slots: dict[Any, Slot] = {}
        self.tables: dict[Any, Table] = {}
        self.registrations: dict[Any, Registration] = {}
        self.delegates: dict[Any, Delegate] = {}
        self.requests: dict[Any, MeetingRequest] = {}
        self.runs: dict[Any, ScheduleRun] = {}
        self.counts: dict[str, int] = {}

    def check_format(self) -> None:
        """The file is one of ours, of a version that is understood."""
        if not isinstance(self.data, dict) or self.data.get("format") != FORMAT:
            self.faults.add("format", _("This must be “%(format)s”.") % {"format": FORMAT})
        elif self.data.get("version") != VERSION:
            self.faults.add("version", _("Only version %(n)d can be read.") % {"n": VERSION})
        self.faults.raise_any()

    def everything(self) -> Imported:
        """All parts, in the order in which they lean on each other."""
        self.read_organisations()
        self.read_event()
        self.read_times_and_places()
        self.read_people()
        self.read_requests()
        self.read_runs()
        self.read_releases()
        self.read_meetings()
        return Imported(self.event, self.counts, tuple(self.new))

    # -- who

    def read_organisations(self) -> None:
        """Organisations by slug: those here stay as they are, the others are made."""
        rows = items(self.data, "organisations", self.faults)
        slugs = [one.get("slug") for one, _path in rows if isinstance(one, dict)]
        known = Organisation.objects.in_bulk(
            [s for s in slugs if isinstance(s, str)], field_name="slug"
        )
        places = _Places(self.faults)
        for one, path in rows:
            row = read_row(Organisation, one, path, self.faults, "countries", "region", "sectors")
            here = known.get(row.slug)
            if here is not None and here.name != row.name:
                text = _("Here this is another organisation, “%(name)s”. Rename it in the file.")
                self.faults.add(f"{path}.slug", text % {"name": here.name})
            elif here is not None:
                self.organisations[row.slug] = here
            elif isinstance(one, dict):
                self.organisations[row.slug] = self._new_organisation(row, one, path, places)
        self.faults.raise_any()
        self.counts["organisations"] = len(self.organisations)

    def _new_organisation(
        self, row: Organisation, one: Mapping[str, Any], path: str, places: "_Places"
    ) -> Organisation:
        row.region = places.region(one.get("region"), f"{path}.region")
        countries = [
            places.country(code, where)
            for code, where in items(one, "countries", self.faults, path)
        ]
        sectors = [
            places.sector(code, where) for code, where in items(one, "sectors", self.faults, path)
        ]
        if not row.slug or not row.name:
            self.faults.add(path, _("An organisation needs a slug and a name."))
        if not self.faults.found:
            row.save(force_insert=True)
            row.countries.set([country for country in countries if country])
            SectorFocus.objects.bulk_create(
                SectorFocus(organisation=row, sector=sector) for sector in sectors if sector
            )
            self.new.append(row.slug)
        return row

    def read_event(self) -> None:
        """The event itself."""
        other = ("country", "region", "organisers")
        given = self.data.get("event")
        event = read_row(Event, given, "event", self.faults, *other)
        if self.slug:
            event.slug = self.slug
        if Event.objects.filter(slug=event.slug).exists():
            text = _("There is an event “%(slug)s” already. Import it under another short name.")
            self.faults.add("event.slug", text % {"slug": event.slug})
        given = given if isinstance(given, dict) else {}
        places = _Places(self.faults)
        event.country = places.country(given.get("country"), "event.country")
        event.region = places.region(given.get("region"), "event.region")
        organisers = [
            look_up(self.organisations, key, path, self.faults)
            for key, path in items(given, "organisers", self.faults, "event")
        ]
        self.faults.raise_any()
        event.save(force_insert=True)
        event.organisers.set([one for one in organisers if one])
        self.event = event

    # -- when and where

    def read_times_and_places(self) -> None:
        """Sessions, slots, tables."""
        for one, path in items(self.data, "sessions", self.faults):
            session = read_row(Session, one, path, self.faults, "id")
            session.event = self.event
            self._keep(self.sessions, one, path, session)
        self._write(Session, self.sessions, "sessions")
        for one, path in items(self.data, "slots", self.faults):
            slot = read_row(Slot, one, path, self.faults, "id", "session")
            slot.event = self.event
            self._point(slot, "session", self.sessions, one, path)
            self._keep(self.slots, one, path, slot)
        self._write(Slot, self.slots, "slots")
        closed = []
        for one, path in items(self.data, "tables", self.faults):
            table = read_row(Table, one, path, self.faults, "id", "closed_slots")
            table.event = self.event
            self._keep(self.tables, one, path, table)
            closed.append((table, self._all(self.slots, one, "closed_slots", path)))
        self._write(Table, self.tables, "tables")
        for table, slots in closed:
            table.closed_slots.set(slots)

    def read_people(self) -> None:
        """Registrations and delegates, when they cannot come, and who arrived."""
        for one, path in items(self.data, "registrations", self.faults):
            row = read_row(Registration, one, path, self.faults, "id", "organisation")
            row.event = self.event
            self._point(row, "organisation", self.organisations, one, path)
            self._keep(self.registrations, one, path, row)
        self._write(Registration, self.registrations, "registrations", "applied_at")
        away, arrived = [], []
        for one, path in items(self.data, "delegates", self.faults):
            other = ("id", "registration", "away", "arrived_at")
            person = read_row(Delegate, one, path, self.faults, *other)
            person.name = person.name or UNNAMED
            self._point(person, "registration", self.registrations, one, path)
            self._keep(self.delegates, one, path, person)
            away += [
                Unavailability(delegate=person, slot=slot)
                for slot in self._all(self.slots, one, "away", path)
            ]
            if isinstance(one, dict) and one.get("arrived_at"):
                arrived.append(self._arrival(person, one["arrived_at"], f"{path}.arrived_at"))
        self._write(Delegate, self.delegates, "delegates")
        Unavailability.objects.bulk_create(away)
        _create(CheckIn, arrived, "at")

    def _arrival(self, person: Delegate, at: Any, path: str) -> CheckIn:
        row = CheckIn(delegate=person)
        try:
            row.at = CheckIn._meta.get_field("at").to_python(at)
        except (ValidationError, TypeError, ValueError):
            self.faults.add(path, _("This is not a value of the right kind."))
        return row

    def read_requests(self) -> None:
        """Who asked whom."""
        other = ("id", "sender", "receiver", "sender_delegate", "receiver_delegate", "score")
        scores = []
        for one, path in items(self.data, "requests", self.faults):
            row = read_row(MeetingRequest, one, path, self.faults, *other)
            row.event = self.event
            if row.reason and row.reason not in CRITERIA:
                self.faults.add(f"{path}.reason", _("This is no criterion."))
            for side in ("sender", "receiver"):
                self._point(row, side, self.registrations, one, path)
                self._point(row, f"{side}_delegate", self.delegates, one, path, optional=True)
            if isinstance(one, dict) and one.get("score"):
                score = read_row(AskedScore, one["score"], f"{path}.score", self.faults)
                score.request = row
                scores.append(score)
            self._keep(self.requests, one, path, row)
        self._write(MeetingRequest, self.requests, "requests", "sent_at")
        AskedScore.objects.bulk_create(scores)

    # -- the schedule

    def read_runs(self) -> None:
        """Finished drafts with their meetings."""
        drafts = []
        for one, path in items(self.data, "runs", self.faults):
            run = read_row(ScheduleRun, one, path, self.faults, "id", "meetings")
            run.event = self.event
            self._keep(self.runs, one, path, run)
            for place, where in items(
                one if isinstance(one, dict) else {}, "meetings", self.faults, path
            ):
                row = read_row(DraftMeeting, place, where, self.faults, "request", "slot", "table")
                row.run, row.event = run, self.event
                self._place(row, place, where)
                drafts.append(row)
        self._write(ScheduleRun, self.runs, "runs", "created_at")
        DraftMeeting.objects.bulk_create(drafts)

    def read_releases(self) -> None:
        """Published versions, in the order of their numbers."""
        by_number: dict[Any, Release] = {}
        entries = []
        for one, path in items(self.data, "releases", self.faults):
            row = read_row(Release, one, path, self.faults, "run", "restores", "entries")
            row.event = self.event
            self._point(row, "run", self.runs, one, path, optional=True)
            self._point(row, "restores", by_number, one, path, optional=True)
            by_number[row.number] = row
            for place, where in items(
                one if isinstance(one, dict) else {}, "entries", self.faults, path
            ):
                entries.append(self._entry(row, place, where))
        self.faults.raise_any()
        taken = set(
            Release.objects.filter(code__in=[one.code for one in by_number.values()]).values_list(
                "code", flat=True
            )
        )
        for row in by_number.values():
            if not row.code or row.code in taken:
                row.code = _new_code()
            at = row.published_at
            row.save(force_insert=True)
            # A release cannot be changed; the moment it was published is part of making it.
            with pgtrigger.ignore("matchmaking.Release:release_is_immutable"):
                Release.objects.filter(pk=row.pk).update(published_at=at or row.published_at)
        self._finish(entries)
        self.counts["releases"] = len(by_number)

    def _entry(
        self, release: Release, place: Any, path: str
    ) -> tuple[ReleaseEntry, list[Delegate]]:
        row = ReleaseEntry(release=release)
        place = place if isinstance(place, dict) else {}
        self._place(row, place, path)
        return row, self._all(self.delegates, place, "delegates", path)

    def _finish(self, entries: Iterable[tuple[ReleaseEntry, list[Delegate]]]) -> None:
        rows = []
        for row, people in entries:
            row.delegate_ids = sorted(person.pk for person in people)
            rows.append(row)
        ReleaseEntry.objects.bulk_create(rows)

    def read_meetings(self) -> None:
        """The live schedule, who sits where, and what came of it."""
        found: dict[Any, Meeting] = {}
        seats: list[tuple[Meeting, list[Delegate]]] = []
        outcomes: list[Outcome] = []
        taken: set[str] = {str(uid) for uid in Meeting.objects.values_list("uid", flat=True)}
        other = ("request", "slot", "table", "missed_by", "delegates", "outcomes")
        for one, path in items(self.data, "meetings", self.faults):
            row = read_row(Meeting, one, path, self.faults, *other)
            row.event = self.event
            if str(row.uid) in taken:
                row.uid = Meeting().uid
            place = one if isinstance(one, dict) else {}
            self._place(row, place, path)
            self._point(row, "missed_by", self.organisations, place, path, optional=True)
            found[path] = row
            seats.append((row, self._all(self.delegates, place, "delegates", path)))
            for said, where in items(place, "outcomes", self.faults, path):
                outcome = read_row(Outcome, said, where, self.faults, "organisation")
                outcome.meeting = row
                self._point(outcome, "organisation", self.organisations, said, where)
                outcomes.append(outcome)
        self._check_seats(found, seats)
        self._write(Meeting, found, "meetings")
        active = [(row, people) for row, people in seats if _holds_place(row)]
        MeetingSeat.objects.bulk_create(
            MeetingSeat(meeting=row, slot=row.slot, delegate=person)
            for row, people in active
            for person in people
        )
        TableUse.objects.bulk_create(
            TableUse(meeting=row, slot=row.slot, table=row.table)
            for row, _people in active
            if row.table is not None
        )
        _create(Outcome, outcomes, "recorded_at")
        self.counts["outcomes"] = len(outcomes)

    def _check_seats(
        self, found: Mapping[Any, Meeting], seats: Iterable[tuple[Meeting, list[Delegate]]]
    ) -> None:
        """Nobody and no table is in two meetings at once."""
        self.faults.raise_any()
        busy: set[tuple[str, int, int]] = set()
        for (path, row), (_same, people) in zip(found.items(), seats, strict=True):
            if not _holds_place(row):
                continue
            for person in people:
                if ("person", person.pk, row.slot_id) in busy:
                    self.faults.add(
                        f"{path}.delegates", _("Somebody sits in another meeting then.")
                    )
                busy.add(("person", person.pk, row.slot_id))
            if row.table_id is not None:
                if ("table", row.table_id, row.slot_id) in busy:
                    self.faults.add(f"{path}.table", _("Another meeting has this table then."))
                busy.add(("table", row.table_id, row.slot_id))

    # -- what the parts share

    def _keep(self, known: dict[Any, Row], one: Any, path: str, row: Row) -> None:
        """Remember a row by its number in the file."""
        number = one.get("id") if isinstance(one, dict) else None
        if not isinstance(number, int) or number in known:
            self.faults.add(f"{path}.id", _("Each needs a number of its own."))
        else:
            known[number] = row

    def _point(
        self,
        row: models.Model,
        name: str,
        known: Mapping[Any, Any],
        one: Any,
        path: str,
        *,
        optional: bool = False,
    ) -> None:
        """Set what a row points to."""
        key = one.get(name) if isinstance(one, dict) else None
        if key is None and optional:
            return
        found = look_up(known, key, f"{path}.{name}", self.faults)
        if found is not None:
            setattr(row, name, found)

    def _place(self, row: DraftMeeting | ReleaseEntry | Meeting, one: Any, path: str) -> None:
        self._point(row, "request", self.requests, one, path)
        self._point(row, "slot", self.slots, one, path)
        self._point(row, "table", self.tables, one, path, optional=True)

    def _all(self, known: Mapping[Any, Row], one: Any, name: str, path: str) -> list[Row]:
        rows = items(one if isinstance(one, dict) else {}, name, self.faults, path)
        found = [look_up(known, key, where, self.faults) for key, where in rows]
        return [row for row in found if row is not None]

    def _write(self, model: type[Row], known: Mapping[Any, Row], part: str, *stamps: str) -> None:
        """Write a part, if nothing so far is wrong."""
        self.faults.raise_any()
        try:
            with transaction.atomic():  # so that the fault can still be told
                _create(model, list(known.values()), *stamps)
        except IntegrityError as error:
            text = _("This breaks a rule of the database: %(why)s")
            self.faults.add(part, text % {"why": str(error).partition("\n")[0][:200]})
            self.faults.raise_any()
        self.counts[part] = len(known)


def _holds_place(meeting: Meeting) -> bool:
    """It has its seats and its table, which a cancelled one and one given to others has not."""
    return meeting.status != MeetingStatus.CANCELLED and not meeting.is_given_away


def _create(model: type[Row], rows: list[Row], *stamps: str) -> None:
    """Insert rows; moments that the database layer would set to now stay as they were given."""
    kept = [{name: getattr(row, name) for name in stamps} for row in rows]
    model._default_manager.bulk_create(rows)
    late = [(row, values) for row, values in zip(rows, kept, strict=True) if all(values.values())]
    for row, values in late:
        for name, value in values.items():
            setattr(row, name, value)
    if stamps and late:
        model._default_manager.bulk_update([row for row, _values in late], list(stamps))


class _Places:
    """Countries, regions and sectors by code, each table read once."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.countries = {one.code: one for one in Country.objects.all()}
        self.regions = {one.code: one for one in Region.objects.all()}
        self.sectors = {one.code: one for one in Sector.objects.all()}

    def country(self, code: Any, path: str) -> Country | None:
        """The country of a code; None where none is given."""
        return self._find(self.countries, code, path)

    def region(self, code: Any, path: str) -> Region | None:
        """The region of a code."""
        return self._find(self.regions, code, path)

    def sector(self, code: Any, path: str) -> Sector | None:
        """The sector of a code."""
        return self._find(self.sectors, code, path)

    def _find(self, known: Mapping[str, Row], code: Any, path: str) -> Row | None:
        if code is None:
            return None
        if code not in known:
            text = _("“%(code)s” is not in this installation’s reference data (load_fixtures).")
            self.faults.add(path, text % {"code": str(code)[:40]})
            return None
        return known[code]
