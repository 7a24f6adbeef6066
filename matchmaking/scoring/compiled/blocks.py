"""What a block of rows gains from a block of columns and back, as a few products per tile.

For every part, weight x (known ? value : prior) is either a product of factors, a table by classes, or
constant in one of the two. Everything constant in a pair of classes is summed before the tiles run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from matchmaking.scoring.compiled.arrays import Compiled, Table
from matchmaking.scoring.compiled.matrices import Bools, Floats, Ints, Rows, dense
from matchmaking.scoring.compiled.pairs import PolicyVector, both_ways, figures
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
    """One direction: `gainers` (all of one side) gaining from `givers`, taken apart.

    factors (gainers, d) @ features (d, givers) + by_class[class of gainer] + kinds @ one-hot kind.
    """

    factors: Rows
    features: Floats
    classes: Ints
    by_class: Floats
    kinds: Floats
    kind_of: Ints

    @property
    def wide(self) -> bool:
        """Whether there are so many features that sparse factors are faster."""
        return bool(self.features.shape[0] > WIDE)


WIDE = 96


def prepare(c: Compiled, terms: Terms, gainers: Ints, givers: Ints) -> Side:
    """Take one direction apart; `gainers` must share a side."""
    w, name = terms.weight, c.side_names[c.side[gainers[0]]]
    fields = (
        w["sector"] * COVER * dense(c.best[givers])
        + w["circle"] * dense(c.circle[givers])
        + w["record.track"] * dense(c.tracks[givers])
        + w["record.side"] * SECTOR_SIDE * dense(c.sides[name][givers])
    )
    parts: list[tuple[Rows, Floats]] = [
        (c.x[gainers], fields),
        (c.seeks[gainers], w["need.gets"] * dense(c.met_by_offers[givers])),
        (c.offers[gainers], w["need.gives"] * dense(c.met_by_seeks[givers])),
    ]
    used = [(left, right) for left, right in parts if left.nnz]
    factors = sparse.hstack([left for left, _ in used] or [parts[0][0]], format="csr")
    features = np.hstack([right for _, right in used] or [fields]).T
    marks = (c.has_fields, c.any_seeks, c.any_offers, c.country_class)
    first, classes = alike([mark[gainers] for mark in marks])
    found = [[int(mark[gainers[place]]) for mark in marks] for place in first]
    by_class = np.stack([_class_row(c, terms, givers, name, mark) for mark in found])
    kinds = terms.above("kind", c.kind[gainers])
    return Side(
        factors,
        np.ascontiguousarray(features, np.float32),
        classes,
        by_class,
        np.ascontiguousarray(kinds),
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


@dataclass
class RowTables:
    """Terms that depend on the row only by a class of it: tables (classes, columns), one per grouping."""

    groups: list[tuple[Ints, Floats, Floats]]

    @classmethod
    def merge(cls, parts: list[tuple[Ints, Floats, Floats]]) -> RowTables:
        """Sum groupings (class of each row, table ahead, table back) as long as few classes result."""
        groups: list[tuple[Ints, Floats, Floats]] = []
        for of, ahead, back in parts:
            if groups:
                before, left, right = groups[-1]
                pairs = before * len(ahead) + of
                found, classes = np.unique(pairs, return_inverse=True)
                if len(found) <= max(FEW, len(of) // 16):
                    one, two = np.divmod(found, len(ahead))
                    groups[-1] = (classes, left[one] + ahead[two], right[one] + back[two])
                    continue
            groups.append((of, ahead, back))
        return cls(groups)

    def add(self, start: int, stop: int, ahead: Floats, back: Floats) -> None:
        """Add to both directions of a tile."""
        for of, left, right in self.groups:
            ahead += left[of[start:stop]]
            back += right[of[start:stop]]


FEW = 64
"""So many row classes are always worth one table."""


@dataclass
class Block:
    """Rows (of one side) against columns (of one side). `tile` gives both directions for some rows."""

    c: Compiled
    policy: PolicyVector
    rows: Ints
    columns: Ints

    def __post_init__(self) -> None:
        self.terms = Terms.of(self.policy)
        self.ahead = prepare(self.c, self.terms, self.rows, self.columns)
        self.back = prepare(self.c, self.terms, self.columns, self.rows)
        self.back_factors = self._back_factors()
        self.back_features = self._back_features()
        self.rarity = self._rarity()
        self.kind_columns = one_hot(self.ahead.kind_of, self.ahead.kinds.shape[1])
        targets, self.refusals = self._target_tables()
        nothing = np.zeros_like(self.ahead.by_class)
        self.tables = RowTables.merge(
            [
                (self.ahead.classes, self.ahead.by_class, nothing),
                self._shared_table(),
                *targets,
            ]
        )
        self.fixed = self._fixed()

    def _back_factors(self) -> Floats:
        """Factors of the columns as gainers, transposed: (d, columns)."""
        back = self.back
        hot = one_hot(back.classes, len(back.by_class))
        wide = [] if back.wide else [back.factors.toarray().T]
        return np.ascontiguousarray(np.vstack([*wide, back.kinds.T, hot]))

    def _back_features(self) -> Floats:
        """Features of the rows as givers: (rows, d)."""
        back = self.back
        kinds = one_hot(back.kind_of, back.kinds.shape[1])
        wide = [] if back.wide else [back.features]
        return np.ascontiguousarray(np.vstack([*wide, kinds, back.by_class]).T)

    def _shared_table(self) -> tuple[Ints, Floats, Floats]:
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

    def _target_tables(self) -> tuple[list[tuple[Ints, Floats, Floats]], list[tuple[Ints, Bools]]]:
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

    def _rarity(self) -> tuple[Rows, Floats]:
        """Factors of the cosine, equal in both directions; only nodes that both blocks use."""
        weight = self.terms.weight["sector"] * np.float32(1 - COVER)
        left, right = self.c.t[self.rows], self.c.t[self.columns]
        both = np.intersect1d(left.indices, right.indices)
        return left[:, both] * weight, np.ascontiguousarray(right[:, both].toarray().T)

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
        rarity, common = self.rarity
        both = np.asarray(rarity[start:stop] @ common)
        ahead = np.asarray(self.ahead.factors[start:stop] @ self.ahead.features)
        ahead += self.ahead.kinds[start:stop] @ self.kind_columns
        ahead += both
        back = self.back_features[start:stop] @ self.back_factors
        back += both
        if self.back.wide:
            back += (self.back.factors @ self.back.features[:, start:stop]).T
        self.tables.add(start, stop, ahead, back)
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


def one_hot(of: Ints, count: int) -> Floats:
    """Zeros and ones, shape (count, len(of))."""
    found = np.zeros((count, len(of)), np.float32)
    found[of, np.arange(len(of))] = 1.0
    return found
