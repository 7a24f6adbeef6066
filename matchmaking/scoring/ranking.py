"""Ranked lists for one organisation."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from matchmaking.scoring.policy import Policy
from matchmaking.scoring.profile import Market
from matchmaking.scoring.reciprocal import NOBODY, score_pair
from matchmaking.scoring.results import PairScore
from matchmaking.scoring.ties import draws, order, seed


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
    own = market.profile(key)
    others = [
        profile.key
        for profile in market.profiles.values()
        if profile.key != own.key
        and (side is None or profile.side == side)
        and (among is None or profile.key in among)
        and profile.key not in excluded
    ]
    pairs = [score_pair(market, key, other, policy) for other in others]
    open_pairs = [pair for pair in pairs if pair.score is not None]
    scores = np.array([(pair.score or 0.0) / 100 for pair in open_pairs])
    coverage = np.array([pair.coverage for pair in open_pairs])
    seeds = np.array([seed(pair.other_key) for pair in open_pairs], dtype=np.uint64)
    places = order(scores, coverage, draws(seed(key), seeds))
    return [open_pairs[place] for place in places[:top]]
