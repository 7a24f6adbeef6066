"""What the scoring engine knows of a market: organisations, their facts, the sector tree.

Everything here is frozen and holds plain values, so a market can be built from database rows,
CSV files or by hand. Codes (countries, sectors, kinds ...) are names without meaning to the
engine. A fact that is absent is *not said*; nothing here turns that into a "no".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache, cached_property
from typing import Any
from zoneinfo import available_timezones


class MarketError(ValueError):
    """A market that contradicts itself; the message names the record and the field."""


class Stance(StrEnum):
    """What an organisation says about working with a place."""

    ACTIVE = "active"
    EXPLORING = "exploring"
    NOT_NOW = "not_now"


class Scope(StrEnum):
    """How wide a target reaches: one country, one region code, or the EU as a whole."""

    COUNTRY = "country"
    REGION = "region"
    EU = "eu"


class Way(StrEnum):
    """Direction of a cooperation interest, seen from the organisation that states it."""

    SEEKS = "seeks"
    OFFERS = "offers"
    BOTH = "both"

    @property
    def seeks(self) -> bool:
        """Whether the interest asks for something."""
        return self is not Way.OFFERS

    @property
    def offers(self) -> bool:
        """Whether the interest gives something."""
        return self is not Way.SEEKS


class LabelState(StrEnum):
    """Whether a label counts today."""

    VALID = "valid"
    RENEWABLE = "lapsed_renewable"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What every fact carries.

    `citations` are opaque keys the caller can resolve to sources; the engine only passes them on.
    `stated` is False for a fact that somebody inferred; it scores the same but never looks the same.
    """

    stated: bool = True
    citations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorFocus(Fact):
    """A sector the organisation is active in. `weight` compares foci of one organisation (> 0).

    `observed` marks a focus nobody stated: `weight` then counts the records it was read from, and few
    records make a weak focus.
    """

    sector: str
    weight: float = 1.0
    observed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Target(Fact):
    """A stance towards a place. `place` is a country or region code, empty for the EU scope.

    With `sector` the target counts only towards organisations active in or below that sector.
    `by_owner` says that the organisation itself stated it; only then may "not now" block.
    """

    stance: Stance
    scope: Scope
    place: str = ""
    sector: str | None = None
    by_owner: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest(Fact):
    """A kind of cooperation sought or offered, within one sector or (None) within any."""

    kind: str
    way: Way
    sector: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KindWish(Fact):
    """A kind of organisation this one would like to meet."""

    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Label(Fact):
    """A management label and whether it is still good."""

    scheme: str
    level: str
    state: LabelState


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation(Fact):
    """A public tie to another organisation (`other`, its key) or to a `country` where no name is known.

    A relation to an organisation works both ways; it is enough that one of the two lists it.
    """

    kind: str
    other: str | None = None
    country: str | None = None
    sectors: tuple[str, ...] = ()
    when: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity(Fact):
    """Something organisations did together: a success story, a project, a confirmed outcome.

    `members` are the keys of all organisations in it; `countries` those of further, unnamed ones.
    `name` is shown as evidence. One that `is_confidential` counts between its members and nowhere else.
    """

    key: str
    members: tuple[str, ...]
    name: str = ""
    kind: str = "story"
    sectors: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    when: dt.date | None = None
    is_confidential: bool = False


@dataclass(frozen=True, kw_only=True)
class Profile:
    """An organisation as the engine sees it. Only `key` and `side` are needed.

    `countries`: ISO codes, home country first. `regions`: the codes of every area it lies in, widest
    first, without the country itself (``("ES1", "ES11")``); `blocs` those of areas wider than a country.
    `time_zone` is an IANA name, or "".
    `parent` is the key of the organisation it belongs to.
    """

    key: str
    side: str
    name: str = ""
    kind: str = ""
    countries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    blocs: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    time_zone: str = ""
    foci: tuple[SectorFocus, ...] = ()
    targets: tuple[Target, ...] = ()
    interests: tuple[Interest, ...] = ()
    wishes: tuple[KindWish, ...] = ()
    labels: tuple[Label, ...] = ()
    relations: tuple[Relation, ...] = ()
    parent: str | None = None

    @cached_property
    def places(self) -> frozenset[str]:
        """Every country, region and bloc this organisation lies in."""
        return frozenset((*self.blocs, *self.countries, *self.regions))

    @cached_property
    def shares(self) -> dict[str, float]:
        """Its sectors with weights that sum to 1; empty when it has none."""
        total: dict[str, float] = {}
        for focus in self.foci:
            total[focus.sector] = total.get(focus.sector, 0.0) + focus.weight
        whole = sum(total.values())
        return {sector: weight / whole for sector, weight in total.items()}


