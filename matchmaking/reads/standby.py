"""Who fits into a place that became free, and what is offered to whom."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from clusters.models import Organisation, User
from events.choices import Attendance, RegistrationStatus
from events.models import Delegate, Event, Registration, Slot, Unavailability
from matchmaking.adapters.schedule import keeps_decent_hours
from matchmaking.adapters.weights import request_weight, weights_of
from matchmaking.choices import MeetingStatus, OfferStatus, RequestStatus
from matchmaking.models import (
    CheckIn,
    Exclusion,
    Meeting,
    MeetingRequest,
    MeetingSeat,
    StandbyChain,
    StandbyOffer,
    TableUse,
)
from matchmaking.reads.scores import scores_at

# Shortly before a meeting only people who have arrived are asked, where people check in at all.
SOON = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Candidate:
    """A pair that can meet at the place, and the people who would come."""

    request: MeetingRequest
    sender: Delegate
    receiver: Delegate
    needs_table: bool


@dataclass(frozen=True)
class OfferLine:
    """A place offered to the reader's organisation. Nothing of what the other side said."""

    offer: StandbyOffer
    own: Organisation
    other: Organisation
    has_agreed: bool

    @property
    def slot(self) -> Slot:
        """When they would meet."""
        return self.offer.chain.slot


def latest_start(slot: Slot) -> dt.datetime:
    """Until when a meeting that starts late is still worth it: half of the slot."""
    return slot.starts_at + (slot.ends_at - slot.starts_at) / 2


def place_is_free(chain: StandbyChain) -> bool:
    """Nobody else took the table meanwhile. The meeting that was missed there does not count."""
    if chain.table_id is None:
        return True
    uses = TableUse.objects.filter(slot=chain.slot_id, table=chain.table_id)
    return not uses.exclude(meeting=chain.after_id, meeting__status=MeetingStatus.MISSED).exists()


def next_pair(chain: StandbyChain, now: dt.datetime) -> Candidate | None:
    """Whom to offer the place next; None when nobody is left who fits.

    Agreed requests without a place come first, then those that wait for an answer; within both by the
    planner's weight (reciprocal score and priorities). Pairs of which one side set the other aside, and
    those asked before, are passed over. A fixed number of queries.
    """
    room = _Room.of(chain, now)
    apart = _apart(chain.event)
    wanted = [one for one in _requests(chain, now) if _parties(one) not in apart]
    fitting = [one for one in map(room.candidate, wanted) if one is not None]
    pairs = [_slugs(one.request) for one in fitting]
    scores, weights = scores_at(chain.event)(pairs), weights_of(chain.event)

    def rank(one: Candidate) -> tuple[bool, int, int]:
        request = one.request
        weight = request_weight(request, scores.get(_slugs(request)), weights)
        return (request.status != RequestStatus.ACCEPTED, -weight, request.pk)

    return min(fitting, key=rank, default=None)


def still_fits(offer: StandbyOffer, now: dt.datetime) -> Candidate | None:
    """The pair of an open offer with who can come by now; None when the two cannot meet there any more."""
    room = _Room.of(offer.chain, now, besides=offer)
    return room.candidate(offer.request)


def offers_for(reader: User, own: Organisation | None, event: Event) -> list[OfferLine]:
    """Open offers to the reader as a delegate, and to the organisation acted for; soonest end first."""
    asks, is_asked = Q(sender_delegate__user=reader), Q(receiver_delegate__user=reader)
    if own is not None:
        asks |= Q(request__sender__organisation=own)
        is_asked |= Q(request__receiver__organisation=own)
    rows = (
        # The side that asks sees its offer whatever the other side set aside, and learns nothing of that.
        StandbyOffer.objects.filter(asks | (is_asked & ~Q(_sender_set_aside())))
        .filter(chain__event=event, status=OfferStatus.OPEN, until__gt=timezone.now())
        .select_related(
            "chain__slot",
            "chain__table",
            "request__sender__organisation",
            "request__receiver__organisation",
            "sender_delegate",
            "receiver_delegate",
        )
        .order_by("until", "pk")
    )
    return [_line(row, reader, own) for row in rows]


def _sender_set_aside() -> Exists:
    """The asked side set the asking one aside: it sees no offer, as it sees no request."""
    return Exists(
        Exclusion.objects.in_force().filter(
            organisation=OuterRef("request__receiver__organisation"),
            other=OuterRef("request__sender__organisation"),
        )
    )


def _line(row: StandbyOffer, reader: User, own: Organisation | None) -> OfferLine:
    sender, receiver = row.request.sender.organisation, row.request.receiver.organisation
    is_sender = own == sender or (own != receiver and row.sender_delegate.user_id == reader.pk)
    if is_sender:
        return OfferLine(row, sender, receiver, row.sender_agreed_at is not None)
    return OfferLine(row, receiver, sender, row.receiver_agreed_at is not None)


def _slugs(request: MeetingRequest) -> tuple[str, str]:
    return request.sender.organisation.slug, request.receiver.organisation.slug


def _requests(chain: StandbyChain, now: dt.datetime) -> QuerySet[MeetingRequest]:
    """Open requests without a meeting that this chain has not asked yet."""
    accepted = RegistrationStatus.ACCEPTED
    placed = Meeting.objects.filter(event=chain.event_id).active().values("request")
    asked = chain.offers.exclude(status=OfferStatus.VOID).values("request")
    waiting = Q(status=RequestStatus.SENT, answer_by__lte=now)
    rows = (
        MeetingRequest.objects.open()
        .filter(event=chain.event_id, sender__status=accepted, receiver__status=accepted)
        .exclude(waiting)
        .exclude(pk__in=placed)
        .exclude(pk__in=asked)
    )
    if chain.after is not None:
        rows = rows.exclude(pk=chain.after.request_id)
    if chain.after is not None and chain.after.missed_by_id is not None:
        absent = chain.after.missed_by_id
        rows = rows.exclude(sender__organisation=absent).exclude(receiver__organisation=absent)
    return rows.select_related(
        "event",
        "sender__event",
        "receiver__event",
        "sender__organisation__region",
        "receiver__organisation__region",
    ).prefetch_related("sender__organisation__countries", "receiver__organisation__countries")


