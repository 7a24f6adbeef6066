"""Statistics of a market that every criterion needs: how rare a sector is, who did what with whom.

Computed once per market. Both renditions of the criteria, the readable and the compiled one, read
the same statistics; only what they compute from them is written twice.
"""

from __future__ import annotations

import copy
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property

from matchmaking.scoring.profile import Activity, Fact, Market, Profile, Relation

SHRINK = 3.0
"""Weight of the market's usual rate against counted records: (n + 3 x base) / (N + 3)."""

ANY = ""
"""Stands for "in whatever sector" in the kind table."""


@dataclass
class Ledger:
    """What one organisation did with others. Counts are activities, plus relations where noted.

    `sectors`: activities in a sector or below it. `sides`, `countries`: activities and relations with
    somebody (else) there. `side_sectors`: the same by (side, sector). `ties`: activities and relations
    with each other organisation. `joint`: activities in all. `between`: confidential activities with each
    other organisation, which count for that pair and nowhere else.
    """

    joint: int = 0
    links: int = 0
    sectors: Counter[str] = field(default_factory=Counter)
    sides: Counter[str] = field(default_factory=Counter)
    countries: Counter[str] = field(default_factory=Counter)
    side_sectors: Counter[tuple[str, str]] = field(default_factory=Counter)
    ties: Counter[str] = field(default_factory=Counter)
    between: Counter[str] = field(default_factory=Counter)
    citations: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unstated: set[str] = field(default_factory=set)

    @property
    def known(self) -> bool:
        """Whether anything at all is on record."""
        return self.joint + self.links > 0

    def cite(self, fact: Fact, marks: Iterable[str]) -> None:
        """Remember a fact's citations, and whether it is inferred, for what it was counted under."""
        for mark in marks if fact.citations else ():
            self.citations[mark] = (*self.citations.get(mark, ()), *fact.citations)
        self.unstated.update(marks if not fact.stated else ())


NOTHING = Ledger()

COUNTED = {"key", "side", "kind", "countries", "foci", "wishes", "relations", "parent"}
"""What a profile says that counts for others too, or decides how they are counted."""


def changes(before: Market, after: Market) -> set[str]:
    """Names of fields of profiles that differ in two markets that have only profiles to differ in."""
    if before.profiles.keys() != after.profiles.keys():
        return {"key"}
    pairs = zip(before.profiles.values(), after.profiles.values(), strict=True)
    return {
        name.name
        for old, new in pairs
        if old is not new
        for name in fields(Profile)
        if getattr(old, name.name) != getattr(new, name.name)
    }


IN_PLACE = {"kind", "foci", "wishes", "relations", "parent"}
"""Of these, what concerns few organisations' books: a change is taken in without counting everything again."""

RESTS_ON: Mapping[str, set[str]] = {
    "_share_sums": {"foci"},
    "_by_root": {"foci"},
    "kind_shares": {"kind"},
    "kind_pairs": {"kind", "relations"},
}
"""Cached statistics, and what said by profiles they are counted from."""


