"""Did the scores predict? Requests, meetings and outcomes against what the score said when asked."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from clusters.models import User
from events.models import Event
from matchmaking import scoring as engine
from matchmaking.choices import MeetingStatus, OutcomeStep, RequestStatus
from matchmaking.models import AskedScore, MeetingRequest
from matchmaking.reads.exports import csv_lines
from matchmaking.reads.market import Snapshot, current
from matchmaking.reads.organiser.console import Console, console
from matchmaking.reads.policies import may_save
from matchmaking.reads.scores import DEFAULT_POLICY, pair_values, policy_or_default
from matchmaking.scoring.hindsight import (
    SMALLEST,
    CriterionLine,
    Hindsight,
    Observation,
    look_back,
)
from matchmaking.scoring.outcomes import MINIMUM, Band
from matchmaking.wording.scoring import criterion_name

BEYOND = [step for step in OutcomeStep.values if step != OutcomeStep.HELD]
ANSWERED = (RequestStatus.ACCEPTED, RequestStatus.DECLINED, RequestStatus.EXPIRED)


@dataclass(frozen=True)
class Question:
    """What is asked of the past: whose rows, and which of them happened.

    `is_private`: what happened is known to the two sides alone, so small groups are kept back.
    """

    code: str
    title: Promise
    yes: Promise
    text: Promise
    rows: Callable[[QuerySet[MeetingRequest]], QuerySet[MeetingRequest]]
    happened: Callable[[MeetingRequest], bool]
    is_private: bool = False


def _answered(rows: QuerySet[MeetingRequest]) -> QuerySet[MeetingRequest]:
    return rows.filter(status__in=ANSWERED)


def _over(rows: QuerySet[MeetingRequest]) -> QuerySet[MeetingRequest]:
    return rows.filter(meeting__status__in=[MeetingStatus.HELD, MeetingStatus.MISSED])


def _reported(rows: QuerySet[MeetingRequest]) -> QuerySet[MeetingRequest]:
    """Held meetings of which both sides said what came."""
    held = rows.filter(meeting__status=MeetingStatus.HELD)
    further = Q(meeting__outcomes__step__in=BEYOND)
    return held.annotate(
        said=Count("meeting__outcomes", distinct=True),
        further=Count("meeting__outcomes", filter=further, distinct=True),
    ).filter(said__gte=2)


QUESTIONS: Mapping[str, Question] = {
    one.code: one
    for one in (
        Question(
            code="accepted",
            title=gettext_lazy("Accepted?"),
            yes=pgettext_lazy("of requests", "accepted"),
            text=gettext_lazy(
                "Requests that were answered or ran out. Those still waiting or taken back are left out."
            ),
            rows=_answered,
            happened=lambda row: row.status == RequestStatus.ACCEPTED,
        ),
        Question(
            code="held",
            title=gettext_lazy("Held?"),
            yes=pgettext_lazy("of meetings", "held"),
            text=gettext_lazy("Meetings marked as held or missed. Cancelled ones are left out."),
            rows=_over,
            happened=lambda row: row.meeting.status == MeetingStatus.HELD,
        ),
        Question(
            code="further",
            title=gettext_lazy("Taken further?"),
            yes=pgettext_lazy("of meetings", "taken further"),
            text=gettext_lazy(
                "Held meetings of which both sides said what came: a follow-up or more, by both."
            ),
            rows=_reported,
            happened=lambda row: row.further >= 2,  # type: ignore[attr-defined]  # annotated by _reported
            is_private=True,
        ),
    )
}


@dataclass(frozen=True)
class Choice:
    """A question one can ask here."""

    code: str
    title: Promise
    is_current: bool


@dataclass(frozen=True)
class BandLine:
    """A band in percent and points: for the drawing and for the table behind it."""

    label: str
    trials: int
    happened: int
    percent: float | None
    low: float
    high: float

    @property
    def width(self) -> float:
        """Length of the interval."""
        return self.high - self.low


@dataclass(frozen=True)
class CriterionRow:
    """A criterion: where it spoke for the meeting and where not; AUC alone, lift within the score."""

    name: str
    weak: BandLine | None
    strong: BandLine | None
    auc: float | None
    lift: float | None


@dataclass(frozen=True)
class ProposalPage:
    """Weights a fit would take, in points, beside those in force."""

    rows: tuple[tuple[str, float, float], ...]
    observations: int
    happened: int
    auc: float
    query: str


@dataclass(frozen=True)
class HindsightPage:
    """What can be said about one question, for all events or one."""

    console: Console | None
    question: Question
    choices: tuple[Choice, ...]
    found: Hindsight
    bands: tuple[BandLine, ...]
    criteria: tuple[CriterionRow, ...]
    proposal: ProposalPage | None
    policy: str
    of_today: int
    events: int
    may_save: bool
    is_demo: bool

    @property
    def minimum(self) -> int:
        """Fewer observations than this show nothing but chance."""
        return MINIMUM

    @property
    def smallest(self) -> int:
        """No private group of fewer is shown."""
        return SMALLEST


def hindsight_page(user: User, code: str, event: Event | None = None) -> HindsightPage:
    """The question `code` (the first where there is none such) for one event, or for all."""
    question = QUESTIONS.get(code) or next(iter(QUESTIONS.values()))
    rows = _rows(question, event)
    snapshot = current()
    used = policy_or_default(event.scoring_policy if event else DEFAULT_POLICY, snapshot)
    seen, of_today = _observations(rows, question, snapshot)
    found = look_back(seen, used.weights, is_private=question.is_private)
    return HindsightPage(
        console=console(event, user, "organiser_scores") if event else None,
        question=question,
        choices=tuple(Choice(one.code, one.title, one is question) for one in QUESTIONS.values()),
        found=found,
        bands=tuple(_band(band) for band in found.bands),
        criteria=tuple(_criterion(line) for line in found.criteria),
        proposal=_proposal(found, used),
        policy=used.name,
        of_today=of_today,
        events=len({row.event_id for row in rows}),
        may_save=may_save(user),
        is_demo=any(row.event.is_demo for row in rows),
    )


def _rows(question: Question, event: Event | None) -> list[MeetingRequest]:
    rows = question.rows(MeetingRequest.objects.all())
    if event is not None:
        rows = rows.filter(event=event)
    found = rows.select_related(
        "event", "asked_score", "meeting", "sender__organisation", "receiver__organisation"
    )
    return list(found.order_by("pk"))


def _observations(
    rows: Iterable[MeetingRequest], question: Question, snapshot: Snapshot
) -> tuple[list[Observation], int]:
    """One for each pair with a score; and how many had to be scored today."""
    seen, of_today = [], 0
    policies: dict[str, engine.Policy] = {}
    for row in rows:
        kept = getattr(row, "asked_score", None)
        values = _kept(kept) if kept is not None else _today(row, snapshot, policies)
        if values is None:
            continue
        of_today += kept is None
        seen.append(
            Observation(
                score=values["score"],
                own=values["own"],
                theirs=values["theirs"],
                happened=question.happened(row),
                decider=str(row.receiver_id),
            )
        )
    return seen, of_today


def _today(
    row: MeetingRequest, snapshot: Snapshot, policies: dict[str, engine.Policy]
) -> dict[str, Any] | None:
    """What the score says now of a request from before scores were kept; each policy is read once."""
    name = row.event.scoring_policy
    if name not in policies:
        policies[name] = policy_or_default(name, snapshot)
    return pair_values(row, snapshot, policies[name])


def _kept(row: AskedScore) -> dict[str, Any]:
    """A criterion that came later counts nothing in an older row."""
    blank = dict.fromkeys(engine.CRITERIA, 0.0)
    return {
        "score": row.score,
        "own": {**blank, **row.own},
        "theirs": {**blank, **row.theirs},
    }


def _band(band: Band, label: str = "") -> BandLine:
    return BandLine(
        label=label or _("%(low)d to %(high)d") % {"low": band.low, "high": band.high},
        trials=band.trials,
        happened=band.successes,
        percent=None if band.share is None else 100 * band.share,
        low=100 * band.interval[0],
        high=100 * band.interval[1],
    )


def _criterion(line: CriterionLine) -> CriterionRow:
    weak = _band(line.weak, _("under half")) if line.weak else None
    strong = _band(line.strong, _("half or more")) if line.strong else None
    return CriterionRow(criterion_name(line.code), weak, strong, line.auc, line.lift)


def _proposal(found: Hindsight, used: engine.Policy) -> ProposalPage | None:
    if found.proposal is None:
        return None
    points = {code: round(100 * weight, 1) for code, weight in found.proposal.weights.items()}
    return ProposalPage(
        rows=tuple(
            (criterion_name(code), 100 * used.weights[code], points[code])
            for code in engine.CRITERIA
        ),
        observations=found.proposal.observations,
        happened=found.proposal.happened,
        auc=found.proposal.auc,
        query=urlencode(points),
    )


def hindsight_lines(page: HindsightPage) -> Iterable[str]:
    """The page as lines of a CSV file: bands, then criteria, then the proposal."""
    rows: list[list[Any]] = [
        [_("Part"), _("What"), _("Observations"), _("Happened"), _("Share"), _("From"), _("To")]
    ]
    rows += [_cells(_("Score"), band) for band in page.bands]
    for line in page.criteria:
        rows += [_cells(line.name, band) for band in (line.weak, line.strong) if band]
        rows.append([line.name, _("AUC alone"), "", "", _figure(line.auc), "", ""])
        rows.append([line.name, _("lift"), "", "", _figure(line.lift), "", ""])
    if page.proposal:
        rows += [
            [_("Proposed points"), name, "", "", _figure(after, 1), "", ""]
            for name, _before, after in page.proposal.rows
        ]
    return csv_lines(rows)


def _cells(part: str, band: BandLine) -> list[Any]:
    return [
        part,
        band.label,
        band.trials,
        band.happened,
        _figure(band.percent, 1),
        _figure(band.low, 1),
        _figure(band.high, 1),
    ]


def _figure(value: float | None, places: int = 3) -> str:
    return "" if value is None else f"{value:.{places}f}"
