"""Scores for pages and the API: always of the present data, in the reader's words."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from clusters.models import Organisation
from events.models import Event
from matchmaking import scoring as engine
from matchmaking.adapters.scores import policy_from_row
from matchmaking.models import Exclusion, MeetingRequest, ScoringPolicy
from matchmaking.reads.bridge import Bridge, BridgePart, BridgeSpan
from matchmaking.reads.market import Snapshot, current
from matchmaking.reads.names import Names
from matchmaking.scoring.ranking import Against, against
from matchmaking.scoring.ties import order
from matchmaking.wording.scoring import criterion_name, reason_text

DEFAULT_POLICY = "default"
# Below half of what it could give, a criterion is no reason to meet.
SPEAKS_FOR = 0.5


class UnknownPolicyError(ValueError):
    """There is no scoring policy of that name; the message lists those there are."""


def policy(name: str, snapshot: Snapshot) -> engine.Policy:
    """The newest version of a policy, as saved here or as shipped. Raises UnknownPolicyError.

    What it says nothing of counts, where unknown, with the usual value measured in the snapshot.
    """
    priors = engine.measured_priors(snapshot.market)
    row = ScoringPolicy.objects.filter(name=name).order_by("-version").first()
    if row is not None:
        return policy_from_row(row, priors)
    if name in engine.SHIPPED:
        return replace(engine.SHIPPED[name], priors=priors)
    raise UnknownPolicyError(
        _("There is no scoring policy “%(name)s”. There are: %(names)s.")
        % {"name": name, "names": ", ".join(policy_names())}
    )


def policy_or_default(name: str, snapshot: Snapshot) -> engine.Policy:
    """The policy that an event names; the default one where that is gone, since pages must show something."""
    try:
        return policy(name or DEFAULT_POLICY, snapshot)
    except UnknownPolicyError:
        return policy(DEFAULT_POLICY, snapshot)


def policy_names() -> list[str]:
    """Names of all policies, shipped and saved."""
    saved = ScoringPolicy.objects.values_list("name", flat=True)
    return sorted({*engine.SHIPPED, *saved})


def excluded_by(organisation: Organisation) -> dict[str, str]:
    """Slugs that an organisation has set aside itself, with the reason. Private to it."""
    rows = Exclusion.objects.in_force().set_by(organisation)
    return dict(rows.values_list("other__slug", "reason"))


@dataclass(frozen=True)
class Ranking:
    """Scores of everybody against one organisation, as arrays in the market's order."""

    own: Organisation
    snapshot: Snapshot
    policy: engine.Policy
    excluded: Mapping[str, str]

    @cached_property
    def against(self) -> Against:
        """Everybody's points against the organisation that looks, one pass."""
        return against(self.snapshot.market, self.own.slug, self.policy)

    def best_first(self, positions: NDArray[np.int64], *, by: str = "score") -> NDArray[np.int64]:
        """`positions` by score, or by what one direction gives; set-aside pairs last."""
        values = getattr(self.against, by)[positions].copy()
        keys = self.snapshot.position
        hidden = [keys[key] for key in self.excluded if key in keys]
        aside = np.isnan(self.against.score[positions]) | np.isin(positions, hidden)
        values[aside] = -1.0
        best = order(values / 100, self.against.coverage[positions], self.against.draw[positions])
        return positions[best]

    def pair(self, other: str) -> engine.PairScore:
        """The pair in full, seen by `own`."""
        return engine.score_pair(
            self.snapshot.market, self.own.slug, other, self.policy, excluded=self.excluded
        )


def ranking(own: Organisation, snapshot: Snapshot, *, policy_name: str = DEFAULT_POLICY) -> Ranking:
    """The ranking of everybody for a listed organisation; three queries, none of them long."""
    return Ranking(own, snapshot, policy(policy_name, snapshot), excluded_by(own))


def pair(
    own: Organisation, other: Organisation, *, policy_name: str = DEFAULT_POLICY
) -> engine.PairScore | None:
    """The pair seen by `own`; None while one of the two is not listed."""
    snapshot = current()
    profiles = snapshot.market.profiles
    if own.slug not in profiles or other.slug not in profiles:
        return None
    return ranking(own, snapshot, policy_name=policy_name).pair(other.slug)


def reciprocal_scores(
    pairs: Sequence[tuple[str, str]], *, policy_name: str = DEFAULT_POLICY
) -> dict[tuple[str, str], float]:
    """Scores (0 to 100) for pairs of slugs, without anybody's private exclusions.

    A pair that has none (not listed, set aside in public) is left out; a policy that is gone gives way
    to the default one.
    """
    snapshot = current()
    used = policy_or_default(policy_name, snapshot)
    known = snapshot.market.profiles
    found = {}
    for own, other in pairs:
        if own in known and other in known:
            scored = engine.score_pair(snapshot.market, own, other, used)
            if scored.score is not None:
                found[own, other] = scored.score
    return found


def scores_at(event: Event) -> Callable[[Sequence[tuple[str, str]]], dict[tuple[str, str], float]]:
    """`reciprocal_scores` by the policy of an event."""
    return partial(reciprocal_scores, policy_name=event.scoring_policy)


def asked_values(request: MeetingRequest) -> dict[str, Any] | None:
    """Fields of AskedScore as of now, by the event's policy; None while the pair has no score."""
    snapshot = current()
    return pair_values(request, snapshot, policy_or_default(request.event.scoring_policy, snapshot))


