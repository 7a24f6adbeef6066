"""The match page: a pair's score rebuilt in full, and what to do next."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clusters.models import Citation, Organisation, ShortlistEntry, User
from events.choices import ASK_PHASES, RegistrationStatus
from events.models import Event, Registration
from matchmaking import scoring as engine
from matchmaking.models import Exclusion, MeetingRequest
from matchmaking.reads import scores
from matchmaking.reads.bridge import Bridge, BridgeSpan
from matchmaking.reads.market import Snapshot, current
from matchmaking.reads.questions import asked_lately
from matchmaking.reads.week import Week, week_of_pair
from matchmaking.wording.scoring import (
    answer_text,
    criterion_name,
    criterion_question,
    question_text,
    reason_text,
)

# The page of one's own profile on which each criterion's facts are stated.
SECTION_OF = {
    "sector": "my_sectors",
    "target": "my_targets",
    "need": "my_interests",
    "kind": "my_who",
    "record": "my_relations",
    "circle": "my_relations",
    "practice": "my_who",
}


@dataclass(frozen=True)
class Sentence:
    """One reason in words, with where it comes from.

    `counted` says what it gives of how much, where a criterion is made of several parts.
    """

    text: str
    citations: tuple[Citation, ...]
    is_inferred: bool
    is_unknown: bool
    counted: str


@dataclass(frozen=True)
class Wing:
    """One criterion in one direction; points of 100. `low` and `high` only where it is open."""

    points: float
    maximum: float
    low: float | None
    high: float | None
    is_unknown: bool
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class Line:
    """One criterion in both directions."""

    code: str
    name: str
    question: str
    own: Wing
    theirs: Wing


@dataclass(frozen=True)
class AnswerLine:
    """What one answer to the pivotal question would do. Without a bridge the pair is set aside."""

    label: str
    effect: str
    bridge: Bridge | None


@dataclass(frozen=True)
class Pivot:
    """The one fact that would change most. `href`: where one's own side answers it, if it is the one asked."""

    question: str
    href: str
    asked: Organisation
    is_mine: bool
    is_asked_already: bool
    answers: tuple[AnswerLine, ...]


@dataclass(frozen=True)
class NextStep:
    """What the pair can do at one event."""

    event: Event
    text: str
    href: str
    label: str
    is_main: bool


@dataclass(frozen=True)
class MatchPage:
    """Everything the match page shows. `bridge` is None for a blocked pair."""

    own: Organisation
    other: Organisation
    pair: engine.PairScore
    bridge: Bridge | None
    block: str
    exclusion: Exclusion | None
    lines: tuple[Line, ...]
    scale: float
    pivot: Pivot | None
    steps: tuple[NextStep, ...]
    sources: tuple[Citation, ...]
    is_shortlisted: bool
    policy: str
    is_demo: bool
    week: Week

    @property
    def formula(self) -> str:
        """The last step of the sum, for a pocket calculator."""
        return _("%(score)s = √(%(own)s × %(theirs)s), the reciprocal score") % {
            "score": _figure(self.pair.score or 0.0),
            "own": _figure(self.pair.own.points),
            "theirs": _figure(self.pair.theirs.points),
        }


def _figure(value: float) -> str:
    # number_format cuts off; totals on the page are rounded.
    return number_format(round(value, 1), decimal_pos=1)


def match_page(own: Organisation, other: Organisation, *, user: User) -> MatchPage | None:
    """The pair seen by `own`, for a user who acts for it. None while one of them is not listed."""
    snapshot = current()
    profiles = snapshot.market.profiles
    if own.slug not in profiles or other.slug not in profiles or own == other:
        return None
    ranking = scores.ranking(own, snapshot)
    pair = ranking.pair(other.slug)
    citations = citations_of(pair)
    lines = tuple(pair_lines(pair, snapshot, citations))
    return MatchPage(
        own=own,
        other=other,
        pair=pair,
        bridge=scores.bridge(pair, snapshot) if pair.block is None else None,
        block=scores.block_text(pair, snapshot.names),
        exclusion=Exclusion.objects.in_force().filter(organisation=own, other=other).first(),
        lines=lines,
        scale=max(line.own.maximum for line in lines) or 1.0,
        pivot=_pivot(pair, own, other, snapshot, user),
        steps=tuple(_steps(own, other)) if pair.block is None else (),
        sources=tuple(citations.values()),
        is_shortlisted=ShortlistEntry.objects.filter(
            shortlist__organisation=own, shortlist__owner=user, organisation=other
        ).exists(),
        policy=pair.policy,
        is_demo=any(citation.is_demo for citation in citations.values()),
        week=week_of_pair(ranking, other),
    )


