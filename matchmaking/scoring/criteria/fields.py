"""Criteria about fields of work: sector, circle and kind."""

from __future__ import annotations

import math
from collections.abc import Mapping

from matchmaking.scoring.context import ANY, SHRINK, Context
from matchmaking.scoring.findings import Finding, View, because
from matchmaking.scoring.profile import Fact, Profile

COVER = 0.5
"""Share of coverage in the sector value; the rest is the tf-idf cosine."""

DOUBT = 2.0
"""An observed focus with n records has strength n / (n + 2); a stated one has 1."""


def strengths(profile: Profile) -> dict[str, float]:
    """How strongly an organisation is active in each of its sectors, in 0..1.

    The strongest stated focus has 1, others their weight against it. Observed foci are discounted by
    how few records they rest on.
    """
    total: dict[str, float] = {}
    doubt: dict[str, float] = {}
    for focus in profile.foci:
        total[focus.sector] = total.get(focus.sector, 0.0) + focus.weight
        doubt[focus.sector] = DOUBT if focus.observed else 0.0
    top = max(total.values(), default=0.0)
    return {sector: weight / (top + doubt[sector]) for sector, weight in total.items()}


def rarity_vector(context: Context, shares: Mapping[str, float]) -> dict[str, float]:
    """Unit tf-idf vector over sectors and everything above them (idf: information content)."""
    raw: dict[str, float] = {}
    for name, share in shares.items():
        for node in context.path(name):
            raw[node] = raw.get(node, 0.0) + share * context.information(node)
    norm = math.sqrt(sum(value * value for value in raw.values()))
    return {node: value / norm for node, value in raw.items()} if norm else {}


def sector(view: View) -> Finding:
    """Is b active where a is? Coverage of a's sectors by b's best match, and tf-idf cosine."""
    a, b, context = view.a, view.b, view.context
    if not a.foci or not b.foci:
        return because(None, "sector.unknown", who=a.key if not a.foci else b.key)
    strong = strengths(b)
    best = {
        mine: max((context.likeness(mine, his) * strength, his) for his, strength in strong.items())
        for mine in a.shares
    }
    cover = sum(share * best[mine][0] for mine, share in a.shares.items())
    mine, his = rarity_vector(context, a.shares), rarity_vector(context, b.shares)
    cosine = min(1.0, sum(value * his.get(node, 0.0) for node, value in mine.items()))
    value = COVER * cover + (1 - COVER) * cosine
    shared = sorted(set(a.shares) & set(strong), key=context.information, reverse=True)
    facts: list[Fact] = [f for f in (*a.foci, *b.foci) if f.sector in shared]
    if shared:
        return because(value, "sector.shared", *facts, sectors=tuple(shared), cover=cover)
    near, mine_, other = max((score, mine, his) for mine, (score, his) in best.items())
    if near > 0:
        facts = [f for f in a.foci if f.sector == mine_]
        facts += [f for f in b.foci if f.sector == other]
        return because(value, "sector.near", *facts, own=mine_, other=other, likeness=near)
    return because(value, "sector.none", *a.foci, *b.foci, who=a.key, whom=b.key)


def circle_value(context: Context, presence: float, partners: int, name: str) -> float:
    """How far partners' work in a sector exceeds the usual: shrunk mean m against base, m / (m + base).

    `presence` is the sum over partners, `partners` their number.
    """
    base = context.usual_presence(name)
    mean = (presence + SHRINK * base) / (partners + SHRINK)
    return mean / (mean + base) if mean > 0 else 0.0


def circle(view: View) -> Finding:
    """Do b's partners (a itself left out) work in what a needs? At the usual rate it is one half."""
    a, b, context = view.a, view.b, view.context
    if not a.foci:
        return because(None, "circle.unknown_fields", who=a.key)
    ties = context.ledger(b.key).ties
    partners = [context.market.profiles[key] for key in ties if key != a.key]
    if not partners:
        return because(None, "circle.unknown", who=b.key)
    value = sum(
        share
        * circle_value(
            context, sum(context.presence_in(p.shares, mine) for p in partners), len(partners), mine
        )
        for mine, share in a.shares.items()
    )
    active = [p.key for p in partners if any(context.presence_in(p.shares, s) for s in a.shares)]
    code = "circle.active" if active else "circle.elsewhere"
    cites = [c for key in active[:5] for c in context.ledger(b.key).citations.get(key, ())]
    return because(
        value, code, citations=cites, who=b.key, count=len(active), of=len(partners),
        names=tuple(active[:3]),
    )  # fmt: skip


def kind(view: View) -> Finding:
    """Is b the kind of organisation a looks for, or that usually works with a's kind in its fields?"""
    a, b, context = view.a, view.b, view.context
    if not b.kind:
        return because(None, "kind.unknown", who=b.key)
    if a.wishes:
        facts = [wish for wish in a.wishes if wish.kind == b.kind]
        code = "kind.wished" if facts else "kind.not_wished"
        return because(float(bool(facts)), code, *(facts or a.wishes), who=a.key, kind=b.kind)
    if not a.kind:
        return because(None, "kind.unknown", who=a.key)
    fields = a.shares or {ANY: 1.0}
    count = sum(context.kind_count(name, a.kind) for name in fields)
    if not count:
        return because(None, "kind.no_record", who=a.key, kind=a.kind)
    value = sum(w * context.usual_kind(name, a.kind, b.kind) for name, w in fields.items())
    code = "kind.usual" if value > 0.5 else "kind.unusual"
    among = sum(context.kind_count(name, a.kind, b.kind) for name in fields)
    return because(value, code, kind=a.kind, other=b.kind, count=count, among=among)
