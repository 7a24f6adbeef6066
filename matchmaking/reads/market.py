"""The present market, kept in memory by data version.

The database logs which profiles changed (clusters.ProfileChange, by triggers, in the transaction of the
change). Two short queries tell whether what this process holds is still the present; a few changed profiles are
read and replaced in place.
"""

import gc
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np
from django.db.models import Count, Max, Min, QuerySet
from django.utils import timezone
from numpy.typing import NDArray

from clusters.choices import OrganisationStatus
from clusters.models import Organisation, ProfileChange
from clusters.models.organisations import short_name
from clusters.reads.spelling import folded
from matchmaking import scoring as engine
from matchmaking.adapters.scores import read_market, read_profiles
from matchmaking.choices import OutcomeStep
from matchmaking.models import Outcome
from matchmaking.reads.facets import FacetIndex, build_index
from matchmaking.reads.names import Names, read_names
from matchmaking.scoring.context import changes
from matchmaking.scoring.ranking import compiled

# More changes than this are read as a whole market: that takes fewer queries.
FEW_CHANGES = 20

# From so many organisations on, a search for garbage takes noticeably long (a quarter of a second at 20,000).
LARGE = 2000

# Words of names and sectors that a misspelt one may have meant.
SHORTEST_WORD, PUNCTUATION = 4, ".,;:()[]\"'“”«»-–/&"

# Ids become visible out of order only among transactions that run together: so many are watched.
WATCHED = 1000


@dataclass(frozen=True)
class Stamp:
    """What the log says.

    `watched`: the first and the number of the newest entries, for ids may become visible out of order;
    the day changes labels and working hours; outcomes add to what organisations did together.
    """

    last: int
    watched: tuple[int, int]
    day: str
    outcomes: int


@dataclass(frozen=True)
class Snapshot:
    """One version of the market with what pages need beside it. Positions follow `pks`."""

    stamp: Stamp
    market: engine.Market
    names: Names
    pks: NDArray[np.int64]

    @cached_property
    def index(self) -> FacetIndex:
        """Facet counts."""
        return build_index(self.market)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The slug of every organisation, by position."""
        return tuple(self.market.profiles)

    @cached_property
    def position(self) -> dict[str, int]:
        """Position of every organisation by slug."""
        return {key: n for n, key in enumerate(self.market.profiles)}

    @cached_property
    def sides(self) -> NDArray[np.str_]:
        """The side of every organisation, by position."""
        return np.array([profile.side for profile in self.market.profiles.values()])

    @cached_property
    def name_rank(self) -> NDArray[np.int64]:
        """Rank of every organisation by its folded name."""
        names = [folded(profile.name) for profile in self.market.profiles.values()]
        return np.argsort(np.argsort(np.array(names, dtype=object), kind="stable"), kind="stable")

    @cached_property
    def spots(self) -> tuple[tuple[str, ...], NDArray[np.int64]]:
        """Codes of all places that somebody has on the map, and by position the number of its place.

        That is the narrowest place of an organisation that the map knows; -1 where there is none.
        """
        numbers: dict[str, int] = {}
        alike: dict[tuple[str, ...], int] = {}  # thousands lie in a few hundred places
        found = np.empty(len(self.pks), dtype=np.int64)
        for position, profile in enumerate(self.market.profiles.values()):
            places = (*reversed(profile.regions), *profile.countries)
            if places not in alike:
                code = next((code for code in places if code in self.names.points), None)
                alike[places] = -1 if code is None else numbers.setdefault(code, len(numbers))
            found[position] = alike[places]
        return tuple(numbers), found

    def spot(self, key: str) -> str:
        """The place of an organisation on the map; empty where there is none."""
        codes, numbers = self.spots
        number = numbers[self.position[key]]
        return codes[number] if number >= 0 else ""

    @cached_property
    def searchable(self) -> dict[str, str]:
        """Folded names and short names to names, for "did you mean"."""
        names = {folded(profile.name): profile.name for profile in self.market.profiles.values()}
        short = {folded(name): name for name in self.names.organisations.values()}
        return {**names, **short}

    @cached_property
    def vocabulary(self) -> dict[str, str]:
        """Folded words of names and sectors, in both languages, to those words, for "did you mean"."""
        texts = [profile.name for profile in self.market.profiles.values()]
        texts += [*self.names.organisations.values(), *chain(*self.names.sectors.values())]
        words = (word.strip(PUNCTUATION) for text in texts for word in text.split())
        return {folded(word): word for word in words if len(word) >= SHORTEST_WORD}

    @cached_property
    def sector_order(self) -> tuple[str, ...]:
        """All sectors, children after their parent, by name in neither language's favour (by code)."""
        children: dict[str | None, list[str]] = {}
        for code, parent in self.market.sectors.parents.items():
            children.setdefault(parent, []).append(code)
        ordered: list[str] = []
        stack = sorted(children.get(None, ()), reverse=True)
        while stack:
            code = stack.pop()
            ordered.append(code)
            stack += sorted(children.get(code, ()), reverse=True)
        return tuple(ordered)

    def partners_of(self, own: Organisation, excluded: Iterable[str] = ()) -> NDArray[np.int64]:
        """Positions of all on another side than `own`, without those `excluded` by slug."""
        other_side = self.sides != own.side
        other_side[[self.position[key] for key in excluded if key in self.position]] = False
        return np.flatnonzero(other_side)

    def mask(self, pks: Iterable[int]) -> NDArray[np.bool_]:
        """One flag for every position: is the organisation among `pks`?"""
        wanted = np.fromiter(pks, dtype=np.int64)
        return np.isin(self.pks, wanted)


