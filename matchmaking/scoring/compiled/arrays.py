"""A market as arrays: every criterion becomes products of factors or look-ups in small tables.

Nothing here depends on a policy. Shapes: n organisations, S sectors in use. Rows of factor matrices
are organisations. Values and meanings are those of `matchmaking.scoring.criteria`; a property test
holds both together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from matchmaking.scoring.compiled.classes import Classes, Table
from matchmaking.scoring.compiled.fields import (
    circle_excess,
    circle_floor,
    field_matrix,
    likeness_matrix,
    partner_presence,
    rarity_factors,
    sector_columns,
)
from matchmaking.scoring.compiled.interests import Demand, interests_of
from matchmaking.scoring.compiled.matrices import (
    Bools,
    Floats,
    Ints,
    Layers,
    Rows,
    Wide,
    narrow,
    rows_of,
)
from matchmaking.scoring.compiled.targets import Targets, compile_targets
from matchmaking.scoring.context import ANY, Context, Ledger
from matchmaking.scoring.criteria.fields import strengths
from matchmaking.scoring.criteria.practice import LABEL_VALUE, best_label, common_hours
from matchmaking.scoring.criteria.record import fullness
from matchmaking.scoring.profile import Profile
from matchmaking.scoring.ties import seed


@dataclass
class Compiled:
    """The arrays. Build with `compile_context`; read-only for callers.

    columns: the sectors in use. x: shares over them, strong: strengths, from which the rest is spread. `layers`, over sectors too: likeness-weighted strength, circle, tracks, rarity and
    one for each side; see the names of places in `pairs`. near: likeness-weighted share, around: its sum over
    partners. The cosine of two tf-idf rows is `scale` of the one times its shares times the rarity of the
    other. met_by_offers: how well each organisation meets what is sought, which is
    `offer_sets` (what it offers, by kind) times `offers_meet`; their columns are named in `demands`. `ties` and `tie_keys` hold every
    pair with something between them, `shown` and `open_keys` those of which others may know.
    """

    context: Context
    keys: tuple[str, ...]
    index: dict[str, int]
    columns: dict[str, int]
    seeds: np.ndarray
    side: Ints
    side_names: list[str]
    x: Rows
    strong: Rows
    scale: Floats
    layers: Layers
    near: Wide
    around: Wide
    usual: npt.NDArray[np.float64]
    circle_floor: Floats
    track_total: Floats
    side_total: dict[str, Floats]
    country: Floats
    country_class: Ints
    has_fields: Bools
    on_record: Bools
    active: Bools
    partners: Ints
    ties: sparse.csr_array
    shown: sparse.csr_array
    tie_keys: Ints
    open_keys: Ints
    parent: Ints
    seeks: Rows
    offers: Rows
    met_by_offers: Wide
    met_by_seeks: Wide
    offer_sets: Rows
    seek_sets: Rows
    offers_meet: Rows
    seeks_meet: Rows
    demands: dict[str, Demand]
    any_seeks: Bools
    any_offers: Bools
    targets: Targets
    kind: Floats
    kind_class: Ints
    language: Table
    hours: Table
    label: Floats

    @property
    def size(self) -> int:
        """Number of organisations."""
        return len(self.keys)

    @property
    def nbytes(self) -> int:
        """Bytes in the arrays."""
        return sum(_bytes(value) for value in vars(self).values())


def _bytes(value: Any) -> int:
    if isinstance(value, np.ndarray | Targets | Layers):
        return int(value.nbytes)
    if sparse.issparse(value):
        return int(value.data.nbytes + value.indices.nbytes + value.indptr.nbytes)
    if isinstance(value, Table):
        return value.values.nbytes
    if isinstance(value, dict):
        return sum(_bytes(item) for item in value.values())
    return 0


def compile_context(context: Context) -> Compiled:
    """Turn a market with its statistics into arrays."""
    profiles = list(context.market.profiles.values())
    index = {profile.key: place for place, profile in enumerate(profiles)}
    columns = sector_columns(profiles)
    side_names = list(dict.fromkeys(profile.side for profile in profiles))
    rows = {
        **shares_of(profiles, columns),
        **books_of(context, profiles, index, columns, side_names),
    }
    fields = fields_of(context, columns, rows["x"], rows["strong"])
    circles = circles_of(fields["near"], fields["usual"], rows["ties"], rows["shown"])
    layers = layers_of({**rows, **fields, **circles}, side_names)
    found = {name: value for name, value in {**rows, **fields, **circles}.items() if name in FIELDS}
    return Compiled(
        context=context,
        keys=tuple(index),
        index=index,
        columns=columns,
        layers=layers,
        seeds=np.array([seed(key) for key in index], np.uint64),
        side=np.array([side_names.index(p.side) for p in profiles], np.intp),
        side_names=side_names,
        parent=parents_of(profiles, index),
        **found,
        **countries_of(context, profiles),
        **kinds_of(context, profiles, rows["x"], columns),
        **interests_of(context, profiles),
        targets=compile_targets(context, profiles),
        **practice_of(context, profiles),
    )


FIELDS = set(Compiled.__dataclass_fields__)


def layers_of(parts: Mapping[str, Wide], side_names: Sequence[str]) -> Layers:
    """What stands in `Compiled.layers`, from its parts by name."""
    return Layers.of([parts[name] for name in layer_names(side_names)])


def layer_names(side_names: Sequence[str]) -> tuple[str, ...]:
    """Names of the layers in their order; see the names of places in `pairs`."""
    return ("best", "circle", "tracks", "rarity", *(f"side {name}" for name in side_names))


def parents_of(profiles: Sequence[Profile], index: Mapping[str, int]) -> Ints:
    """Place of the organisation each one belongs to, -1 for none."""
    return np.array([index.get(p.parent or "", -1) for p in profiles], np.intp)


def shares_of(profiles: Sequence[Profile], columns: Mapping[str, int]) -> dict[str, Any]:
    """What some organisations say of their sectors, a row for each."""
    shares = ({columns[s]: v for s, v in p.shares.items()} for p in profiles)
    strong = ({columns[s]: v for s, v in strengths(p).items()} for p in profiles)
    return {
        "x": rows_of(shares, len(columns)),
        "strong": rows_of(strong, len(columns)),
        "has_fields": np.array([bool(p.foci) for p in profiles], bool),
    }


def fields_of(
    context: Context, columns: Mapping[str, int], x: Rows, strong: Rows
) -> dict[str, Any]:
    """How like everybody's sectors are to all others, and how rare."""
    likeness = likeness_matrix(context, list(columns))
    scale, rarity = rarity_factors(context, x, columns)
    usual = np.array([context.usual_presence(name) for name in columns], np.float64)
    return {
        "scale": scale,
        "rarity": narrow(rarity),
        "best": field_matrix(strong, likeness, np.maximum),
        "near": field_matrix(x, likeness, np.add),
        "usual": usual,
    }


