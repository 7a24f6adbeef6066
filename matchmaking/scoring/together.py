"""Lists of a group that are read together, such as an event's participants: by score, and spread evenly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matchmaking.scoring.fairness import Exposure, Lists, Spread, exposure, spread, top_lists
from matchmaking.scoring.policy import Policy
from matchmaking.scoring.profile import Market
from matchmaking.scoring.ranking import against


@dataclass(frozen=True)
class Together:
    """The lists of a group. Rows and positions in the order of `keys`.

    `scores`: shape (group, group), 0..1, -inf for what no list shows. `plain`: the best by score, `even`: the
    same ordered for exposure, with its price; -1 for an empty place.
    """

    keys: tuple[str, ...]
    scores: npt.NDArray[np.float64]
    plain: Lists
    even: Spread

    @property
    def before(self) -> Exposure:
        """Who is shown how often by score."""
        return exposure(self.plain, len(self.keys))

    @property
    def after(self) -> Exposure:
        """Who is shown how often once spread."""
        return exposure(self.even.lists, len(self.keys))


def lists_together(
    market: Market, policy: Policy, keys: Sequence[str], *, places: int = 10
) -> Together:
    """The lists of everybody in `keys` among those of the group on other sides, public blocks applied."""
    if not keys:
        nobody = np.empty((0, 0))
        return Together(
            (), nobody, np.empty((0, 0), np.intp), spread(nobody, np.empty(0, np.uint64))
        )
    sides = np.array([market.profile(key).side for key in keys])
    scores = np.full((len(keys), len(keys)), -np.inf)
    draw = np.empty(scores.shape, np.uint64)
    at: npt.NDArray[np.intp] | None = None
    for row, key in enumerate(keys):
        view = against(market, key, policy)
        if at is None:
            where = {other: place for place, other in enumerate(view.keys)}
            at = np.array([where[other] for other in keys], np.intp)
        found = view.score[at] / 100
        is_shown = (sides != sides[row]) & ~np.isnan(found)
        scores[row, is_shown] = found[is_shown]
        draw[row] = view.draw[at]
    return Together(
        keys=tuple(keys),
        scores=scores,
        plain=top_lists(scores, draw, places),
        even=spread(scores, draw, places=places),
    )
