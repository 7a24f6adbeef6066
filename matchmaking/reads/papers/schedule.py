"""A release with all that its papers name.

The release is what is printed. Where the schedule has moved on since (the day has its cancellations), the
newest release says so beside the meeting. Delegates are named to their own organisation and to the
event's team only.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from clusters.models import Organisation
from events.models import Delegate, Event, Registration, Slot, Table
from matchmaking.choices import MeetingStatus
from matchmaking.models import Meeting, MeetingRequest, Release, ReleaseEntry
from matchmaking.reads.clocks import zone_place

Data = dict[str, Any]
LONG_TEXTS = ("aim_en", "aim_es", "description_en", "description_es", "note", "folded")


@dataclass(frozen=True, slots=True)
class Line:
    """One meeting of a paper. `change` says in words what became of it since the release."""

    request: MeetingRequest
    slot: Slot
    table: Table | None
    people: tuple[Delegate, ...]
    change: str = ""

    @property
    def sides(self) -> tuple[Registration, Registration]:
        """Who asked, who was asked."""
        return self.request.sender, self.request.receiver

    def other(self, own: Registration) -> Organisation:
        """Whom a registration meets."""
        first, second = self.sides
        return second.organisation if first.pk == own.pk else first.organisation

    def names(self, side: Registration) -> str:
        """Who sits there for a side."""
        return ", ".join(one.name for one in self.people if one.registration_id == side.pk)

    @property
    def place(self) -> str:
        """The table's name."""
        return self.table.name if self.table else _("by video")


@dataclass(frozen=True)
class Papers:
    """A release with all that its papers name; read in a fixed number of queries."""

    event: Event
    release: Release
    is_newest: bool
    lines: tuple[Line, ...]
    moment: dt.datetime

    @cached_property
    def by_registration(self) -> Mapping[int, list[Line]]:
        """Meetings of each registration, in the order of time."""
        found: dict[int, list[Line]] = defaultdict(list)
        for line in self.lines:
            for side in line.sides:
                found[side.pk].append(line)
        return found

    @property
    def registrations(self) -> list[Registration]:
        """Everybody who meets somebody, by name."""
        sides = {side.pk: side for line in self.lines for side in line.sides}
        return sorted(sides.values(), key=lambda one: one.organisation.name.casefold())

    def days(self, lines: Iterable[Line], row: Callable[[Line], Data]) -> list[Data]:
        """Lines as rows of the days of the event."""
        found: dict[dt.date, list[Data]] = {}
        for line in lines:
            day = line.slot.starts_at.astimezone(self.event.zone).date()
            found.setdefault(day, []).append(row(line))
        return [{"name": day_words(day), "rows": rows} for day, rows in found.items()]

    def time(self, slot: Slot) -> str:
        """When a slot begins and ends, on the event's clock."""
        zone = self.event.zone
        return f"{slot.starts_at.astimezone(zone):%H:%M}–{slot.ends_at.astimezone(zone):%H:%M}"

    @property
    def place(self) -> str:
        """The place whose clock is meant."""
        return self.event.city or zone_place(self.event.time_zone)


def papers(release: Release, *, own: Registration | None = None) -> Papers:
    """Everything that papers of a release say, or what one registration's say; eight queries."""
    event = release.event
    newest = Release.objects.filter(event=event).order_by("-number").first()
    is_newest = newest is not None and newest.pk == release.pk
    names = _Names.of(event)
    live = _live(event, own) if is_newest else None
    lines = list(_lines(release, names, own, live))
    lines.sort(key=lambda one: (one.slot.starts_at, position(one.table), one.request.pk))
    return Papers(event, release, is_newest, tuple(lines), timezone.now())


def position(table: Table | None) -> tuple[int, int, str]:
    """The order of places: tables as the event numbers them, then video."""
    return (1, 0, "") if table is None else (0, table.position, table.name)


@dataclass(frozen=True)
class _Names:
    """What entries point to, each row read once."""

    registrations: Mapping[int, Registration]
    delegates: Mapping[int, Delegate]
    slots: Mapping[int, Slot]
    tables: Mapping[int, Table]

    @classmethod
    def of(cls, event: Event) -> "_Names":
        rows = Registration.objects.filter(event=event).select_related(
            "organisation__region__country"
        )
        rows = rows.prefetch_related("organisation__countries")
        people = Delegate.objects.filter(registration__event=event, erased_at__isnull=True)
        return cls(
            rows.defer(*(f"organisation__{field}" for field in LONG_TEXTS)).in_bulk(),
            people.in_bulk(),
            Slot.objects.filter(event=event).in_bulk(),
            Table.objects.filter(event=event).in_bulk(),
        )

    def line(
        self,
        request: MeetingRequest,
        slot: int,
        table: int | None,
        people: Iterable[int],
        change: str = "",
    ) -> Line:
        """One meeting with its rows. People who are erased or gone are left out."""
        request.sender = self.registrations[request.sender_id]
        request.receiver = self.registrations[request.receiver_id]
        there = tuple(self.delegates[pk] for pk in people if pk in self.delegates)
        place = None if table is None else self.tables[table]
        return Line(request, self.slots[slot], place, there, change)


def _of_side(path: str, own: Registration | None) -> Q:
    return Q() if own is None else Q(**{f"{path}sender": own}) | Q(**{f"{path}receiver": own})


def _live(event: Event, own: Registration | None) -> dict[int, Meeting]:
    rows = Meeting.objects.filter(_of_side("request__", own), event=event)
    rows = rows.select_related("request").prefetch_related("seats")
    return {one.request_id: one for one in rows}


def _lines(
    release: Release,
    names: _Names,
    own: Registration | None,
    live: Mapping[int, Meeting] | None,
) -> Iterator[Line]:
    entries = release.entries.filter(_of_side("request__", own)).select_related("request")
    seen = set()
    for one in entries:
        seen.add(one.request_id)
        line = names.line(one.request, one.slot_id, one.table_id, one.delegate_ids)
        now = None if live is None else live.get(one.request_id)
        yield line if live is None else replace(line, change=_change(one, now, names, release))
    for request, now in (live or {}).items():
        if request not in seen and now.status != MeetingStatus.CANCELLED:
            people = [seat.delegate_id for seat in now.seats.all()]
            yield names.line(now.request, now.slot_id, now.table_id, people, _("added since"))


def _change(entry: ReleaseEntry, now: Meeting | None, names: _Names, release: Release) -> str:
    """What became of a meeting since the release, in words; empty where it stands as printed."""
    if now is None or now.status == MeetingStatus.CANCELLED:
        return _("cancelled since")
    if (now.slot_id, now.table_id) == (entry.slot_id, entry.table_id):
        return ""
    at = names.slots[now.slot_id].starts_at.astimezone(release.event.zone)
    where = names.tables[now.table_id].name if now.table_id else _("by video")
    return _("moved since: %(time)s, %(place)s") % {"time": f"{at:%H:%M}", "place": where}


def day_words(day: dt.date) -> str:
    """A day in full."""
    return capfirst(date_format(day, pgettext("date format", "l j F Y")))
