"""Short ways to say a market in a test."""

from typing import Any

from matchmaking.scoring import (
    Activity,
    Interest,
    Market,
    Profile,
    Relation,
    Scope,
    SectorFocus,
    SectorTree,
    Stance,
    Target,
    Way,
)
from matchmaking.scoring.context import Context, context_of
from matchmaking.scoring.criteria import PART_FUNCTIONS
from matchmaking.scoring.findings import Finding, View

TREE = SectorTree(
    {
        "mobility": None,
        "automotive": "mobility",
        "auto-parts": "automotive",
        "logistics": "mobility",
        "energy": None,
        "geothermal": "energy",
        "health": None,
    }
)


def works_in(*sectors: str) -> tuple[SectorFocus, ...]:
    return tuple(SectorFocus(sector=sector, citations=(f"cites {sector}",)) for sector in sectors)


def aims_at(
    place: str = "", stance: str = "active", *, sector: str | None = None, owner: bool = False
) -> Target:
    scope = Scope.EU if not place else Scope.COUNTRY if len(place) == 2 else Scope.REGION
    return Target(
        stance=Stance(stance), scope=scope, place=place, sector=sector, by_owner=owner,
        citations=(f"cites {place or 'eu'}",),
    )  # fmt: skip


def seeks(kind: str, sector: str | None = None) -> Interest:
    return Interest(kind=kind, way=Way.SEEKS, sector=sector)


def offers(kind: str, sector: str | None = None) -> Interest:
    return Interest(kind=kind, way=Way.OFFERS, sector=sector)


def tied_to(other: str | None = None, **more: Any) -> Relation:
    return Relation(kind="partner_of", other=other, **more)


def together(*members: str, sectors: tuple[str, ...] = (), **more: Any) -> Activity:
    return Activity(key="+".join(members), members=members, sectors=sectors, **more)


def spain(key: str = "ana", **facts: Any) -> Profile:
    known = {"side": "eu", "countries": ("ES",), **facts}
    return Profile(key=key, **known)


def mexico(key: str = "carla", **facts: Any) -> Profile:
    known = {"side": "mx", "countries": ("MX",), **facts}
    return Profile(key=key, **known)


def market(*profiles: Profile, activities: tuple[Activity, ...] = ()) -> Market:
    return Market.of(profiles, TREE, activities=activities, eu_members={"ES", "FR", "DE"})


def look(part: str, found: Market, a: str = "ana", b: str = "carla") -> Finding:
    """What one part of a criterion finds when `a` looks at `b`."""
    context: Context = context_of(found)
    return PART_FUNCTIONS[part](View(context, found.profile(a), found.profile(b)))
