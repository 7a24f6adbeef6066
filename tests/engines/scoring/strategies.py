"""Generated markets with every kind of fact, for property tests."""

import datetime as dt

from hypothesis import strategies as st

from matchmaking.scoring import (
    Activity,
    Interest,
    KindWish,
    Label,
    LabelState,
    Market,
    Profile,
    Relation,
    Scope,
    SectorFocus,
    Stance,
    Target,
    Way,
)
from tests.engines.scoring.builders import TREE

KEYS = [f"o{number}" for number in range(7)]
SECTORS = sorted(TREE.parents)
PLACES = {
    Scope.COUNTRY: ["ES", "FR", "MX", "US"],
    Scope.REGION: ["ES1", "ES11", "MX-NLE", "latam"],
    Scope.EU: [""],
}
COUNTRIES: dict[str, list[tuple[str, ...]]] = {
    "eu": [(), ("ES",), ("FR", "ES")],
    "mx": [("MX",)],
    "third": [("US",)],
}
REGIONS: dict[str, list[tuple[str, ...]]] = {
    "eu": [(), ("ES1", "ES11")],
    "mx": [(), ("MX-NLE",)],
    "third": [()],
}

sector = st.sampled_from(SECTORS)
maybe_sector = st.none() | sector


@st.composite
def a_target(draw: st.DrawFn) -> Target:
    scope = draw(st.sampled_from(Scope))
    return Target(
        stance=draw(st.sampled_from(Stance)),
        scope=scope,
        place=draw(st.sampled_from(PLACES[scope])),
        sector=draw(maybe_sector),
        by_owner=draw(st.booleans()),
        stated=draw(st.booleans()),
    )


foci = st.builds(
    SectorFocus,
    sector=sector,
    weight=st.sampled_from([1.0, 2.0, 7.0]),
    observed=st.booleans(),
    stated=st.booleans(),
    citations=st.sampled_from([(), ("c1",)]),
)
interests = st.builds(
    Interest, kind=st.sampled_from("pqr"), way=st.sampled_from(Way), sector=maybe_sector
)
relations = st.builds(
    Relation,
    kind=st.just("partner_of"),
    other=st.sampled_from([*KEYS, None, "unlisted"]),
    country=st.sampled_from([None, "MX", "FR", "CH"]),
    sectors=st.sampled_from([(), ("automotive",), ("energy", "health")]),
    citations=st.sampled_from([(), ("c2",)]),
    stated=st.booleans(),
)
labels = st.builds(
    Label, scheme=st.just("ESCA"), level=st.just("gold"), state=st.sampled_from(LabelState)
)


@st.composite
def a_profile(draw: st.DrawFn, key: str) -> Profile:
    side = draw(st.sampled_from(["eu", "mx", "third"]))
    return Profile(
        key=key,
        side=side,
        kind=draw(st.sampled_from(["", "cluster", "company", "university"])),
        countries=draw(st.sampled_from(COUNTRIES[side])),
        regions=draw(st.sampled_from(REGIONS[side])),
        blocs=("latam",) if side == "mx" else (),
        languages=draw(st.sampled_from([(), ("es",), ("en", "es"), ("fr",)])),
        time_zone=draw(st.sampled_from(["", "Europe/Madrid", "America/Monterrey"])),
        foci=tuple(draw(st.lists(foci, max_size=3))),
        targets=tuple(draw(st.lists(a_target(), max_size=3))),
        interests=tuple(draw(st.lists(interests, max_size=3))),
        wishes=tuple(
            draw(st.lists(st.builds(KindWish, kind=st.sampled_from(["cluster", "company"])), max_size=1))
        ),
        labels=tuple(draw(st.lists(labels, max_size=2))),
        relations=tuple(draw(st.lists(relations, max_size=2))),
        parent=draw(st.sampled_from([None, None, None, "o0"])),
    )  # fmt: skip


@st.composite
def an_activity(draw: st.DrawFn) -> Activity:
    return Activity(
        key="story",
        members=tuple(draw(st.lists(st.sampled_from([*KEYS, "unlisted"]), max_size=4))),
        sectors=tuple(draw(st.lists(sector, max_size=2))),
        countries=tuple(draw(st.lists(st.sampled_from(["MX", "CH", "DE"]), max_size=2))),
        citations=draw(st.sampled_from([(), ("c3",)])),
        stated=draw(st.booleans()),
        is_confidential=draw(st.sampled_from([False, False, True])),
    )


@st.composite
def markets(draw: st.DrawFn, *, size: int = len(KEYS)) -> Market:
    return Market.of(
        [draw(a_profile(key)) for key in KEYS[:size]],
        TREE,
        activities=draw(st.lists(an_activity(), max_size=5)),
        eu_members={"ES", "FR", "DE"},
        day=draw(st.sampled_from([None, dt.date(2026, 7, 1)])),
    )
