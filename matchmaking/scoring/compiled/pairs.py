"""Values of all parts for many pairs at once, or for one organisation against all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from matchmaking.scoring.compiled.arrays import Compiled, Table
from matchmaking.scoring.compiled.fields import circle_above, circle_floor
from matchmaking.scoring.compiled.matrices import Bools, Floats, Ints, mix, paired
from matchmaking.scoring.compiled.targets import refused, value_of
from matchmaking.scoring.criteria.fields import COVER
from matchmaking.scoring.criteria.record import ANY_SIDE, COUNTRY, SECTOR_SIDE
from matchmaking.scoring.policy import PART_CODES, Policy

Doubles = np.ndarray


@dataclass(frozen=True)
class PolicyVector:
    """A policy as vectors over PART_CODES: weights (sum 1) and priors."""

    weights: Doubles
    priors: Doubles

    @classmethod
    def of(cls, policy: Policy) -> PolicyVector:
        """Read a policy once for use with arrays."""
        weights = [policy.part_weight(code) for code in PART_CODES]
        priors = [policy.priors[code] for code in PART_CODES]
        return cls(np.array(weights, np.float32), np.array(priors, np.float32))


@dataclass(frozen=True)
class Figures:
    """Directions of many pairs, in 0..1: what is gained, bounds, known weight."""

    points: Doubles
    low: Doubles
    high: Doubles
    coverage: Doubles


def figures(values: Floats, policy: PolicyVector) -> Figures:
    """Sum part values (parts down, pairs across, NaN unknown) under a policy."""
    known = (values == values).astype(np.float32)  # noqa: PLR0124 - false for NaN, and fast
    low = policy.weights @ np.nan_to_num(values)
    coverage = policy.weights @ known
    usual = policy.weights * policy.priors
    return Figures(low + (usual.sum() - usual @ known), low, low + (1 - coverage), coverage)


def pair_values(c: Compiled, ia: Ints, ib: Ints) -> Floats:
    """Part values for pairs (what ia gains from ib), shape (parts, pairs), NaN unknown."""
    nan = np.float32(np.nan)
    fields, record, tied = c.has_fields[ia], c.on_record[ib], _tied(c, ia, ib)
    sector = COVER * paired(c.x, c.best, ia, ib) + (1 - COVER) * paired(c.t, c.tt, ia, ib)
    gets = paired(c.seeks, c.met_by_offers, ia, ib)
    gives = paired(c.offers, c.met_by_seeks, ia, ib)
    track = paired(c.x, c.tracks, ia, ib)
    track = np.where(fields, track, c.track_total[ib])
    parts = [
        np.where(fields & c.has_fields[ib], sector, nan),
        value_of(c.targets.pairs(ia, ib)),
        value_of(c.targets.pairs(ib, ia)),
        np.where(c.any_seeks[ia] & c.any_offers[ib], gets, nan),
        np.where(c.any_offers[ia] & c.any_seeks[ib], gives, nan),
        c.kind[ia, c.kind_class[ib]],
        np.where(record, tied.astype(np.float32), nan),
        np.where(record, _side_values(c, ia, ib), nan),
        np.where(c.active[ib], track, nan),
        _circle_values(c, ia, ib, tied),
        look_up(c.language, ia, ib),
        look_up(c.hours, ia, ib),
        c.label[ib],
    ]
    return np.array(parts, np.float32)


def look_up(table: Table, ia: Ints, ib: Ints) -> Floats:
    """Values of a class table for pairs."""
    return np.asarray(table.values[table.rows[ia], table.columns[ib]])


def _tied(c: Compiled, ia: Ints, ib: Ints) -> Bools:
    """Whether the two of a pair have something on record together."""
    if not len(c.tie_keys):
        return np.zeros(len(ia), bool)
    wanted = ia * c.size + ib
    at = np.minimum(np.searchsorted(c.tie_keys, wanted), len(c.tie_keys) - 1)
    return np.asarray(c.tie_keys[at] == wanted)


def _side_values(c: Compiled, ia: Ints, ib: Ints) -> Floats:
    total = np.zeros(len(ia), np.float32)
    sides = c.side[ia]
    for code in np.unique(sides):
        here = np.flatnonzero(sides == code)
        a, b = ia[here], ib[here]
        name = c.side_names[code]
        at_all = c.side_total[name][b]
        inside = np.where(c.has_fields[a], paired(c.x, c.sides[name], a, b), at_all)
        total[here] = SECTOR_SIDE * inside + ANY_SIDE * at_all
    return np.asarray(total + COUNTRY * c.country[c.country_class[ia], ib], np.float32)


def _circle_values(c: Compiled, ia: Ints, ib: Ints, tied: Bools) -> Floats:
    values = paired(c.x, c.circle, ia, ib) + c.circle_floor[ib]
    known = c.has_fields[ia] & (c.partners[ib] > 0)
    near = np.flatnonzero(tied)
    if len(near):
        a, b = ia[near], ib[near]
        values[near] = circle_without(c, a, b)
        known[near] &= c.partners[b] > 1
    return np.where(known, values, np.float32(np.nan))


def circle_without(c: Compiled, ia: Ints, ib: Ints) -> Floats:
    """Circle value of b for a when a itself is one of b's partners and does not count."""
    linked = sparse.csr_array(
        (np.ones_like(c.ties.data), c.ties.indices, c.ties.indptr), c.ties.shape
    )
    starts, counts = c.x.indptr[ia], np.diff(c.x.indptr)[ia]
    partners = c.partners[ib] - 1
    total = np.zeros(len(ia), np.float64)
    for step in range(int(counts.max(initial=0))):
        here = np.flatnonzero(counts > step)
        at = starts[here] + step
        column, share = c.x.indices[at], c.x.data[at]
        presence = _partner_presence(c, linked, ib[here], column)
        presence = presence - _entry(c.near, ia[here], column)
        above = circle_above(presence, partners[here], c.usual[column].astype(np.float64))
        total[here] += share * above
    return np.asarray(total + circle_floor(partners), np.float32)


