"""Small problems by hand: `event(...)` writes the document, `problem(...)` reads it."""

from copy import deepcopy
from itertools import combinations, product
from typing import Any

from matchmaking.scheduling.exchange import problem_from
from matchmaking.scheduling.problem import Problem

Document = dict[str, Any]


def event(
    slots: str = "1 2 3",
    days: dict[str, str] | None = None,
    tables: int | list[Document] = 3,
    orgs: dict[str, Document] | None = None,
    wishes: list[tuple[str, str, int]] | None = None,
    **more: Any,
) -> Document:
    """A document of its own: slots of 20 minutes from 8 o'clock UTC, organisations a, b, c, d by default.

    `wishes` are (a, b, weight), named "a-b"; an organisation is there in all slots unless it says.
    """
    names = slots.split()
    day_of = days or dict.fromkeys(names, "mon")
    order = list(dict.fromkeys(day_of.values()))
    pairs = [("a", "b", 60), ("c", "d", 50)] if wishes is None else wishes
    people = {name: {} for name in "abcd"} if orgs is None else orgs
    return deepcopy(
        {
            "format": "b2b-schedule-problem",
            "version": 1,
            "id": "case",
            "sessions": [{"id": "hall"}],
            "slots": [
                {
                    "id": name,
                    "day": day_of[name],
                    "session": "hall",
                    "start": f"2026-10-{6 + order.index(day_of[name]):02}T08:{2 * i:02}:00Z",
                    "end": f"2026-10-{6 + order.index(day_of[name]):02}T08:{2 * i + 1:02}:00Z",
                }
                for i, name in enumerate(names)
            ],
            "tables": [{"id": f"t{i}"} for i in range(1, tables + 1)]
            if isinstance(tables, int)
            else tables,
            "organisations": [
                {"id": name, "available": list(names), **facts} for name, facts in people.items()
            ],
            "wishes": [
                {"id": f"{a}-{b}", "a": a, "b": b, "weight": weight} for a, b, weight in pairs
            ],
            **more,
        }
    )


def problem(*args: Any, **facts: Any) -> Problem:
    """The problem of `event(...)`."""
    return problem_from(event(*args, **facts))


def complete(n: int, slots: int, weight: int = 7) -> Problem:
    """Everybody wishes to meet everybody: n organisations, tables for all."""
    names = [f"o{i}" for i in range(n)]
    return problem(
        " ".join(f"s{i}" for i in range(slots)),
        tables=n,
        orgs={name: {} for name in names},
        wishes=[(a, b, weight) for a, b in combinations(names, 2)],
    )


def two_sides(n: int, slots: int, tables: int) -> Problem:
    """n organisations on each side, everybody wishes to meet everybody on the other."""
    left, right = [f"l{i}" for i in range(n)], [f"r{i}" for i in range(n)]
    return problem(
        " ".join(f"s{i}" for i in range(slots)),
        tables=tables,
        orgs={name: {} for name in left + right},
        wishes=[(a, b, 10) for a, b in product(left, right)],
    )
