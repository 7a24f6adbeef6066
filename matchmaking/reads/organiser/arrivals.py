"""One person at the door: arrived or not, where next, and whom they could still meet."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.urls import reverse
from django.utils import timezone

from clusters.models import User
from events.choices import Asking, RegistrationStatus
from events.models import Delegate, Event, Registration, Slot, Table, Unavailability
from matchmaking.choices import OPEN_REQUESTS, ChainStatus, OfferStatus
from matchmaking.models import (
    Meeting,
    MeetingRequest,
    MeetingSeat,
    StandbyChain,
    StandbyOffer,
    TableUse,
)
from matchmaking.reads.market import current
from matchmaking.reads.organiser.console import Console, console
from matchmaking.reads.scores import Ranking, policy_or_default

MOST_SUGGESTED = 5


@dataclass(frozen=True)
class Suggestion:
    """A partner who is free at the same time as this organisation, and a table that is, too.

    `score` is the reciprocal score without anybody's private exclusions; None where it is not known.
    """

    registration: Registration
    slot: Slot
    table: Table
    score: float | None


@dataclass(frozen=True)
class PersonPage:
    """Everything the desk needs about one person."""

    console: Console
    delegate: Delegate
    may_receive: bool
    meetings: tuple[Meeting, ...]
    suggestions: tuple[Suggestion, ...]
    moment: dt.datetime

    @property
    def is_here(self) -> bool:
        """Has checked in."""
        return hasattr(self.delegate, "check_in")


@dataclass(frozen=True)
class DeskPage:
    """The frame of a form at the desk."""

    console: Console


def desk_page(event: Event, user: User) -> DeskPage:
    """The frame of a form at the desk."""
    return DeskPage(console(event, user, "organiser_day"))


def badge_path(delegate: Delegate) -> str:
    """The path that a badge's QR code opens."""
    return reverse("badge", args=[delegate.badge_code])


def person_page(
    event: Event, user: User, delegate: Delegate, *, now: dt.datetime | None = None
) -> PersonPage:
    """One person at the door at `now`; a fixed number of queries."""
    moment = now or timezone.now()
    rows = (
        Meeting.objects.active()
        .with_parties()
        .filter(event=event, seats__delegate=delegate, slot__ends_at__gt=moment)
    )
    return PersonPage(
        console=console(event, user, "organiser_day"),
        delegate=delegate,
        may_receive=user.has_perm("events.receive_people", event),
        meetings=tuple(rows.order_by("slot__starts_at")),
        suggestions=tuple(suggested_meetings(delegate.registration, moment)),
        moment=moment,
    )


def suggested_meetings(own: Registration, now: dt.datetime) -> list[Suggestion]:
    """The best partners with whom `own` could still meet, each at the first time that suits both."""
    room = _Room.of(own.event, now)
    found: list[Suggestion] = []
    for other, score in _partners(own):
        place = room.first(own.pk, other.pk)
        if place is not None:
            found.append(Suggestion(other, *place, score))
        if len(found) == MOST_SUGGESTED:
            break
    return found


def _partners(own: Registration) -> list[tuple[Registration, float | None]]:
    """Participants that `own` has no open request with and may meet, the best first."""
    open_ones = MeetingRequest.objects.of(own.organisation).filter(
        event=own.event, status__in=OPEN_REQUESTS
    )
    known = {pk for pair in open_ones.values_list("sender", "receiver") for pk in pair}
    rows = Registration.objects.accepted().filter(event=own.event).exclude(pk__in=known | {own.pk})
    if own.event.asking == Asking.OTHER_SIDE:
        rows = rows.exclude(organisation__side=own.organisation.side)
    others = list(rows.select_related("organisation").order_by("organisation__name"))
    scores = _scores(own)
    lines = [(one, scores.get(one.organisation.slug)) for one in others]
    return sorted(lines, key=lambda line: -1.0 if line[1] is None else -line[1] - 1)


def _scores(own: Registration) -> Mapping[str, float]:
    snapshot = current()
    if own.organisation.slug not in snapshot.position:
        return {}
    policy = policy_or_default(own.event.scoring_policy, snapshot)
    values = Ranking(own.organisation, snapshot, policy, {}).against.score
    return {
        slug: float(values[at])
        for slug, at in snapshot.position.items()
        if not np.isnan(values[at])
    }


@dataclass(frozen=True)
class _Room:
    """Who is free when, and which tables are; what is offered already is not."""

    slots: tuple[Slot, ...]
    tables: tuple[Table, ...]
    people: Mapping[int, list[int]]
    busy: frozenset[tuple[int, int]]
    used: frozenset[tuple[int, int]]

    @classmethod
    def of(cls, event: Event, now: dt.datetime) -> "_Room":
        slots = tuple(event.slots.filter(starts_at__gt=now, is_closed=False).order_by("starts_at"))
        tables = tuple(event.tables.prefetch_related("closed_slots"))
        seats = MeetingSeat.objects.filter(slot__in=slots).values_list("delegate", "slot")
        away = Unavailability.objects.filter(slot__in=slots).values_list("delegate", "slot")
        uses = TableUse.objects.filter(slot__in=slots).values_list("table", "slot")
        closed = {(one.pk, slot.pk) for one in tables for slot in one.closed_slots.all()}
        offered = StandbyChain.objects.filter(slot__in=slots, status=ChainStatus.RUNNING)
        taken = {*uses, *closed, *offered.values_list("table", "slot")}
        people: dict[int, list[int]] = defaultdict(list)
        delegates = Delegate.objects.filter(
            registration__event=event, registration__status=RegistrationStatus.ACCEPTED
        )
        for pk, registration in delegates.values_list("pk", "registration"):
            people[registration].append(pk)
        return cls(
            slots, tables, people, frozenset({*seats, *away, *_asked(slots)}), frozenset(taken)
        )

    def first(self, one: int, other: int) -> tuple[Slot, Table] | None:
        """The first slot in which both registrations have somebody free, with a free table."""
        return next(self._places(one, other), None)

    def _places(self, one: int, other: int) -> Iterator[tuple[Slot, Table]]:
        for slot in self.slots:
            if self._is_free(one, slot) and self._is_free(other, slot):
                for table in self.tables:
                    if (table.pk, slot.pk) not in self.used:
                        yield slot, table

    def _is_free(self, registration: int, slot: Slot) -> bool:
        return any((pk, slot.pk) not in self.busy for pk in self.people.get(registration, ()))


def _asked(slots: Sequence[Slot]) -> Iterator[tuple[int, int]]:
    """Who would sit where an open offer still waits for an answer, with the slot."""
    rows = StandbyOffer.objects.filter(chain__slot__in=slots, status=OfferStatus.OPEN)
    for one, other, slot in rows.values_list("sender_delegate", "receiver_delegate", "chain__slot"):
        yield one, slot
        yield other, slot
