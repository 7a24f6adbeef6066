"""A second opinion that shares nothing with the engine: the format read naively, all schedules tried.

Works on documents, so that reading is checked too. Only for tiny problems.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Any

Document = dict[str, Any]
Meetings = dict[str, str]


def allowed(document: Document, wish: Document) -> list[str]:
    orgs = {o["id"]: o for o in document["organisations"]}
    sessions = {s["id"]: s.get("format") for s in document["sessions"]}
    return [
        s["id"]
        for s in document["slots"]
        if s["id"] in orgs[wish["a"]]["available"]
        and s["id"] in orgs[wish["b"]]["available"]
        and wish.get("format") in (None, sessions[s["session"]])
    ]


def is_legal(document: Document, meetings: Meetings) -> bool:
    orgs = {o["id"]: o for o in document["organisations"]}
    wishes = {w["id"]: w for w in document["wishes"]}
    day = {s["id"]: s["day"] for s in document["slots"]}
    seats: Counter[tuple[str, str]] = Counter()
    total: Counter[str] = Counter()
    daily: Counter[tuple[str, str]] = Counter()
    tables: Counter[str] = Counter()
    for name, slot in meetings.items():
        tables[slot] += wishes[name].get("needs_table", True)
        for o in (wishes[name]["a"], wishes[name]["b"]):
            seats[o, slot] += 1
            total[o] += 1
            daily[o, day[slot]] += 1
    return (
        all(
            n <= orgs[o].get("parallel_in", {}).get(s, orgs[o].get("parallel", 1))
            for (o, s), n in seats.items()
        )
        and all(n <= orgs[o].get("max_meetings", 99) for o, n in total.items())
        and all(n <= orgs[o].get("max_per_day", 99) for (o, _), n in daily.items())
        and all(n <= len(document["tables"]) for n in tables.values())
        and all(meetings.get(k["wish"]) == k["slot"] for k in document.get("locks", []))
    )


def schedules(document: Document) -> Iterator[Meetings]:
    """Every legal schedule."""
    options = [[None, *allowed(document, wish)] for wish in document["wishes"]]
    for choice in product(*options):
        meetings = {
            wish["id"]: slot
            for wish, slot in zip(document["wishes"], choice, strict=True)
            if slot is not None
        }
        if is_legal(document, meetings):
            yield meetings


def weight(document: Document, meetings: Meetings) -> int:
    return sum(w["weight"] for w in document["wishes"] if w["id"] in meetings)


def without_meeting(document: Document, meetings: Meetings) -> int:
    can = {o for w in document["wishes"] if allowed(document, w) for o in (w["a"], w["b"])}
    have = {o for w in document["wishes"] if w["id"] in meetings for o in (w["a"], w["b"])}
    return len(can - have)


def idle(document: Document, meetings: Meetings) -> int:
    total = 0
    for o in document["organisations"]:
        for day in {s["day"] for s in document["slots"]}:
            slots = [s["id"] for s in document["slots"] if s["day"] == day]
            busy = [
                i
                for i, slot in enumerate(slots)
                if any(
                    o["id"] in (w["a"], w["b"]) and meetings.get(w["id"]) == slot
                    for w in document["wishes"]
                )
            ]
            if busy:
                total += sum(
                    slots[i] in o["available"] and i not in busy for i in range(busy[0], busy[-1])
                )
    return total
