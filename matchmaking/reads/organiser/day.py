"""The day as the front desk sees it: what runs now, what comes next, who is missing, what is offered."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Prefetch, Q, Value
from django.urls import reverse
from django.utils import timezone

from clusters.models import Organisation, User
from clusters.querysets import Fold
from events.choices import Attendance, EventStatus, RegistrationStatus, TeamRole
from events.models import Delegate, Event, Registration, Slot, Table
from events.policies import team_role
from matchmaking.choices import ChainStatus, MeetingStatus, OfferStatus
from matchmaking.models import DaySettings, Meeting, StandbyChain, StandbyOffer
from matchmaking.querysets import MeetingQuerySet
from matchmaking.reads.clocks import zone_place
from matchmaking.reads.day_settings import day_settings
from matchmaking.reads.organiser.console import Console, console
from matchmaking.reads.standby import SOON, latest_start

MOST_FOUND, MOST_UNMARKED, MOST_CHAINS = 12, 30, 12
DOOR_ROLES = (TeamRole.OWNER, TeamRole.PLANNER, TeamRole.FRONT_DESK)


@dataclass(frozen=True)
class Side:
    """One of the two in a meeting: who comes, who has arrived, how late they are."""

    organisation: Organisation
    people: tuple[Delegate, ...]
    is_remote: bool
    is_here: bool
    late: int
    is_absent: bool


@dataclass(frozen=True)
class DayMeeting:
    """A meeting with its two sides."""

    meeting: Meeting
    sides: tuple[Side, ...]
    has_begun: bool

    @property
    def place(self) -> str:
        """Name of the table; empty for a video meeting."""
        return self.meeting.table.name if self.meeting.table else ""

    @property
    def is_open(self) -> bool:
        """Nobody has said what became of it."""
        return self.meeting.status == MeetingStatus.CONFIRMED


@dataclass(frozen=True)
class DaySlot:
    """One slot with its meetings by table, and the tables that are free."""

    slot: Slot
    meetings: tuple[DayMeeting, ...]
    free: tuple[Table, ...]


@dataclass(frozen=True)
class PersonLine:
    """Where a person is now and next."""

    delegate: Delegate
    organisation: Organisation
    is_here: bool
    now: DayMeeting | None
    next: DayMeeting | None


@dataclass(frozen=True)
class ChainLine:
    """A freed place and how far its offers are."""

    chain: StandbyChain
    offers: tuple[StandbyOffer, ...]

    @property
    def open(self) -> StandbyOffer | None:
        """What is offered right now."""
        return next((one for one in self.offers if one.status == OfferStatus.OPEN), None)

    @property
    def taken(self) -> StandbyOffer | None:
        """Who has it."""
        return next((one for one in self.offers if one.status == OfferStatus.TAKEN), None)

    @property
    def asked(self) -> int:
        """How many pairs were asked."""
        return len(self.offers)

    @property
    def may_stop(self) -> bool:
        """It runs."""
        return self.chain.status == ChainStatus.RUNNING

    @property
    def may_resume(self) -> bool:
        """It was stopped or found nobody, and there is time."""
        over = timezone.now() >= latest_start(self.chain.slot)
        return self.chain.status in (ChainStatus.STOPPED, ChainStatus.ENDED) and not over


@dataclass(frozen=True)
class DayPage:
    """The whole page. `moment` is the time it shows."""

    console: Console
    settings: DaySettings
    moment: dt.datetime
    query: str
    by_person: bool
    may_receive: bool
    expected: int
    arrived: int
    now: DaySlot | None
    next: DaySlot | None
    unmarked: tuple[DayMeeting, ...]
    missing: tuple[PersonLine, ...]
    found: tuple[Delegate, ...]
    chains: tuple[ChainLine, ...]

    @property
    def is_open(self) -> bool:
        """The schedule is published and the event not over."""
        return self.console.event.status in (EventStatus.PUBLISHED, EventStatus.LIVE)

    @property
    def place(self) -> str:
        """Where the clock of the event hangs."""
        return self.console.event.city or zone_place(self.console.event.time_zone)

    @property
    def people(self) -> list[PersonLine]:
        """Everybody with a meeting now or next, by name."""
        return sorted(_people(self.now, self.next), key=lambda one: one.delegate.name.casefold())

    @property
    def address(self) -> str:
        """Where the page asks for itself, with what the reader chose."""
        by = "person" if self.by_person else "table"
        return f"{reverse('organiser_day', args=[self.console.event.slug])}?by={by}"


def day_page(
    event: Event, user: User, *, query: str = "", by: str = "", now: dt.datetime | None = None
) -> DayPage:
    """The day of an event at `now`; a fixed number of queries, whatever the size of the event."""
    moment = now or timezone.now()
    frame = console(event, user, "organiser_day")
    slots = list(event.slots.filter(ends_at__gt=moment).order_by("starts_at")[:2])
    running = next((one for one in slots if one.starts_at <= moment), None)
    coming = next((one for one in slots if one.starts_at > moment), None)
    meetings = _meetings(event, [one for one in (running, coming) if one], moment)
    tables = list(event.tables.prefetch_related("closed_slots"))
    offered = _offered(slots)
    shown = [_day_slot(one, meetings, tables, offered) for one in (running, coming)]
    # On the evening before nobody is missing at the first table of the morning.
    soon = shown[1] if coming and coming.starts_at - moment < SOON else None
    counts = _arrivals(event)
    return DayPage(
        console=frame,
        settings=day_settings(event),
        moment=moment,
        query=query,
        by_person=by == "person",
        may_receive=user.is_superuser or team_role(user, event) in DOOR_ROLES,
        expected=counts["expected"],
        arrived=counts["arrived"],
        now=shown[0],
        next=shown[1],
        unmarked=tuple(_unmarked(event, moment)),
        missing=tuple(_missing(shown[0], soon)) if counts["arrived"] else (),
        found=tuple(find_people(event, query)) if query else (),
        chains=tuple(_chains(event)),
    )


def find_people(event: Event, query: str) -> list[Delegate]:
    """Accepted participants' people by badge code, name or organisation; accents aside."""
    text = query.replace("\x00", "").strip()  # PostgreSQL holds no NUL and would fail
    code = text.replace("-", "").replace(" ", "").upper()
    rows = Delegate.objects.filter(
        registration__event=event, registration__status=RegistrationStatus.ACCEPTED
    ).annotate(
        person=Fold("name"),
        sent_by=Fold("registration__organisation__name"),
        needle=Fold(Value(text)),
    )
    named = Q(person__contains=F("needle")) | Q(sent_by__contains=F("needle"))
    found = rows.filter(Q(code=code) | named).order_by("name", "pk")
    return list(found.select_related("registration__organisation", "check_in")[:MOST_FOUND])


