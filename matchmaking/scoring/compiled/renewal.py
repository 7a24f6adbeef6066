"""The arrays of a market in which a few organisations changed, made from those before.

What one organisation says stands in rows of its own, and what it has on record too: those rows are replaced. How
rare a sector is and how usual a kind depends on everybody: that is worked out again, by arrays, from rows that stand
already. A property test holds the result to a full compilation, bit by bit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from scipy import sparse

from matchmaking.scoring.compiled.arrays import (
    FIELDS,
    Compiled,
    books_of,
    circles_of,
    compile_context,
    countries_of,
    fields_of,
    kinds_of,
    layer_names,
    layers_of,
    parents_of,
    practice_of,
    shares_of,
)
from matchmaking.scoring.compiled.fields import sector_columns
from matchmaking.scoring.compiled.interests import interests_of, met_of
from matchmaking.scoring.compiled.matrices import Ints
from matchmaking.scoring.compiled.targets import compile_targets
from matchmaking.scoring.context import COUNTED, IN_PLACE, Context, changes
from matchmaking.scoring.profile import Profile


def renewed(before: Compiled, context: Context) -> Compiled:
    """The arrays of a market made from the one `before` was compiled from; what did not change is shared."""
    changed = changes(before.context.market, context.market)
    profiles = list(context.market.profiles.values())
    whole = changed & (COUNTED - IN_PLACE)
    if whole or ("foci" in changed and sector_columns(profiles) != before.columns):
        return compile_context(context)
    found: dict[str, Any] = {"context": context, **_rows(before, context, profiles, changed)}
    if changed & {"foci", "relations", "kind", "wishes"}:
        found |= kinds_of(context, profiles, found.get("x", before.x), before.columns)
    by_sector = "foci" in changed and before.targets.name_sectors
    if by_sector or changed & {"targets", "regions", "blocs"}:
        found["targets"] = compile_targets(context, profiles)
    if "interests" in changed:
        found |= interests_of(context, profiles)
    elif "foci" in changed:
        found |= met_of(context, vars(before))
    if changed & {"languages", "time_zone", "labels"}:
        found |= practice_of(context, profiles)
    if "parent" in changed:
        found["parent"] = parents_of(profiles, before.index)
    return replace(before, **found)


def _rows(
    before: Compiled, context: Context, profiles: Sequence[Profile], changed: set[str]
) -> dict[str, Any]:
    """Rows about sectors and records of those who changed, and what is spread from all rows."""
    c = before
    names = layer_names(c.side_names)
    parts = {**vars(c), **dict(zip(names, c.layers.parts, strict=True))}
    found: dict[str, Any] = {}
    if "foci" in changed:
        old = c.context.market.profiles
        places = _places(old[p.key] is not p for p in profiles)
        fresh = shares_of([profiles[place] for place in places], c.columns)
        found |= {name: patched(parts[name], places, rows) for name, rows in fresh.items()}
        found |= fields_of(context, c.columns, found["x"], found["strong"])
    old_books, books = c.context.ledgers, context.ledgers
    booked = _places(books.get(key) is not old_books.get(key) for key in c.keys)
    if len(booked):
        some = [profiles[place] for place in booked]
        fresh = books_of(context, some, c.index, c.columns, c.side_names)
        found |= {name: patched(parts[name], booked, rows) for name, rows in fresh.items()}
        found |= countries_of(context, profiles)
    if found:
        now = {**parts, **found}
        found |= circles_of(now["near"], now["usual"], now["ties"], now["shown"])
        found["layers"] = layers_of({**parts, **found}, c.side_names)
    return {name: value for name, value in found.items() if name in FIELDS}


def _places(flags: Any) -> Ints:
    return np.flatnonzero(np.fromiter(flags, bool))


def patched(before: Any, places: Ints, rows: Any) -> Any:
    """Rows of organisations, dense or sparse or by name, with those at `places` (ascending) replaced."""
    if isinstance(before, Mapping):
        return {name: patched(value, places, rows[name]) for name, value in before.items()}
    if sparse.issparse(before):
        starts = [0, *(places + 1)]
        pieces = [
            piece
            for k in range(len(places))
            for piece in (before[starts[k] : places[k]], rows[[k]])
        ]
        return sparse.vstack([*pieces, before[starts[-1] :]], format="csr", dtype=np.float32)
    after = before.copy()
    after[places] = rows
    return after
