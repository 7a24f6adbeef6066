"""Criterion record, three visible parts: with a itself, with a's side and country, and in the field."""

from __future__ import annotations

from matchmaking.scoring.context import ANY, Context, Ledger
from matchmaking.scoring.findings import Finding, View, because
from matchmaking.scoring.profile import Profile

SECTOR_SIDE, ANY_SIDE, COUNTRY = 0.4, 0.3, 0.3
"""Weights inside `side`: with a's side in its sectors, with a's side at all, with a's country."""

HALF = 2.0
"""Number of joint activities at which the value of a count is one half."""


def fullness(count: int) -> float:
    """A count as a value in 0..1: more is more, with less and less effect (1: .33, 2: .5, 10: .83)."""
    return count / (count + HALF)


def _cited(ledger: Ledger, *marks: str) -> tuple[tuple[str, ...], bool]:
    found = [c for mark in marks for c in ledger.citations.get(mark, ())]
    return tuple(dict.fromkeys(found)), not ledger.unstated & set(marks)


def _unknown(profile: Profile) -> Finding:
    return because(None, "record.unknown", who=profile.key)


def repeat(view: View) -> Finding:
    """Have the two worked together? Known as soon as anything of b is on record.

    What the two did in confidence counts here, between them, and in no other criterion or pair.
    """
    ledger = view.context.ledger(view.b.key)
    count = ledger.ties[view.a.key] + ledger.between[view.a.key]
    if not ledger.known and not count:
        return _unknown(view.b)
    if not count:
        return because(0.0, "record.no_repeat", who=view.b.key, whom=view.a.key)
    cites, stated = _cited(ledger, view.a.key)
    return because(
        1.0, "record.repeat", citations=cites, stated=stated, who=view.b.key, whom=view.a.key,
        count=count,
    )  # fmt: skip


def side(view: View) -> Finding:
    """Has b worked with a's side, in a's sectors and at all, and with a's country?"""
    ledger = view.context.ledger(view.b.key)
    a = view.a
    if not ledger.known:
        return _unknown(view.b)
    at_all = fullness(ledger.sides[a.side])
    in_fields = at_all
    if a.foci:
        in_fields = sum(
            share * fullness(ledger.side_sectors[a.side, name]) for name, share in a.shares.items()
        )
    count, country = max(((ledger.countries[c], c) for c in a.countries), default=(0, ""))
    value = SECTOR_SIDE * in_fields + ANY_SIDE * at_all + COUNTRY * fullness(count)
    if not ledger.sides[a.side]:
        return because(value, "record.no_side", who=view.b.key, side=a.side)
    cites, stated = _cited(ledger, a.side, *((country,) if count else ()))
    code = "record.country" if count else "record.side"
    return because(
        value, code, citations=cites[:6], stated=stated, who=view.b.key, side=a.side,
        country=country, count=ledger.sides[a.side], in_country=count,
    )  # fmt: skip


def track_value(context: Context, ledger: Ledger, a: Profile) -> float:
    """How much b has done in a's sectors, against the most active organisation in each."""
    if not a.foci:
        return context.track(ledger.joint, ANY)
    return sum(s * context.track(ledger.sectors[name], name) for name, s in a.shares.items())


def track(view: View) -> Finding:
    """How many joint activities has b behind it in a's sectors? A saturating log.

    Relations alone say nothing about activities: without any of these it is unknown.
    """
    ledger = view.context.ledger(view.b.key)
    if not ledger.joint:
        code = "record.track_unknown" if ledger.known else "record.unknown"
        return because(None, code, who=view.b.key)
    value = track_value(view.context, ledger, view.a)
    in_fields = max((ledger.sectors[name] for name in view.a.shares), default=ledger.joint)
    cites, stated = _cited(ledger, *view.a.shares)
    code = "record.track" if in_fields else "record.no_track"
    return because(
        value, code, citations=cites[:6], stated=stated, who=view.b.key, count=in_fields,
        total=ledger.joint,
    )  # fmt: skip