def _arrivals(event: Event) -> dict[str, int]:
    """How many people are expected on site, and how many have arrived."""
    rows = Delegate.objects.filter(
        registration__event=event,
        registration__status=RegistrationStatus.ACCEPTED,
        registration__attendance=Attendance.ON_SITE,
    )
    return rows.aggregate(expected=Count("pk"), arrived=Count("check_in"))


def _with_people(event: Event) -> MeetingQuerySet:
    people = Delegate.objects.select_related("check_in")
    return (
        Meeting.objects.filter(event=event)
        .active()
        .with_parties()
        .prefetch_related(Prefetch("seats__delegate", queryset=people), "lateness")
    )


def _meetings(event: Event, slots: Sequence[Slot], moment: dt.datetime) -> list[DayMeeting]:
    rows = _with_people(event).filter(slot__in=slots, is_given_away=False)
    return [
        _day_meeting(one, moment) for one in rows.order_by("table__position", "table__name", "pk")
    ]


def _unmarked(event: Event, moment: dt.datetime) -> Iterator[DayMeeting]:
    """Meetings that are over and of which nobody said what became of them, the latest first."""
    rows = _with_people(event).filter(status=MeetingStatus.CONFIRMED, slot__ends_at__lte=moment)
    for one in rows.order_by("-slot__starts_at", "table__position", "pk")[:MOST_UNMARKED]:
        yield _day_meeting(one, moment)


