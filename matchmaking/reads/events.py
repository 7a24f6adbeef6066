"""The list of events and the page of one event."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from clusters.choices import Side
from clusters.models import Citation, Figure, Organisation, Sector, User
from events.choices import (
    APPLY_PHASES,
    ASK_PHASES,
    EventStatus,
    Format,
    RegistrationStatus,
)
from events.models import Event, EventTheme, Registration, Session
from matchmaking.models import Meeting, MeetingRequest
from matchmaking.reads.clocks import Clocks, clocks_of

RUNNING = (
    EventStatus.LIVE,
    EventStatus.PUBLISHED,
    EventStatus.PLANNING,
    EventStatus.BOOKING,
    EventStatus.CALL,
)
STAGES = (
    EventStatus.CALL,
    EventStatus.BOOKING,
    EventStatus.PLANNING,
    EventStatus.PUBLISHED,
    EventStatus.LIVE,
    EventStatus.CLOSED,
)
AGENDA_PHASES = frozenset({EventStatus.PUBLISHED, EventStatus.LIVE, EventStatus.CLOSED})
NAMES_SHOWN = 60


@dataclass(frozen=True)
class EventLine:
    """One event of the list; `mine` is the reader's registration."""

    event: Event
    accepted: int
    mine: Registration | None

    @property
    def is_cancelled(self) -> bool:
        """It will not take place."""
        return bool(self.event.status == EventStatus.CANCELLED)


@dataclass(frozen=True)
class EventList:
    """Running events first; then those that are over, the report's among them."""

    running: tuple[EventLine, ...]
    drafts: tuple[EventLine, ...]
    over: tuple[EventLine, ...]
    sources: tuple[Citation, ...]


@dataclass(frozen=True)
class SideCount:
    """How many accepted organisations one side sends, with their names."""

    side: str
    label: str
    organisations: tuple[Organisation, ...]
    total: int

    @property
    def hidden(self) -> int:
        """How many names are not on the page."""
        return self.total - len(self.organisations)


@dataclass(frozen=True)
class SessionLine:
    """A session with its number of slots."""

    session: Session
    slots: int


@dataclass(frozen=True)
class Theme:
    """What one statement says the event was about."""

    sectors: tuple[Sector, ...]
    citations: tuple[Citation, ...]


OVER = (EventStatus.CLOSED, EventStatus.ARCHIVED)


@dataclass(frozen=True)
class NextThing:
    """The one thing to do next; `href` is empty when there is only to wait."""

    text: str
    label: str = ""
    href: str = ""


@dataclass(frozen=True)
class EventPage:
    """Everything the page of an event shows. `next` is None for strangers of a past event."""

    event: Event
    clocks: Clocks
    stages: tuple[tuple[str, Promise | str], ...]
    days: tuple[tuple[dt.date, tuple[SessionLine, ...]], ...]
    formats: tuple[str, ...]
    tables: int
    sides: tuple[SideCount, ...]
    themes: tuple[Theme, ...]
    figures: tuple[Figure, ...]
    sources: tuple[Citation, ...]
    mine: Registration | None
    next: NextThing | None

    @property
    def accepted(self) -> int:
        """How many organisations take part."""
        return sum(side.total for side in self.sides)

    @property
    def is_cancelled(self) -> bool:
        """It will not take place."""
        return bool(self.event.status == EventStatus.CANCELLED)

    @property
    def is_disputed(self) -> bool:
        """Two statements give different themes."""
        return len(self.themes) > 1


def event_list(reader: User | AnonymousUser, own: Organisation | None) -> EventList:
    """The events that the reader may see; five queries at most."""
    accepted = Count(
        "registrations", filter=Q(registrations__status=RegistrationStatus.ACCEPTED), distinct=True
    )
    events = list(
        Event.objects.visible_to(reader)
        .select_related("country", "region")
        .prefetch_related("citations__source", "citations__footnote")
        .annotate(accepted=accepted)
        .order_by(F("starts_on").desc(nulls_last=True), "name")
    )
    mine = _registrations(own, events)
    lines = [EventLine(event, event.accepted, mine.get(event.pk)) for event in events]
    running = [line for line in lines if line.event.status in RUNNING]
    running.sort(key=lambda line: (RUNNING.index(line.event.status), _first_day(line.event)))
    shown_over = tuple(
        line for line in lines if line.event.status not in (*RUNNING, EventStatus.DRAFT)
    )
    return EventList(
        running=tuple(running),
        drafts=tuple(line for line in lines if line.event.status == EventStatus.DRAFT),
        over=shown_over,
        sources=_once(cite for line in shown_over for cite in line.event.citations.all()),
    )


def event_page(event: Event, reader: User | AnonymousUser, own: Organisation | None) -> EventPage:
    """The page of an event that the reader may see (the caller checked that)."""
    sessions = _sessions(event)
    themes = tuple(_themes(event))
    figures = tuple(event.figures.prefetch_related("citations__source", "citations__footnote"))
    mine = _registrations(own, [event]).get(event.pk)
    cited = [
        *event.citations.select_related("source", "footnote"),
        *(cite for theme in themes for cite in theme.citations),
        *(cite for figure in figures for cite in figure.citations.all()),
    ]
    chosen = {line.session.format for _day, lines in sessions for line in lines}
    return EventPage(
        event=event,
        clocks=clocks_of(event, reader),
        stages=tuple((stage.value, stage.label) for stage in STAGES),
        days=sessions,
        formats=tuple(str(one.label) for one in Format if one in chosen or "" in chosen),
        tables=event.tables.count(),
        sides=tuple(_sides(event)),
        themes=themes,
        figures=figures,
        sources=_once(cited),
        mine=mine,
        next=_next(event, reader, own, mine),
    )


