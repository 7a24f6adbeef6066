"""The set-up page: sessions with their slots, tables, team, phases, capacity; and the list of events."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from django.db.models import Count

from clusters.models import User
from events.choices import EVENT_MOVES, TOLD_OF_THE_END, EventStatus
from events.models import Event, EventTeamMember, FloorPlan, Registration, Session, Slot, Table
from matchmaking.adapters.schedule import is_decent_in
from matchmaking.choices import MeetingStatus, RequestStatus
from matchmaking.models import Meeting, MeetingRequest
from matchmaking.reads.clocks import zone_place
from matchmaking.reads.organiser.capacity import Capacity, capacity
from matchmaking.reads.organiser.console import Console, console
from matchmaking.wording.organising import Move, move

CONTINENTS = ("America/Mexico_City", "Europe/Madrid")
"""Where those who take part by video mostly sit, for a first look at decent hours."""


@dataclass(frozen=True)
class VideoHours:
    """How many slots of a session lie within the event's hours for video, by the clocks of a city."""

    place: str
    slots: int


@dataclass(frozen=True)
class SessionLine:
    """A session with its slots, in time order. `video` is empty where the event sets no hours."""

    session: Session
    slots: tuple[Slot, ...]
    video: tuple[VideoHours, ...] = ()

    @property
    def is_out_of_hours(self) -> bool:
        """Nobody of one of the continents can take part by video."""
        return bool(self.slots) and any(not one.slots for one in self.video)


@dataclass(frozen=True)
class TableLine:
    """A table and in how many slots it is closed."""

    table: Table
    closed: int


@dataclass(frozen=True)
class PlanLine:
    """A floor plan and how many tables stand on it."""

    plan: FloorPlan
    spots: int


@dataclass(frozen=True)
class NextMove:
    """A phase the event can go to."""

    to: str
    words: Move
    is_allowed: bool


@dataclass(frozen=True)
class CallingOff:
    """What calling the event off ends, and how many organisations are told."""

    meetings: int
    requests: int
    told: int


@dataclass(frozen=True)
class SetupPage:
    """Everything of the set-up page but its forms."""

    console: Console
    sessions: tuple[SessionLine, ...]
    tables: tuple[TableLine, ...]
    plans: tuple[PlanLine, ...]
    team: tuple[EventTeamMember, ...]
    capacity: Capacity
    moves: tuple[NextMove, ...]
    calling_off: CallingOff | None
    """None for who may not call it off, and once it is over."""

    @property
    def days(self) -> list[tuple[object, list[SessionLine]]]:
        """The sessions by day of the event's clock."""
        zone = self.console.event.zone
        keyed = groupby(
            self.sessions, key=lambda one: one.session.starts_at.astimezone(zone).date()
        )
        return [(day, list(lines)) for day, lines in keyed]

    @property
    def forward(self) -> list[NextMove]:
        """The moves, forward before back."""
        return sorted(self.moves, key=lambda one: one.words.is_back)


def setup_page(event: Event, user: User) -> SetupPage:
    """The set-up of an event; a fixed number of queries."""
    frame = console(event, user, "organiser_setup")
    slots: dict[int, list[Slot]] = defaultdict(list)
    for slot in Slot.objects.filter(event=event).order_by("starts_at"):
        slots[slot.session_id].append(slot)
    sessions = Session.objects.filter(event=event).order_by("starts_at", "pk")
    tables = Table.objects.filter(event=event).annotate(closed=Count("closed_slots"))
    plans = FloorPlan.objects.without_picture().filter(event=event)
    plans = plans.annotate(placed=Count("spots"))
    team = EventTeamMember.objects.filter(event=event).select_related("user").order_by("pk")
    return SetupPage(
        console=frame,
        sessions=tuple(
            SessionLine(one, tuple(slots[one.pk]), video_hours(event, slots[one.pk]))
            for one in sessions
        ),
        tables=tuple(TableLine(one, one.closed) for one in tables.order_by("position", "name")),
        plans=tuple(PlanLine(one, one.placed) for one in plans.order_by("pk")),
        team=tuple(team),
        capacity=capacity(event),
        moves=moves_of(event, frame),
        calling_off=calling_off(event, frame),
    )


def video_hours(event: Event, slots: Sequence[Slot]) -> tuple[VideoHours, ...]:
    """The slots that are decent on each continent; nothing where the event sets no hours."""
    if event.decent_from is None or event.decent_until is None:
        return ()
    return tuple(
        VideoHours(zone_place(zone), sum(is_decent_in(ZoneInfo(zone), event, one) for one in slots))
        for zone in CONTINENTS
    )


def calling_off(event: Event, frame: Console) -> CallingOff | None:
    """What would end, for an owner of an event that can still be called off."""
    if not frame.may_own or EventStatus.CANCELLED not in EVENT_MOVES[event.status]:
        return None
    told = Registration.objects.filter(event=event, status__in=TOLD_OF_THE_END)
    return CallingOff(
        meetings=Meeting.objects.filter(event=event, status=MeetingStatus.CONFIRMED).count(),
        requests=MeetingRequest.objects.filter(event=event, status=RequestStatus.SENT).count(),
        told=0 if event.status == EventStatus.DRAFT else told.count(),
    )


@dataclass(frozen=True)
class PartPage:
    """The page of one session or one table."""

    console: Console
    part: Session | Table
    capacity: Capacity


def part_page(part: Session | Table, user: User) -> PartPage:
    """One session or table of an event; its event is loaded with it."""
    frame = console(part.event, user, "organiser_setup")
    return PartPage(frame, part, capacity(part.event))


def moves_of(event: Event, frame: Console) -> tuple[NextMove, ...]:
    """Where the event can go from here; publishing moves it by itself, calling off has its own form."""
    targets = EVENT_MOVES[event.status] - {EventStatus.PUBLISHED, EventStatus.CANCELLED}
    return tuple(NextMove(to, move(event.status, to), frame.may_plan) for to in sorted(targets))


@dataclass(frozen=True)
class OrganisedLine:
    """An event of the reader's, for the list."""

    event: Event
    role: str


def organised_events(user: User) -> list[OrganisedLine]:
    """The events a person is on the team of, newest first."""
    rows = EventTeamMember.objects.filter(user=user).select_related("event")
    return [
        OrganisedLine(row.event, row.get_role_display())
        for row in rows.order_by("-event__starts_on", "-event__pk")
    ]
