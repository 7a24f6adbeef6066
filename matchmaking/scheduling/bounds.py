"""How much weight any schedule can place at most, proven by prices and additions.

Every capacity (seats of an organisation in a slot, tables of a slot, caps) gets a price in whole
thousandths of a point. A wish can be worth no more than its weight less the cheapest price of a
place, so prices times capacities plus what the wishes have left over is a bound, for any prices
(format: Bounds). The relaxation's dual solution gives the best ones; rounding them to integers
keeps the proof exact, since the total is added up again from the integers alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaking.scheduling.domains import bits
from matchmaking.scheduling.model import Model
from matchmaking.scheduling.program import CAP, CAP_DAY, SEAT, TABLES, RowKey
from matchmaking.scheduling.result import Bound, Prices

THOUSAND = 1000
PROOF, SEARCH = "prices on capacities (dual of the linear program)", "branch and bound (HiGHS)"


@dataclass(frozen=True, slots=True)
class Priced:
    """Prices by row and the bound they prove, in thousandths of a point."""

    prices: dict[RowKey, int]
    total: int

    @property
    def weight(self) -> int:
        """The bound in points: weights are whole, so it may be rounded down."""
        return self.total // THOUSAND


def priced(model: Model, prices: dict[RowKey, int]) -> Priced:
    """Add up the bound that these prices prove."""
    used = _locked_use(model)
    total = sum(price * (capacity(model, key) - used.get(key, 0)) for key, price in prices.items())
    for wish in range(model.n_wishes):
        if model.locked[wish] >= 0:
            total += THOUSAND * model.weight[wish]
        elif model.allowed[wish]:
            total += max(0, THOUSAND * model.weight[wish] - cheapest(model, prices, wish))
    return Priced(prices, total)


def cheapest(model: Model, prices: dict[RowKey, int], wish: int) -> int:
    """The lowest price of a place for a wish that has at least one allowed slot."""
    return min(place_price(model, prices, wish, slot) for slot in bits(model.allowed[wish]))


def place_price(model: Model, prices: dict[RowKey, int], wish: int, slot: int) -> int:
    """What this place is worth to others, in thousandths of a point."""
    return sum(prices.get(key, 0) for key in uses(model, wish, slot))


def uses(model: Model, wish: int, slot: int) -> Iterator[RowKey]:
    """The capacities that a meeting there uses, whether or not they are limited."""
    if model.seated[wish]:
        yield TABLES, slot
    for o in (model.a[wish], model.b[wish]):
        yield SEAT, o * model.n_slots + slot
        yield CAP, o
        yield CAP_DAY, o * model.n_days + model.day[slot]


def _locked_use(model: Model) -> dict[RowKey, int]:
    used: dict[RowKey, int] = {}
    for wish, slot in enumerate(model.locked):
        if slot >= 0:
            for key in uses(model, wish, slot):
                used[key] = used.get(key, 0) + 1
    return used


def capacity(model: Model, key: RowKey) -> int:
    """How much there is of what a row limits (`NO_CAP`: no such limit)."""
    kind, i = key
    if kind == SEAT:
        return model.seats[i]
    if kind == TABLES:
        return model.tables[i]
    return model.cap[i] if kind == CAP else model.cap_day[i]


def best_prices(model: Model, keys: list[RowKey], row_price: NDArray[np.float64] | None) -> Priced:
    """Whole prices from the relaxation's, checked; without any, the sum of all that has a slot.

    Of several ways to round, the one that proves most is kept: each is valid, none need be best.
    """
    best = priced(model, {})
    if row_price is None:
        return best
    exact = np.maximum(0.0, -row_price) * THOUSAND
    for shift in (0.5, 0.001, 0.999):
        rounded = np.floor(exact + shift).astype(np.int64)
        prices = {
            key: int(price)
            for key, price in zip(keys, rounded, strict=True)
            if price > 0 and key[0] in (SEAT, TABLES, CAP, CAP_DAY)
        }
        best = min(best, priced(model, prices), key=lambda proof: proof.total)
    return best


def bound_of(model: Model, proof: Priced, searched: float | None) -> Bound:
    """The bound to publish: the proof's, or a lower one that branch and bound found."""
    # a solver's 426608.99999 means 426609: rounding down without this margin proves too much
    search = None if searched is None else int(np.floor(searched + 1e-4))
    lower = search is not None and search < proof.weight
    return Bound(
        placed_weight=search if search is not None and lower else proof.weight,
        method=SEARCH if lower else PROOF,
        dual_weight=proof.weight,
        dual=_by_id(model, proof.prices),
    )


def _by_id(model: Model, prices: dict[RowKey, int]) -> Prices:
    problem = model.problem
    days = list(dict.fromkeys(slot.day for slot in problem.slots))
    rows: dict[str, list[tuple[str | int, ...]]] = {SEAT: [], TABLES: [], CAP: [], CAP_DAY: []}
    for (kind, i), price in sorted(prices.items()):
        if kind == SEAT:
            o, slot = divmod(i, model.n_slots)
            name: tuple[str, ...] = (problem.organisations[o].id, problem.slots[slot].id)
        elif kind == TABLES:
            name = (problem.slots[i].id,)
        elif kind == CAP:
            name = (problem.organisations[i].id,)
        else:
            o, day = divmod(i, model.n_days)
            name = (problem.organisations[o].id, days[day])
        rows[kind].append((*name, price))
    return Prices(
        org_slot=tuple(rows[SEAT]),  # type: ignore[arg-type] # two ids and a price, see above
        tables=tuple(rows[TABLES]),  # type: ignore[arg-type] # an id and a price
        org=tuple(rows[CAP]),  # type: ignore[arg-type] # an id and a price
        org_day=tuple(rows[CAP_DAY]),  # type: ignore[arg-type] # two ids and a price
    )
