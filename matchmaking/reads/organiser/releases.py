"""Releases of an event: their differences, and what publishing a draft would change for whom."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from clusters.models import User
from events.choices import PUBLISH_PHASES
from events.models import Delegate, Event, Registration, Slot, Table
from matchmaking.adapters.schedule import placed_rows, schedule_problem
from matchmaking.models import Meeting, MeetingRequest, Release, ScheduleRun
from matchmaking.reads.clocks import short_day
from matchmaking.reads.conflicts import Conflict, conflicts
from matchmaking.reads.organiser.console import Console, console
from matchmaking.reads.organiser.happenings import Happening, Spots, happenings, touching
from matchmaking.reads.publishing import Outlook, outdated, outlook
from matchmaking.reads.publishing import Place as Planned
from matchmaking.reads.releases import Change, Placement, ReleaseChanges, release_changes

Readers = Mapping[int, Sequence[User]]
"""Who is mailed, by registration."""


@dataclass(frozen=True)
class Place:
    """A slot and a table in words, on the event's clock."""

    day: str
    time: str
    table: str

    def __str__(self) -> str:
        return f"{self.day} {self.time}, {self.table}"


@dataclass(frozen=True)
class ChangeLine:
    """One meeting that differs, as one of its organisations sees it; `sits` names who of it comes."""

    kind: str
    word: str
    other: str
    before: Place | None
    after: Place | None
    sits: tuple[str, ...] = ()


@dataclass(frozen=True)
class Affected:
    """An organisation whose meetings change, with whoever of it is mailed."""

    registration: Registration
    lines: tuple[ChangeLine, ...]
    people: tuple[str, ...] = ()


@dataclass(frozen=True)
class Differences:
    """What differs between two schedules, by organisation."""

    affected: tuple[Affected, ...]
    changes: ReleaseChanges

    @property
    def meetings(self) -> int:
        """How many meetings differ."""
        return len(self.changes.changes)

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many meetings changed in which way, in words."""
        kinds = dict.fromkeys(change.kind for change in self.changes.changes)
        return [(str(kind.label), self.changes.count(kind)) for kind in kinds]

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody who would be mailed, each once."""
        return tuple(sorted({name for one in self.affected for name in one.people}))


@dataclass(frozen=True)
class PublishPage:
    """A draft just before it becomes a release."""

    console: Console
    run: ScheduleRun
    number: int
    current: Release | None
    placed: int
    differences: Differences
    conflicts: tuple[Conflict, ...]
    happened: tuple[Happening, ...]
    published_as: tuple[int, ...]

    @property
    def may_publish(self) -> bool:
        """Whether the button is offered: never twice, never before planning, never over a conflict."""
        phase = self.console.event.status in PUBLISH_PHASES
        return phase and not self.published_as and not self.conflicts

    @property
    def is_phase(self) -> bool:
        """Whether schedules are published in this phase."""
        return self.console.event.status in PUBLISH_PHASES

    @property
    def problems(self) -> list[str]:
        """Each broken rule once."""
        return list(dict.fromkeys(one.text for one in self.conflicts))


def publish_page(run: ScheduleRun, user: User) -> PublishPage:
    """What publishing a draft does, against the live schedule as it is now, seat by seat."""
    event = run.event
    rows = list(run.meetings.select_related("request").order_by("request"))
    places = [Planned(row.request, row.slot_id, row.table_id) for row in rows]
    planned = _outlook(event, places)
    spots = {row.request_id: (row.slot_id, row.table_id) for row in rows}
    current = Release.objects.filter(event=event).order_by("-number").first()
    return PublishPage(
        console=console(event, user, "organiser_schedule"),
        run=run,
        number=current.number + 1 if current else 1,
        current=current,
        placed=len(rows),
        differences=differences(event, planned.changes, readers=planned.readers),
        conflicts=tuple(conflicts(schedule_problem(event), placed_rows(rows))),
        happened=_changed_since(run, spots),
        published_as=tuple(run.releases.order_by("number").values_list("number", flat=True)),
    )


def _changed_since(run: ScheduleRun, spots: Spots) -> tuple[Happening, ...]:
    """What changed since the draft was made; a wish it left out then is no change."""
    facts = touching(happenings(run.event, spots, run.started_at or run.created_at))
    return tuple(one for one in facts if one.kind != "left")


def _outlook(event: Event, places: Sequence[Planned]) -> Outlook:
    return outlook(event, places, Meeting.objects.filter(event=event).select_related("slot"))


@dataclass(frozen=True)
class ReleaseLine:
    """A release in the list, with how it differs from the one before."""

    release: Release
    entries: int
    changed: int


@dataclass(frozen=True)
class ReleasesPage:
    """All releases of an event, newest first."""

    console: Console
    lines: tuple[ReleaseLine, ...]


