"""`manage.py refill`: how many freed places of a day would find another pair, by a seeded simulation."""

import datetime as dt
import random
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from clusters.choices import Side
from clusters.models import User
from events.choices import EventStatus
from events.models import Event, Registration, Slot
from matchmaking import actions
from matchmaking.choices import ChainStatus, MeetingStatus, OfferStatus, RequestStatus
from matchmaking.models import (
    CheckIn,
    DaySettings,
    Meeting,
    MeetingRequest,
    StandbyChain,
    StandbyOffer,
)

# A meeting counts as missed this long after its start; then its place is offered.
MISSED_AFTER = dt.timedelta(minutes=3)


class Command(BaseCommand):
    help = (
        "Plays the day of a published event with seeded no-shows and cancellations, by the same actions as "
        "on the day, prints how many freed places were filled again, and takes everything back."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("event", help="the event's short name, with a published schedule")
        parser.add_argument("--missed", type=float, default=0.1, help="share of meetings missed")
        parser.add_argument("--cancelled", type=float, default=0.1, help="share cancelled that day")
        parser.add_argument(
            "--willing", type=float, default=0.8, help="chance that a side says yes"
        )
        parser.add_argument(
            "--waiting",
            type=float,
            default=0.2,
            help="agreed pairs without a place, as a share of the meetings; missing ones are made up",
        )
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        event = Event.objects.filter(
            slug=options["event"], status__in=[EventStatus.PUBLISHED, EventStatus.LIVE]
        ).first()
        if event is None:
            raise CommandError("There is no event of that name with a published schedule.")
        shares = [options[name] for name in ("missed", "cancelled", "willing", "waiting")]
        if not all(0 <= share <= 1 for share in shares):
            raise CommandError("Shares and chances are numbers from 0 to 1.")
        started = time.perf_counter()
        with transaction.atomic():
            day = SimulatedDay(event, *shares, seed=options["seed"])
            day.play()
            transaction.set_rollback(True)
        for line in day.report(time.perf_counter() - started):
            self.stdout.write(line)


class SimulatedDay:
    """One day of an event, played inside a transaction that the caller takes back."""

    def __init__(
        self,
        event: Event,
        missed: float,
        cancelled: float,
        willing: float,
        waiting: float,
        *,
        seed: int,
    ) -> None:
        self.event = event
        self.missed, self.cancelled, self.willing = missed, cancelled, willing
        self.share_waiting = waiting
        self.random = random.Random(seed)  # reproducible figures, no secret
        self.system = User.objects.system()
        self.planned = 0
        self.waiting = 0
        self.freed: Counter[str] = Counter()
        self.chains: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()

    def play(self) -> None:
        """Every slot in turn: some call off beforehand, some do not come, each place is offered on."""
        self._prepare()
        slots = list(self.event.slots.order_by("starts_at"))
        for slot in slots:
            meetings = list(self._meetings(slot))
            self.planned += len(meetings)
            off = [one for one in meetings if self.random.random() < self.cancelled]
            for meeting in off:
                actions.cancel_meeting(meeting, actor=self.system)
            self.freed["cancelled"] += len(off)
            self._answer()
            self._begin(slot)
            for meeting in self._meetings(slot):
                self._meet(meeting)
            self._answer()
            for meeting in self._meetings(slot):
                actions.mark_held(meeting, actor=self.system)
            self._end(slot)

    def report(self, seconds: float) -> Iterator[str]:
        """The figures, a line each. Rates are of the places that were freed."""
        freed, filled = self.freed.total(), self.chains[ChainStatus.FILLED]
        offers = sum(self.asked.values())
        yield f"{self.planned} meetings; freed {freed} ({self.freed['cancelled']} cancelled, {self.freed['missed']} missed)"
        yield f"filled again {filled}, {100 * filled / max(freed, 1):.0f} %; offers made {offers}, not agreed {self.asked[OfferStatus.DECLINED]}"
        yield f"{self.waiting} pairs waited without a place; {seconds:.1f} s"

    def _prepare(self) -> None:
        """The event is live, a week ahead, as it was published; offers go on."""
        Event.objects.filter(pk=self.event.pk).update(status=EventStatus.LIVE)
        self.event.refresh_from_db()
        DaySettings.objects.update_or_create(
            event=self.event, defaults={"fills_freed_places": True}
        )
        CheckIn.objects.filter(delegate__registration__event=self.event).delete()
        Meeting.objects.filter(
            event=self.event, status__in=[MeetingStatus.HELD, MeetingStatus.MISSED]
        ).update(status=MeetingStatus.CONFIRMED, missed_by=None)
        first = self.event.slots.order_by("starts_at")[0]
        ahead = timezone.now() + dt.timedelta(days=7) - first.starts_at
        for slot in self.event.slots.order_by(
            "-starts_at" if ahead > dt.timedelta() else "starts_at"
        ):
            self._move(slot, slot.starts_at + ahead)
        placed = Meeting.objects.filter(event=self.event).active().values("request")
        self.waiting = self.event.requests.open().exclude(pk__in=placed).count()
        self._agree(round(self.share_waiting * placed.count()) - self.waiting)

    def _agree(self, missing: int) -> None:
        """Make up agreed pairs that wait: participants of the two sides without an open request."""
        rows = list(
            Registration.objects.accepted()
            .filter(event=self.event)
            .select_related("organisation")
            .order_by("pk")
        )
        known = {
            frozenset(pair) for pair in self.event.requests.open().values_list("sender", "receiver")
        }
        pairs = [
            (one, other)
            for one in rows
            for other in rows
            if one.organisation.side == Side.EU
            and other.organisation.side == Side.MX
            and frozenset((one.pk, other.pk)) not in known
        ]
        for one, other in self.random.sample(pairs, max(0, min(missing, len(pairs)))):
            MeetingRequest.objects.create(
                event=self.event,
                sender=one,
                receiver=other,
                status=RequestStatus.ACCEPTED,
                answer_by=timezone.now(),
            )
            self.waiting += 1

    def _meetings(self, slot: Slot) -> Iterator[Meeting]:
        rows = Meeting.objects.filter(slot=slot, status=MeetingStatus.CONFIRMED)
        yield from rows.with_parties().order_by("pk")

    def _begin(self, slot: Slot) -> None:
        self._move(slot, timezone.now() - MISSED_AFTER)

    def _end(self, slot: Slot) -> None:
        slot.refresh_from_db()
        hours = dt.timedelta(
            hours=2, minutes=self.event.slots.filter(starts_at__lt=timezone.now()).count()
        )
        self._move(slot, slot.starts_at - hours)

    def _move(self, slot: Slot, start: dt.datetime) -> None:
        length = slot.ends_at - slot.starts_at
        slot.starts_at, slot.ends_at = start, start + length
        slot.save(update_fields=["starts_at", "ends_at"])

    def _meet(self, meeting: Meeting) -> None:
        """One of the two may stay away."""
        if self.random.random() >= self.missed:
            return
        sides = (meeting.request.sender.organisation, meeting.request.receiver.organisation)
        actions.mark_missed(meeting, by=self.random.choice(sides), actor=self.system)
        self.freed["missed"] += 1

    def _answer(self) -> None:
        """Both sides of each offer answer at once, until no chain has anything to offer."""
        running = StandbyChain.objects.filter(event=self.event, status=ChainStatus.RUNNING)
        while running.exists():
            for chain in running.select_related("slot").order_by("pk"):
                self._step(actions.advance_standby(chain, actor=self.system))
        chains = StandbyChain.objects.filter(event=self.event)
        self.chains = Counter(chains.values_list("status", flat=True))
        asked = StandbyOffer.objects.filter(chain__event=self.event)
        self.asked = Counter(asked.values_list("status", flat=True))

    def _step(self, chain: StandbyChain) -> None:
        offer = (
            chain.offers.filter(status=OfferStatus.OPEN).select_related("request", "chain").first()
        )
        if offer is None:
            return
        for side in (offer.request.sender, offer.request.receiver):
            if self.random.random() >= self.willing:
                actions.decline_offer(offer, organisation=side.organisation, actor=self.system)
                return
            actions.accept_offer(offer, organisation=side.organisation, actor=self.system)
