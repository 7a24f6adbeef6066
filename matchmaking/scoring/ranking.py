"""Ranked lists for one organisation, from one pass over the compiled market."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matchmaking.scoring.compiled.arrays import Compiled, compile_context
from matchmaking.scoring.compiled.one import against_all
from matchmaking.scoring.compiled.pairs import PolicyVector, figures
from matchmaking.scoring.compiled.renewal import renewed
from matchmaking.scoring.context import context_of
from matchmaking.scoring.policy import Policy
from matchmaking.scoring.profile import Market
from matchmaking.scoring.reciprocal import NOBODY, score_pair
from matchmaking.scoring.results import PairScore
from matchmaking.scoring.ties import draws, order

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Against:
    """One organisation against all others, as arrays in the order of `keys`.

    `score`, `low`, `high`: the pair, 0 to 100; NaN where a public block leaves none (itself included).
    `own`, `theirs`: points of the two directions; `coverage` 0 to 1. `draw`: the number that orders equals.
    """

    keys: tuple[str, ...]
    score: Doubles
    low: Doubles
    high: Doubles
    own: Doubles
    theirs: Doubles
    coverage: Doubles
    draw: npt.NDArray[np.uint64]

    def best(self, places: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
        """The given positions best first, those without a score left out."""
        kept = places[~np.isnan(self.score[places])]
        ranked = order(self.score[kept] / 100, self.coverage[kept], self.draw[kept])
        return np.asarray(kept[ranked])


def compiled(market: Market) -> Compiled:
    """The arrays of a market, built at the first call and kept with it."""
    found = market.memo.get("compiled")
    if not isinstance(found, Compiled):
        context = context_of(market)
        before = market.memo.pop("before", {}).get("compiled")
        found = renewed(before, context) if before else compile_context(context)
        market.memo["compiled"] = found
    return found


def against(market: Market, key: str, policy: Policy) -> Against:
    """Scores of everybody against one organisation in a single pass, public blocks applied."""
    market.profile(key)
    arrays = compiled(market)
    own = arrays.index[key]
    vector = PolicyVector.of(policy)
    gains, gained, stop = against_all(arrays, own)
    mine, theirs = figures(gains, vector), figures(gained, vector)
    score = 100 * np.sqrt(mine.points.astype(np.float64) * theirs.points)
    score[stop] = np.nan
    return Against(
        keys=arrays.keys,
        score=score,
        low=100 * np.sqrt(mine.low.astype(np.float64) * theirs.low),
        high=100 * np.sqrt(mine.high.astype(np.float64) * theirs.high),
        own=100 * mine.points.astype(np.float64),
        theirs=100 * theirs.points.astype(np.float64),
        coverage=np.minimum(mine.coverage, theirs.coverage).astype(np.float64),
        draw=draws(int(arrays.seeds[own]), arrays.seeds),
    )


def rank(
    market: Market,
    key: str,
    policy: Policy,
    *,
    top: int | None = 10,
    side: str | None = None,
    among: Collection[str] | None = None,
    excluded: Mapping[str, str] = NOBODY,
) -> list[PairScore]:
    """The best partners of an organisation, best first; blocked pairs are left out.

    `side` and `among` filter before ranking. `excluded`: what the organisation itself set aside.
    """
    view = against(market, key, policy)
    profiles = market.profiles
    chosen = [
        place
        for place, other in enumerate(view.keys)
        if (side is None or profiles[other].side == side)
        and (among is None or other in among)
        and other not in excluded
    ]
    places = view.best(np.array(chosen, np.intp))[:top]
    return [score_pair(market, key, view.keys[place], policy) for place in places]
