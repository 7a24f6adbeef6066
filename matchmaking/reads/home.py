"""Home: what needs the reader, new partners, one's events."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from clusters.choices import Stance
from clusters.models import Organisation, User
from events.choices import APPLY_PHASES, ASK_PHASES, EventStatus, RegistrationStatus
from events.models import Event, Registration
from matchmaking import scoring as engine
from matchmaking.choices import FactRequestStatus, MeetingStatus, RequestStatus
from matchmaking.models import Exclusion, FactRequest, Meeting, MeetingRequest
from matchmaking.querysets import MeetingQuerySet
from matchmaking.reads.after import unsaid_meetings
from matchmaking.reads.agenda import PUBLISHED
from matchmaking.reads.bridge import Bridge
from matchmaking.reads.events import STAGES
from matchmaking.reads.inbox import RequestLine, request_line, waiting_for
from matchmaking.reads.pairs import Pairs
from matchmaking.reads.week import MovedLine, moved_partners
from matchmaking.wording.scoring import answer_text, question_text

MOST_REQUESTS, MOST_QUESTIONS, CARDS, LOOKED_AT, TRIED = 5, 5, 4, 12, 60
OVER = (EventStatus.CLOSED, EventStatus.ARCHIVED, EventStatus.CANCELLED, EventStatus.DRAFT)
YES_NO = ("yes", "no")


@dataclass(frozen=True)
class Question:
    """Somebody asks for a fact of one's profile; each answer is one click."""

    row: FactRequest
    text: str
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Gap:
    """A fact that one's own profile leaves open, and of how many of the best matches it is the pivot."""

    text: str
    matches: int
    of: int


@dataclass(frozen=True)
class Card:
    """A partner whom one has not asked."""

    organisation: Organisation
    bridge: Bridge
    why: str


@dataclass(frozen=True)
class MeetingLine:
    """A meeting of today."""

    meeting: Meeting
    other: Organisation
    zone: str
    place: str


@dataclass(frozen=True)
class EventCard:
    """One's part in an event, in figures. `asked` counts against the quota."""

    event: Event
    mine: Registration
    asked: int
    agreed: int
    waits_for_them: int
    waits_for_us: int
    delegates: int

    @property
    def stages(self) -> tuple[tuple[str, str], ...]:
        """The way of every event."""
        return tuple((stage.value, str(stage.label)) for stage in STAGES)

    @property
    def can_ask(self) -> bool:
        """Requests are open and one takes part."""
        accepted = self.mine.status == RegistrationStatus.ACCEPTED
        return accepted and self.event.status in ASK_PHASES

    @property
    def has_agenda(self) -> bool:
        """The schedule is published."""
        return self.event.status in PUBLISHED

    @property
    def lacks_delegates(self) -> bool:
        """Nobody is named, so that no meeting can be scheduled."""
        return self.delegates == 0


@dataclass(frozen=True)
class Home:
    """The first page of somebody who acts for an organisation."""

    own: Organisation
    moment: dt.datetime
    zone: str
    requests: tuple[RequestLine, ...]
    waiting: int
    questions: tuple[Question, ...]
    meetings: tuple[MeetingLine, ...]
    upcoming: Meeting | None
    unsaid: int
    gap: Gap | None
    cards: tuple[Card, ...]
    moved: tuple[MovedLine, ...]
    events: tuple[EventCard, ...]
    calls: tuple[Event, ...]

    @cached_property
    def nameless(self) -> tuple[EventCard, ...]:
        """Events for which nobody is named yet."""
        return tuple(card for card in self.events if card.lacks_delegates)

    @property
    def tasks(self) -> int:
        """How many things need the reader."""
        rest = bool(self.unsaid)
        return self.waiting + len(self.questions) + len(self.meetings) + len(self.nameless) + rest

    @property
    def unseen(self) -> int:
        """Requests that wait and do not fit on this page."""
        return self.waiting - len(self.requests)

    @property
    def is_demo(self) -> bool:
        """Invented people or events are shown."""
        return any(card.event.is_demo for card in self.events) or bool(self.requests)


def home(own: Organisation, reader: User) -> Home:
    """The page for a reader who acts for `own`; the same number of queries whatever it shows."""
    now = timezone.now()
    pairs = Pairs(own)
    waiting = waiting_for(own)
    rows = list(waiting.with_parties()[:MOST_REQUESTS])
    cards = tuple(_event_cards(own, now))
    best = _best(pairs, own)
    upcoming = _planned(own).filter(slot__starts_at__gt=now).first()
    return Home(
        own=own,
        moment=now,
        zone=reader.time_zone,
        requests=tuple(request_line(row, own, pairs) for row in rows),
        waiting=waiting.count(),
        questions=tuple(_questions(own, reader, pairs)),
        meetings=tuple(_today(own, now)),
        upcoming=upcoming,
        unsaid=unsaid_meetings(own).count(),
        gap=_gap(best, pairs),
        cards=tuple(_cards(best, pairs)),
        moved=_moved(best, pairs),
        events=cards,
        calls=tuple(_calls(own)),
    )


def _planned(own: Organisation) -> MeetingQuerySet:
    return (
        Meeting.objects.of(own)
        .filter(status=MeetingStatus.CONFIRMED)
        .with_parties()
        .order_by("slot__starts_at")
    )


