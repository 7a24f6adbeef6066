"""Values of all parts for many pairs at once, in both directions."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from matchmaking.scoring.compiled.arrays import Compiled
from matchmaking.scoring.compiled.classes import Table
from matchmaking.scoring.compiled.fields import circle_above, circle_floor
from matchmaking.scoring.compiled.matrices import Bools, Floats, Ints, Rows, Wide, entries, paired
from matchmaking.scoring.compiled.targets import value_of
from matchmaking.scoring.criteria.fields import COVER
from matchmaking.scoring.criteria.record import ANY_SIDE, COUNTRY, SECTOR_SIDE
from matchmaking.scoring.policy import PART_CODES, Policy

NAN = np.float32(np.nan)
BEST, CIRCLE, TRACKS, RARITY, FIRST_SIDE = 0, 1, 2, 3, 4
"""Places in `Compiled.layers`."""


@dataclass(frozen=True)
class PolicyVector:
    """A policy as vectors over PART_CODES: weights (sum 1) and priors."""

    weights: Floats
    priors: Floats

    @classmethod
    def of(cls, policy: Policy) -> PolicyVector:
        """Read a policy once for use with arrays."""
        weights = [policy.part_weight(code) for code in PART_CODES]
        priors = [policy.priors[code] for code in PART_CODES]
        return cls(np.array(weights, np.float32), np.array(priors, np.float32))


@dataclass(frozen=True)
class Figures:
    """Directions of many pairs, in 0..1: what is gained, bounds, known weight."""

    points: Floats
    low: Floats
    high: Floats
    coverage: Floats


def figures(values: Floats, policy: PolicyVector) -> Figures:
    """Sum part values (parts down, pairs across, NaN unknown) under a policy."""
    known = (values == values).astype(np.float32)  # noqa: PLR0124 - false for NaN, and fast
    low = policy.weights @ np.where(known, values, 0)
    coverage, usual = np.stack([policy.weights, policy.weights * policy.priors]) @ known
    total = (policy.weights * policy.priors).sum()
    return Figures(low + (total - usual), low, low + (1 - coverage), coverage)


@dataclass(frozen=True)
class Common:
    """What is the same for both directions of pairs, or only changes places.

    `said`: value of what the one says of the other's place; `heard`: of what the other says.
    """

    tied: Bools
    said: Floats
    heard: Floats
    language: Floats
    hours: Floats

    def turned(self) -> Common:
        """Seen from the other end."""
        return replace(self, said=self.heard, heard=self.said)


def both_ways(c: Compiled, ia: Ints, ib: Ints) -> tuple[Floats, Floats]:
    """Part values for pairs: what ia gains from ib, and the reverse; (parts, pairs), NaN unknown."""
    common = Common(
        tied=_among(c.tie_keys, c, ia, ib),
        said=value_of(c.targets.pairs(ia, ib)),
        heard=value_of(c.targets.pairs(ib, ia)),
        language=look_up(c.language, ia, ib),
        hours=look_up(c.hours, ia, ib),
    )
    return _one_way(c, ia, ib, common), _one_way(c, ib, ia, common.turned())


def _one_way(c: Compiled, ia: Ints, ib: Ints, common: Common) -> Floats:
    fields, record = c.has_fields.take(ia), c.on_record.take(ib)
    layers = c.layers.pairs(c.x, ia, ib)
    cosine = c.scale.take(ia) * layers[RARITY]
    track = np.where(fields, layers[TRACKS], c.track_total.take(ib))
    values = np.empty((len(PART_CODES), len(ia)), np.float32)
    rows = (
        np.where(fields & c.has_fields.take(ib), sector_value(layers[BEST], cosine), NAN),
        common.said,
        common.heard,
        _needs(c.seeks, c.met_by_offers, c.any_seeks.take(ia) & c.any_offers.take(ib), ia, ib),
        _needs(c.offers, c.met_by_seeks, c.any_offers.take(ia) & c.any_seeks.take(ib), ia, ib),
        entries(c.kind, ia, c.kind_class.take(ib)),
        np.where(record | common.tied, common.tied, NAN),
        np.where(record, _side_values(c, ia, ib, layers), NAN),
        np.where(c.active.take(ib), track, NAN),
        _circle_values(c, ia, ib, layers[CIRCLE], common.tied),
        common.language,
        common.hours,
        c.label.take(ib),
    )
    for part, row in enumerate(rows):
        values[part] = row
    return values


def _needs(asked: Rows, met: Wide, known: Bools, ia: Ints, ib: Ints) -> Floats:
    """How well ib meets what ia asks for, where both have said something."""
    values = np.full(len(ia), NAN, np.float32)
    here = np.flatnonzero(known)
    values[here] = paired(asked, met, ia[here], ib[here])
    return values


def sector_value(cover: Floats, cosine: Floats) -> Floats:
    """Coverage of the fields of those who gain, and cosine, mixed."""
    return np.asarray(COVER * cover + (1 - COVER) * cosine)


def look_up(table: Table, ia: Ints, ib: Ints) -> Floats:
    """Values of a class table for pairs."""
    return np.asarray(entries(table.values, table.rows.take(ia), table.columns.take(ib)))


def _among(keys: Ints, c: Compiled, ia: Ints, ib: Ints) -> Bools:
    """Whether the two of a pair have something together, by the sorted keys of such pairs."""
    if not len(keys):
        return np.zeros(len(ia), bool)
    wanted = ia * c.size + ib
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.asarray(keys[at] == wanted)


def _side_values(c: Compiled, ia: Ints, ib: Ints, layers: Floats) -> Floats:
    inside = np.zeros(len(ia), np.float32)
    at_all = np.zeros(len(ia), np.float32)
    sides = c.side.take(ia)
    for code, name in enumerate(c.side_names):
        here = sides == code
        np.copyto(inside, layers[FIRST_SIDE + code], where=here)
        np.copyto(at_all, c.side_total[name].take(ib), where=here)
    np.copyto(inside, at_all, where=~c.has_fields.take(ia))
    total = SECTOR_SIDE * inside + ANY_SIDE * at_all
    return np.asarray(total + COUNTRY * entries(c.country, c.country_class.take(ia), ib))


def _circle_values(c: Compiled, ia: Ints, ib: Ints, above: Floats, tied: Bools) -> Floats:
    values = above + c.circle_floor.take(ib)
    known = c.has_fields.take(ia) & (c.partners.take(ib) > 0)
    near = np.flatnonzero(tied)
    near = near[_among(c.open_keys, c, ia[near], ib[near])]
    if len(near):
        a, b = ia[near], ib[near]
        values[near] = circle_without(c, a, b)
        known[near] &= c.partners[b] > 1
    return np.where(known, values, NAN)


def circle_without(c: Compiled, ia: Ints, ib: Ints) -> Floats:
    """Circle value of b for a when a itself is one of b's partners and does not count."""
    starts, counts = c.x.indptr[ia], c.x.indptr[ia + 1] - c.x.indptr[ia]
    partners = c.partners[ib] - 1
    total = np.zeros(len(ia), np.float64)
    for step in range(int(counts.max(initial=0))):
        here = np.flatnonzero(counts > step)
        at = starts[here] + step
        column, share = c.x.indices[at], c.x.data[at]
        presence = _entry(c.around, ib[here], column) - _entry(c.near, ia[here], column)
        above = circle_above(presence, partners[here], c.usual[column])
        total[here] += share * above
    return np.asarray(total + circle_floor(partners), np.float32)


def _entry(matrix: Wide, rows: Ints, columns: Ints) -> np.ndarray:
    found = matrix[rows, columns]
    return found.toarray().ravel() if sparse.issparse(found) else np.asarray(found).ravel()