def _first_day(event: Event) -> dt.date:
    return event.starts_on or dt.date.max


def _registrations(own: Organisation | None, events: Iterable[Event]) -> Mapping[int, Registration]:
    if own is None:
        return {}
    rows = Registration.objects.of(own).filter(event__in=events)
    return {row.event_id: row for row in rows}


def _once(citations: Iterable[Citation]) -> tuple[Citation, ...]:
    return tuple({citation.pk: citation for citation in citations}.values())


def _sessions(event: Event) -> tuple[tuple[dt.date, tuple[SessionLine, ...]], ...]:
    rows = event.sessions.annotate(count=Count("slots")).order_by("starts_at")
    lines = [SessionLine(row, row.count) for row in rows]
    by_day = groupby(lines, key=lambda line: line.session.starts_at.astimezone(event.zone).date())
    return tuple((day, tuple(found)) for day, found in by_day)


def _themes(event: Event) -> Iterable[Theme]:
    cites = Prefetch("citations", Citation.objects.select_related("source", "footnote"))
    for row in EventTheme.objects.filter(event=event).prefetch_related("sectors", cites):
        yield Theme(tuple(row.sectors.all()), tuple(row.citations.all()))


def _sides(event: Event) -> Iterable[SideCount]:
    rows = Registration.objects.accepted().filter(event=event).select_related("organisation")
    found: dict[str, list[Organisation]] = {side: [] for side in Side.values}
    for row in rows.order_by("organisation__name"):
        found[row.organisation.side].append(row.organisation)
    for side in Side:
        everybody = found[side]
        if everybody:
            yield SideCount(side, str(side.label), tuple(everybody[:NAMES_SHOWN]), len(everybody))


# -- the one next thing


def _next(
    event: Event,
    reader: User | AnonymousUser,
    own: Organisation | None,
    mine: Registration | None,
) -> NextThing | None:
    if event.status in (EventStatus.ARCHIVED, EventStatus.CANCELLED, EventStatus.DRAFT):
        return None
    if not reader.is_authenticated:
        here = reverse("event", args=[event.slug])
        return NextThing(
            _("Sign in as a representative of an organisation to take part."),
            _("Sign in"),
            f"{reverse('account_login')}?next={here}",
        )
    if own is None:
        return NextThing(
            _(
                "You act for no organisation yet. Ask a colleague who does for an invitation; "
                "then you can take part."
            )
        )
    if mine is None:
        return _apply(event)
    if mine.status != RegistrationStatus.ACCEPTED:
        return _waiting(event, mine)
    return _as_participant(event, own)


def _apply(event: Event) -> NextThing | None:
    over = event.apply_until is not None and event.apply_until < timezone.now()
    if event.status not in APPLY_PHASES or over:
        return NextThing(_("Applications are closed. Write to the organisers if you want to come."))
    return NextThing(
        _("Your organisation has not applied. It takes five minutes and can be changed later."),
        _("Apply"),
        reverse("event_apply", args=[event.slug]),
    )


def _waiting(event: Event, mine: Registration) -> NextThing:
    label, href = _("Your registration"), reverse("registration", args=[event.slug])
    texts = {
        RegistrationStatus.APPLIED: _(
            "The organisers have your application and will answer. You can change it meanwhile."
        ),
        RegistrationStatus.RESERVE: _(
            "You are on the reserve list: when a place becomes free, the organisers write to you."
        ),
        RegistrationStatus.REJECTED: _("The organisers could not accept your application."),
        RegistrationStatus.WITHDRAWN: _("Your organisation has withdrawn from this event."),
    }
    return NextThing(texts[RegistrationStatus(mine.status)], label, href)


def _as_participant(event: Event, own: Organisation) -> NextThing:
    if event.status in OVER:
        return NextThing(
            _("The event is over. Say what came of your meetings."),
            _("After the meetings"),
            reverse("after"),
        )
    requests = MeetingRequest.objects.filter(event=event)
    waiting = requests.not_set_aside(own).filter(status="sent", answer_by__gt=timezone.now())
    if event.status not in AGENDA_PHASES and waiting.exists():
        return NextThing(
            _("Others wait for your answer to their requests."),
            _("Answer them"),
            f"{reverse('inbox')}?event={event.slug}",
        )
    if event.status in ASK_PHASES:
        return NextThing(
            _("You take part. Ask the partners you want to meet; a request holds no slot."),
            _("Ask for meetings"),
            reverse("suggestions", args=[event.slug]),
        )
    if event.status in AGENDA_PHASES:
        return _with_schedule(event, own)
    if event.status == EventStatus.CALL:
        return NextThing(
            _("You take part. Name who comes and when they can meet; requests open later."),
            _("Your registration"),
            reverse("registration", args=[event.slug]),
        )
    return NextThing(
        _("You take part. The organisers plan the meetings now and publish the schedule."),
        _("See your requests"),
        f"{reverse('inbox')}?event={event.slug}",
    )


def _with_schedule(event: Event, own: Organisation) -> NextThing:
    if Meeting.objects.of(own).filter(event=event).exists():
        return NextThing(
            _("The schedule is published."),
            _("Open your agenda"),
            f"{reverse('agenda')}?event={event.slug}",
        )
    return NextThing(
        _(
            "The schedule is published and holds no meeting of yours. A place that becomes free "
            "on the day may be offered to you."
        ),
        _("See your requests"),
        f"{reverse('inbox')}?event={event.slug}",
    )
