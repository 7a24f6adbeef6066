"""What publishing a schedule does, before it is done: who sits where, what changes, who is mailed.

The page before publishing shows this, and publishing does exactly this, from the same function. Meetings
that were held or missed are no longer a matter of planning: they stay as they are, and nobody is told of
a change to them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from clusters.choices import Role
from clusters.models import Representative, User
from events.models import Delegate, Event, Unavailability
from matchmaking.adapters.schedule import schedule_problem
from matchmaking.choices import MeetingStatus
from matchmaking.models import Meeting, MeetingRequest
from matchmaking.reads.conflicts import conflicts
from matchmaking.reads.releases import (
    ChangeKind,
    Placement,
    ReleaseChanges,
    Schedule,
    changes_between,
    live_schedule,
)
from matchmaking.scheduling.problem import Placed

DONE = (MeetingStatus.HELD, MeetingStatus.MISSED)
GROUPS = ("new", "changed", "cancelled")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a meeting is to stand; delegates whom an earlier release named come first."""

    request: MeetingRequest
    slot: int
    table: int | None
    wanted: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Outlook:
    """A schedule as it would be published, and how it differs from the live one.

    `mails` says who is written to, with how many meetings are new, changed and cancelled for them;
    `readers` the same people by registration.
    """

    target: Schedule
    changes: ReleaseChanges
    mails: Mapping[User, Mapping[str, int]]
    readers: Mapping[int, tuple[User, ...]]


def outdated(event: Event, places: Sequence[Place]) -> list[str]:
    """Every rule of the event as it is now that a schedule would break, in sentences, each once."""
    placed = [
        Placed(str(one.request.pk), str(one.slot), str(one.table) if one.table else None)
        for one in places
    ]
    return list(dict.fromkeys(one.text for one in conflicts(schedule_problem(event), placed)))


def outlook(event: Event, places: Sequence[Place], meetings: Iterable[Meeting]) -> Outlook:
    """What publishing `places` would do to `meetings`, all live meetings of the event."""
    rows = list(meetings)
    live = live_schedule(rows)
    over = {one.request_id for one in rows if one.status in DONE}
    settled = {request: place for request, place in live.items() if request in over}
    open_places = [place for place in places if place.request.pk not in settled]
    target = {**_Seating(event, live, settled).seat(open_places), **settled}
    changes = changes_between(live, target)
    mails, readers = _mails(changes)
    return Outlook(target, changes, mails, readers)


class _Seating:
    """Gives each side of each meeting one delegate who can come and does not sit elsewhere then."""

    def __init__(self, event: Event, live: Schedule, settled: Schedule) -> None:
        self.live = live
        self.people: dict[int, list[int]] = defaultdict(list)
        delegates = Delegate.objects.filter(registration__event=event).order_by("pk")
        for pk, registration in delegates.values_list("pk", "registration"):
            self.people[registration].append(pk)
        absent = Unavailability.objects.filter(slot__event=event)
        self.absent = set(absent.values_list("delegate", "slot"))
        self.load: dict[int, int] = defaultdict(int)
        self.taken = {(one, place.slot) for place in settled.values() for one in place.delegates}

    def seat(self, places: Sequence[Place]) -> dict[int, Placement]:
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

    def _who_sat(self, place: Place, side: int) -> Iterable[int]:
        """Delegates who still can: whom their side named for this meeting, then who sat in it before."""
        there = self.live.get(place.request.pk)
        named = {place.request.sender_delegate_id, place.request.receiver_delegate_id}
        before = place.wanted or named | (there.delegates if there else frozenset())
        people = sorted(self.people[side], key=lambda one: one not in named)
        return (one for one in people if one in before and self._can(one, place.slot))

    def _can(self, delegate: int, slot: int) -> bool:
        return (delegate, slot) not in self.absent and (delegate, slot) not in self.taken

    def _take(self, place: Place, delegate: int, seated: dict[int, set[int]]) -> None:
        self.taken.add((delegate, place.slot))
        self.load[delegate] += 1
        seated[place.request.pk].add(delegate)


def _mails(
    changes: ReleaseChanges,
) -> tuple[dict[User, dict[str, int]], dict[int, tuple[User, ...]]]:
    """Whom to mail: accounts of the delegates concerned; for a delegate without one, the managers."""
    by_delegate = changes.by_delegate()
    delegates = Delegate.objects.filter(pk__in=by_delegate).select_related("user", "registration")
    rows = list(delegates.order_by("pk"))
    managers = _managers({one.registration.organisation_id for one in rows if one.user is None})
    found: dict[User, dict[int, str]] = defaultdict(dict)
    readers: dict[int, dict[User, None]] = defaultdict(dict)
    for delegate in rows:
        own = [delegate.user] if delegate.user else []
        users = own or managers[delegate.registration.organisation_id]
        for user in (one for one in users if one.is_active):
            readers[delegate.registration_id][user] = None
            for change in by_delegate[delegate.pk]:
                found[user][change.request] = _group(change.kind_for(delegate.pk))
    counts = {
        user: {group: list(kinds.values()).count(group) for group in GROUPS}
        for user, kinds in found.items()
    }
    return counts, {key: tuple(users) for key, users in readers.items()}


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
