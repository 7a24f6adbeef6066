"""Scores of one pair: what each side gains, and the two in one number.

U(a, b) is the weighted sum of what the criteria say; S(a, b) = sqrt(U(a, b) x U(b, a)). The geometric
mean is taken because a meeting that gives one side nothing is a bad meeting (Pizzato et al., RECON, 2010).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

from matchmaking.scoring.context import Context, context_of
from matchmaking.scoring.criteria import PART_FUNCTIONS
from matchmaking.scoring.explain import find_block, find_pivotal
from matchmaking.scoring.findings import Finding, View
from matchmaking.scoring.policy import CRITERIA, PARTS, Policy
from matchmaking.scoring.profile import Market, Profile
from matchmaking.scoring.results import CriterionRow, DirectionScore, PairScore, PartRow

NOBODY: Mapping[str, str] = MappingProxyType({})


def score_direction(context: Context, a: Profile, b: Profile, policy: Policy) -> DirectionScore:
    """What `a` gains from `b` under a policy, row by row."""
    view = View(context, a, b)
    rows = tuple(_criterion(view, code, policy) for code in CRITERIA)
    return DirectionScore(
        of=a.key,
        towards=b.key,
        points=math.fsum([row.points for row in rows]),
        low=math.fsum([row.low for row in rows]),
        high=math.fsum([row.high for row in rows]),
        coverage=min(1.0, math.fsum([row.weight * row.known for row in rows])),
        rows=rows,
    )


def _criterion(view: View, code: str, policy: Policy) -> CriterionRow:
    # Pages show dozens of pairs at a time, so sums run over lists: generators take twice as long.
    parts = tuple(
        [_part(PART_FUNCTIONS[part](view), part, share, policy) for part, share in PARTS[code]]
    )
    weight = policy.weights[code]
    points = math.fsum([part.points for part in parts])
    known = math.fsum([part.share for part in parts if part.value is not None])
    value = math.fsum(
        [
            part.share * (policy.priors[part.code] if part.value is None else part.value)
            for part in parts
        ]
    )
    reasons = list(parts[0].evidence)
    for part in parts[1:]:
        reasons += [reason for reason in part.evidence if reason not in reasons]
    return CriterionRow(
        code=code,
        weight=weight,
        value=value if known else None,
        points=points,
        low=math.fsum([part.low for part in parts]),
        high=math.fsum([part.high for part in parts]),
        evidence=tuple(reasons),
        parts=parts,
        known=known,
    )


def _part(finding: Finding, code: str, share: float, policy: Policy) -> PartRow:
    most = 100 * policy.weights[code.partition(".")[0]] * share
    if finding.value is None:
        usual = most * policy.priors[code]
        return PartRow(code, share, None, usual, 0.0, most, finding.evidence)
    points = most * finding.value
    return PartRow(code, share, finding.value, points, points, points, finding.evidence)


def geometric(one: float, two: float) -> float:
    """The reciprocal score of two directions, in their own unit."""
    return math.sqrt(one * two)


def score_pair(
    market: Market, own: str, other: str, policy: Policy, *, excluded: Mapping[str, str] = NOBODY
) -> PairScore:
    """The score of a pair as `own` sees it.

    `excluded` maps organisations that `own` has set aside to its reason; pass only what the one who looks
    may see. Raises KeyError on a key that is not in the market.
    """
    pair = market.profile(own), market.profile(other)
    return score_profiles(context_of(market), *pair, policy, excluded=excluded)


def score_profiles(
    context: Context,
    a: Profile,
    b: Profile,
    policy: Policy,
    *,
    excluded: Mapping[str, str] = NOBODY,
) -> PairScore:
    """`score_pair` of two profiles that need not be those of the market, with the market's statistics."""
    mine = score_direction(context, a, b, policy)
    theirs = score_direction(context, b, a, policy)
    block = find_block(context, a, b, excluded)
    return PairScore(
        own_key=a.key,
        other_key=b.key,
        policy=policy.stamp,
        score=None if block else geometric(mine.points, theirs.points),
        low=geometric(mine.low, theirs.low),
        high=geometric(mine.high, theirs.high),
        coverage=min(mine.coverage, theirs.coverage),
        own=mine,
        theirs=theirs,
        pivotal=None if block else find_pivotal(mine, theirs),
        block=block,
    )
