"""What a block of rows gains from a block of columns and back, as a few products per tile.

For every part, weight x (known ? value : prior) is either a product of factors, a table by classes, or
constant in one of the two. Everything constant in a pair of classes is summed before the tiles run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from scipy import sparse
from scipy.linalg.blas import sgemm

from matchmaking.scoring.compiled.arrays import Compiled
from matchmaking.scoring.compiled.classes import Table
from matchmaking.scoring.compiled.matrices import Bools, Floats, Ints, Rows, Wide, dense
from matchmaking.scoring.compiled.pairs import (
    BEST,
    CIRCLE,
    FIRST_SIDE,
    RARITY,
    TRACKS,
    PolicyVector,
    both_ways,
    figures,
)
from matchmaking.scoring.compiled.targets import VALUES, refused
from matchmaking.scoring.criteria.fields import COVER
from matchmaking.scoring.criteria.record import ANY_SIDE, COUNTRY, SECTOR_SIDE
from matchmaking.scoring.policy import PART_CODES


@dataclass(frozen=True)
class Terms:
    """Weights and weighted priors by part code."""

    weight: dict[str, np.float32]
    prior: dict[str, np.float32]

    @classmethod
    def of(cls, policy: PolicyVector) -> Terms:
        """Read a policy vector by name."""
        weight = dict(zip(PART_CODES, policy.weights, strict=True))
        usual = dict(zip(PART_CODES, policy.weights * policy.priors, strict=True))
        return cls(weight, usual)

    def above(self, part: str, values: Floats) -> Floats:
        """Weighted value above the weighted prior, 0 where unknown."""
        return np.asarray(np.nan_to_num(self.weight[part] * values - self.prior[part]))


@dataclass(frozen=True)
class Side:
    """One direction, `gainers` (all of one side) gaining from `givers`, beside what is sought and offered.

    x of gainers @ fields.T + by_class[class of gainer] + kinds[:, kind of giver].
    """

    fields: Floats
    classes: Ints
    by_class: Floats
    kinds: Floats
    kind_of: Ints


WIDE = 96
"""With more sectors than this, sparse rows of sectors are faster than dense ones."""

Product: TypeAlias = tuple[Wide, Wide]
"""Two factors, rows of the block down and its columns across."""


def prepare(c: Compiled, terms: Terms, gainers: Ints, givers: Ints) -> Side:
    """Take one direction apart; `gainers` must share a side."""
    w, side = terms.weight, c.side[gainers[0]]
    weights = np.zeros(len(c.layers.parts), np.float32)
    weights[BEST], weights[CIRCLE] = w["sector"] * COVER, w["circle"]
    weights[TRACKS], weights[FIRST_SIDE + side] = w["record.track"], w["record.side"] * SECTOR_SIDE
    marks = (c.has_fields, c.any_seeks, c.any_offers, c.country_class)
    first, classes = alike([mark[gainers] for mark in marks])
    found = [[int(mark[gainers[place]]) for mark in marks] for place in first]
    rows = [_class_row(c, terms, givers, c.side_names[side], mark) for mark in found]
    return Side(
        c.layers.weigh(weights, givers),
        classes,
        np.stack(rows),
        terms.above("kind", c.kind[gainers]),
        c.kind_class[givers],
    )


def _class_row(c: Compiled, terms: Terms, givers: Ints, name: str, mark: list[int]) -> Floats:
    """All that depends on the giver and on yes-or-no features and country of the gainer."""
    fields, seeks, offers = (bool(flag) for flag in mark[:3])
    w, prior = terms.weight, terms.prior
    row = np.full(len(givers), sum(prior.values()), np.float32)
    record = c.on_record[givers]
    side = c.side_total[name][givers]
    row -= record * (prior["record.repeat"] + prior["record.side"])
    row -= c.active[givers] * prior["record.track"]
    row += w["record.side"] * (ANY_SIDE * side + COUNTRY * c.country[mark[3]][givers])
    row += terms.above("practice.label", c.label[givers])
    if fields:
        row -= prior["sector"] * c.has_fields[givers]
        known = c.partners[givers] > 0
        row += known * (w["circle"] * c.circle_floor[givers] - prior["circle"])
    else:
        row += w["record.side"] * SECTOR_SIDE * side
        row += w["record.track"] * c.active[givers] * c.track_total[givers]
    row -= seeks * prior["need.gets"] * c.any_offers[givers]
    row -= offers * prior["need.gives"] * c.any_seeks[givers]
    return row


RowTable: TypeAlias = tuple[Ints, Floats, Floats]
"""What depends on the row only by a class of it: class of each row, (classes, columns) ahead and back."""

FEW = 64
"""So many row classes are always worth one table."""


def merge(tables: Sequence[RowTable]) -> list[RowTable]:
    """Sum tables as long as few classes result."""
    merged: list[RowTable] = []
    for of, ahead, back in tables:
        if merged:
            before, left, right = merged[-1]
            found, classes = np.unique(before * len(ahead) + of, return_inverse=True)
            if len(found) <= max(FEW, len(of) // 16):
                one, two = np.divmod(found, len(ahead))
                merged[-1] = (classes, left[one] + ahead[two], right[one] + back[two])
                continue
        merged.append((of, ahead, back))
    return merged


@dataclass
class Block:
    """Rows (of one side) against columns (of one side). `tile` gives both directions for some rows."""

    c: Compiled
    policy: PolicyVector
    rows: Ints
    columns: Ints

    def __post_init__(self) -> None:
        self.terms = Terms.of(self.policy)
        ahead = prepare(self.c, self.terms, self.rows, self.columns)
        back = prepare(self.c, self.terms, self.columns, self.rows)
        targets, self.refusals = self._target_tables()
        nothing = np.zeros_like(ahead.by_class)
        tables = merge([(ahead.classes, ahead.by_class, nothing), self._shared_table(), *targets])
        self.both = self._rarity()
        self.ahead = self._ahead(ahead, tables)
        self.back = self._back(back, tables)
        self.fixed = self._fixed()

    def _ahead(self, side: Side, tables: Sequence[RowTable]) -> list[Product]:
        """What rows gain from columns: all that is sparse in the rows, and their kinds of partner."""
        c, rows, columns, w = self.c, self.rows, self.columns, self.terms.weight
        met = w["need.gets"] * dense(c.met_by_offers[columns])
        gave = w["need.gives"] * dense(c.met_by_seeks[columns])
        return [
            joined(
                [
                    (c.x[rows], side.fields.T),
                    (c.seeks[rows], met.T),
                    (c.offers[rows], gave.T),
                    *((rows_in(of, len(table)), table) for of, table, _ in tables),
                ]
            ),
            (side.kinds, one_hot(side.kind_of, side.kinds.shape[1])),
        ]

    def _back(self, side: Side, tables: Sequence[RowTable]) -> list[Product]:
        """What columns gain from rows. Fields of rows are dense; what they meet is sparse."""
        c, rows, columns, w = self.c, self.rows, self.columns, self.terms.weight
        kinds = one_hot(side.kind_of, side.kinds.shape[1])
        plain = [
            (kinds.T, side.kinds.T),
            (side.by_class.T, one_hot(side.classes, len(side.by_class))),
        ]
        fields = (side.fields, c.x[columns].T)
        met = [
            (c.offer_sets[rows] * w["need.gets"], dense(c.offers_meet @ c.seeks[columns].T)),
            (c.seek_sets[rows] * w["need.gives"], dense(c.seeks_meet @ c.offers[columns].T)),
            *((rows_in(of, len(table)), table) for of, _, table in tables),
        ]
        if side.fields.shape[1] > WIDE:
            return [joined(met), stacked(plain), fields]
        return [joined(met), stacked([(fields[0], dense(fields[1])), *plain])]

    def _shared_table(self) -> RowTable:
        """Language and hours, equal in both directions, by class of the row."""
        c, rows = self.c, self.rows
        tongues, zones = c.language.rows[rows], c.hours.rows[rows]
        first, classes = alike([tongues, zones])
        table = self._above("practice.language", c.language, tongues[first])
        table = table + self._above("practice.hours", c.hours, zones[first])
        return classes, table, table

    def _above(self, part: str, table: Table, classes: Ints) -> Floats:
        values = table.values[classes][:, table.columns[self.columns]]
        return self.terms.above(part, values)

    def _target_tables(self) -> tuple[list[RowTable], list[tuple[Ints, Bools]]]:
        """Both target parts by row class: by what the rows say, and by where they lie and work."""
        targets = self.c.targets
        sets, said = np.unique(targets.of[self.rows], return_inverse=True)
        first, lying = alike([*targets.rank[:, self.rows], *targets.inside[:, self.rows]])
        column_sets, column_set = np.unique(targets.of[self.columns], return_inverse=True)
        wants = targets.block(sets, self.columns)
        wanted = targets.block(column_sets, self.rows[first]).T[:, column_set]
        to = {part: self.terms.above(part, VALUES) for part in ("target.wants", "target.wanted")}
        tables = [
            (said, to["target.wants"][wants & 7], to["target.wanted"][wants & 7]),
            (lying, to["target.wanted"][wanted & 7], to["target.wants"][wanted & 7]),
        ]
        masks = [(said, refused(wants)), (lying, refused(wanted))]
        return tables, [(of, mask) for of, mask in masks if mask.any()]

    def _rarity(self) -> Product:
        """Factors of the cosine, equal in both directions."""
        c, rows = self.c, self.rows
        weight = self.terms.weight["sector"] * np.float32(1 - COVER)
        only = np.zeros(len(c.layers.parts), np.float32)
        only[RARITY] = weight
        left = sparse.diags_array(c.scale[rows]).tocsr() @ c.x[rows]
        return left, np.ascontiguousarray(c.layers.weigh(only, self.columns).T)

    def _fixed(self) -> tuple[Ints, Ints, Floats]:
        """Pairs that the products do not give: (rows sorted, columns, squared score; -1 for none).

        Pairs with a common record (a partner does not count in its own circle), the same organisation,
        parent and child.
        """
        c = self.c
        at = np.full(c.size, -1, np.intp)
        at[self.columns] = np.arange(len(self.columns))
        tied = c.ties[self.rows][:, self.columns].tocoo()
        score = self._squared(tied.row.astype(np.intp), tied.col.astype(np.intp))
        found = [(tied.row, tied.col, score)]
        home = np.full(c.size, -1, np.intp)
        home[self.rows] = np.arange(len(self.rows))
        above = np.where(c.parent[self.rows] >= 0, at[c.parent[self.rows]], -1)
        below = np.where(c.parent[self.columns] >= 0, home[c.parent[self.columns]], -1)
        for line, column in (
            (np.arange(len(self.rows)), at[self.rows]),
            (np.arange(len(self.rows)), above),
            (below, np.arange(len(self.columns))),
        ):
            real = (line >= 0) & (column >= 0)
            gone = np.full(int(real.sum()), -1.0, np.float32)
            found.append((line[real], column[real], gone))
        rows, columns, scores = (np.concatenate(part) for part in zip(*found, strict=True))
        order = np.argsort(rows, kind="stable")
        return rows[order], columns[order], scores[order]

    def _squared(self, rows: Ints, columns: Ints) -> Floats:
        ia, ib = self.rows[rows], self.columns[columns]
        ahead, back = both_ways(self.c, ia, ib)
        points = figures(ahead, self.policy).points * figures(back, self.policy).points
        return np.asarray(points, np.float32)

    def tile(self, start: int, stop: int) -> Floats:
        """Squared scores of rows start..stop against all columns; negative where a block stands."""
        both = self.both[0][start:stop] @ self.both[1]
        ahead, back = (summed(both, found, start, stop) for found in (self.ahead, self.back))
        ahead *= back
        first, last = np.searchsorted(self.fixed[0], [start, stop])
        at = slice(first, last)
        ahead[self.fixed[0][at] - start, self.fixed[1][at]] = self.fixed[2][at]
        for of, mask in self.refusals:
            ahead[mask[of[start:stop]]] = -1.0
        return ahead


def alike(features: Sequence[np.ndarray]) -> tuple[Ints, Ints]:
    """Classes of places that agree in all features (whole numbers from 0): (first of each, class)."""
    first, classes = np.zeros(1, np.intp), np.zeros(len(features[0]), np.intp)
    for feature in features:
        if (feature != feature[0]).any():
            mixed = classes * (int(feature.max()) + 1) + feature
            _, first, classes = np.unique(mixed, return_index=True, return_inverse=True)
    return first, classes


def joined(products: Sequence[Product]) -> Product:
    """One product with sparse rows for the sum of several; empty ones are left out."""
    used = [(left, right) for left, right in products if left.nnz] or products[:1]
    left = sparse.hstack([left for left, _ in used], format="csr")
    return left, np.vstack([right for _, right in used])


def stacked(products: Sequence[tuple[Floats, Floats]]) -> Product:
    """One product with dense rows for the sum of several."""
    left = np.hstack([left for left, _ in products])
    return left, np.vstack([right for _, right in products])


def summed(base: Floats, products: Sequence[Product], start: int, stop: int) -> Floats:
    """A base and the sum of products for rows start..stop."""
    total = np.asarray(products[0][0][start:stop] @ products[0][1])
    total += base
    for left, right in products[1:]:
        if sparse.issparse(right):
            total += left[start:stop] @ right
        else:  # adds the product in place; BLAS sees the transposed of everything
            sgemm(1.0, right.T, left[start:stop].T, 1.0, total.T, overwrite_c=True)
    return total


def rows_in(of: Ints, count: int) -> Rows:
    """A sparse one per row, in the column of its class; shape (len(of), count)."""
    ones = np.ones(len(of), np.float32)
    return sparse.csr_array((ones, of, np.arange(len(of) + 1)), shape=(len(of), count))


def one_hot(of: Ints, count: int) -> Floats:
    """Zeros and ones, shape (count, len(of))."""
    found = np.zeros((count, len(of)), np.float32)
    found[of, np.arange(len(of))] = 1.0
    return found
