"""One organisation against everybody: a single pass over the arrays."""

from __future__ import annotations

import numpy as np

from matchmaking.scoring.compiled.arrays import Compiled
from matchmaking.scoring.compiled.matrices import Bools, Floats, column, mix, row_of
from matchmaking.scoring.compiled.pairs import (
    BEST,
    CIRCLE,
    FIRST_SIDE,
    NAN,
    RARITY,
    TRACKS,
    Common,
    both_ways,
    sector_value,
)
from matchmaking.scoring.compiled.targets import refused, value_of
from matchmaking.scoring.criteria.record import ANY_SIDE, COUNTRY, SECTOR_SIDE
from matchmaking.scoring.policy import PART_CODES


def against_all(c: Compiled, own: int) -> tuple[Floats, Floats, Bools]:
    """Part values of one organisation with every other, and who is blocked in public.

    (what it gains, what they gain), each of shape (parts, n), NaN unknown; then a mask of shape (n,).
    Linear in n.
    """
    ahead, back = c.targets.toward_all(own), c.targets.from_all(own)
    common = Common(
        tied=np.zeros(0, bool),
        said=value_of(ahead),
        heard=value_of(back),
        language=c.language.values[c.language.rows[own]][c.language.columns],
        hours=c.hours.values[c.hours.rows[own]][c.hours.columns],
    )
    ours, theirs = _gains(c, own, common), _gained(c, own, common.turned())
    near = row_of(c.ties, own)[0].astype(np.intp)
    if len(near):
        ours[:, near], theirs[:, near] = both_ways(c, np.full(len(near), own, np.intp), near)
    stop = refused(ahead) | refused(back) | (c.parent == own)
    stop[own] = True
    if c.parent[own] >= 0:
        stop[c.parent[own]] = True
    return ours, theirs, stop


def _gains(c: Compiled, own: int, common: Common) -> Floats:
    """Part values of `own` towards all, as if it had no partner."""
    fields = bool(c.has_fields[own])
    layers = c.layers.mix(row_of(c.x, own))
    at_all = c.side_total[c.side_names[c.side[own]]]
    inside = layers[FIRST_SIDE + c.side[own]] if fields else at_all
    values = np.full((len(PART_CODES), c.size), NAN, np.float32)
    if fields:
        np.copyto(
            values[0], sector_value(layers[BEST], c.scale[own] * layers[RARITY]), where=c.has_fields
        )
        np.copyto(values[9], layers[CIRCLE] + c.circle_floor, where=c.partners > 0)
    values[1], values[2] = common.said, common.heard
    if c.any_seeks[own]:
        met = mix(c.met_by_offers, row_of(c.seeks, own))
        np.copyto(values[3], met, where=c.any_offers)
    if c.any_offers[own]:
        met = mix(c.met_by_seeks, row_of(c.offers, own))
        np.copyto(values[4], met, where=c.any_seeks)
    values[5] = c.kind[own][c.kind_class]
    side = SECTOR_SIDE * inside + ANY_SIDE * at_all + COUNTRY * c.country[c.country_class[own]]
    np.copyto(values[6], 0.0, where=c.on_record)
    np.copyto(values[7], side, where=c.on_record)
    np.copyto(values[8], layers[TRACKS] if fields else c.track_total, where=c.active)
    values[10], values[11], values[12] = common.language, common.hours, c.label
    return values


def _gained(c: Compiled, own: int, common: Common) -> Floats:
    """Part values of all towards `own`, as if it had no partner."""
    fields = c.has_fields
    layers = c.layers.column(c.x, own)
    values = np.full((len(PART_CODES), c.size), NAN, np.float32)
    if c.has_fields[own]:
        np.copyto(values[0], sector_value(layers[BEST], c.scale * layers[RARITY]), where=fields)
    values[1], values[2] = common.said, common.heard
    if c.any_offers[own]:
        np.copyto(values[3], column(c.seeks, c.met_by_offers, own), where=c.any_seeks)
    if c.any_seeks[own]:
        np.copyto(values[4], column(c.offers, c.met_by_seeks, own), where=c.any_offers)
    values[5] = c.kind[:, c.kind_class[own]]
    if c.on_record[own]:
        values[6] = 0.0
        values[7] = _sides_gained(c, own, layers)
    if c.active[own]:
        values[8] = np.where(fields, layers[TRACKS], c.track_total[own])
    if c.partners[own]:
        np.copyto(values[9], layers[CIRCLE] + c.circle_floor[own], where=fields)
    values[10], values[11], values[12] = common.language, common.hours, c.label[own]
    return values


def _sides_gained(c: Compiled, own: int, layers: Floats) -> Floats:
    at_all = np.array([c.side_total[name][own] for name in c.side_names], np.float32)[c.side]
    inside = at_all.copy()
    for code in range(len(c.side_names)):
        np.copyto(inside, layers[FIRST_SIDE + code], where=c.has_fields & (c.side == code))
    total = SECTOR_SIDE * inside + ANY_SIDE * at_all
    return np.asarray(total + COUNTRY * c.country[:, own][c.country_class], np.float32)