class Context:
    """A market with its statistics. Read-only for callers; see `Context.of`."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.tree = market.sectors
        self.size = len(market.profiles)
        self._paths: dict[str, tuple[str, ...]] = {}
        self._lin: dict[tuple[str, str], float] = {}
        self._usual: dict[str, float] = {}
        self._presence = self._count_presence()
        self._country_side = self._map_countries()
        self.ledgers = self._keep_books()

    def renewed(self, market: Market) -> Context:
        """The statistics of a market made from this one; what did not change is shared."""
        changed = changes(self.market, market) & COUNTED
        if changed - IN_PLACE:
            return Context(market)
        found = copy.copy(self)
        found.market = market
        if changed:
            found.take_in(self.market, changed)
        return found

    def take_in(self, before: Market, changed: set[str]) -> None:
        """Count anew what rests on changed profiles, in a copy of the statistics of `before`."""
        for name, rests_on in RESTS_ON.items():
            if changed & rests_on:
                vars(self).pop(name, None)
        profiles = self.market.profiles.items()
        pairs = [(before.profiles[key], new) for key, new in profiles]
        pairs = [(old, new) for old, new in pairs if old is not new]
        if "foci" in changed:
            self._lin, self._usual = {}, {}
            self._presence = self._presence.copy()
            for old, new in pairs:
                self._presence.subtract(self._nodes(old))
                self._presence.update(self._nodes(new))
        if changed & {"foci", "relations"}:
            ends = {r.other for pair in pairs for one in pair for r in one.relations if r.other}
            touched = ends | {new.key for _, new in pairs}
            books = self._keep_books(touched)
            kept = {key: ledger for key, ledger in self.ledgers.items() if key not in touched}
            self.ledgers = kept | {key: books[key] for key in touched if key in books}

    def _nodes(self, profile: Profile) -> set[str]:
        return {node for sector in profile.shares for node in self.path(sector)}

    def path(self, sector: str) -> tuple[str, ...]:
        """The sector and everything above it, itself first."""
        found = self._paths.get(sector)
        if found is None:
            found = self._paths[sector] = self.tree.path(sector)
        return found

    def _count_presence(self) -> Counter[str]:
        presence: Counter[str] = Counter()
        for profile in self.market.profiles.values():
            presence.update(self._nodes(profile))
        return presence

    def information(self, sector: str) -> float:
        """Information content in nats: -log of the (smoothed) share of profiles in or below it."""
        return -math.log((self._presence[sector] + 0.5) / (self.size + 1.0))

    def likeness(self, one: str, two: str) -> float:
        """Lin similarity of two sectors in 0..1: 1 the same, 0 when nothing connects them (Lin 1998)."""
        if one == two:
            return 1.0
        key = (one, two) if one < two else (two, one)
        found = self._lin.get(key)
        if found is None:
            above = set(self.path(one))
            meet = next((node for node in self.path(two) if node in above), None)
            if meet is None:
                return 0.0
            found = 2 * self.information(meet) / (self.information(one) + self.information(two))
            found = self._lin[key] = min(1.0, found)
        return found

    def side_of(self, country: str) -> str:
        """The side organisations of a country are usually on; the EU side for members, else ""."""
        if country in self._country_side:
            return self._country_side[country]
        return self.market.eu_side if country in self.market.eu_members else ""

    def _map_countries(self) -> dict[str, str]:
        votes: dict[str, Counter[str]] = defaultdict(Counter)
        for profile in self.market.profiles.values():
            for country in profile.countries[:1]:
                votes[country][profile.side] += 1
        return {
            country: max(sorted(sides), key=lambda side: sides[side])
            for country, sides in votes.items()
        }

    # -- who did what with whom

    def ledger(self, key: str) -> Ledger:
        """The books of an organisation; empty ones if it has none."""
        return self.ledgers.get(key, NOTHING)

    def _keep_books(self, only: Collection[str] | None = None) -> dict[str, Ledger]:
        """All books; or some, to be left alone where they are not of the organisations in `only`."""
        books: dict[str, Ledger] = defaultdict(Ledger)
        wanted = None if only is None else frozenset(only)
        for activity in self.market.activities:
            if wanted is not None and wanted.isdisjoint(activity.members):
                continue
            if activity.is_confidential:
                self._book_between(books, activity)
            else:
                self._book_activity(books, activity)
        seen: set[frozenset[str]] = set()
        for profile in self.market.profiles.values():
            ends = (profile.key, *(relation.other for relation in profile.relations))
            if wanted is None or not wanted.isdisjoint(ends):
                self._book_relations(books, profile, seen)
        return dict(books)

    def _book_activity(self, books: dict[str, Ledger], activity: Activity) -> None:
        members = [key for key in dict.fromkeys(activity.members) if key in self.market.profiles]
        nodes = {node for sector in activity.sectors for node in self.path(sector)}
        profiles = [self.market.profiles[key] for key in members]
        sides = Counter(profile.side for profile in profiles)
        countries = Counter(c for profile in profiles for c in set(profile.countries))
        outside = Counter(activity.countries)
        outer_sides = Counter(filter(None, (self.side_of(c) for c in outside)))
        for key, profile in zip(members, profiles, strict=True):
            ledger = books[key]
            ledger.joint += 1
            ledger.sectors.update(nodes)
            for side in sides | outer_sides:
                if sides[side] + outer_sides[side] - (side == profile.side) > 0:
                    ledger.sides[side] += 1
                    ledger.side_sectors.update((side, node) for node in nodes)
            for country in countries | outside:
                if countries[country] + outside[country] - (country in profile.countries) > 0:
                    ledger.countries[country] += 1
            ledger.ties.update(other for other in members if other != key)
            marks = (*nodes, *sides, *outer_sides, *members, *activity.countries)
            ledger.cite(activity, marks)

    def _book_between(self, books: dict[str, Ledger], activity: Activity) -> None:
        """Enter what only its members may learn of: it says nothing about one of them to others."""
        members = [key for key in dict.fromkeys(activity.members) if key in self.market.profiles]
        for key in members:
            books[key].between.update(other for other in members if other != key)

    def _book_relations(
        self, books: dict[str, Ledger], profile: Profile, seen: set[frozenset[str]]
    ) -> None:
        """Enter relations on both sides; one that both organisations list counts once."""
        for relation in profile.relations:
            other = self.market.profiles.get(relation.other or "")
            if other is not None and other.key != profile.key:
                pair = frozenset((profile.key, other.key))
                if pair not in seen:
                    seen.add(pair)
                    self._book_end(
                        books[profile.key], profile, relation, (other.side, other.countries)
                    )
                    self._book_end(
                        books[other.key], other, relation, (profile.side, profile.countries)
                    )
                    self._book_tie(books[profile.key], other.key, relation)
                    self._book_tie(books[other.key], profile.key, relation)
            elif relation.country is not None:
                side = self.side_of(relation.country)
                self._book_end(books[profile.key], profile, relation, (side, (relation.country,)))

    def _book_end(
        self,
        ledger: Ledger,
        profile: Profile,
        relation: Relation,
        where: tuple[str, tuple[str, ...]],
    ) -> None:
        """Book a tie of `profile`; without a sector of its own it counts for the profile's fields."""
        side, countries = where
        fields = relation.sectors or profile.shares
        nodes = {node for sector in fields for node in self.path(sector)}
        ledger.links += 1
        ledger.countries.update(countries)
        ledger.sides[side] += 1
        ledger.side_sectors.update((side, node) for node in nodes)
        ledger.cite(relation, (side, *countries))

    @staticmethod
    def _book_tie(ledger: Ledger, key: str, relation: Relation) -> None:
        ledger.ties[key] += 1
        ledger.cite(relation, (key,))

    # -- how usual things are

    @cached_property
    def top_tracks(self) -> dict[str, int]:
        """Most activities of one organisation per sector (ANY: in all), at least 5."""
        top: dict[str, int] = defaultdict(lambda: 5)
        for ledger in self.ledgers.values():
            top[ANY] = max(top[ANY], ledger.joint)
            for sector, count in ledger.sectors.items():
                top[sector] = max(top[sector], count)
        return dict(top)

    def track(self, count: int, sector: str) -> float:
        """Saturating log of an activity count against the most active organisation, in 0..1."""
        return math.log1p(count) / math.log1p(self.top_tracks.get(sector, 5))

    def presence_in(self, shares: Mapping[str, float], sector: str) -> float:
        """How much of an organisation's work lies in a sector: its shares, each by likeness."""
        return sum(share * self.likeness(sector, other) for other, share in shares.items())

    @cached_property
    def _share_sums(self) -> tuple[dict[str, float], int]:
        sums: dict[str, float] = defaultdict(float)
        count = 0
        for profile in self.market.profiles.values():
            if profile.shares:
                count += 1
                for sector, share in profile.shares.items():
                    sums[sector] += share
        return sums, count

    def usual_presence(self, sector: str) -> float:
        """The mean of `presence_in` over all organisations with sectors."""
        found = self._usual.get(sector)
        if found is None:
            sums, count = self._share_sums
            related = self._related(sector)
            total = sum(sums[other] * self.likeness(sector, other) for other in related)
            found = self._usual[sector] = total / count if count else 0.0
        return found

    @cached_property
    def _by_root(self) -> dict[str, list[str]]:
        groups: dict[str, list[str]] = defaultdict(list)
        for sector in self._share_sums[0]:
            groups[self.path(sector)[-1]].append(sector)
        return groups

    def _related(self, sector: str) -> list[str]:
        """Sectors in use that share a root with this one; all others are unlike it."""
        return self._by_root.get(self.path(sector)[-1], [])

    @cached_property
    def kind_shares(self) -> dict[str, float]:
        """Share of each kind among organisations whose kind is known."""
        counts = Counter(p.kind for p in self.market.profiles.values() if p.kind)
        whole = sum(counts.values())
        return {kind: count / whole for kind, count in counts.items()}

    @cached_property
    def kind_pairs(self) -> dict[tuple[str, str], Counter[str]]:
        """(sector or ANY, kind of one) -> how often kinds of the other took part with it."""
        pairs: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for activity in self.market.activities:
            if activity.is_confidential:
                continue
            members = dict.fromkeys(activity.members)
            found = (self.market.profiles.get(key) for key in members)
            kinds = Counter(p.kind for p in found if p is not None and p.kind)
            nodes = {node for sector in activity.sectors for node in self.path(sector)}
            self._add_kinds(pairs, kinds, nodes)
        for profile in self.market.profiles.values():
            for relation in profile.relations:
                other = self.market.profiles.get(relation.other or "")
                if other is not None and other.kind and profile.kind:
                    nodes = {node for sector in relation.sectors for node in self.path(sector)}
                    self._add_kinds(pairs, Counter([profile.kind, other.kind]), nodes)
        return dict(pairs)

    @staticmethod
    def _add_kinds(
        pairs: dict[tuple[str, str], Counter[str]], kinds: Counter[str], nodes: Iterable[str]
    ) -> None:
        for node in (ANY, *nodes):
            for one, count in kinds.items():
                row = pairs[node, one]
                for two, other in kinds.items():
                    row[two] += count * (other - (one == two))

    def kind_count(self, sector: str, one: str, two: str | None = None) -> int:
        """How many partners organisations of a kind have on record in a sector, each seen from each.

        Of all kinds, or of the kind `two`.
        """
        row = self.kind_pairs.get((sector, one), Counter())
        return sum(row.values()) if two is None else row[two]

    def usual_kind(self, sector: str, one: str, two: str) -> float:
        """How usual `two` is beside `one` in a sector: lift l of its shrunk share, as l / (l + 1)."""
        base = self.kind_shares[two]
        row = self.kind_pairs.get((sector, one), Counter())
        share = (row[two] + SHRINK * base) / (self.kind_count(sector, one) + SHRINK)
        return share / (share + base)


def context_of(market: Market) -> Context:
    """The statistics of a market, computed at the first call and kept with it."""
    found = market.memo.get("context")
    if not isinstance(found, Context):
        before = market.memo.get("before", {}).pop("context", None)
        found = before.renewed(market) if before else Context(market)
        market.memo["context"] = found
    return found