def _partner_presence(c: Compiled, linked: sparse.csr_array, ib: Ints, column: Ints) -> np.ndarray:
    rows, places = np.unique(ib, return_inverse=True)
    total = linked[rows] @ c.near
    return _entry(total, places, column)


def _entry(matrix: object, rows: Ints, columns: Ints) -> np.ndarray:
    found = matrix[rows, columns]  # type: ignore[index]  # dense or CSR
    return found.toarray().ravel() if sparse.issparse(found) else np.asarray(found).ravel()


def against_all(c: Compiled, own: int) -> tuple[Floats, Floats]:
    """Part values of one organisation with every other: (what it gains, what they gain).

    Each of shape (parts, n), NaN unknown. One pass, linear in n.
    """
    ours = _gains(c, own)
    theirs = _gained(c, own)
    near = c.ties.indices[c.ties.indptr[own] : c.ties.indptr[own + 1]].astype(np.intp)
    if len(near):
        me = np.full(len(near), own, np.intp)
        ours[:, near] = pair_values(c, me, near)
        theirs[:, near] = pair_values(c, near, me)
    return ours, theirs


def _gains(c: Compiled, own: int) -> Floats:
    """Part values of `own` towards all, as if it had no partner."""
    nan = np.float32(np.nan)
    row = c.x[[own]]
    fields = bool(c.has_fields[own])
    name = c.side_names[c.side[own]]
    at_all = c.side_total[name]
    inside = mix(c.sides[name], row) if fields else at_all
    side = SECTOR_SIDE * inside + ANY_SIDE * at_all + COUNTRY * c.country[c.country_class[own]]
    sector = COVER * mix(c.best, row) + (1 - COVER) * mix(c.tt, c.t[[own]])
    zero = np.zeros(c.size, np.float32)
    seeks, offers = bool(c.any_seeks[own]), bool(c.any_offers[own])
    parts = [
        np.where(c.has_fields & fields, sector, nan),
        value_of(c.targets.toward_all(own)),
        value_of(c.targets.from_all(own)),
        np.where(c.any_offers & seeks, mix(c.met_by_offers, c.seeks[[own]]), nan),
        np.where(c.any_seeks & offers, mix(c.met_by_seeks, c.offers[[own]]), nan),
        c.kind[own][c.kind_class],
        np.where(c.on_record, zero, nan),
        np.where(c.on_record, side, nan),
        np.where(c.active, mix(c.tracks, row) if fields else c.track_total, nan),
        np.where((c.partners > 0) & fields, mix(c.circle, row) + c.circle_floor, nan),
        c.language.values[c.language.rows[own]][c.language.columns],
        c.hours.values[c.hours.rows[own]][c.hours.columns],
        c.label,
    ]
    return np.array(parts, np.float32)


def _gained(c: Compiled, own: int) -> Floats:
    """Part values of all towards `own`, as if it had no partner."""
    nan = np.float32(np.nan)
    fields = c.has_fields
    record = bool(c.on_record[own])
    side = np.zeros(c.size, np.float32)
    for code, name in enumerate(c.side_names):
        here = c.side == code
        at_all = c.side_total[name][own]
        inside = np.where(fields, _column(c.x, c.sides[name], own), at_all)
        side[here] = (SECTOR_SIDE * inside + ANY_SIDE * at_all)[here]
    side += COUNTRY * c.country[:, own][c.country_class]
    sector = COVER * _column(c.x, c.best, own) + (1 - COVER) * _column(c.t, c.tt, own)
    track = np.where(fields, _column(c.x, c.tracks, own), c.track_total[own])
    circle = _column(c.x, c.circle, own) + c.circle_floor[own]
    gets, gives = _column(c.seeks, c.met_by_offers, own), _column(c.offers, c.met_by_seeks, own)
    zero = np.zeros(c.size, np.float32)
    parts = [
        np.where(fields & fields[own], sector, nan),
        value_of(c.targets.from_all(own)),
        value_of(c.targets.toward_all(own)),
        np.where(c.any_seeks & c.any_offers[own], gets, nan),
        np.where(c.any_offers & c.any_seeks[own], gives, nan),
        c.kind[:, c.kind_class[own]],
        zero if record else zero + nan,
        side if record else zero + nan,
        track if c.active[own] else zero + nan,
        np.where(fields & (c.partners[own] > 0), circle, nan),
        c.language.values[:, c.language.columns[own]][c.language.rows],
        c.hours.values[:, c.hours.columns[own]][c.hours.rows],
        zero + c.label[own],
    ]
    return np.array(parts, np.float32)


def _column(left: sparse.csr_array, right: object, own: int) -> Floats:
    """Row products of every organisation with one: left @ right[own]."""
    row = right[[own]]  # type: ignore[index]  # dense or CSR
    vector = row.toarray().ravel() if sparse.issparse(row) else row.ravel()
    return np.asarray(left @ vector, np.float32)


def blocked(c: Compiled, own: int) -> Bools:
    """Which organisations have no score with this one, for public reasons."""
    stop = refused(c.targets.toward_all(own)) | refused(c.targets.from_all(own))
    stop |= c.parent == own
    stop[own] = True
    if c.parent[own] >= 0:
        stop[c.parent[own]] = True
    return stop
