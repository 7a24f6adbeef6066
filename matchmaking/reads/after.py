"""What came of an organisation's meetings: the list of a year, one meeting, and the figures of a year."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from django.utils import timezone

from clusters.models import Organisation, User
from matchmaking.choices import MeetingStatus, OutcomeStep
from matchmaking.models import Meeting, Outcome
from matchmaking.querysets import MeetingQuerySet
from matchmaking.reads.agenda import other_side

RUNGS = tuple(OutcomeStep)
WITH = (
    "seats__delegate",
    "outcomes",
    "request__sender__organisation__countries",
    "request__receiver__organisation__countries",
)


@dataclass(frozen=True)
class Rung:
    """One step of the ladder; `is_here` is the highest that was reached."""

    label: str
    is_reached: bool
    is_here: bool


@dataclass(frozen=True)
class AfterLine:
    """A meeting that is over, as one side sees it: its own entry in full, of the other's only the step."""

    meeting: Meeting
    own: Organisation
    other: Organisation
    mine: Outcome | None
    theirs: Outcome | None

    @property
    def day(self) -> dt.date:
        """The day it was planned for, on the event's clock."""
        return self.meeting.slot.starts_at.astimezone(self.meeting.event.zone).date()

    @property
    def is_missed(self) -> bool:
        """Somebody noted that one side did not come."""
        return bool(self.meeting.status == MeetingStatus.MISSED)

    @property
    def missed_by_us(self) -> bool:
        """It was our side that did not come."""
        return self.meeting.missed_by_id == self.own.pk

    @property
    def is_unmarked(self) -> bool:
        """Nobody has said yet whether it took place."""
        return bool(self.meeting.status == MeetingStatus.CONFIRMED)

    @property
    def is_unsaid(self) -> bool:
        """Our side has said nothing of it."""
        return self.mine is None and not self.is_missed

    @property
    def ladder(self) -> tuple[Rung, ...]:
        """How far it came as our side says."""
        return _ladder(self.mine)

    @property
    def their_ladder(self) -> tuple[Rung, ...]:
        """How far it came as the other side says."""
        return _ladder(self.theirs)

    @property
    def confirmed(self) -> str:
        """The highest step that both sides have said; empty where there is none."""
        reached = [_height(self.mine), _height(self.theirs)]
        return str(RUNGS[min(reached)].label) if min(reached) >= 0 else ""

    @property
    def has_open_step(self) -> bool:
        """Our side wrote down what to do next and has not ticked it off."""
        mine = self.mine
        return mine is not None and bool(mine.next_step) and mine.next_done_at is None

    def is_due(self, today: dt.date) -> bool:
        """The next step's day has come."""
        day = self.mine.next_on if self.mine else None
        return self.has_open_step and day is not None and day <= today


@dataclass(frozen=True)
class Reached:
    """How many meetings came at least to a step: as we say, and as both sides say."""

    label: str
    said: int
    confirmed: int


@dataclass(frozen=True)
class After:
    """The meetings of one year; what waits for a word stands first."""

    own: Organisation | None
    moment: dt.datetime
    year: int | None
    years: tuple[int, ...]
    lines: tuple[AfterLine, ...]

    @property
    def year_choices(self) -> list[tuple[str, bool]]:
        """Every year with meetings, and whether it is the one shown."""
        return [(str(year), year == self.year) for year in self.years]

    @cached_property
    def unsaid(self) -> tuple[AfterLine, ...]:
        """Meetings of which our side has said nothing, the oldest first."""
        return tuple(line for line in reversed(self.lines) if line.is_unsaid)

    @cached_property
    def open_steps(self) -> tuple[AfterLine, ...]:
        """Meetings with a next step to do, the nearest day first; those without a day last."""
        rows = (line for line in self.lines if line.has_open_step)
        return tuple(sorted(rows, key=_next_day))

    @property
    def open_steps_due(self) -> list[tuple[AfterLine, bool]]:
        """The same, each with whether its day has come."""
        return [(line, line.is_due(self.today)) for line in self.open_steps]

    @cached_property
    def said(self) -> tuple[AfterLine, ...]:
        """All others, the newest first."""
        return tuple(line for line in self.lines if not line.is_unsaid and not line.has_open_step)

    @cached_property
    def reached(self) -> tuple[Reached, ...]:
        """The ladder of the year, from having met to trade."""
        return year_figures(self.lines)

    @property
    def is_demo(self) -> bool:
        """Invented meetings are among them."""
        return any(line.meeting.event.is_demo for line in self.lines)

    @property
    def today(self) -> dt.date:
        """Today on the reader's clock, for what is due."""
        return self.moment.date()


