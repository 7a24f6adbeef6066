"""How scores ran against what people did: bands with Wilson intervals, and weights a fit would propose.

Observations are pairs of (score or criterion values, happened or not), from requests answered, meetings
held or outcomes confirmed. Nothing is said below MINIMUM observations.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize

MINIMUM = 30
"""Fewer observations than this show nothing but chance."""

Z95 = 1.959963984540054


class TooFewError(ValueError):
    """There are fewer than MINIMUM observations, or all of them ended alike."""


def wilson(successes: int, trials: int, z: float = Z95) -> tuple[float, float]:
    """The Wilson score interval of a share (Wilson 1927); (0, 1) without trials."""
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} successes in {trials} trials cannot be.")
    if not trials:
        return 0.0, 1.0
    share, square = successes / trials, z * z / trials
    middle = share + square / 2
    spread = z * math.sqrt(share * (1 - share) / trials + square / (4 * trials))
    return max(0.0, (middle - spread) / (1 + square)), min(1.0, (middle + spread) / (1 + square))


@dataclass(frozen=True)
class Band:
    """Observations with values from `low` up to `high`: how many, how many happened, their share."""

    low: float
    high: float
    trials: int
    successes: int
    share: float | None
    interval: tuple[float, float]


def bands(
    values: Sequence[float], happened: Sequence[bool], edges: Sequence[float]
) -> tuple[Band, ...] | None:
    """Shares by band; the last band holds its upper edge. None below MINIMUM observations."""
    if len(values) < MINIMUM:
        return None
    at, truth = np.asarray(values, float), np.asarray(happened, bool)
    found = []
    for step, (low, high) in enumerate(itertools.pairwise(edges)):
        last = step == len(edges) - 2
        inside = (at >= low) & ((at <= high) if last else (at < high))
        trials, successes = int(inside.sum()), int(truth[inside].sum())
        share = successes / trials if trials else None
        found.append(Band(low, high, trials, successes, share, wilson(successes, trials)))
    return tuple(found)


def auc(values: Sequence[float], happened: Sequence[bool]) -> float | None:
    """Chance that one that happened scored above one that did not, ties half; None if undecidable."""
    at, truth = np.asarray(values, float), np.asarray(happened, bool)
    others = np.sort(at[~truth])
    mine = at[truth]
    if not len(mine) or not len(others):
        return None
    ranks = np.searchsorted(others, mine, "left") + np.searchsorted(others, mine, "right")
    return float(ranks.mean() / (2 * len(others)))


@dataclass(frozen=True)
class Proposal:
    """Weights that would have fitted best, scaled to sum 1; a person decides whether to adopt them."""

    weights: Mapping[str, float]
    observations: int
    happened: int
    auc: float


def propose_weights(
    rows: Sequence[Mapping[str, float]], happened: Sequence[bool], *, ridge: float = 1.0
) -> Proposal:
    """A logistic fit with weights that cannot be negative and a pull towards small ones.

    `rows`: value of each criterion in 0..1 per observation, the same criteria in each. Raises TooFewError
    below MINIMUM observations, when all ended alike, or when no criterion points the right way.
    """
    truth = np.asarray(happened, float)
    if len(rows) < MINIMUM or truth.min() == truth.max():
        raise TooFewError(f"{len(rows)} observations are too few, or all of them ended alike.")
    codes = tuple(rows[0])
    x = np.array([[row[code] for code in codes] for row in rows])
    weights = _fit(x, truth, ridge)
    if not weights.sum() > 0:
        raise TooFewError("No criterion goes with what happened, so there is nothing to propose.")
    score = auc((x @ weights).tolist(), list(happened))
    shares = dict(zip(codes, (weights / weights.sum()).tolist(), strict=True))
    return Proposal(shares, len(rows), int(truth.sum()), score or 0.0)


def _fit(
    x: npt.NDArray[np.float64], truth: npt.NDArray[np.float64], ridge: float
) -> npt.NDArray[np.float64]:
    sign = 2 * truth - 1

    def loss(theta: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        margin = sign * (x @ theta[1:] + theta[0])
        pull = -sign / (1 + np.exp(margin))
        gradient = np.concatenate([[pull.sum()], x.T @ pull + ridge * theta[1:]])
        return float(np.logaddexp(0, -margin).sum() + ridge * (theta[1:] ** 2).sum() / 2), gradient

    limits = [(None, None), *[(0.0, None)] * x.shape[1]]
    start = np.zeros(x.shape[1] + 1)
    found = optimize.minimize(loss, start, jac=True, bounds=limits, method="L-BFGS-B")
    weights = np.asarray(found.x[1:], np.float64)
    return np.where(weights > 1e-6, weights, 0.0)
