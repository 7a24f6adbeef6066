"""What a missing fact of one's own profile is worth: how many of the best matches it would move.

Measured, not guessed: the market is scored again with a hypothetical answer. The answers are the widest
ones, so the figure says how many pairs *could* move.
"""

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from clusters.choices import Side
from clusters.models import Organisation
from matchmaking import scoring as engine
from matchmaking.reads import scores
from matchmaking.reads.market import current
from matchmaking.reads.names import Names

LOOKED_AT = 12
# Scoring a large market again takes too long for a page: there the nearest ones stand for it.
WHOLE_MARKET = 300
NEAREST = 120
# A range that moves less than this looks the same on a page.
VISIBLE = 0.5


@dataclass(frozen=True)
class Worth:
    """An answer would move `moved` of the `of` best matches, in order or in range."""

    section: str
    moved: int
    of: int


@dataclass(frozen=True)
class _Best:
    """The best matches in order, each with the range of its score."""

    ranges: dict[str, tuple[float, float]]

    def moved(self, then: "_Best") -> int:
        """How many of these stand elsewhere, or have another range, then."""
        after = list(then.ranges)
        return sum(
            place >= len(after)
            or after[place] != key
            or _differs(self.ranges[key], then.ranges[key])
            for place, key in enumerate(self.ranges)
        )


def worth(own: Organisation, lacks: set[str]) -> tuple[Worth, ...]:
    """For each section in `lacks` (sectors, targets, interests, languages) what an answer would move.

    Empty for a profile that is not listed: it has no matches yet.
    """
    snapshot = current()
    if own.slug not in snapshot.market.profiles or not lacks:
        return ()
    ranking = scores.ranking(own, snapshot)
    market = _nearby(snapshot.market, own.slug, ranking)
    now = _best(market, own.slug, ranking)
    profile = market.profiles[own.slug]
    found = []
    for section in ("sectors", "targets", "interests", "languages"):
        if section in lacks:
            answer = _answered(section, profile, market, snapshot.names)
            then = _best(market.with_profile(answer), own.slug, ranking)
            found.append(Worth(section, now.moved(then), len(now.ranges)))
    return tuple(found)


def _best(market: engine.Market, own: str, ranking: scores.Ranking) -> _Best:
    view = engine.against(market, own, ranking.policy)
    side = market.profiles[own].side
    at = [
        n
        for n, key in enumerate(view.keys)
        if market.profiles[key].side != side and key not in ranking.excluded
    ]
    best = view.best(np.array(at, np.intp))[:LOOKED_AT]
    return _Best({view.keys[n]: (float(view.low[n]), float(view.high[n])) for n in best})


def _nearby(market: engine.Market, own: str, ranking: scores.Ranking) -> engine.Market:
    if len(market.profiles) <= WHOLE_MARKET:
        return market
    view = ranking.against
    side = market.profiles[own].side
    at = [n for n, key in enumerate(view.keys) if market.profiles[key].side != side]
    near = {view.keys[n] for n in view.best(np.array(at, np.intp))[:NEAREST]} | {own}
    kept = {key: profile for key, profile in market.profiles.items() if key in near}
    return replace(market, profiles=kept, memo={})


def _answered(
    section: str, profile: engine.Profile, market: engine.Market, names: Names
) -> engine.Profile:
    """The profile with the widest answer to one section."""
    if section == "languages":
        return replace(profile, languages=("en", "es"))
    if section == "interests":
        both = [engine.Interest(kind=kind, way=engine.Way.BOTH) for kind in names.cooperation]
        return replace(profile, interests=tuple(both))
    if section == "targets":
        return replace(profile, targets=(*profile.targets, *_targets(profile)))
    counted = Counter(focus.sector for one in market.profiles.values() for focus in one.foci)
    common = [sector for sector, _n in counted.most_common(1)]
    return replace(profile, foci=tuple(engine.SectorFocus(sector=one) for one in common))


def _targets(profile: engine.Profile) -> list[engine.Target]:
    mexico = engine.Target(
        stance=engine.Stance.ACTIVE, scope=engine.Scope.COUNTRY, place="MX", by_owner=True
    )
    union = engine.Target(stance=engine.Stance.ACTIVE, scope=engine.Scope.EU, by_owner=True)
    wanted = {Side.EU: [mexico], Side.MX: [union]}
    return wanted.get(Side(profile.side), [mexico, union])


def _differs(now: tuple[float, float], then: tuple[float, float]) -> bool:
    return any(abs(a - b) >= VISIBLE for a, b in zip(now, then, strict=True))
