"""What moved since last week and why: scores of pairs then and now, and whose facts did it.

Nothing is stored for this. The database keeps the history of every fact, so the profiles of two
organisations are read as they were and scored again with the statistics of today. The figure is what the two
said or took back themselves; what happened around them is not in it.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from django.db.models import F, Max, QuerySet, Value
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from clusters.models import (
    CooperationInterest,
    InternationalTarget,
    Label,
    Organisation,
    Relation,
    Representative,
    SectorFocus,
    User,
)
from matchmaking import scoring as engine
from matchmaking.adapters.scores import read_profiles
from matchmaking.reads.market import Snapshot
from matchmaking.reads.scores import Ranking
from matchmaking.wording.scoring import criterion_name, reason_text

DAYS = 7
# Of so many organisations that changed last, the earlier profile is looked at for the home page.
LOOKED_AT, SHOWN = 40, 4
# Smaller movements are no news.
NEWS = 1.0

MODELS: tuple[tuple[type[Any], str, Promise], ...] = (
    (Organisation, "pgh_obj_id", lazy("profile")),
    (SectorFocus, "organisation_id", lazy("sectors")),
    (InternationalTarget, "organisation_id", lazy("targets")),
    (CooperationInterest, "organisation_id", lazy("interests")),
    (Label, "organisation_id", lazy("labels")),
    (Relation, "organisation_id", lazy("relations")),
)
DONE: Mapping[str, Promise] = {
    "insert": lazy("added"),
    "update": lazy("changed"),
    "delete": lazy("removed"),
}


class Entry(NamedTuple):
    """A line of the history: whose fact, of which kind, what was done, by which account."""

    organisation: int
    kind: int
    label: str
    at: dt.datetime
    user: int | None


@dataclass(frozen=True)
class Change:
    """A change of a profile in words."""

    at: dt.datetime
    organisation: str
    what: str
    done: str
    by: str


@dataclass(frozen=True)
class ShiftLine:
    """A criterion that moved: what one side gains more or less by it, and what is said now and was before."""

    code: str
    name: str
    gainer: str
    points: float
    now: tuple[str, ...]
    before: tuple[str, ...]

    @property
    def is_up(self) -> bool:
        """The gain grew."""
        return self.points > 0


@dataclass(frozen=True)
class Week:
    """How a pair moved since `since`. `then` is None where one of the two was not listed, or set aside.

    Ranks count from 1 among the other side; `rank_then` is None where one's own profile changed, which moves
    everybody.
    """

    since: dt.datetime
    is_new: bool
    then: float | None
    now: float | None
    rank_then: int | None
    rank_now: int | None
    shifts: tuple[ShiftLine, ...]
    changes: tuple[Change, ...]

    @property
    def points(self) -> float:
        """How far the score moved."""
        return (self.now or 0.0) - (self.then or 0.0)


@dataclass(frozen=True)
class MovedLine:
    """A partner whose score moved, for a list: the sentence that did most, and whose change it was."""

    slug: str
    name: str
    side: str
    then: float
    now: float
    why: str
    change: Change | None

    @property
    def is_up(self) -> bool:
        """The score grew."""
        return self.now > self.then


def week_ago() -> dt.datetime:
    """The beginning of the day a week ago: the same for everybody all day."""
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - dt.timedelta(days=DAYS)


def week_of_pair(ranking: Ranking, other: Organisation) -> Week:
    """What moved between the organisation that looks and another; both are listed."""
    since = week_ago()
    own = ranking.own
    entries = _entries(since, [own.pk, other.pk])
    old = _profiles_then([own.slug, other.slug], since)
    changes = tuple(_changes(entries, {own.pk: own.short_name, other.pk: other.short_name}))
    now = ranking.pair(other.slug)
    rank_now = _rank(ranking, other.slug, now.score)
    if len(old) < 2:
        return Week(since, True, None, now.score, None, rank_now, (), changes)
    moved = _moved(ranking, old[own.slug], old[other.slug])
    is_own = any(entry.organisation == own.pk for entry in entries)
    return Week(
        since=since,
        is_new=False,
        then=moved.then.score,
        now=now.score,
        rank_then=None if is_own else _rank(ranking, other.slug, moved.then.score),
        rank_now=rank_now,
        shifts=tuple(_shift_line(shift, ranking.snapshot) for shift in moved.shifts),
        changes=changes,
    )


def moved_partners(ranking: Ranking, best: Collection[str]) -> tuple[MovedLine, ...]:
    """Partners on the other side whose score moved most in a week; after an own change the best, too."""
    since = week_ago()
    snapshot = ranking.snapshot
    slugs = _slugs(snapshot, [ranking.own.pk, *_changed_partners(ranking, since)])
    entries = _entries(since, slugs)
    own_changed = any(entry.organisation == ranking.own.pk for entry in entries)
    wanted = [slug for slug in slugs.values() if slug != ranking.own.slug]
    if own_changed:
        wanted = list(dict.fromkeys([*best, *wanted]))[:LOOKED_AT]
    if not wanted:
        return ()
    old = _profiles_then([ranking.own.slug, *wanted], since)
    own = old.pop(ranking.own.slug, None)
    found = [_moved(ranking, own, profile) for profile in old.values()] if own else []
    telling = [one for one in found if abs(one.points) >= NEWS]
    telling = [one for one in telling if one.then.score is not None and one.now.score is not None]
    telling.sort(key=lambda one: -abs(one.points))
    shown = telling[:SHOWN]
    keys = {ranking.own.slug, *(one.now.other_key for one in shown)}
    concerned = [e for e in entries if slugs.get(e.organisation) in keys]
    names = {pk: snapshot.names.organisation(slug) for pk, slug in slugs.items()}
    changes = {one.organisation: one for one in reversed(list(_changes(concerned, names)))}
    return tuple(_moved_line(one, snapshot, changes) for one in shown)


def _moved(ranking: Ranking, own: engine.Profile, other: engine.Profile) -> engine.Movement:
    market = ranking.snapshot.market
    return engine.movement(market, own, other, ranking.policy, excluded=ranking.excluded)


def _profiles_then(slugs: Collection[str], at: dt.datetime) -> dict[str, engine.Profile]:
    rows = Organisation.objects.filter(slug__in=slugs)
    return {profile.key: profile for profile in read_profiles(rows, at=at)}


def _rank(ranking: Ranking, other: str, score: float | None) -> int | None:
    """The place of a score among the other side; equals do not count."""
    if score is None:
        return None
    others = ranking.snapshot.partners_of(ranking.own, {other, *ranking.excluded})
    # Scores from arrays are rounded otherwise than those of one pair.
    better = ranking.against.score[others] > score + 1e-3
    return int(better.sum()) + 1


# -- the history


def _changed_partners(ranking: Ranking, since: dt.datetime) -> list[int]:
    """Partners of the other side that are no newer than `since` and changed after it, the last one first.

    One query, which hands over LOOKED_AT rows a kind of facts at most: a data load changes thousands.
    """
    partners = (
        Organisation.objects.listed()
        .filter(created_at__lt=since)
        .exclude(side=ranking.own.side)
        .exclude(slug__in=ranking.excluded)
        .order_by()
        .values("pk")
    )
    parts = [
        rows.filter(**{f"{column}__in": partners})
        .values(who=F(column))
        .annotate(last=Max("pgh_created_at"))
        .order_by("-last")
        .values_list("who", "last")[:LOOKED_AT]
        for rows, column in _histories(since)
    ]
    found = parts[0].union(*parts[1:], all=True).order_by("-last")
    return list(dict.fromkeys(who for who, _last in found))[:LOOKED_AT]


def _histories(since: dt.datetime) -> Iterator[tuple[QuerySet[Any], str]]:
    """The history of every kind of facts since then, with the column that names the organisation."""
    for model, column, _label in MODELS:
        history: Any = model.history.rel.related_model
        yield history.objects.filter(pgh_created_at__gte=since).order_by(), column


def _entries(since: dt.datetime, among: Collection[int]) -> list[Entry]:
    """Changes of some profiles since then, newest first; one query for all kinds of facts."""
    parts = [
        rows.filter(**{f"{column}__in": list(among)}).values_list(
            F(column),
            Value(kind),
            "pgh_label",
            "pgh_created_at",
            "pgh_context__metadata__user",
        )
        for kind, (rows, column) in enumerate(_histories(since))
    ]
    found = parts[0].union(*parts[1:], all=True).order_by("-pgh_created_at")
    return [Entry(*row) for row in found]


def _slugs(snapshot: Snapshot, pks: Sequence[int]) -> dict[int, str]:
    """Slugs of those in the snapshot, in the order of `pks`."""
    places = {int(snapshot.pks[at]): int(at) for at in np.flatnonzero(snapshot.mask(pks))}
    return {pk: snapshot.keys[places[pk]] for pk in pks if pk in places}


def _changes(entries: Collection[Entry], names: Mapping[int, str]) -> Iterator[Change]:
    """Entries in words, newest first; the same thing done by the same side on one day is said once."""
    users = {entry.user for entry in entries if entry.user is not None}
    own = set(Representative.objects.filter(user__in=users).values_list("organisation", "user"))
    systems = set(User.objects.filter(pk__in=users, is_system=True).values_list("pk", flat=True))
    said: set[tuple[Any, ...]] = set()
    for entry in entries:
        name = names[entry.organisation]
        by = _by(entry, name, own, systems)
        mark = (entry.organisation, entry.kind, entry.label, by, entry.at.date())
        if mark not in said:
            said.add(mark)
            what, done = str(MODELS[entry.kind][2]), str(DONE[entry.label])
            yield Change(entry.at, name, what, done, by)


def _by(entry: Entry, name: str, own: Collection[tuple[int, int]], systems: Collection[int]) -> str:
    if entry.user is None:
        return _("a data load")
    if (entry.organisation, entry.user) in own:
        return name
    return "Puente" if entry.user in systems else _("a curator")


# -- in words


def _shift_line(shift: engine.Shift, snapshot: Snapshot) -> ShiftLine:
    return ShiftLine(
        code=shift.code,
        name=criterion_name(shift.code),
        gainer=snapshot.names.organisation(shift.of),
        points=shift.points,
        now=_texts(shift.after, snapshot),
        before=_texts(shift.before, snapshot),
    )


def _texts(reasons: Iterable[engine.Evidence], snapshot: Snapshot) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reason_text(reason, snapshot.names) for reason in reasons))


def _moved_line(
    moved: engine.Movement, snapshot: Snapshot, changes: Mapping[str, Change]
) -> MovedLine:
    other, own = moved.now.other_key, moved.now.own_key
    names = snapshot.names
    first = moved.shifts[0]
    reasons = first.after or first.before
    return MovedLine(
        slug=other,
        name=snapshot.market.profiles[other].name,
        side=snapshot.market.profiles[other].side,
        then=moved.then.score or 0.0,
        now=moved.now.score or 0.0,
        why=reason_text(reasons[0], names) if reasons else "",
        change=changes.get(names.organisation(other)) or changes.get(names.organisation(own)),
    )
