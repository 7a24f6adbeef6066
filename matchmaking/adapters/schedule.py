"""Rows of an event to a schedule problem, and a plan back to draft rows. Conversion only.

Ids of the problem are primary keys as text: organisations are registrations, wishes are accepted requests.
Read with a fixed number of queries, whatever the size of the event.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from clusters.models import Organisation
from events.choices import Attendance, RegistrationStatus
from events.models import Delegate, Event, Registration, Session, Slot, Table, Unavailability
from matchmaking.adapters.weights import request_weight, weights_of
from matchmaking.choices import RequestStatus
from matchmaking.models import DraftMeeting, Meeting, MeetingRequest, Release, ScheduleRun
from matchmaking.scheduling.domains import is_decent
from matchmaking.scheduling.problem import (
    Lock,
    Placed,
    Problem,
    Wish,
)
from matchmaking.scheduling.problem import (
    Organisation as Participant,
)
from matchmaking.scheduling.problem import (
    Session as Part,
)
from matchmaking.scheduling.problem import (
    Slot as Time,
)
from matchmaking.scheduling.problem import (
    Table as Place,
)
from matchmaking.scheduling.repair import CurvePoint
from matchmaking.scheduling.result import Plan

Pair = tuple[str, str]
Scores = Callable[[Sequence[Pair]], Mapping[Pair, float]]


def neutral(pairs: Sequence[Pair]) -> Mapping[Pair, float]:
    """Scores of nobody: every wish counts by its priorities alone."""
    return {}


def schedule_problem(
    event: Event,
    *,
    run: ScheduleRun | None = None,
    scores: Scores = neutral,
    now: dt.datetime | None = None,
) -> Problem:
    """The event as it is now, for the planner or to check a draft against.

    Locks are the locked meetings of `run`'s draft, those of the live schedule, and everything in slots
    that have begun by `now`. `previous` is the release that `run` repairs, else the newest one. `scores` gives reciprocal scores
    (0 to 100) for pairs of slugs (sender, receiver); pairs it leaves out are unknown.
    """
    rows = _Rows.of(event, now or timezone.now())
    participants = tuple(rows.participant(one) for one in rows.registrations)
    known = {str(request.pk) for request in rows.requests}
    there = {str(slot.pk) for slot in rows.slots}
    return Problem(
        id=event.slug,
        sessions=tuple(Part(str(one.pk), one.format or None) for one in rows.sessions),
        slots=tuple(rows.time(slot) for slot in rows.slots),
        tables=tuple(rows.place(table) for table in rows.tables),
        organisations=participants,
        wishes=tuple(rows.wishes(scores)),
        locks=tuple(lock for lock in rows.locks(run) if lock.wish in known and lock.slot in there),
        previous=tuple(_previous(event, run)),
    )


def draft_rows(run: ScheduleRun, problem: Problem, plan: Plan) -> list[DraftMeeting]:
    """The meetings of a plan as unsaved rows of `run`, locked where the problem locks them."""
    weights = {wish.id: wish.weight for wish in problem.wishes}
    locked = {lock.wish for lock in problem.locks}
    return [
        DraftMeeting(
            run=run,
            request_id=int(meeting.wish),
            slot_id=int(meeting.slot),
            table_id=int(meeting.table) if meeting.table is not None else None,
            weight=weights[meeting.wish],
            is_locked=meeting.wish in locked,
        )
        for meeting in plan.meetings
    ]


def placed_rows(rows: Iterable[DraftMeeting]) -> list[Placed]:
    """Draft rows as the engine sees them."""
    return [_placed(row.request_id, row.slot_id, row.table_id) for row in rows]


def plan_figures(plan: Plan) -> dict[str, Any]:
    """The plan's figures as JSON: its stats, and how it was made. Ids only."""
    changes = asdict(plan.changes) if plan.changes else None
    made = {"solver": plan.solver, "steps": plan.steps, "stopped": plan.stopped}
    return {**asdict(plan.stats), **made, "changes": changes, "fair": plan.fair}


def repair_point(problem: Problem, point: CurvePoint) -> dict[str, Any]:
    """A point of the repair curve as JSON, ids only; `meetings` are `[request, slot, table, weight]`."""
    weights = {wish.id: wish.weight for wish in problem.wishes}
    result = point.plan
    return {
        **plan_figures(result),
        "keep": point.keep,
        "organisations": len(point.affected),
        "meetings": [
            [
                int(one.wish),
                int(one.slot),
                int(one.table) if one.table is not None else None,
                weights[one.wish],
            ]
            for one in result.meetings
        ],
        "unplaced": unplaced_reasons(result),
    }


def unplaced_reasons(plan: Plan) -> list[dict[str, Any]]:
    """What was left out and why, as JSON: `{"request": id, "reasons": [{"code": ...}]}`. Ids only."""
    return [
        {"request": int(row.wish), "reasons": [reason.as_dict() for reason in row.reasons]}
        for row in plan.unplaced
    ]


