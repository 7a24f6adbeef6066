"""Needs and offers as arrays: what is asked for, in which sets it is given, and how well one meets the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from matchmaking.scoring.compiled.classes import Classes
from matchmaking.scoring.compiled.matrices import Rows, narrow, rows_of
from matchmaking.scoring.context import Context
from matchmaking.scoring.criteria.wishes import fit
from matchmaking.scoring.profile import Interest, Profile


def interests_of(context: Context, profiles: Sequence[Profile]) -> dict[str, Any]:
    """What is sought and offered, and how well everybody meets it."""
    # Many organisations say the same, or nothing: each thing said is worked out once.
    alike = Classes.sort(profiles, lambda p: tuple((i.kind, i.way, i.sector) for i in p.interests))
    said = [profile.interests for profile in alike.first]
    seeks = [[i for i in interests if i.way.seeks] for interests in said]
    offers = [[i for i in interests if i.way.offers] for interests in said]
    sought, offer_sets, asked_of_offers = _demand(seeks, offers)
    offered, seek_sets, asked_of_seeks = _demand(offers, seeks)
    found = {
        "seeks": sought[alike.of],
        "offers": offered[alike.of],
        "offer_sets": offer_sets[alike.of],
        "seek_sets": seek_sets[alike.of],
        "demands": {"offers": asked_of_offers, "seeks": asked_of_seeks},
        "any_seeks": np.array([bool(items) for items in seeks], bool)[alike.of],
        "any_offers": np.array([bool(items) for items in offers], bool)[alike.of],
    }
    return found | met_of(context, found)


def met_of(context: Context, said: Mapping[str, Any]) -> dict[str, Any]:
    """How well everybody meets what is asked for; `said` holds the rest of `interests_of`.

    Only this depends on how like sectors are.
    """
    offers_meet = _fits(context, said["demands"]["offers"])
    seeks_meet = _fits(context, said["demands"]["seeks"])
    return {
        "offers_meet": offers_meet,
        "seeks_meet": seeks_meet,
        "met_by_offers": narrow(said["offer_sets"] @ offers_meet),
        "met_by_seeks": narrow(said["seek_sets"] @ seeks_meet),
    }


WHATEVER = "*"
"""Stands for "in whatever sector it is sought": what a gift without a sector of its own meets."""


Item: TypeAlias = tuple[str, str | None]
"""What is asked for: a kind of cooperation, in a sector or WHATEVER or (None) anywhere."""

Gifts: TypeAlias = tuple[str, frozenset[str]]
"""A kind given, with the sectors in which it is; none of them where it is given in any."""


@dataclass(frozen=True)
class Demand:
    """The columns of what is asked for, and of the sets in which it is given."""

    items: tuple[Item, ...]
    sets: tuple[Gifts, ...]


def _demand(asked: list[list[Interest]], given: list[list[Interest]]) -> tuple[Rows, Rows, Demand]:
    """Items asked for, as shares; the sets of gifts, one for each kind given; the columns of both.

    A wish within a sector is two items, of which gifts meet one: the first if they name sectors,
    the second, WHATEVER, if not. An item is of one kind and so met by one set at most.
    """
    items: dict[Item, int] = {}
    shares: list[dict[int, float]] = []
    for wishes in asked:
        share: dict[int, float] = {}
        for wish in wishes:
            for sector in (wish.sector, WHATEVER) if wish.sector else (None,):
                column = items.setdefault((wish.kind, sector), len(items))
                share[column] = share.get(column, 0.0) + 1 / len(wishes)
        shares.append(share)
    sets: dict[Gifts, int] = {}
    gifts = [{sets.setdefault(one, len(sets)): 1.0 for one in _sets(some)} for some in given]
    demand = Demand(tuple(items), tuple(sets))
    return rows_of(shares, len(items)), rows_of(gifts, len(sets)), demand


def _fits(context: Context, demand: Demand) -> Rows:
    """How well each set of gifts (down) meets each item (across)."""
    by_kind: dict[str, list[tuple[int, str | None]]] = {}
    for column, (kind, sector) in enumerate(demand.items):
        by_kind.setdefault(kind, []).append((column, sector))
    met = (_met(context, by_kind.get(kind, ()), sectors) for kind, sectors in demand.sets)
    return rows_of(met, len(demand.items))


def _sets(gifts: Iterable[Interest]) -> list[Gifts]:
    """One set for each kind given."""
    sectors: dict[str, set[str | None]] = {}
    for gift in gifts:
        sectors.setdefault(gift.kind, set()).add(gift.sector)
    return [
        (kind, frozenset() if None in named else frozenset(filter(None, named)))
        for kind, named in sectors.items()
    ]


def _met(
    context: Context, items: Iterable[tuple[int, str | None]], given: frozenset[str]
) -> dict[int, float]:
    """Which of the items of a kind are met by what is given of it, and how well."""
    if not given:
        return {column: 1.0 for column, sector in items if sector in (None, WHATEVER)}
    fits = {
        column: max(fit(context, sector, one) for one in given)
        for column, sector in items
        if sector != WHATEVER
    }
    return {column: value for column, value in fits.items() if value > 0}