def citations_of(*pairs: engine.PairScore) -> Mapping[str, Citation]:
    """The citations of one or more pairs by code, in the order in which they are named; one query."""
    codes = list(dict.fromkeys(code for pair in pairs for code in scores.citation_codes(pair)))
    found = Citation.objects.select_related("source", "footnote").in_bulk(codes, field_name="code")
    return {code: found[code] for code in codes if code in found}


def pair_lines(
    pair: engine.PairScore, snapshot: Snapshot, citations: Mapping[str, Citation]
) -> Iterator[Line]:
    """The criteria of a pair, each in both directions."""
    mine, others = shown_points(pair.own), shown_points(pair.theirs)
    for own, theirs in zip(pair.own.rows, pair.theirs.rows, strict=True):
        yield Line(
            code=own.code,
            name=criterion_name(own.code),
            question=criterion_question(own.code),
            own=_wing(own, mine[own.code], snapshot, citations),
            theirs=_wing(theirs, others[own.code], snapshot, citations),
        )


def shown_points(direction: engine.DirectionScore) -> dict[str, float]:
    """Points of the rows in tenths that add up to the shown total, by largest remainder.

    Rounded one by one, seven rows can miss their total by 0.3; whoever checks the sum would lose trust.
    """
    return in_tenths({row.code: row.points for row in direction.rows}, direction.points)


def in_tenths(points: Mapping[str, float], total: float) -> dict[str, float]:
    """Points in tenths that add up to the total in tenths, by largest remainder."""
    tenths = {code: math.floor(10 * value + 1e-9) for code, value in points.items()}
    missing = round(10 * total) - sum(tenths.values())
    by_remainder = sorted(points, key=lambda code: 10 * points[code] - tenths[code], reverse=True)
    for code in by_remainder[: max(missing, 0)]:
        tenths[code] += 1
    return {code: value / 10 for code, value in tenths.items()}


def _wing(
    row: engine.CriterionRow,
    points: float,
    snapshot: Snapshot,
    citations: Mapping[str, Citation],
) -> Wing:
    is_open = row.high - row.low > 0.005
    return Wing(
        points=points,
        maximum=100 * row.weight,
        low=row.low if is_open else None,
        high=row.high if is_open else None,
        is_unknown=row.value is None,
        sentences=tuple(_sentences(row, points, snapshot, citations)),
    )


def _sentences(
    row: engine.CriterionRow,
    points: float,
    snapshot: Snapshot,
    citations: Mapping[str, Citation],
) -> Iterator[Sentence]:
    """The reasons of a row with what each part gives; parts open for the same reason say it once."""
    given = in_tenths({part.code: part.points for part in row.parts}, points)
    said: dict[str, list[engine.PartRow]] = {}
    reasons: dict[str, engine.Evidence] = {}
    for part in row.parts:
        for evidence in part.evidence:
            text = reason_text(evidence, snapshot.names)
            said.setdefault(text, []).append(part)
            reasons.setdefault(text, evidence)
    for text, parts in said.items():
        evidence = reasons[text]
        yield Sentence(
            text=text,
            citations=tuple(citations[c] for c in evidence.citations if c in citations),
            is_inferred=not evidence.stated,
            is_unknown=parts[0].value is None,
            counted=_counted(parts, given, row) if len(row.parts) > 1 and row.weight else "",
        )


def _counted(
    parts: list[engine.PartRow], given: Mapping[str, float], row: engine.CriterionRow
) -> str:
    figures = {
        "points": _figure(sum(given[part.code] for part in parts)),
        "maximum": _figure(100 * row.weight * sum(part.share for part in parts)),
    }
    if parts[0].value is None:
        return _("%(points)s of %(maximum)s, as usual where nothing is said") % figures
    return _("%(points)s of %(maximum)s") % figures


