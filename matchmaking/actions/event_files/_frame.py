"""What the parts of a file share when they are taken in: numbers, pointers, and writing a part whole."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import DataError, IntegrityError, models, transaction
from django.utils.translation import gettext as _

from clusters.models import Country, Organisation, Region, Sector
from events.models import Delegate, Event, FloorPlan, Registration, Session, Slot, Table
from matchmaking.adapters.event_file import FORMAT, VERSIONS, Faults, items, look_up
from matchmaking.models import DraftMeeting, Meeting, MeetingRequest, ReleaseEntry, ScheduleRun

Row = TypeVar("Row", bound=models.Model)


class Frame:
    """Rows of a file by their numbers. Each part is written only when nothing so far is wrong."""

    event: Event

    def __init__(self, data: Mapping[str, Any], slug: str) -> None:
        self.data, self.slug, self.faults = data, slug, Faults()
        self.organisations: dict[str, Organisation] = {}
        self.new: list[str] = []
        self.sessions: dict[Any, Session] = {}
        self.slots: dict[Any, Slot] = {}
        self.plans: dict[Any, FloorPlan] = {}
        self.tables: dict[Any, Table] = {}
        self.registrations: dict[Any, Registration] = {}
        self.delegates: dict[Any, Delegate] = {}
        self.requests: dict[Any, MeetingRequest] = {}
        self.runs: dict[Any, ScheduleRun] = {}
        self.meetings: dict[Any, Meeting] = {}
        self.counts: dict[str, int] = {}

    def check_format(self) -> None:
        """The file is one of ours, of a version that is understood."""
        if not isinstance(self.data, dict) or self.data.get("format") != FORMAT:
            self.faults.add("format", _("This must be “%(format)s”.") % {"format": FORMAT})
        elif self.data.get("version") not in VERSIONS:
            known = ", ".join(map(str, VERSIONS))
            self.faults.add("version", _("Only these versions can be read: %(n)s.") % {"n": known})
        self.faults.raise_any()

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
        self._add(model, list(known.values()), part, *stamps)
        self.counts[part] = len(known)

    def _add(self, model: type[Row], rows: list[Row], part: str, *stamps: str) -> None:
        """Write rows that no other part points to."""
        self.faults.raise_any()
        with self._guarded(part):
            _create(model, rows, *stamps)

    @contextmanager
    def _guarded(self, part: str) -> Iterator[None]:
        """What the database refuses is a fault of the part, told like any other."""
        try:
            with transaction.atomic():  # so that the fault can still be told
                yield
        except (IntegrityError, DataError) as error:
            text = _("This breaks a rule of the database: %(why)s")
            self.faults.add(part, text % {"why": str(error).partition("\n")[0][:200]})
            self.faults.raise_any()


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


class Places:
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
        if not isinstance(code, str) or code not in known:
            text = _("“%(code)s” is not in this installation’s reference data (load_fixtures).")
            self.faults.add(path, text % {"code": str(code)[:40]})
            return None
        return known[code]