def zone_of(organisation: Organisation, event: Event) -> ZoneInfo:
    """Where an organisation's people sit: its own zone, its region's, its only country's, the event's."""
    if organisation.time_zone:
        return ZoneInfo(organisation.time_zone)
    if organisation.region is not None and organisation.region.time_zone:
        return ZoneInfo(organisation.region.time_zone)
    zones = {country.time_zone for country in organisation.countries.all()} - {""}
    return ZoneInfo(zones.pop()) if len(zones) == 1 else event.zone


def keeps_decent_hours(registration: Registration, slot: Slot) -> bool:
    """Whether the slot is neither too early nor too late for a participant by video; on site it never is."""
    if registration.attendance != Attendance.REMOTE:
        return True
    zone = zone_of(registration.organisation, registration.event)
    return is_decent_in(zone, registration.event, slot)


def is_decent_in(zone: ZoneInfo, event: Event, slot: Slot) -> bool:
    """Whether clocks of `zone` show one of the event's decent hours for video during the slot."""
    first, last = event.decent_from, event.decent_until
    if first is None or last is None:
        return True
    hours = (f"{first:%H:%M}", f"{last:%H:%M}")
    return _is_decent(slot, _offset(slot, zone), hours)


@dataclass
class _Rows:
    """Everything of one event that the problem is made of."""

    event: Event
    now: dt.datetime
    sessions: list[Session]
    slots: list[Slot]
    tables: list[Table]
    registrations: list[Registration]
    requests: list[MeetingRequest]
    meetings: list[Meeting]
    delegates: Mapping[int, int]
    missing: Mapping[tuple[int, int], int]
    begun: dict[int, dict[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, event: Event, now: dt.datetime) -> "_Rows":
        accepted = RegistrationStatus.ACCEPTED
        registrations = (
            Registration.objects.filter(event=event, status=accepted)
            .select_related("organisation__region")
            .prefetch_related("organisation__countries")
        )
        requests = MeetingRequest.objects.filter(
            event=event,
            status=RequestStatus.ACCEPTED,
            sender__status=accepted,
            receiver__status=accepted,
        ).exclude(meeting__is_given_away=True)
        meetings = Meeting.objects.filter(event=event, is_given_away=False).active()
        rows = cls(
            event,
            now,
            list(Session.objects.filter(event=event).order_by("starts_at", "pk")),
            list(Slot.objects.filter(event=event, is_closed=False).order_by("starts_at")),
            list(Table.objects.filter(event=event).prefetch_related("closed_slots")),
            list(registrations.order_by("pk")),
            list(requests.order_by("pk")),
            list(meetings.select_related("slot", "request").order_by("pk")),
            _delegates(event),
            _missing(event),
        )
        rows._note_begun()
        return rows

    def _note_begun(self) -> None:
        """How many live meetings each registration has in the slots that have begun."""
        for meeting in self.meetings:
            if meeting.slot.starts_at <= self.now:
                for side in (meeting.request.sender_id, meeting.request.receiver_id):
                    slots = self.begun.setdefault(side, {})
                    slots[meeting.slot_id] = slots.get(meeting.slot_id, 0) + 1

    def time(self, slot: Slot) -> Time:
        day = slot.starts_at.astimezone(self.event.zone).date().isoformat()
        return Time(str(slot.pk), day, str(slot.session_id), slot.starts_at, slot.ends_at)

    def place(self, table: Table) -> Place:
        closed = {slot.pk for slot in table.closed_slots.all()}
        if not closed:
            return Place(str(table.pk))
        return Place(str(table.pk), frozenset(str(s.pk) for s in self.slots if s.pk not in closed))

    def participant(self, registration: Registration) -> Participant:
        seats = {
            str(slot.pk): count
            for slot in self.slots
            if (count := self._seats(registration, slot)) > 0
        }
        hours = self._decent_hours(registration)
        if isinstance(hours, frozenset):
            seats = {slot: count for slot, count in seats.items() if slot in hours}
        offset, decent = hours if isinstance(hours, tuple) else (None, None)
        parallel = registration.parallel
        return Participant(
            id=str(registration.pk),
            available=frozenset(seats),
            parallel=parallel,
            parallel_in={slot: count for slot, count in seats.items() if count != parallel},
            max_meetings=_least(registration.max_meetings, self.event.max_meetings),
            max_per_day=registration.max_per_day,
            remote=registration.attendance == Attendance.REMOTE,
            utc_offset_minutes=offset,
            decent_hours=decent,
            side=registration.organisation.side,
            kind=registration.organisation.kind,
        )

    def _seats(self, registration: Registration, slot: Slot) -> int:
        """How many meetings the registration can have in the slot."""
        if slot.starts_at <= self.now:
            return self.begun.get(registration.pk, {}).get(slot.pk, 0)
        if len(registration.formats) > 1 and self._format_of(slot) not in (
            "",
            *registration.formats,
        ):
            return 0
        people = self.delegates.get(registration.pk, 0)
        people -= self.missing.get((registration.pk, slot.pk), 0)
        return min(registration.parallel, people)

    def _format_of(self, slot: Slot) -> str:
        return next(one.format for one in self.sessions if one.pk == slot.session_id)

    def _decent_hours(
        self, registration: Registration
    ) -> frozenset[str] | tuple[int, tuple[str, str]] | None:
        """Local hours of a remote participant, or the slots they leave where the clock changes between.

        One offset holds for all slots of nearly every event; then the planner can name the rule. When
        the participant's clock changes during the event, the slots are resolved here, each by its date.
        """
        first, last = self.event.decent_from, self.event.decent_until
        if registration.attendance != Attendance.REMOTE or first is None or last is None:
            return None
        zone = zone_of(registration.organisation, self.event)
        hours = (f"{first:%H:%M}", f"{last:%H:%M}")
        offsets = {slot.pk: _offset(slot, zone) for slot in self.slots}
        if len(set(offsets.values())) == 1:
            return (next(iter(offsets.values())), hours)
        return frozenset(
            str(slot.pk) for slot in self.slots if _is_decent(slot, offsets[slot.pk], hours)
        )

    def wishes(self, scores: Scores) -> Iterable[Wish]:
        sides = {one.pk: one for one in self.registrations}
        parties = [(sides[one.sender_id], sides[one.receiver_id]) for one in self.requests]
        pairs = [(one.organisation.slug, other.organisation.slug) for one, other in parties]
        known = scores(pairs)
        weights = weights_of(self.event)
        for request, (sender, receiver), pair in zip(self.requests, parties, pairs, strict=True):
            yield Wish(
                id=str(request.pk),
                a=str(request.sender_id),
                b=str(request.receiver_id),
                weight=request_weight(request, known.get(pair), weights),
                format=_format(sender, receiver),
                needs_table=Attendance.REMOTE not in (sender.attendance, receiver.attendance),
            )

    def locks(self, run: ScheduleRun | None) -> Iterable[Lock]:
        """Locked meetings of the draft, then those of the live schedule that the draft leaves out."""
        locks: dict[int, Lock] = {}
        for meeting in self.meetings:
            if meeting.is_locked or meeting.slot.starts_at <= self.now:
                locks[meeting.request_id] = _lock(meeting)
        if run is not None:
            for draft in DraftMeeting.objects.filter(run=run, is_locked=True).order_by("pk"):
                locks.setdefault(draft.request_id, _lock(draft))
        return locks.values()


def _delegates(event: Event) -> Mapping[int, int]:
    """Number of delegates by registration."""
    counts: dict[int, int] = defaultdict(int)
    rows = Delegate.objects.filter(registration__event=event)
    for registration in rows.values_list("registration", flat=True):
        counts[registration] += 1
    return counts


def _missing(event: Event) -> Mapping[tuple[int, int], int]:
    """Number of delegates who cannot meet, by (registration, slot)."""
    counts: dict[tuple[int, int], int] = defaultdict(int)
    rows = Unavailability.objects.filter(slot__event=event)
    for registration, slot in rows.values_list("delegate__registration", "slot"):
        counts[registration, slot] += 1
    return counts


def _format(one: Registration, other: Registration) -> str | None:
    """The format of a meeting: what a side that chose a single one chose.

    Two different single choices give a label that no session has: the planner then says that the format
    leaves no slot. A side with several formats is unavailable in sessions of the others instead.
    """
    chosen = {side.formats[0] for side in (one, other) if len(side.formats) == 1}
    return "/".join(sorted(chosen)) or None


def _previous(event: Event, run: ScheduleRun | None) -> Iterable[Placed]:
    release = run.repair_of if run is not None else None
    if release is None:
        release = Release.objects.filter(event=event).order_by("-number").first()
    if release is not None:
        for entry in release.entries.order_by("request"):
            yield _placed(entry.request_id, entry.slot_id, entry.table_id)


def _placed(request: int, slot: int, table: int | None) -> Placed:
    return Placed(str(request), str(slot), str(table) if table is not None else None)


def _lock(row: DraftMeeting | Meeting) -> Lock:
    return Lock(str(row.request_id), str(row.slot_id), str(row.table_id) if row.table_id else None)


def _is_decent(slot: Slot, offset: int, hours: tuple[str, str]) -> bool:
    participant = Participant("", frozenset(), utc_offset_minutes=offset, decent_hours=hours)
    return is_decent(participant, Time("", "", "", slot.starts_at, slot.ends_at))


def _offset(slot: Slot, zone: ZoneInfo) -> int:
    """Minutes from UTC in `zone` when the slot begins."""
    offset = slot.starts_at.astimezone(zone).utcoffset() or dt.timedelta()
    return int(offset.total_seconds() // 60)


def _least(*caps: int | None) -> int | None:
    given = [cap for cap in caps if cap is not None]
    return min(given) if given else None