# What a snapshot works out from its profiles, and from which of their fields.
RESTS_ON: Mapping[str, set[str]] = {
    "keys": set(),
    "position": set(),
    "sector_order": set(),
    "sides": {"side"},
    "name_rank": {"name"},
    "searchable": {"name"},
    "spots": {"regions", "countries"},
}


def _carry_over(held: Snapshot, found: Snapshot) -> Snapshot:
    """Give the next snapshot of the same organisations what no change of theirs touches."""
    fields = changes(held.market, found.market)
    touched = {name for name, rests_on in RESTS_ON.items() if fields & rests_on}
    touched |= {"searchable"} if held.names.organisations != found.names.organisations else set()
    touched |= {"spots"} if held.names.points != found.names.points else set()
    before, now = vars(held), vars(found)  # where cached properties keep what they hold
    now.update({name: before[name] for name in RESTS_ON.keys() - touched if name in before})
    if "index" in before:
        profiles = zip(held.market.profiles.values(), found.market.profiles.values(), strict=True)
        changed = {n: new for n, (old, new) in enumerate(profiles) if old is not new}
        now["index"] = held.index.renewed(changed, found.market.sectors)
    return found


_lock = threading.Lock()
_held: Snapshot | None = None


def current() -> Snapshot:
    """The present market; two short queries when nothing has changed."""
    global _held  # noqa: PLW0603  # one market a process, guarded by the lock
    stamp = _stamp()
    held = _held
    if held is not None and held.stamp == stamp:
        return held
    with _lock:
        if _held is None or _held.stamp != stamp:
            _held = _updated(_held, stamp) or _whole(stamp)
        return _held


def _stamp() -> Stamp:
    last, *watched = _newest(ProfileChange.objects.all())
    outcomes = Outcome.objects.exclude(step=OutcomeStep.HELD).count()
    return Stamp(last, (watched[0], watched[1]), str(timezone.now().date()), outcomes)


def _newest(log: QuerySet[ProfileChange]) -> tuple[int, int, int]:
    """The last and the first of the newest entries, and how many they are."""
    found = log.order_by("-pk")[:WATCHED].aggregate(last=Max("pk"), first=Min("pk"), n=Count("pk"))
    return found["last"] or 0, found["first"] or 0, found["n"]


def _whole(stamp: Stamp) -> Snapshot:
    """The whole market with its arrays.

    All that is read here lives on. To search it for garbage while it is read takes longer than the reading,
    and later it would hold up some page by as much again: a large market is left out of the search.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        found = _read_whole(stamp)
        compiled(found.market)
    finally:
        if was_on:
            gc.enable()
    if len(found.pks) >= LARGE:
        gc.unfreeze()  # what the market before this one left is garbage by now
        gc.collect()
        gc.freeze()
    return found


def _read_whole(stamp: Stamp) -> Snapshot:
    """The whole market. Keys and profiles are read one after the other, so they are compared."""
    market = read_market(version=str(stamp))
    rows = Organisation.objects.filter(status=OrganisationStatus.LISTED).order_by("pk")
    heads = list(rows.values_list("pk", "slug", "aliases", "name"))
    short = {slug: short_name(name, aliases) for _, slug, aliases, name in heads}
    names = read_names(short)
    if [slug for _, slug, _, _ in heads] != list(market.profiles):
        return _read_whole(_stamp())  # somebody listed or archived a profile meanwhile
    return Snapshot(stamp, market, names, np.array([head[0] for head in heads], dtype=np.int64))


def _updated(held: Snapshot | None, stamp: Stamp) -> Snapshot | None:
    """`held` with the few profiles that changed; None when it must be read as a whole."""
    if held is None or (held.stamp.day, held.stamp.outcomes) != (stamp.day, stamp.outcomes):
        return None
    new = ProfileChange.objects.filter(pk__gt=held.stamp.last, pk__lte=stamp.last)
    changed = list(new.values_list("organisation_id", flat=True)[: FEW_CHANGES + 1])
    before = _newest(ProfileChange.objects.filter(pk__lte=held.stamp.last))
    missed = before != (held.stamp.last, *held.stamp.watched)
    known = set(held.pks.tolist())
    if missed or len(changed) > FEW_CHANGES or not set(changed) <= known:
        return None
    rows = Organisation.objects.filter(pk__in=changed, status=OrganisationStatus.LISTED)
    short = {o.slug: o.short_name for o in rows}
    if len(short) != len(set(changed)) or not short.keys() <= held.market.profiles.keys():
        return None
    market = held.market
    for profile in read_profiles(rows):
        market = market.with_profile(profile, version=str(stamp))
    names = read_names({**held.names.organisations, **short})
    return _carry_over(held, Snapshot(stamp, market, names, held.pks))
