"""An organisation's part in an event: its state, its people, when they can meet."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count, Q

from clusters.models import Organisation, User
from clusters.validators import Refused
from events.choices import EventStatus, RegistrationStatus
from events.models import Delegate, Event, OnBehalf, Registration, Session, Slot
from events.reads.places import place_in_line
from events.validators import check_can_apply
from matchmaking.choices import MeetingStatus
from matchmaking.models import Meeting, MeetingRequest, MeetingSeat
from matchmaking.reads.clocks import Clocks, clocks_of

OVER = (EventStatus.CLOSED, EventStatus.ARCHIVED, EventStatus.CANCELLED)
DEEDS_SHOWN = 50
GONE = (RegistrationStatus.REJECTED, RegistrationStatus.WITHDRAWN)


@dataclass(frozen=True)
class ApplyPage:
    """Who applies to what. `obstacle` says why that is not possible; empty when it is."""

    event: Event
    own: Organisation
    obstacle: str
    is_registered: bool


@dataclass(frozen=True)
class DelegateLine:
    """A person, the meetings they sit in, and how many slots they left out."""

    delegate: Delegate
    meetings: int
    unavailable: int


@dataclass(frozen=True)
class RegistrationPage:
    """One's registration. `requests` and `meetings` are what withdrawing would end."""

    event: Event
    mine: Registration
    clocks: Clocks
    delegates: tuple[DelegateLine, ...]
    slots: int
    requests: int
    meetings: int
    in_line: int
    """The number on the reserve list of one's side, from 1; 0 for who is not on it."""
    may_edit: bool
    deeds: tuple[OnBehalf, ...] = ()
    """What organisers did for the organisation, the newest first."""

    @property
    def is_open(self) -> bool:
        """It can still be changed."""
        return self.event.status not in OVER and self.mine.status not in GONE


@dataclass(frozen=True)
class SlotCell:
    """One slot of the grid: when, and whether the delegate cannot, or sits in a meeting then."""

    slot: Slot
    is_out: bool
    has_meeting: bool


@dataclass(frozen=True)
class SessionRow:
    """A session with its slots, for one delegate."""

    session: Session
    day: dt.date
    cells: tuple[SlotCell, ...]


@dataclass(frozen=True)
class Grid:
    """The times of one delegate."""

    delegate: Delegate
    sessions: tuple[SessionRow, ...]
    out: int


@dataclass(frozen=True)
class AvailabilityPage:
    """When each delegate can meet."""

    event: Event
    mine: Registration
    clocks: Clocks
    grids: tuple[Grid, ...]
    is_open: bool


def apply_page(event: Event, organisation: Organisation) -> ApplyPage:
    """The frame of the application form."""
    obstacle = ""
    try:
        check_can_apply(event, organisation)
    except Refused as refused:
        obstacle = refused.text
    there = Registration.objects.of(organisation).filter(event=event).exists()
    return ApplyPage(event, organisation, obstacle, there)


def registration_page(mine: Registration, reader: User) -> RegistrationPage:
    """The page of a registration (read with event and organisation) for who acts for it."""
    people = mine.delegates.annotate(
        out=Count("unavailabilities", distinct=True), seated=Count("seats", distinct=True)
    )
    either = Q(sender=mine) | Q(receiver=mine)
    return RegistrationPage(
        event=mine.event,
        mine=mine,
        clocks=clocks_of(mine.event, reader),
        delegates=tuple(DelegateLine(one, one.seated, one.out) for one in people.order_by("pk")),
        slots=mine.event.slots.filter(is_closed=False).count(),
        requests=MeetingRequest.objects.open().filter(either).count(),
        meetings=Meeting.objects.of(mine.organisation)
        .filter(event=mine.event, status=MeetingStatus.CONFIRMED)
        .count(),
        in_line=place_in_line(mine) if mine.status == RegistrationStatus.RESERVE else 0,
        may_edit=reader.has_perm("events.change_registration", mine),
        deeds=tuple(mine.on_behalf.select_related("by")[:DEEDS_SHOWN]),
    )


def availability_page(mine: Registration, reader: User) -> AvailabilityPage:
    """The grids of all delegates of a registration; six queries whatever their number."""
    rows = mine.event.slots.filter(is_closed=False).select_related("session")
    slots = list(rows.order_by("starts_at"))
    people = list(mine.delegates.prefetch_related("unavailabilities").order_by("pk"))
    seats = MeetingSeat.objects.filter(delegate__registration=mine)
    seated = set(seats.values_list("delegate_id", "slot_id"))
    return AvailabilityPage(
        event=mine.event,
        mine=mine,
        clocks=clocks_of(mine.event, reader),
        grids=tuple(_grid(one, slots, seated) for one in people),
        is_open=mine.event.status not in OVER and mine.status not in GONE,
    )


def _grid(delegate: Delegate, slots: list[Slot], seated: set[tuple[int, int]]) -> Grid:
    out = {one.slot_id for one in delegate.unavailabilities.all()}
    return Grid(delegate, tuple(_sessions(delegate, slots, out, seated)), len(out))


def _sessions(
    delegate: Delegate, slots: list[Slot], out: set[int], seated: set[tuple[int, int]]
) -> Iterator[SessionRow]:
    zone = delegate.registration.event.zone
    for session, found in groupby(slots, key=lambda slot: slot.session):
        cells = tuple(
            SlotCell(slot, slot.pk in out, (delegate.pk, slot.pk) in seated) for slot in found
        )
        yield SessionRow(session, session.starts_at.astimezone(zone).date(), cells)
