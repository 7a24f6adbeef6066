"""How a schedule becomes the live one: seats given out, rows brought to it, people affected found.

Used by the actions of releases only. The event is locked; seats and tables are unique by deferred
constraints, so meetings may change places in one transaction.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from clusters.choices import Role
from clusters.models import Representative, User
from events.models import Delegate, Event, Unavailability
from events.querysets import locked
from matchmaking.choices import MeetingStatus
from matchmaking.models import Meeting, MeetingRequest, MeetingSeat, TableUse
from matchmaking.reads.releases import (
    Change,
    ChangeKind,
    Placement,
    ReleaseChanges,
    Schedule,
    live_schedule,
)

DONE = (MeetingStatus.HELD, MeetingStatus.MISSED)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a meeting is to stand; delegates whom an earlier release named come first."""

    request: MeetingRequest
    slot: int
    table: int | None
    wanted: frozenset[int] = frozenset()


class _Seating:
    """Gives each side of each meeting one delegate who can come and does not sit elsewhere then."""

    def __init__(self, event: Event, live: Schedule) -> None:
        self.live = live
        self.people: dict[int, list[int]] = defaultdict(list)
        delegates = Delegate.objects.filter(registration__event=event).order_by("pk")
        for pk, registration in delegates.values_list("pk", "registration"):
            self.people[registration].append(pk)
        absent = Unavailability.objects.filter(slot__event=event)
        self.absent = set(absent.values_list("delegate", "slot"))
        self.load: dict[int, int] = defaultdict(int)
        self.taken: set[tuple[int, int]] = set()

    def seat(self, places: Sequence[_Place]) -> dict[int, Placement]:
        """Placements by request. Those who sit in a meeting already keep it where they can."""
        seated: dict[int, set[int]] = defaultdict(set)
        sides = [
            (place, side)
            for place in sorted(places, key=lambda one: one.request.pk)
            for side in (place.request.sender_id, place.request.receiver_id)
        ]
        open_sides = []
        for place, side in sides:
            kept = next((one for one in self._who_sat(place, side)), None)
            if kept is None:
                open_sides.append((place, side))
            else:
                self._take(place, kept, seated)
        for place, side in open_sides:
            free = [one for one in self.people[side] if self._can(one, place.slot)]
            if free:
                self._take(place, min(free, key=lambda one: (self.load[one], one)), seated)
        return {
            place.request.pk: Placement(
                place.slot, place.table, frozenset(seated[place.request.pk])
            )
            for place in places
        }

    def _who_sat(self, place: _Place, side: int) -> Iterable[int]:
        """Delegates of a side whom the old schedule puts into this meeting, who still can."""
        there = self.live.get(place.request.pk)
        before = place.wanted or (there.delegates if there else frozenset())
        return (one for one in self.people[side] if one in before and self._can(one, place.slot))

    def _can(self, delegate: int, slot: int) -> bool:
        return (delegate, slot) not in self.absent and (delegate, slot) not in self.taken

    def _take(self, place: _Place, delegate: int, seated: dict[int, set[int]]) -> None:
        self.taken.add((delegate, place.slot))
        self.load[delegate] += 1
        seated[place.request.pk].add(delegate)


def _lock_meetings(event: Event) -> dict[int, Meeting]:
    """All meetings of the event by request, locked."""
    return {one.request_id: one for one in locked(Meeting.objects.filter(event=event))}


def _bring_live(
    event: Event, meetings: Mapping[int, Meeting], target: Schedule, changes: ReleaseChanges
) -> None:
    """Make the live rows what `target` says. Meetings that took place or did not stay as they are."""
    touched = [change for change in changes.changes if not _is_done(meetings.get(change.request))]
    known = [meetings[change.request] for change in touched if change.request in meetings]
    MeetingSeat.objects.filter(meeting__in=known).delete()
    TableUse.objects.filter(meeting__in=known).delete()
    rows = [_row(event, meetings.get(change.request), change) for change in touched]
    Meeting.objects.bulk_create([row for row in rows if row.request_id not in meetings])
    Meeting.objects.bulk_update(known, ["slot", "table", "status", "sequence", "updated_at"])
    seats, tables = [], []
    for row in rows:
        place = target.get(row.request_id)
        if place is None:
            continue
        seats += [
            MeetingSeat(meeting=row, slot_id=place.slot, delegate_id=delegate)
            for delegate in sorted(place.delegates)
        ]
        if place.table is not None:
            tables.append(TableUse(meeting=row, slot_id=place.slot, table_id=place.table))
    MeetingSeat.objects.bulk_create(seats)
    TableUse.objects.bulk_create(tables)


def _is_done(meeting: Meeting | None) -> bool:
    return meeting is not None and meeting.status in DONE


def _row(event: Event, meeting: Meeting | None, change: Change) -> Meeting:
    """The meeting as it shall be, unsaved."""
    place = change.after
    if meeting is None:
        meeting = Meeting(event=event, request_id=change.request)
    else:
        meeting.sequence += 1
        meeting.updated_at = timezone.now()
    if place is None:
        meeting.status = MeetingStatus.CANCELLED
    else:
        meeting.status = MeetingStatus.CONFIRMED
        meeting.slot_id, meeting.table_id = place.slot, place.table
    return meeting


def _affected(changes: ReleaseChanges) -> dict[User, dict[str, int]]:
    """Whom to mail, with how many meetings are new, changed and cancelled for them.

    Those are the accounts of the delegates concerned; for a delegate without one, whoever manages the
    organisation.
    """
    by_delegate = changes.by_delegate()
    delegates = Delegate.objects.filter(pk__in=by_delegate).select_related("user", "registration")
    rows = list(delegates.order_by("pk"))
    managers = _managers({one.registration.organisation_id for one in rows if one.user is None})
    found: dict[User, dict[int, str]] = defaultdict(dict)
    for delegate in rows:
        users = (
            [delegate.user] if delegate.user else managers[delegate.registration.organisation_id]
        )
        for user in users:
            for change in by_delegate[delegate.pk]:
                found[user][change.request] = _group(change.kind_for(delegate.pk))
    return {
        user: {
            group: list(kinds.values()).count(group) for group in ("new", "changed", "cancelled")
        }
        for user, kinds in found.items()
    }


def _managers(organisations: set[int]) -> dict[int, list[User]]:
    """Owners and editors by organisation, one query for all."""
    found: dict[int, list[User]] = defaultdict(list)
    rows = Representative.objects.filter(
        organisation__in=organisations, role__in=[Role.OWNER, Role.EDITOR], user__is_active=True
    )
    for row in rows.select_related("user").order_by("user"):
        found[row.organisation_id].append(row.user)
    return found


def _group(kind: ChangeKind) -> str:
    return {ChangeKind.ADDED: "new", ChangeKind.CANCELLED: "cancelled"}.get(kind, "changed")


def _live(meetings: Mapping[int, Meeting]) -> dict[int, Placement]:
    return live_schedule(meetings.values())