def pair_values(
    request: MeetingRequest, snapshot: Snapshot, used: engine.Policy
) -> dict[str, Any] | None:
    """The same in a snapshot and by a policy at hand."""
    own, other = request.sender.organisation.slug, request.receiver.organisation.slug
    if not {own, other} <= snapshot.market.profiles.keys():
        return None
    pair = engine.score_pair(snapshot.market, own, other, used)
    if pair.score is None:
        return None
    return {
        "policy": used.stamp,
        "score": pair.score,
        "own": _values(pair.own, used),
        "theirs": _values(pair.theirs, used),
    }


def _values(direction: engine.DirectionScore, used: engine.Policy) -> dict[str, float]:
    """Value of each criterion, the usual one where a part is unknown: what the points are made of."""
    return {
        row.code: round(
            sum(
                part.share * (used.priors[part.code] if part.value is None else part.value)
                for part in row.parts
            ),
            6,
        )
        for row in direction.rows
    }


# -- in words and pictures


def bridge(pair: engine.PairScore, snapshot: Snapshot) -> Bridge:
    """The drawing of a pair that has a score."""
    return Bridge(
        left=_span(pair.own, snapshot),
        right=_span(pair.theirs, snapshot),
        score=pair.score or 0.0,
        low=pair.low,
        high=pair.high,
        coverage=pair.coverage,
    )


def _span(direction: engine.DirectionScore, snapshot: Snapshot) -> BridgeSpan:
    profile = snapshot.market.profiles[direction.of]
    parts = [
        BridgePart(row.code, criterion_name(row.code), row.low) for row in direction.rows if row.low
    ]
    return BridgeSpan(
        name=snapshot.names.organisation(direction.of),
        side=profile.side,
        points=direction.points,
        low=direction.low,
        high=direction.high,
        parts=tuple(sorted(parts, key=lambda part: -part.points)),
    )


def block_text(pair: engine.PairScore, names: Names) -> str:
    """Why a pair has no score; empty when it has one."""
    return reason_text(pair.block.evidence, names) if pair.block else ""


def why(pair: engine.PairScore, names: Names, *, most: int = 2) -> str:
    """The best reasons of a pair in one or two sentences, then what is open."""
    return " ".join(filter(None, why_and_open(pair, names, most=most)))


def why_and_open(pair: engine.PairScore, names: Names, *, most: int = 2) -> tuple[str, str]:
    """The best reasons of a pair in one or two sentences; and what is open, where those do not say it."""
    if pair.block:
        return "", ""
    reasons = best_reasons(pair)[:most]
    # A missing common field is what a reader would miss first.
    reasons += [e for e in pair.own.row("sector").evidence if e.code == "sector.none"]
    sentences = list(dict.fromkeys(reason_text(evidence, names) for evidence in reasons))
    unknown = open_text(pair, names)
    return " ".join(sentences), "" if unknown in sentences else unknown


def open_text(pair: engine.PairScore, names: Names) -> str:
    """What the other has not said that would change most; empty where all that is open is the reader's own.

    The pivotal fact where it is the other's. The reader's own gaps would be the same in every row of a list.
    """
    gaps: list[tuple[bool, float, engine.Evidence]] = []
    for name, direction in (("own", pair.own), ("theirs", pair.theirs)):
        for row in direction.rows:
            for part in row.parts:
                if part.value is None and part.evidence and not _is_own(part.evidence[0], pair):
                    is_pivotal = pair.pivotal is not None and (
                        pair.pivotal.direction,
                        pair.pivotal.part,
                    ) == (name, part.code)
                    gaps.append((is_pivotal, part.high - part.low, part.evidence[0]))
    return reason_text(max(gaps, key=lambda gap: gap[:2])[2], names) if gaps else ""


def best_reasons(pair: engine.PairScore) -> list[engine.Evidence]:
    """Evidence of known parts that earned points, the most telling first, each thing said once.

    What the reader knows of itself tells no two partners apart: it comes last.
    """
    found: list[tuple[bool, float, engine.Evidence]] = []
    for direction in (pair.own, pair.theirs):
        for row in direction.rows:
            for part in row.parts:
                # A criterion that gives all it can tells more than a big one that gives half.
                if (part.value or 0.0) >= SPEAKS_FOR:
                    found += [
                        (_is_own(e, pair), -part.points * (part.value or 0.0), e)
                        for e in part.evidence[:1]
                    ]
    found.sort(key=lambda item: item[:2])
    said: dict[str, engine.Evidence] = {}
    for _own, _points, evidence in found:
        said.setdefault(evidence.code.partition(".")[0] + evidence.code, evidence)
    return list(said.values())


def _is_own(evidence: engine.Evidence, pair: engine.PairScore) -> bool:
    """Whether a reason or a gap is about the reader's organisation alone."""
    told, own = evidence.params, pair.own.of
    return told.get("who") == own and (evidence.code.endswith("unknown") or "whom" not in told)


def citation_codes(pair: engine.PairScore) -> list[str]:
    """Every citation a pair's reasons use, each once, in the order of the page."""
    codes: dict[str, None] = {}
    for direction in (pair.own, pair.theirs):
        for row in direction.rows:
            codes.update(dict.fromkeys(_cited(row.evidence)))
            for part in row.parts:
                codes.update(dict.fromkeys(_cited(part.evidence)))
    if pair.block:
        codes.update(dict.fromkeys(pair.block.evidence.citations))
    return list(codes)


def _cited(evidence: Iterable[engine.Evidence]) -> Iterable[str]:
    return (code for item in evidence for code in item.citations)