def _today(own: Organisation, now: dt.datetime) -> Iterator[MeetingLine]:
    """Meetings that are not over, on this day of each event's clock."""
    day = dt.timedelta(days=1)
    rows = _planned(own).filter(slot__ends_at__gt=now, slot__starts_at__lt=now + day)
    for row in rows:
        if row.slot.starts_at.astimezone(row.event.zone).date() == (
            now.astimezone(row.event.zone).date()
        ):
            parties = (row.request.sender.organisation, row.request.receiver.organisation)
            other = parties[1] if parties[0] == own else parties[0]
            place = str(row.table) if row.table else _("by video")
            yield MeetingLine(row, other, row.event.time_zone, place)


def _questions(own: Organisation, reader: User, pairs: Pairs) -> Iterator[Question]:
    """Open questions that the reader may answer; those of organisations set aside rest."""
    aside = Exclusion.objects.in_force().set_by(own).values("other")
    rows = FactRequest.objects.filter(about=own, status=FactRequestStatus.OPEN)
    rows = rows.exclude(asker__in=aside).select_related("asker", "about").order_by("asked_at")
    found = list(rows[:MOST_QUESTIONS])
    if not found or not reader.has_perm("matchmaking.answer_fact", found[0]):
        return
    for row in found:
        target = row.criterion.startswith("target.")
        params = {"who": own.slug, "whom": row.asker.slug, "country": row.subject}
        text = question_text(engine.Evidence(f"ask.{row.criterion}", params), pairs.snapshot.names)
        codes = Stance.values if target else YES_NO
        yield Question(row, text, tuple((code, answer_text(code)) for code in codes))


def _best(pairs: Pairs, own: Organisation) -> list[engine.PairScore]:
    """The best pairs with the other side, without whom one has asked or has been asked by."""
    ranking = pairs.ranking(Event())
    if ranking is None:
        return []
    snapshot = pairs.snapshot
    others = snapshot.partners_of(own, {*_met(own), *ranking.excluded})
    best = ranking.best_first(others)[:TRIED]
    found = (ranking.pair(snapshot.keys[one]) for one in best)
    # Whoever shares no field, or whose field nobody knows, is no suggestion of ours.
    sharing = (one for one in found if one.block is None and one.own.row("sector").value)
    return list(islice(sharing, LOOKED_AT))


def _met(own: Organisation) -> Iterator[str]:
    rows = MeetingRequest.objects.of(own).open()
    for sender, receiver in rows.values_list(
        "sender__organisation__slug", "receiver__organisation__slug"
    ):
        yield from (sender, receiver)


def _gap(best: list[engine.PairScore], pairs: Pairs) -> Gap | None:
    """The question to one's own profile that is the pivot of most of the best matches."""
    asked = [pair.pivotal for pair in best if pair.pivotal and pair.pivotal.asked == pairs.own.slug]
    if not asked:
        return None
    part, number = Counter(one.part for one in asked).most_common(1)[0]
    first = next(one for one in asked if one.part == part)
    return Gap(question_text(first.question, pairs.snapshot.names), number, len(best))


def _cards(best: list[engine.PairScore], pairs: Pairs) -> Iterator[Card]:
    shown = best[:CARDS]
    rows = Organisation.objects.filter(slug__in=[pair.other_key for pair in shown])
    found = {row.slug: row for row in rows.select_related("region")}
    for pair in shown:
        bridge, organisation = pairs.bridge(pair), found.get(pair.other_key)
        if bridge and organisation:
            yield Card(organisation, bridge, pairs.why(pair))


def _moved(best: list[engine.PairScore], pairs: Pairs) -> tuple[MovedLine, ...]:
    ranking = pairs.ranking(Event())
    return moved_partners(ranking, [pair.other_key for pair in best]) if ranking else ()


def _event_cards(own: Organisation, now: dt.datetime) -> Iterator[EventCard]:
    rows = (
        Registration.objects.of(own)
        .active()
        .exclude(event__status__in=OVER)
        .select_related("event__country")
        .annotate(delegates_named=Count("delegates"))
        .order_by("event__starts_on")
    )
    found = list(rows)
    figures = _figures(own, now)
    for row in found:
        yield EventCard(
            row.event, row, *figures.get(row.event_id, (0, 0, 0, 0)), row.delegates_named
        )


def _figures(own: Organisation, now: dt.datetime) -> dict[int, tuple[int, int, int, int]]:
    """By event: asked and open, agreed, waiting for them, waiting for us; one query."""
    sent = Q(sender__organisation=own)
    waits = Q(status=RequestStatus.SENT)
    here = MeetingRequest.objects.not_set_aside(own).filter(waits, answer_by__gt=now)
    rows = MeetingRequest.objects.of(own).open().order_by().values("event")
    counted = rows.annotate(
        asked=Count("pk", filter=sent),
        agreed=Count("pk", filter=Q(status=RequestStatus.ACCEPTED)),
        theirs=Count("pk", filter=sent & waits),
        ours=Count("pk", filter=Q(pk__in=here.values("pk"))),
    )
    return {
        row["event"]: (row["asked"], row["agreed"], row["theirs"], row["ours"]) for row in counted
    }


def _calls(own: Organisation) -> Iterable[Event]:
    """Events that take applications and to which one has not applied."""
    now = timezone.now()
    open_call = Q(apply_until__isnull=True) | Q(apply_until__gt=now)
    rows = Event.objects.filter(open_call, status__in=APPLY_PHASES)
    yield from rows.exclude(registrations__organisation=own).order_by("starts_on")[:3]