def _pivot(
    pair: engine.PairScore, own: Organisation, other: Organisation, snapshot: Snapshot, user: User
) -> Pivot | None:
    pivotal = pair.pivotal
    if pivotal is None:
        return None
    asked = own if pivotal.asked == own.slug else other
    return Pivot(
        question=question_text(pivotal.question, snapshot.names),
        href=_answered_at(pivotal.part, own, user),
        asked=asked,
        is_mine=asked == own,
        is_asked_already=asked_lately(own, asked, pivotal.part).exists(),
        answers=tuple(_answers(pair, snapshot)),
    )


def _answered_at(part: str, own: Organisation, user: User) -> str:
    """The section of one's own profile that says it; the profile for those who may not change it."""
    if not user.has_perm("clusters.change_organisation", own):
        return reverse("my_profile")
    return reverse(SECTION_OF[part.partition(".")[0]])


def _answers(pair: engine.PairScore, snapshot: Snapshot) -> Iterator[AnswerLine]:
    if pair.pivotal is None:
        return
    names = snapshot.names
    sides = snapshot.market.profiles
    for answer in pair.pivotal.answers:
        label = answer_text(answer.code)
        if answer.score is None or answer.own is None or answer.theirs is None:
            yield AnswerLine(label, _("the pair is set aside"), None)
            continue
        effect = _("%(now)s becomes %(then)s") % {
            "now": f"{pair.score:.0f}",
            "then": f"{answer.score:.0f}",
        }
        left = BridgeSpan(
            names.organisation(pair.own_key), sides[pair.own_key].side, answer.own,
            min(answer.own, pair.own.low), max(answer.own, pair.own.low),
        )  # fmt: skip
        right = BridgeSpan(
            names.organisation(pair.other_key), sides[pair.other_key].side, answer.theirs,
            min(answer.theirs, pair.theirs.low), max(answer.theirs, pair.theirs.low),
        )  # fmt: skip
        bridge = Bridge(left, right, answer.score, pair.low, pair.high, pair.coverage)
        yield AnswerLine(label, effect, bridge)


def _steps(own: Organisation, other: Organisation) -> Iterator[NextStep]:
    """Running events in which `own` takes part, and what can be done about `other` there."""
    mine = Registration.objects.filter(
        organisation=own,
        status=RegistrationStatus.ACCEPTED,
        event__status__in=ASK_PHASES,
    ).select_related("event")
    registrations = {registration.event_id: registration for registration in mine}
    theirs = set(
        Registration.objects.accepted()
        .filter(organisation=other, event__in=registrations)
        .values_list("event_id", flat=True)
    )
    both = Q(sender__organisation=own, receiver__organisation=other) | Q(
        sender__organisation=other, receiver__organisation=own
    )
    found = MeetingRequest.objects.open().filter(both, event__in=registrations)
    requests = {request.event_id: request for request in found}
    used = _used_quota(registrations)
    for event_id, registration in registrations.items():
        yield _step(registration, other, event_id in theirs, requests.get(event_id), used)


def _used_quota(registrations: Mapping[int, Registration]) -> Mapping[int, int]:
    used: dict[int, int] = {}
    senders = MeetingRequest.objects.open().filter(sender__in=registrations.values())
    for event_id in senders.values_list("event_id", flat=True):
        used[event_id] = used.get(event_id, 0) + 1
    return used


def _step(
    registration: Registration,
    other: Organisation,
    is_there: bool,
    request: MeetingRequest | None,
    used: Mapping[int, int],
) -> NextStep:
    event = registration.event
    if request is not None:
        href = reverse("request", args=[request.pk])
        text = _("There is a request between you: %(state)s.") % {
            "state": request.get_status_display()
        }
        return NextStep(event, text, href, _("Open the request"), is_main=True)
    if not is_there:
        text = _("%(name)s does not take part.") % {"name": other.short_name}
        return NextStep(event, text, event.get_absolute_url(), _("See the event"), is_main=False)
    left = event.request_quota - used.get(event.pk, 0)
    text = ngettext(
        "You both take part. You can ask for %(n)s more meeting; a request holds no slot.",
        "You both take part. You can ask for %(n)s more meetings; a request holds no slot.",
        max(left, 0),
    ) % {"n": max(left, 0)}
    href = reverse("ask", args=[event.slug, other.slug])
    return NextStep(event, text, href, _("Ask for a meeting"), is_main=True)
