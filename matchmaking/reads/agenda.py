"""The agenda of a person or an organisation at an event, day by day."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from clusters.models import Organisation, User
from events.choices import EventStatus
from events.models import Event, Slot
from matchmaking.choices import MeetingStatus
from matchmaking.models import CalendarFeed, Meeting, Release, ReleaseEntry
from matchmaking.querysets import MeetingQuerySet
from matchmaking.reads.clocks import Clocks, clocks_of
from matchmaking.reads.pairs import Pairs
from matchmaking.reads.plans import Drawing, hall_of, peek
from matchmaking.reads.releases import Change, ChangeKind, release_changes
from matchmaking.reads.standby import OfferLine, offers_for

# The event whose day is most likely meant comes first.
BY_STATUS = (
    EventStatus.LIVE,
    EventStatus.PUBLISHED,
    EventStatus.PLANNING,
    EventStatus.BOOKING,
    EventStatus.CALL,
    EventStatus.CLOSED,
    EventStatus.ARCHIVED,
)
PUBLISHED = (EventStatus.PUBLISHED, EventStatus.LIVE, EventStatus.CLOSED, EventStatus.ARCHIVED)
MINE, OURS = "mine", "organisation"
WIDEST_TABLE = 4


@dataclass(frozen=True)
class Row:
    """One meeting of a day, or a pause (`meeting` None). Times carry a zone."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    meeting: Meeting | None = None
    own: Organisation | None = None
    other: Organisation | None = None
    reason: str = ""
    people: tuple[str, ...] = ()
    is_break: bool = False
    is_now: bool = False
    is_past: bool = False
    change: str = ""
    was: dt.datetime | None = None

    @property
    def can_mark(self) -> bool:
        """It has begun, so that one can say whether it took place."""
        return self.is_now or self.is_past

    @property
    def is_open(self) -> bool:
        """It has begun and nobody has said yet whether it took place."""
        return self.can_mark and self.status == MeetingStatus.CONFIRMED

    @property
    def we_are_late(self) -> int:
        """Minutes that our side said it comes late; 0 for in time."""
        return self._late(ours=True)

    @property
    def they_are_late(self) -> int:
        """Minutes that the other side comes late."""
        return self._late(ours=False)

    def _late(self, *, ours: bool) -> int:
        said = self.meeting.lateness.all() if self.meeting else ()
        is_ours = (
            (one.minutes, self.own is not None and one.organisation_id == self.own.pk)
            for one in said
        )
        return next((minutes for minutes, mine in is_ours if mine == ours), 0)

    @property
    def status(self) -> str:
        """State of the meeting; empty for a pause."""
        return self.meeting.status if self.meeting else ""

    @property
    def missed_by_us(self) -> bool:
        """Somebody noted that our side did not come."""
        return bool(self.meeting and self.own and self.meeting.missed_by_id == self.own.pk)

    @property
    def hall(self) -> str:
        """The floor or hall of the table; empty where the organisers did not say."""
        return hall_of(self.meeting.table if self.meeting else None)

    @property
    def plan(self) -> Drawing | None:
        """A small plan with the table marked."""
        return peek(self.meeting.table if self.meeting else None)

    @property
    def place_number(self) -> str:
        """The table's name where it fits into the frame."""
        table = self.meeting.table if self.meeting else None
        return table.name if table and len(table.name) <= WIDEST_TABLE else ""


@dataclass(frozen=True)
class Choice:
    """A day, an event or a person's view to switch to; `count` is how many meetings it holds."""

    label: str
    href: str
    is_current: bool
    day: dt.date | None = None
    count: int | None = None


