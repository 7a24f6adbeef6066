"""Order among equals, without favour.

Equal scores are ordered by coverage (more known first), then by a number drawn from both keys with a
hash. It is the same on every machine and every day, differs from one asker to the next, and so gives no
organisation an advantage for its name or its place in a table.
"""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

GRAIN = 1e-6
"""Scores (0..1) closer than this count as equal: finer differences are rounding."""


def seed(key: str) -> int:
    """A stable 64-bit number for an organisation's key."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest())


def draws(asker: int, others: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """One stable number per other organisation for this asker (seeds in)."""
    return draws_between(np.array(asker, np.uint64), others)


def draws_between(
    askers: npt.NDArray[np.uint64], others: npt.NDArray[np.uint64]
) -> npt.NDArray[np.uint64]:
    """One stable number per pair: splitmix64 of both seeds."""
    with np.errstate(over="ignore"):
        mixed = others ^ (askers * np.uint64(0x9E3779B97F4A7C15))
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return np.asarray(mixed ^ (mixed >> np.uint64(31)))


def order(
    scores: npt.NDArray[np.floating],
    coverage: npt.NDArray[np.floating],
    draw: npt.NDArray[np.uint64],
) -> npt.NDArray[np.intp]:
    """Positions best first: by score (0..1, to the grain), coverage, draw."""
    return np.lexsort((draw, -np.round(coverage, 6), -np.round(scores / GRAIN)))
