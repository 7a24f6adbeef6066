"""The usual value of what is unknown, measured from the listed profiles themselves.

A part of a criterion that is unknown for a pair counts with its prior: the mean of that part where it is
known. The mean is taken over organisations, each with the mean of what it would gain from the other sides,
and shrunk towards a stated base, so that three profiles do not decide for everybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from matchmaking.scoring.compiled.arrays import Compiled
from matchmaking.scoring.compiled.pairs import both_ways
from matchmaking.scoring.policy import PART_CODES, PRIORS
from matchmaking.scoring.profile import Market
from matchmaking.scoring.ranking import compiled

SAMPLE = 100
"""At most so many organisations of a side are looked at, always the same ones, so the cost does not grow.

Their mean is within about 0.05 of the mean of all (a part deviates by about 0.25).
"""

WEIGHT = 10.0
"""The base counts as so many organisations."""

Places = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Known:
    """One side's look at a part: `organisations` for which it is known with anybody, `of` how many.

    `pairs` are the known ones; `mean` is over those organisations, None without any.
    """

    organisations: int
    of: int
    pairs: int
    mean: float | None


@dataclass(frozen=True)
class Usual:
    """The prior of one part, in 0..1: `value` counts, `base` is what it is drawn to; by side what is known."""

    code: str
    value: float
    base: float
    sides: Mapping[str, Known]


def usual_values(market: Market) -> Mapping[str, Usual]:
    """The measured prior of every part, computed at the first call and kept with the market."""
    found = market.memo.get("usual")
    if not isinstance(found, Mapping):
        found = market.memo["usual"] = MappingProxyType(_measure(compiled(market)))
    return found


def measured_priors(market: Market) -> dict[str, float]:
    """The measured priors as a policy takes them."""
    return {code: usual.value for code, usual in usual_values(market).items()}


def _measure(arrays: Compiled) -> dict[str, Usual]:
    groups = {name: _sample(arrays, side) for side, name in enumerate(arrays.side_names)}
    parts = len(PART_CODES)
    total = {name: np.zeros((parts, len(places))) for name, places in groups.items()}
    count = {name: np.zeros((parts, len(places))) for name, places in groups.items()}
    for one, two in combinations(groups, 2):
        shape = (parts, len(groups[one]), len(groups[two]))
        rows, columns = np.repeat(groups[one], shape[2]), np.tile(groups[two], shape[1])
        ahead, back = both_ways(arrays, rows, columns)
        for name, values, axis in ((one, ahead, 2), (two, back, 1)):
            square = values.reshape(shape)
            total[name] += np.nansum(square, axis=axis, dtype=np.float64)
            count[name] += (~np.isnan(square)).sum(axis=axis)
    return {
        code: _usual(
            code, {name: (total[name][part], count[name][part]) for name in sorted(groups)}
        )
        for part, code in enumerate(PART_CODES)
    }


def _sample(arrays: Compiled, side: int) -> Places:
    """The organisations of a side that are looked at: by the number that orders equals, so never by age."""
    places = np.flatnonzero(arrays.side == side)
    return places[np.argsort(arrays.seeds[places], kind="stable")][:SAMPLE]


def _usual(
    code: str, sides: Mapping[str, tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]]
) -> Usual:
    base = PRIORS[code]
    known, means = {}, []
    for name, (total, count) in sides.items():
        has = count > 0
        own = total[has] / count[has]
        mean = float(own.mean()) if len(own) else None
        known[name] = Known(len(own), len(count), int(count.sum()), mean)
        means.append(own)
    every = np.concatenate(means) if means else np.zeros(0)
    value = (float(every.sum()) + WEIGHT * base) / (len(every) + WEIGHT)
    # Three decimals, so that the figure on the page is the figure that counts.
    return Usual(code, round(value, 3), base, MappingProxyType(known))