@dataclass(frozen=True)
class Agenda:
    """One day. `now` and `next` only on the day itself; `left` and `gone` are minutes of `now`."""

    own: Organisation | None
    event: Event | None
    clocks: Clocks | None
    events: tuple[Choice, ...]
    days: tuple[Choice, ...]
    views: tuple[Choice, ...]
    day: dt.date | None
    whose: str
    rows: tuple[Row, ...]
    moment: dt.datetime
    is_today: bool
    release: int | None
    feed: CalendarFeed | None
    warning: str
    offers: tuple[OfferLine, ...] = ()

    @property
    def meetings(self) -> int:
        """How many meetings the day holds."""
        return sum(1 for row in self.rows if row.meeting)

    @cached_property
    def now(self) -> Row | None:
        """The meeting of this moment."""
        return next((row for row in self.rows if row.meeting and row.is_now), None)

    @cached_property
    def next(self) -> Row | None:
        """The meeting after it, on the day itself."""
        if not self.is_today:
            return None
        later = (row for row in self.rows if row.meeting and row.starts_at > self.moment)
        return next((row for row in later if row.status == MeetingStatus.CONFIRMED), None)

    @property
    def minutes_left(self) -> int:
        """Of the meeting of this moment, rounded up."""
        return -(-int((self.now.ends_at - self.moment).total_seconds()) // 60) if self.now else 0

    @property
    def gone(self) -> int:
        """Share of the meeting of this moment that is over, in percent."""
        if self.now is None:
            return 0
        whole = (self.now.ends_at - self.now.starts_at).total_seconds()
        return int(100 * (self.moment - self.now.starts_at).total_seconds() / whole)

    @property
    def is_published(self) -> bool:
        """There is a schedule."""
        return self.event is not None and self.event.status in PUBLISHED


def agenda(
    reader: User, own: Organisation | None, *, event_slug: str, day: str, whose: str
) -> Agenda:
    """The agenda that the reader asks for; what is not said or unknown is chosen sensibly."""
    now = timezone.now()
    events = _events(reader, own)
    event = next((one for one in events if one.slug == event_slug), events[0] if events else None)
    if event is None:
        return _nothing(own, now)
    mine = seated_meetings(event, reader)
    if whose not in (MINE, OURS):
        whose = MINE if own is None or mine.exists() else OURS
    ours = Meeting.objects.of(own).filter(event=event) if own else mine
    rows = mine if whose == MINE else ours
    placed = rows.with_parties().select_related("table__spot__plan__event")
    placed = placed.defer("table__spot__plan__picture")
    meetings = list(placed.prefetch_related("seats__delegate", "lateness"))
    zone, today = event.zone, now.astimezone(event.zone).date()
    days = sorted({one.slot.starts_at.astimezone(zone).date() for one in meetings})
    chosen = _day(day, days, today)
    clocks = clocks_of(event, reader)
    of_day = [one for one in meetings if one.slot.starts_at.astimezone(zone).date() == chosen]
    releases = list(Release.objects.filter(event=event).order_by("-number")[:2])

    def href(**other: str) -> str:
        chosen_now = {"event": event.slug, "day": str(chosen or ""), "whose": whose}
        return f"{reverse('agenda')}?{urlencode({**chosen_now, **other})}"

    return Agenda(
        own=own,
        event=event,
        clocks=clocks,
        events=tuple(
            Choice(one.name, href(event=one.slug, day=""), one == event) for one in events
        ),
        days=tuple(Choice(str(one), href(day=str(one)), one == chosen, one) for one in days),
        views=(
            Choice(_("My meetings"), href(whose=MINE), whose == MINE, count=mine.count()),
            Choice(own.short_name, href(whose=OURS), whose == OURS, count=ours.count()),
        )
        if own
        else (),
        day=chosen,
        whose=whose,
        rows=tuple(_with_pauses(list(_rows(of_day, own, reader, now, _changes(releases))))),
        moment=now,
        is_today=chosen == today,
        release=releases[0].number if releases else None,
        feed=CalendarFeed.objects.filter(event=event, user=reader).first(),
        warning=clocks.warning(chosen) if chosen and clocks.is_two else "",
        offers=tuple(offers_for(reader, own, event)),
    )


def _nothing(own: Organisation | None, now: dt.datetime) -> Agenda:
    return Agenda(own, None, None, (), (), (), None, MINE, (), now, False, None, None, "")


def _events(reader: User, own: Organisation | None) -> list[Event]:
    """Events at which the reader or the organisation may have meetings, the likeliest first."""
    part = Q(registrations__delegates__user=reader, registrations__status="accepted")
    if own is not None:
        part |= Q(registrations__organisation=own, registrations__status="accepted")
    rows = Event.objects.filter(part, status__in=BY_STATUS).distinct()
    return sorted(rows, key=lambda one: (BY_STATUS.index(one.status), one.starts_on or dt.date.max))


def seated_meetings(event: Event, reader: User) -> MeetingQuerySet:
    """Meetings in which the reader sits, and cancelled ones in which a release seated the reader."""
    seated = Meeting.objects.filter(event=event, seats__delegate__user=reader).values("pk")
    lost = Q(
        Q(status=MeetingStatus.CANCELLED) | Q(is_given_away=True),
        request__in=_seated_by_release(event, _delegates(event, reader)),
    )
    return Meeting.objects.filter(Q(pk__in=seated) | lost, event=event)


def handed_over(event: Event, reader: User) -> MeetingQuerySet:
    """Active meetings that a release gave to the reader and in which somebody else sits now."""
    requests = _seated_by_release(event, _delegates(event, reader))
    rows = Meeting.objects.active().filter(event=event, request__in=requests)
    seated = Meeting.objects.filter(event=event, seats__delegate__user=reader).values("pk")
    return rows.exclude(pk__in=seated)


def _delegates(event: Event, reader: User) -> list[int]:
    rows = reader.delegations.filter(registration__event=event)
    return list(rows.values_list("pk", flat=True))


def _seated_by_release(event: Event, delegates: Sequence[int]) -> list[int]:
    """Requests whose meeting some release of the event gave to one of these delegates."""
    if not delegates:
        return []
    entries = ReleaseEntry.objects.filter(
        release__event=event, delegate_ids__overlap=list(delegates)
    )
    return list(entries.values_list("request_id", flat=True).distinct())


def _day(wanted: str, days: Sequence[dt.date], today: dt.date) -> dt.date | None:
    """The day asked for; else today, the next one with meetings, or the last one."""
    for day in days:
        if str(day) == wanted:
            return day
    coming = [day for day in days if day >= today]
    return coming[0] if coming else days[-1] if days else None


def _changes(releases: Sequence[Release]) -> Mapping[int, Change]:
    """What the newest release changed, by request; nothing for a first release."""
    if len(releases) < 2:
        return {}
    new, old = releases
    return {change.request: change for change in release_changes(old, new).changes}


def _rows(
    meetings: Iterable[Meeting],
    own: Organisation | None,
    reader: User,
    now: dt.datetime,
    changes: Mapping[int, Change],
) -> Iterator[Row]:
    pairs: dict[int, Pairs] = {}
    slots = _slots_before(changes.values())
    for one in meetings:
        ours = _own_side(one, own, reader)
        other = other_side(one, own, reader)
        known = pairs.setdefault(ours.pk, Pairs(ours))
        pair = known.pair(other, one.event)
        change = changes.get(one.request_id)
        moved = change is not None and change.kind == ChangeKind.MOVED and change.before is not None
        yield Row(
            starts_at=one.slot.starts_at,
            ends_at=one.slot.ends_at,
            meeting=one,
            own=ours,
            other=other,
            reason=known.reason(pair, one.request.reason) or known.why(pair),
            people=tuple(_people(one, ours)),
            is_now=one.slot.starts_at <= now < one.slot.ends_at,
            is_past=one.slot.ends_at <= now,
            change=str(change.kind.label) if change else "",
            was=slots.get(change.before.slot) if moved and change and change.before else None,
        )


def _slots_before(changes: Iterable[Change]) -> Mapping[int, dt.datetime]:
    wanted = [one.before.slot for one in changes if one.kind == ChangeKind.MOVED and one.before]
    if not wanted:
        return {}
    return dict(Slot.objects.filter(pk__in=wanted).values_list("pk", "starts_at"))


def _own_side(meeting: Meeting, own: Organisation | None, reader: User) -> Organisation:
    """The side of a meeting that is the reader's: by seat, by the organisation they act for, by delegation.

    A cancelled meeting has no seats any more; who was to sit in it was named by one of the two.
    """
    parties = {
        one.pk: one.organisation for one in (meeting.request.sender, meeting.request.receiver)
    }
    for seat in meeting.seats.all():
        if seat.delegate.user_id == reader.pk:
            return parties[seat.delegate.registration_id]
    if own in parties.values() and own is not None:
        return own
    prefetch_related_objects([reader], "delegations")
    for delegation in reader.delegations.all():
        if delegation.registration_id in parties:
            return parties[delegation.registration_id]
    return meeting.request.sender.organisation


def other_side(meeting: Meeting, own: Organisation | None, reader: User) -> Organisation:
    """The partner in a meeting, seen from the reader's side."""
    ours = _own_side(meeting, own, reader)
    parties = (meeting.request.sender.organisation, meeting.request.receiver.organisation)
    return parties[1] if parties[0] == ours else parties[0]


def _people(meeting: Meeting, own: Organisation) -> Iterator[str]:
    """Names of our own delegates in the meeting; those of the others are contact data."""
    registrations = (meeting.request.sender, meeting.request.receiver)
    ours = {one.pk for one in registrations if one.organisation_id == own.pk}
    for seat in meeting.seats.all():
        if seat.delegate.registration_id in ours:
            yield seat.delegate.name


def _with_pauses(rows: Sequence[Row]) -> Iterator[Row]:
    """The day with the time between meetings, where there is room for one more."""
    before: Row | None = None
    for row in rows:
        if before is not None and row.meeting and before.meeting:
            gap = row.starts_at - before.ends_at
            other = row.meeting.slot.session_id != before.meeting.slot.session_id
            shortest = dt.timedelta(minutes=row.meeting.slot.session.slot_minutes)
            if other or gap >= shortest:
                yield Row(before.ends_at, row.starts_at, is_break=other)
        yield row
        if before is None or row.ends_at > before.ends_at:
            before = row
