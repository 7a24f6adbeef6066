"""Criteria about what organisations say they want: targets and cooperation interests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from matchmaking.scoring.context import Context
from matchmaking.scoring.findings import Finding, View, because
from matchmaking.scoring.profile import Interest, Profile, Scope, Stance, Target

STANCE_VALUE: Mapping[Stance, float] = {
    Stance.ACTIVE: 1.0,
    Stance.EXPLORING: 0.6,
    Stance.NOT_NOW: 0.0,
}


def in_eu(context: Context, profile: Profile) -> bool:
    """Whether an EU-wide target reaches it: recorded on the EU side, or in a member state."""
    market = context.market
    return profile.side == market.eu_side or bool(market.eu_members & set(profile.countries))


def _reach(context: Context, target: Target, other: Profile) -> int | None:
    """How narrowly a target points at an organisation (higher is narrower); None if it does not."""
    if target.scope is Scope.EU:
        rank = 1 if in_eu(context, other) else None
    elif target.place in other.regions:
        rank = 3 + other.regions.index(target.place)
    elif target.place in other.countries:
        rank = 2
    else:
        rank = 1 if target.place in other.blocs else None
    if rank is None or target.sector is None:
        return None if rank is None else 2 * rank
    inside = any(context.tree.within(sector, target.sector) for sector in other.shares)
    return 2 * rank + 1 if inside else None


def stance(context: Context, targets: Iterable[Target], other: Profile) -> Target | None:
    """The target that speaks for an organisation.

    The narrowest one does; of equals the most favourable, then the one its owner stated.
    """
    best: tuple[int, float, bool] | None = None
    found: Target | None = None
    for target in targets:
        reach = _reach(context, target, other)
        if reach is not None:
            rank = (reach, STANCE_VALUE[target.stance], target.by_owner and target.stated)
            if best is None or rank > best:
                best, found = rank, target
    return found


def _home(profile: Profile) -> str:
    return profile.countries[0] if profile.countries else ""


def _toward(view: View, who: Profile, whom: Profile) -> Finding:
    target = stance(view.context, who.targets, whom)
    if target is None:
        return because(None, "target.unknown", who=who.key, whom=whom.key, country=_home(whom))
    return because(
        STANCE_VALUE[target.stance], f"target.{target.stance}", target, who=who.key,
        scope=str(target.scope), place=target.place, sector=target.sector or "",
    )  # fmt: skip


def wants(view: View) -> Finding:
    """Does a want b's country or region?"""
    return _toward(view, view.a, view.b)


def wanted(view: View) -> Finding:
    """Does b want a's country or region?"""
    return _toward(view, view.b, view.a)


def fit(context: Context, one: str | None, two: str | None) -> float:
    """How well two interests of one kind fit by sector; "any sector" fits all."""
    return 1.0 if one is None or two is None else context.likeness(one, two)


def _matched(view: View, code: str, items: list[Interest], counter: list[Interest]) -> Finding:
    """Share of `items` of a that the `counter` interests of b meet."""
    who, whom = view.a.key, view.b.key
    if not items or not counter:
        return because(None, f"{code}.unknown", who=who if not items else whom)
    value, met, used = 0.0, [], []
    for item in items:
        same = [
            (fit(view.context, item.sector, other.sector), other)
            for other in counter
            if other.kind == item.kind
        ]
        score, partner = max(same, key=lambda pair: pair[0], default=(0.0, None))
        value += score / len(items)
        if partner is not None and score > 0:
            met.append(item.kind)
            used += [item, partner]
    kinds = tuple(dict.fromkeys(met))
    asked = tuple(dict.fromkeys(item.kind for item in items))
    if not kinds:
        return because(value, f"{code}.none", *items, *counter, who=who, whom=whom, asked=asked)
    return because(value, f"{code}.met", *used, who=who, whom=whom, kinds=kinds, asked=asked)


def gets(view: View) -> Finding:
    """Does b offer what a seeks? The share of a's sought cooperation kinds, by sector."""
    seeks = [interest for interest in view.a.interests if interest.way.seeks]
    offers = [interest for interest in view.b.interests if interest.way.offers]
    return _matched(view, "need.gets", seeks, offers)


def gives(view: View) -> Finding:
    """Does b seek what a offers?"""
    offers = [interest for interest in view.a.interests if interest.way.offers]
    seeks = [interest for interest in view.b.interests if interest.way.seeks]
    return _matched(view, "need.gives", offers, seeks)