@dataclass
class _Room:
    """Who can come in one slot, and how many meetings each registration has."""

    chain: StandbyChain
    people: Mapping[int, list[Delegate]]
    busy: Counter[int]
    planned: Counter[int]
    that_day: Counter[int]
    decent: dict[int, bool] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        chain: StandbyChain,
        now: dt.datetime,
        *,
        besides: StandbyOffer | None = None,
    ) -> "_Room":
        planned, that_day = _loads(chain.event, chain.slot)
        seated, busy = _seated(chain, besides)
        return cls(chain, _people(chain, seated, now), busy, planned, that_day)

    def candidate(self, request: MeetingRequest) -> Candidate | None:
        """The request with who would come, or None where a rule forbids it."""
        sender, receiver = request.sender, request.receiver
        by_video = Attendance.REMOTE in (sender.attendance, receiver.attendance)
        ones, others = self.people.get(sender.pk), self.people.get(receiver.pk)
        if not ones or not others or not (by_video or self.chain.table_id):
            return None
        if not (self._has_room(sender) and self._has_room(receiver)):
            return None
        return Candidate(request, ones[0], others[0], needs_table=not by_video)

    def _has_room(self, side: Registration) -> bool:
        caps = [cap for cap in (side.max_meetings, side.event.max_meetings) if cap is not None]
        session = self.chain.slot.session.format
        return (
            self.busy[side.pk] < side.parallel
            and all(self.planned[side.pk] < cap for cap in caps)
            and (side.max_per_day is None or self.that_day[side.pk] < side.max_per_day)
            and (not side.formats or not session or session in side.formats)
            and self._is_decent(side)
        )

    def _is_decent(self, side: Registration) -> bool:
        if side.pk not in self.decent:
            self.decent[side.pk] = keeps_decent_hours(side, self.chain.slot)
        return self.decent[side.pk]


def _seated(chain: StandbyChain, besides: StandbyOffer | None) -> tuple[set[int], Counter[int]]:
    """Delegates who sit, or may soon sit, somewhere in the slot; and how many of each registration.

    Whoever waits in vain at the missed meeting is free.
    """
    seats = MeetingSeat.objects.filter(slot=chain.slot_id)
    if chain.after_id is not None:
        seats = seats.exclude(meeting=chain.after_id, meeting__status=MeetingStatus.MISSED)
    seated = dict(seats.values_list("delegate", "delegate__registration"))
    asked = StandbyOffer.objects.filter(chain__slot=chain.slot_id, status=OfferStatus.OPEN)
    if besides is not None:
        asked = asked.exclude(pk=besides.pk)
    for one, side, other, other_side in asked.values_list(
        "sender_delegate", "request__sender", "receiver_delegate", "request__receiver"
    ):
        seated.update({one: side, other: other_side})
    return set(seated), Counter(seated.values())


def _people(
    chain: StandbyChain, seated: set[int], now: dt.datetime
) -> Mapping[int, list[Delegate]]:
    """Delegates who can come, by registration; who has fewest meetings first."""
    event = chain.event
    away = Unavailability.objects.filter(slot=chain.slot_id).values("delegate")
    rows = Delegate.objects.filter(
        registration__event=event, registration__status=RegistrationStatus.ACCEPTED
    ).exclude(pk__in=away)
    arrivals = CheckIn.objects.filter(delegate__registration__event=event)
    if chain.slot.starts_at - now < SOON and arrivals.exists():
        remote = Q(registration__attendance=Attendance.REMOTE)
        rows = rows.filter(remote | Q(pk__in=arrivals.values("delegate")))
    load = Counter(MeetingSeat.objects.filter(slot__event=event).values_list("delegate", flat=True))
    people: dict[int, list[Delegate]] = defaultdict(list)
    for row in sorted(rows, key=lambda one: (load[one.pk], one.pk)):
        if row.pk not in seated:
            people[row.registration_id].append(row)
    return people


def _loads(event: Event, slot: Slot) -> tuple[Counter[int], Counter[int]]:
    """How many meetings each registration has at the event, and on the day of the slot."""
    planned: Counter[int] = Counter()
    that_day: Counter[int] = Counter()
    day = slot.starts_at.astimezone(event.zone).date()
    rows = Meeting.objects.filter(event=event, is_given_away=False).active()
    for sender, receiver, starts_at in rows.values_list(
        "request__sender", "request__receiver", "slot__starts_at"
    ):
        planned.update((sender, receiver))
        if starts_at.astimezone(event.zone).date() == day:
            that_day.update((sender, receiver))
    return planned, that_day


def _apart(event: Event) -> set[frozenset[int]]:
    """Pairs of participants of which one set the other aside."""
    here = Registration.objects.filter(event=event).values("organisation")
    rows = Exclusion.objects.in_force().filter(organisation__in=here, other__in=here)
    return {frozenset(pair) for pair in rows.values_list("organisation", "other")}


def _parties(request: MeetingRequest) -> frozenset[int]:
    return frozenset((request.sender.organisation_id, request.receiver.organisation_id))