@dataclass(frozen=True)
class AfterPage:
    """One meeting to say something of."""

    line: AfterLine
    is_over: bool


def after(reader: User, own: Organisation | None, *, year: str = "") -> After:
    """Meetings that are over, of the year asked for or the newest; the same number of queries always."""
    now = timezone.now().astimezone(ZoneInfo(reader.time_zone))
    rows = Meeting.objects.active().filter(slot__ends_at__lte=now)
    mine = rows.of(own) if own else rows.filter(seats__delegate__user=reader).distinct()
    found = mine.with_parties().prefetch_related(*WITH)
    lines = [_line(row, own, reader) for row in found.order_by("-slot__starts_at", "-pk")]
    years = sorted({line.day.year for line in lines}, reverse=True)
    chosen = next((one for one in years if str(one) == year), years[0] if years else None)
    shown = tuple(line for line in lines if line.day.year == chosen)
    return After(own, now, chosen, tuple(years), shown)


def after_page(meeting: Meeting, reader: User, own: Organisation | None) -> AfterPage:
    """One meeting, read with its parties."""
    over = meeting.slot.starts_at <= timezone.now() and meeting.status != MeetingStatus.CANCELLED
    return AfterPage(_line(meeting, own, reader), over)


def unsaid_meetings(own: Organisation) -> MeetingQuerySet:
    """Meetings that are over and of which an organisation has said nothing."""
    rows = Meeting.objects.of(own).filter(slot__ends_at__lte=timezone.now())
    open_states = (MeetingStatus.CONFIRMED, MeetingStatus.HELD)
    said = Outcome.objects.filter(organisation=own).values("meeting")
    return rows.filter(status__in=open_states).exclude(pk__in=said)


def year_figures(lines: Sequence[AfterLine]) -> tuple[Reached, ...]:
    """How many meetings came at least to each step. A meeting marked as held counts as met."""
    held = [line for line in lines if line.meeting.status == MeetingStatus.HELD]
    mine = [max(_height(line.mine), 0) for line in held]
    both = [
        min(heights)
        for line in held
        if min(heights := (_height(line.mine), _height(line.theirs))) >= 0
    ]
    return tuple(
        Reached(
            str(rung.label),
            sum(1 for one in mine if one >= height),
            sum(1 for one in both if one >= height),
        )
        for height, rung in enumerate(RUNGS)
    )


def _line(meeting: Meeting, own: Organisation | None, reader: User) -> AfterLine:
    other = other_side(meeting, own, reader)
    parties = (meeting.request.sender.organisation, meeting.request.receiver.organisation)
    ours = parties[1] if parties[0] == other else parties[0]
    said = {outcome.organisation_id: outcome for outcome in meeting.outcomes.all()}
    return AfterLine(meeting, ours, other, said.get(ours.pk), said.get(other.pk))


def _height(outcome: Outcome | None) -> int:
    """Which rung: 0 for "held", -1 where nothing was said."""
    return RUNGS.index(OutcomeStep(outcome.step)) if outcome else -1


def _ladder(outcome: Outcome | None) -> tuple[Rung, ...]:
    here = _height(outcome)
    return tuple(Rung(str(rung.label), at <= here, at == here) for at, rung in enumerate(RUNGS))


def _next_day(line: AfterLine) -> dt.date:
    day = line.mine.next_on if line.mine else None
    return day or dt.date.max