def circles_of(near: Wide, usual: Wide, ties: Rows, shown: Rows) -> dict[str, Any]:
    """What the partners of each organisation work in."""
    partners = np.diff(shown.indptr).astype(np.intp)
    around = partner_presence(near, shown)
    return {
        "tie_keys": _pair_keys(ties),
        "open_keys": _pair_keys(shown),
        "partners": partners,
        "around": around,
        "circle": circle_excess(around, partners, usual),
        "circle_floor": circle_floor(partners),
    }


def _pair_keys(ties: sparse.csr_array) -> Ints:
    """Row x size + column of every entry, sorted."""
    size = ties.shape[0]
    rows = np.repeat(np.arange(size), np.diff(ties.indptr))
    return np.asarray(rows * size + ties.indices, np.intp)


def books_of(
    context: Context,
    profiles: Sequence[Profile],
    index: Mapping[str, int],
    columns: Mapping[str, int],
    side_names: Sequence[str],
) -> dict[str, Any]:
    """What some organisations have on record, a row for each.

    `ties`: how often each worked with each, `shown` without what others may not know of.
    """
    books = [context.ledger(p.key) for p in profiles]
    tied = ([book.ties + book.between for book in books], [book.ties for book in books])
    whole, shown = (
        rows_of(({index[key]: float(n) for key, n in row.items()} for row in rows), len(index))
        for rows in tied
    )
    return {
        "ties": whole,
        "shown": shown,
        "tracks": narrow(_tracks(context, books, columns)),
        **{f"side {side}": narrow(_side_rows(books, side, columns)) for side in side_names},
        "track_total": np.array([context.track(b.joint, ANY) for b in books], np.float32),
        "side_total": {
            side: np.array([fullness(b.sides[side]) for b in books], np.float32)
            for side in side_names
        },
        "on_record": np.array([book.known for book in books], bool),
        "active": np.array([book.joint > 0 for book in books], bool),
    }


