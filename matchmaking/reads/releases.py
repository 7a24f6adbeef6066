"""What changed between two schedules, for each organisation and each person."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from matchmaking.choices import MeetingStatus
from matchmaking.models import Meeting, MeetingRequest, MeetingSeat, Release


class ChangeKind(TextChoices):
    """What happened to one meeting, as somebody who sits in it sees it."""

    ADDED = "added", pgettext_lazy("meeting", "new")
    MOVED = "moved", pgettext_lazy("meeting", "other time")
    RETABLED = "retabled", pgettext_lazy("meeting", "other table")
    RESEATED = "reseated", pgettext_lazy("meeting", "other delegates")
    CANCELLED = "cancelled", pgettext_lazy("meeting", "cancelled")


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a meeting stands in a schedule; primary keys. `table` is None for a meeting by video."""

    slot: int
    table: int | None
    delegates: frozenset[int]


Schedule = Mapping[int, Placement]
"""Placements by the key of the meeting request."""


@dataclass(frozen=True, slots=True)
class Change:
    """One meeting that differs between two schedules."""

    kind: ChangeKind
    request: int
    before: Placement | None
    after: Placement | None

    @property
    def delegates(self) -> frozenset[int]:
        """Everybody whom the change concerns: those who sat there and those who sit there now.

        When only delegates changed, those who stay are not concerned.
        """
        before = self.before.delegates if self.before else frozenset()
        after = self.after.delegates if self.after else frozenset()
        return before ^ after if self.kind == ChangeKind.RESEATED else before | after

    def kind_for(self, delegate: int) -> ChangeKind:
        """What it is to one person: a meeting handed over to a colleague is cancelled to who had it."""
        if self.before is None or delegate not in self.before.delegates:
            return ChangeKind.ADDED
        if self.after is None or delegate not in self.after.delegates:
            return ChangeKind.CANCELLED
        return self.kind


@dataclass(frozen=True)
class ReleaseChanges:
    """All changes between two schedules, by request; both look-ups leave out who is not concerned."""

    changes: tuple[Change, ...]
    sides: Mapping[int, tuple[int, int]]

    def by_registration(self) -> dict[int, list[Change]]:
        """Changes for each registration concerned, in the order of the requests."""
        found: dict[int, list[Change]] = {}
        for change in self.changes:
            for side in self.sides.get(change.request, ()):
                found.setdefault(side, []).append(change)
        return found

    def by_delegate(self) -> dict[int, list[Change]]:
        """Changes for each delegate concerned; `kind_for` says what each is to the person."""
        found: dict[int, list[Change]] = {}
        for change in self.changes:
            for delegate in sorted(change.delegates):
                found.setdefault(delegate, []).append(change)
        return found

    def count(self, kind: ChangeKind) -> int:
        """How many meetings changed in this way."""
        return sum(change.kind == kind for change in self.changes)


def release_changes(old: Release | None, new: Release) -> ReleaseChanges:
    """What differs between two releases of an event; without an old one, everything is added."""
    return changes_between(schedule_of(old) if old else {}, schedule_of(new))


def changes_between(before: Schedule, after: Schedule) -> ReleaseChanges:
    """What differs between two schedules."""
    changes = tuple(_changes(before, after))
    requests = MeetingRequest.objects.filter(pk__in=[change.request for change in changes])
    sides = {
        pk: (sender, receiver)
        for pk, sender, receiver in requests.values_list("pk", "sender", "receiver")
    }
    return ReleaseChanges(changes, sides)


def schedule_of(release: Release) -> dict[int, Placement]:
    """The content of a release."""
    return {
        entry.request_id: Placement(entry.slot_id, entry.table_id, frozenset(entry.delegate_ids))
        for entry in release.entries.all()
    }


def live_schedule(meetings: Iterable[Meeting]) -> dict[int, Placement]:
    """Where these meetings stand now; cancelled ones, and missed ones whose place others took, are nowhere."""
    active = [
        one for one in meetings if one.status != MeetingStatus.CANCELLED and not one.is_given_away
    ]
    seats: dict[int, set[int]] = {meeting.pk: set() for meeting in active}
    rows = MeetingSeat.objects.filter(meeting__in=active).values_list("meeting", "delegate")
    for meeting, delegate in rows:
        seats[meeting].add(delegate)
    return {
        one.request_id: Placement(one.slot_id, one.table_id, frozenset(seats[one.pk]))
        for one in active
    }


def _changes(before: Schedule, after: Schedule) -> Iterator[Change]:
    for request in sorted(before.keys() | after.keys()):
        old, new = before.get(request), after.get(request)
        kind = _kind(old, new)
        if kind is not None:
            yield Change(kind, request, old, new)


def _kind(old: Placement | None, new: Placement | None) -> ChangeKind | None:
    if old is None:
        return ChangeKind.ADDED
    if new is None:
        return ChangeKind.CANCELLED
    if old.slot != new.slot:
        return ChangeKind.MOVED
    if old.table != new.table:
        return ChangeKind.RETABLED
    return ChangeKind.RESEATED if old.delegates != new.delegates else None