@dataclass(frozen=True)
class ReleasePage:
    """One release: what it changed, and what going back to it would change now."""

    console: Console
    release: Release
    before: Release | None
    is_current: bool
    entries: int
    differences: Differences
    restoring: Differences | None
    obstacles: tuple[str, ...]
    """Why it cannot be gone back to as things stand; empty when it can."""


def releases_page(event: Event, user: User) -> ReleasesPage:
    """The releases of an event; a fixed number of queries."""
    releases = list(
        Release.objects.filter(event=event)
        .select_related("published_by", "run__event", "restores")
        .prefetch_related("entries")
        .order_by("number")
    )
    lines: list[ReleaseLine] = []
    before: dict[int, tuple[int, int | None]] = {}
    for release in releases:
        now = {one.request_id: (one.slot_id, one.table_id) for one in release.entries.all()}
        changed = sum(before.get(key) != now.get(key) for key in before.keys() | now.keys())
        lines.append(ReleaseLine(release, len(now), changed))
        before = now
    return ReleasesPage(console(event, user, "organiser_releases"), tuple(reversed(lines)))


def release_page(release: Release, user: User) -> ReleasePage:
    """One release in full."""
    event = release.event
    others = Release.objects.filter(event=event)
    before = others.filter(number__lt=release.number).order_by("-number").first()
    is_current = not others.filter(number__gt=release.number).exists()
    restoring, obstacles = None, []
    if not is_current:
        places = [
            Planned(one.request, one.slot_id, one.table_id, frozenset(one.delegate_ids))
            for one in release.entries.select_related("request")
        ]
        planned = _outlook(event, places)
        restoring = differences(event, planned.changes, readers=planned.readers)
        obstacles = outdated(event, places)
    return ReleasePage(
        console=console(event, user, "organiser_releases"),
        release=release,
        before=before,
        is_current=is_current,
        entries=release.entries.count(),
        differences=differences(event, release_changes(before, release)),
        restoring=restoring,
        obstacles=tuple(obstacles),
    )


def differences(
    event: Event, changes: ReleaseChanges, *, readers: Readers | None = None
) -> Differences:
    """Changes by organisation, in the order of their names, with those of `readers` who are mailed."""
    words = _Words.of(event, changes)
    by_registration = changes.by_registration()
    rows = Registration.objects.filter(pk__in=by_registration).select_related("organisation")
    affected = []
    for row in rows.order_by("organisation__name"):
        lines = tuple(words.line(change, row.pk) for change in by_registration[row.pk])
        people = sorted({str(user) for user in (readers or {}).get(row.pk, ())})
        affected.append(Affected(row, lines, tuple(people)))
    return Differences(tuple(affected), changes)


@dataclass(frozen=True)
class _Words:
    """Names of what changes speak of."""

    requests: Mapping[int, MeetingRequest]
    slots: Mapping[int, Slot]
    tables: Mapping[int, str]
    event: Event
    delegates: Mapping[int, Mapping[int, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, event: Event, changes: ReleaseChanges) -> "_Words":
        keys = [change.request for change in changes.changes]
        requests = MeetingRequest.objects.select_related(
            "sender__organisation", "receiver__organisation"
        ).in_bulk(keys)
        delegates: dict[int, dict[int, str]] = {}
        rows = Delegate.objects.filter(registration__in=changes.by_registration())
        for pk, registration, name in rows.order_by("pk").values_list("pk", "registration", "name"):
            delegates.setdefault(registration, {})[pk] = name
        return cls(
            requests,
            Slot.objects.filter(event=event).in_bulk(),
            dict(Table.objects.filter(event=event).values_list("pk", "name")),
            event,
            delegates,
        )

    def line(self, change: Change, registration: int) -> ChangeLine:
        request = self.requests[change.request]
        other = request.receiver if request.sender_id == registration else request.sender
        return ChangeLine(
            kind=change.kind.value,
            word=str(change.kind.label),
            other=other.organisation.name,
            before=self._place(change.before),
            after=self._place(change.after),
            sits=self._sits(change.after, registration),
        )

    def _sits(self, place: Placement | None, registration: int) -> tuple[str, ...]:
        """Who of an organisation sits there."""
        people = self.delegates.get(registration, {})
        return (
            tuple(people[one] for one in sorted(place.delegates) if one in people) if place else ()
        )

    def _place(self, place: Placement | None) -> Place | None:
        if place is None:
            return None
        return place_words(
            self.event,
            self.slots[place.slot],
            None if place.table is None else self.tables.get(place.table, ""),
        )


def place_words(event: Event, slot: Slot, table: str | None) -> Place:
    """A slot and a table (None: by video) on the event's clock."""
    at = slot.starts_at.astimezone(event.zone)
    day = short_day(slot.starts_at, event.zone)
    return Place(day, f"{at:%H:%M}", _("by video") if table is None else table)


def names_of(requests: Iterable[MeetingRequest]) -> dict[int, str]:
    """Short names of both sides, by request."""
    return {
        one.pk: f"{one.sender.organisation.short_name} × {one.receiver.organisation.short_name}"
        for one in requests
    }