def _day_meeting(meeting: Meeting, moment: dt.datetime) -> DayMeeting:
    seated: dict[int, list[Delegate]] = defaultdict(list)
    for seat in meeting.seats.all():
        seated[seat.delegate.registration_id].append(seat.delegate)
    late = {one.organisation_id: one.minutes for one in meeting.lateness.all()}
    sides = tuple(
        _side(meeting, side, tuple(seated[side.pk]), late.get(side.organisation_id, 0))
        for side in (meeting.request.sender, meeting.request.receiver)
    )
    return DayMeeting(meeting, sides, meeting.slot.starts_at <= moment)


def _side(meeting: Meeting, side: Registration, people: tuple[Delegate, ...], late: int) -> Side:
    return Side(
        organisation=side.organisation,
        people=people,
        is_remote=side.attendance == Attendance.REMOTE,
        is_here=any(hasattr(one, "check_in") for one in people),
        late=late,
        is_absent=meeting.missed_by_id == side.organisation_id,
    )


def _offered(slots: Sequence[Slot]) -> set[tuple[int | None, int]]:
    """Tables and slots that are being offered to a pair already."""
    rows = StandbyChain.objects.filter(slot__in=slots, status=ChainStatus.RUNNING)
    return set(rows.values_list("table", "slot"))


def _day_slot(
    slot: Slot | None,
    meetings: Sequence[DayMeeting],
    tables: Sequence[Table],
    offered: set[tuple[int | None, int]],
) -> DaySlot | None:
    if slot is None:
        return None
    here = tuple(one for one in meetings if one.meeting.slot_id == slot.pk)
    taken = {one.meeting.table_id for one in here}
    free = tuple(
        table
        for table in tables
        if table.pk not in taken
        and (table.pk, slot.pk) not in offered
        and slot.pk not in {one.pk for one in table.closed_slots.all()}
    )
    return DaySlot(slot, here, free)


def _people(now: DaySlot | None, later: DaySlot | None) -> Iterator[PersonLine]:
    places: dict[int, list[DayMeeting | None]] = {}
    known: dict[int, tuple[Delegate, Organisation]] = {}
    for column, slot in enumerate((now, later)):
        for meeting in slot.meetings if slot else ():
            for side in meeting.sides:
                for one in side.people:
                    known[one.pk] = (one, side.organisation)
                    places.setdefault(one.pk, [None, None])[column] = meeting
    for pk, (one, organisation) in known.items():
        yield PersonLine(one, organisation, hasattr(one, "check_in"), *places[pk])


def _missing(now: DaySlot | None, later: DaySlot | None) -> list[PersonLine]:
    """Who should sit at a table now, or next, and has not arrived; those of now first."""
    remote = {
        one.pk
        for slot in (now, later)
        for meeting in (slot.meetings if slot else ())
        for side in meeting.sides
        if side.is_remote
        for one in side.people
    }
    lines = [
        one for one in _people(now, later) if not one.is_here and one.delegate.pk not in remote
    ]
    return sorted(lines, key=lambda one: (one.now is None, one.delegate.name.casefold()))


def _chains(event: Event) -> Iterator[ChainLine]:
    offers = StandbyOffer.objects.select_related(
        "request__sender__organisation", "request__receiver__organisation"
    )
    rows = StandbyChain.objects.filter(event=event).select_related("slot", "table")
    rows = rows.prefetch_related(Prefetch("offers", queryset=offers)).order_by("-pk")
    for row in rows[:MOST_CHAINS]:
        yield ChainLine(row, tuple(row.offers.all()))