@dataclass(frozen=True)
class SectorTree:
    """Sectors with at most one parent each, any number of roots, any depth.

    `parents` maps every sector to its parent or None; `labels` is optional wording.
    Raises MarketError on a parent that does not exist or a cycle.
    """

    parents: Mapping[str, str | None]
    labels: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for sector, parent in self.parents.items():
            if parent is not None and parent not in self.parents:
                raise MarketError(f"Sector {sector!r}: its parent {parent!r} does not exist.")
        self._reject_cycles()

    def _reject_cycles(self) -> None:
        settled: set[str] = set()
        for start in self.parents:
            trail: dict[str, None] = {}
            node: str | None = start
            while node is not None and node not in settled:
                if node in trail:
                    loop = " > ".join([*list(trail)[list(trail).index(node) :], node])
                    raise MarketError(f"Sector {node!r}: the tree runs in a circle ({loop}).")
                trail[node] = None
                node = self.parents[node]
            settled.update(trail)

    def path(self, sector: str) -> tuple[str, ...]:
        """The sector itself, then its parents up to the root."""
        steps = [sector]
        parent = self.parents[sector]
        while parent is not None:
            steps.append(parent)
            parent = self.parents[parent]
        return tuple(steps)

    def within(self, sector: str, ancestor: str) -> bool:
        """Whether `sector` is `ancestor` or lies below it."""
        node: str | None = sector
        while node is not None and node != ancestor:
            node = self.parents[node]
        return node is not None

    def label(self, sector: str) -> str:
        """The sector's wording, or its code."""
        return self.labels.get(sector, sector)


@dataclass(frozen=True, eq=False)
class Market:
    """Everything a score may depend on. Build it with `Market.of`.

    `profiles`: by key, in a stable order. `eu_members`: country codes that an EU-wide target reaches
    besides organisations whose side is `eu_side`. `day`: the date the market describes (working hours
    depend on it). `version`: an opaque stamp of the data; caches key on it. `memo` belongs to the engine:
    statistics and compiled arrays derived from this market live and die with it. Under "before" it holds
    those of the market that this one was made from, as long as its own are not made.
    """

    profiles: Mapping[str, Profile]
    sectors: SectorTree
    activities: tuple[Activity, ...] = ()
    eu_members: frozenset[str] = frozenset()
    eu_side: str = "eu"
    day: dt.date | None = None
    version: str = ""
    memo: dict[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def of(
        cls,
        profiles: Iterable[Profile],
        sectors: SectorTree | Mapping[str, str | None],
        *,
        activities: Iterable[Activity] = (),
        eu_members: Iterable[str] = (),
        eu_side: str = "eu",
        day: dt.date | None = None,
        version: str = "",
    ) -> Market:
        """Check and index profiles. Raises MarketError on duplicate keys, unknown sectors, bad weights."""
        tree = sectors if isinstance(sectors, SectorTree) else SectorTree(sectors)
        by_key: dict[str, Profile] = {}
        for profile in profiles:
            if profile.key in by_key:
                raise MarketError(f"Organisation {profile.key!r} appears twice.")
            check_profile(profile, tree)
            by_key[profile.key] = profile
        rows = tuple(activities)
        for activity in rows:
            for sector in activity.sectors:
                _check_sector(f"Activity {activity.key!r}", "sectors", sector, tree)
        return cls(by_key, tree, rows, frozenset(eu_members), eu_side, day, version)

    def with_profile(self, profile: Profile, *, version: str = "") -> Market:
        """A market in which this one organisation is new or changed; everything else is shared."""
        check_profile(profile, self.sectors)
        profiles = {**self.profiles, profile.key: profile}
        kept = {name: found for name, found in self.memo.items() if name != "before"}
        before = {**self.memo.get("before", {}), **kept}
        return replace(self, profiles=profiles, version=version, memo={"before": before})

    def profile(self, key: str) -> Profile:
        """The profile of an organisation. Raises KeyError with a sentence when there is none."""
        if key not in self.profiles:
            raise KeyError(f"No organisation {key!r} in this market.")
        return self.profiles[key]


def check_profile(profile: Profile, tree: SectorTree) -> None:
    """Raise MarketError, naming organisation and field, if a profile cannot be scored."""
    who = f"Organisation {profile.key!r}"
    for focus in profile.foci:
        _check_sector(who, "foci", focus.sector, tree)
        if not 0 < focus.weight < float("inf"):
            raise MarketError(f"{who}, foci: weight {focus.weight!r} is not a positive number.")
    for target in profile.targets:
        _check_sector(who, "targets", target.sector, tree)
        if (target.scope is Scope.EU) == bool(target.place):
            raise MarketError(f"{who}, targets: a place belongs to countries and regions only.")
    if profile.time_zone and profile.time_zone not in _zones():
        raise MarketError(f"{who}, time_zone: there is no time zone {profile.time_zone!r}.")
    for interest in profile.interests:
        _check_sector(who, "interests", interest.sector, tree)
    for relation in profile.relations:
        for sector in relation.sectors:
            _check_sector(who, "relations", sector, tree)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _check_sector(who: str, where: str, sector: str | None, tree: SectorTree) -> None:
    if sector is not None and sector not in tree.parents:
        raise MarketError(f"{who}, {where}: sector {sector!r} does not exist.")