def _tracks(context: Context, books: Sequence[Ledger], columns: Mapping[str, int]) -> Rows:
    return rows_of(
        (
            {columns[s]: context.track(n, s) for s, n in book.sectors.items() if s in columns}
            for book in books
        ),
        len(columns),
    )


def _side_rows(books: Sequence[Ledger], side: str, columns: Mapping[str, int]) -> Rows:
    return rows_of(
        (
            {
                columns[s]: fullness(n)
                for (where, s), n in book.side_sectors.items()
                if where == side and s in columns
            }
            for book in books
        ),
        len(columns),
    )


def countries_of(context: Context, profiles: Sequence[Profile]) -> dict[str, Any]:
    """Records with the countries of each class of organisations, and the classes."""
    groups = Classes.sort(profiles, lambda p: frozenset(p.countries))
    country = np.zeros((len(groups.first), len(profiles)), np.float32)
    codes = {code: number for number, code in enumerate({c for p in profiles for c in p.countries})}
    counts = np.zeros((len(codes), len(profiles)), np.float32)
    for place, profile in enumerate(profiles):
        for code, count in context.ledger(profile.key).countries.items():
            if code in codes:
                counts[codes[code], place] = fullness(count)
    for row, profile in enumerate(groups.first):
        if profile.countries:
            country[row] = counts[[codes[code] for code in profile.countries]].max(axis=0)
    return {"country": country, "country_class": groups.of}


def kinds_of(
    context: Context, profiles: Sequence[Profile], x: Rows, columns: Mapping[str, int]
) -> dict[str, Any]:
    """Value of each kind of partner for each organisation, (n, kinds), and the kinds' numbers."""
    kinds = Classes.sort(profiles, lambda p: p.kind)
    names = [profile.kind for profile in kinds.first]
    values = np.full((len(profiles), len(names)), np.nan, np.float32)
    for own, name in enumerate(names):
        rows = np.flatnonzero((kinds.of == own) & np.diff(x.indptr).astype(bool))
        if name and len(rows):
            usual, counted = _usual_kinds(context, name, names, columns)
            known = np.asarray(x[rows] @ counted) > 0
            values[rows] = np.where(known[:, None], x[rows] @ usual, np.nan)
        bare = np.flatnonzero((kinds.of == own) & ~np.diff(x.indptr).astype(bool))
        if name and context.kind_count(ANY, name):
            values[bare] = [context.usual_kind(ANY, name, k) if k else np.nan for k in names]
    for row, profile in enumerate(profiles):
        if profile.wishes:
            wished = {wish.kind for wish in profile.wishes}
            values[row] = [float(name in wished) for name in names]
    values[:, [not name for name in names]] = np.nan
    return {"kind": values, "kind_class": kinds.of}


def _usual_kinds(
    context: Context, own: str, names: list[str], columns: Mapping[str, int]
) -> tuple[Floats, Floats]:
    """For one kind: how usual each other kind is by sector, and where anything was counted."""
    usual = np.full((len(columns), len(names)), 0.5, np.float32)
    counted = np.zeros(len(columns), np.float32)
    for sector, kind in context.kind_pairs:
        if kind == own and sector in columns and context.kind_count(sector, own):
            row = columns[sector]
            counted[row] = 1.0
            usual[row] = [context.usual_kind(sector, own, k) if k else 0.0 for k in names]
    return usual, counted


def practice_of(context: Context, profiles: Sequence[Profile]) -> dict[str, Any]:
    """Languages, working hours and labels."""
    tongues = Classes.sort(profiles, lambda p: frozenset(p.languages))
    zones = Classes.sort(profiles, lambda p: p.time_zone)
    day = context.market.day

    def language(a: Profile, b: Profile) -> float | None:
        known = a.languages and b.languages
        return float(bool(set(a.languages) & set(b.languages))) if known else None

    def hours(a: Profile, b: Profile) -> float | None:
        known = a.time_zone and b.time_zone
        return min(1.0, common_hours(a.time_zone, b.time_zone, day) / 4.0) if known else None

    labels = (best_label(p.labels) for p in profiles)
    values = [np.nan if best is None else LABEL_VALUE[best.state] for best in labels]
    return {
        "language": Table(*tongues.table(tongues, language)),
        "hours": Table(*zones.table(zones, hours)),
        "label": np.array(values, np.float32),
    }
