"""Whom the best lists of everybody show: all pairs, taken apart into tiles that can be worked out anywhere.

A tile is some organisations of one side with their best partners on the other sides. Tiles need nothing of each
other, so any number of workers may share them; their counts add up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from matchmaking.scoring.everyone import best_for_everyone
from matchmaking.scoring.policy import Policy
from matchmaking.scoring.profile import Market

MOST = 20
"""So many of the most shown are set against all others."""


@dataclass(frozen=True)
class Reach:
    """How the places of all lists are shared out. Keys in the order of the market.

    `shown`: how often each organisation stands in somebody's list, 0 included. `places`: all of them.
    """

    shown: Mapping[str, int]
    places: int

    @classmethod
    def of(cls, market: Market, tiles: Iterable[Mapping[str, int]]) -> Reach:
        """Add up what the tiles of a market counted."""
        total: Counter[str] = Counter()
        for counts in tiles:
            total.update(counts)
        return cls({key: total[key] for key in market.profiles}, total.total())

    @property
    def nowhere(self) -> list[str]:
        """Who stands in no list."""
        return [key for key, times in self.shown.items() if not times]

    @property
    def distinct(self) -> float:
        """Different organisations per place, 0 to 1; 0 without places."""
        return (len(self.shown) - len(self.nowhere)) / self.places if self.places else 0.0

    @property
    def most_shown(self) -> list[tuple[str, int]]:
        """The MOST organisations shown most often, with how often."""
        ranked = sorted(self.shown.items(), key=lambda item: -item[1])
        return [(key, times) for key, times in ranked[:MOST] if times]

    @property
    def crowded(self) -> float:
        """Share of all places that the most shown take, 0 to 1."""
        return sum(times for _, times in self.most_shown) / self.places if self.places else 0.0


def tiles_of(market: Market, size: int) -> list[tuple[str, ...]]:
    """All organisations, at most `size` of one side to a tile."""
    sides: dict[str, list[str]] = {}
    for key, profile in market.profiles.items():
        sides.setdefault(profile.side, []).append(key)
    return [
        tuple(keys[start : start + size])
        for keys in sides.values()
        for start in range(0, len(keys), size)
    ]


def shown_by(
    market: Market, policy: Policy, owners: Collection[str], *, places: int = 10
) -> dict[str, int]:
    """How often the best lists of `owners`, all of one side, show each organisation of another side."""
    side = market.profile(next(iter(owners))).side
    others = [key for key, profile in market.profiles.items() if profile.side != side]
    lists, _ = best_for_everyone(market, policy, owners, others, top=places)
    found, times = np.unique(lists.other, return_counts=True)
    return {lists.keys[place]: int(n) for place, n in zip(found, times, strict=True)}
