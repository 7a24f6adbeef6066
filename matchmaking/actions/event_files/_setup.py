"""Takes in what an event is: its organisations, itself, its rules, times and places."""

import base64
import binascii
import hashlib
import itertools
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from clusters.adapters import read_picture
from clusters.models import Organisation, SectorFocus
from events.models import Event, FloorPlan, Session, Slot, Table, TableSpot
from matchmaking.actions.event_files._frame import Frame, Places
from matchmaking.adapters.event_file import items, look_up, read_row
from matchmaking.models import DaySettings, ScoringPolicy
from matchmaking.validators import check_policy


class SetUp(Frame):
    """Organisations, the event, sessions, slots, floor plans, tables."""

    def read_organisations(self) -> None:
        """Organisations by slug: those here stay as they are, the others are made."""
        rows = items(self.data, "organisations", self.faults)
        slugs = [one.get("slug") for one, _path in rows if isinstance(one, dict)]
        with self._guarded("organisations"):
            known = Organisation.objects.in_bulk(
                [s for s in slugs if isinstance(s, str)], field_name="slug"
            )
        places = Places(self.faults)
        for one, path in rows:
            row = read_row(Organisation, one, path, self.faults, "countries", "region", "sectors")
            here = known.get(row.slug)
            if row.slug in self.organisations or row.slug in self.new:
                self.faults.add(f"{path}.slug", _("Each organisation stands in a file once."))
            elif here is not None and here.name != row.name:
                text = _("Here this is another organisation, “%(name)s”. Rename it in the file.")
                self.faults.add(f"{path}.slug", text % {"name": here.name})
            elif here is not None:
                self.organisations[row.slug] = here
            elif isinstance(one, dict):
                self.organisations[row.slug] = self._new_organisation(row, one, path, places)
        self.faults.raise_any()
        self.counts["organisations"] = len(self.organisations)

    def _new_organisation(
        self, row: Organisation, one: Mapping[str, Any], path: str, places: "Places"
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
            with self._guarded(path):
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
        places = Places(self.faults)
        event.country = places.country(given.get("country"), "event.country")
        event.region = places.region(given.get("region"), "event.region")
        organisers = [
            look_up(self.organisations, key, path, self.faults)
            for key, path in items(given, "organisers", self.faults, "event")
        ]
        self.faults.raise_any()
        with self._guarded("event"):
            event.save(force_insert=True)
        event.organisers.set([one for one in organisers if one])
        self.event = event
        self.read_day()
        self.read_policy()

    def read_day(self) -> None:
        """How its day is run; the screen gets a secret address of its own."""
        given = self.data.get("day")
        if given is None:
            return
        row = read_row(DaySettings, given, "day", self.faults)
        row.event = self.event
        self._add(DaySettings, [row], "day")

    def read_policy(self) -> None:
        """The weights by which its pairs are scored; a version that is here stays as it is."""
        given = self.data.get("policy")
        if given is None:
            return
        row = read_row(ScoringPolicy, given, "policy", self.faults)
        self.faults.raise_any()
        if row.name != self.event.scoring_policy:
            self.faults.add("policy.name", _("This must be the event’s scoring policy."))
        try:
            check_policy(row.name, row.weights, row.priors)
        except ValidationError as error:
            self.faults.add("policy.weights", " ".join(error.messages))
        self.faults.raise_any()
        if not ScoringPolicy.objects.filter(name=row.name, version=row.version).exists():
            self._add(ScoringPolicy, [row], "policy")

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
        self._check_slots()
        self._write(Slot, self.slots, "slots")
        self.read_plans()
        closed, spots = [], []
        for one, path in items(self.data, "tables", self.faults):
            table = read_row(Table, one, path, self.faults, "id", "closed_slots", "spot")
            table.event = self.event
            self._keep(self.tables, one, path, table)
            closed.append((table, self._all(self.slots, one, "closed_slots", path)))
            if isinstance(one, dict) and one.get("spot") is not None:
                spots.append(self._spot(table, one["spot"], f"{path}.spot"))
        self._write(Table, self.tables, "tables")
        for table, slots in closed:
            table.closed_slots.set(slots)
        self._add(TableSpot, spots, "tables")

    def _check_slots(self) -> None:
        """No two slots overlap."""
        self.faults.raise_any()
        # One without its times is refused when it is written.
        timed = [pair for pair in self.slots.items() if pair[1].starts_at and pair[1].ends_at]
        rows = sorted(timed, key=lambda pair: pair[1].starts_at)
        for (_first, one), (number, other) in itertools.pairwise(rows):
            if other.starts_at < one.ends_at:
                text = _("Slot %(id)s overlaps another one.")
                self.faults.add("slots", text % {"id": number})

    def read_plans(self) -> None:
        """Pictures of the venue, checked as if they were uploaded."""
        for one, path in items(self.data, "plans", self.faults):
            plan = read_row(FloorPlan, one, path, self.faults, "id", "picture")
            plan.event = self.event
            self._show(plan, one.get("picture") if isinstance(one, dict) else None, path)
            self._keep(self.plans, one, path, plan)
        self._write(FloorPlan, self.plans, "plans")

    def _show(self, plan: FloorPlan, text: Any, path: str) -> None:
        try:
            content = base64.b64decode(text, validate=True)
            found = read_picture(content)
        except (TypeError, ValueError, binascii.Error):
            self.faults.add(f"{path}.picture", _("This is no picture written as base64."))
        except ValidationError as error:
            self.faults.add(f"{path}.picture", " ".join(error.messages))
        else:
            plan.picture, plan.size = content, len(content)
            plan.media_type, plan.width, plan.height = found.media_type, found.width, found.height
            plan.digest = hashlib.sha256(content).hexdigest()[:16]

    def _spot(self, table: Table, one: Any, path: str) -> TableSpot:
        spot = read_row(TableSpot, one, path, self.faults, "plan")
        spot.table = table
        self._point(spot, "plan", self.plans, one, path)
        return spot
