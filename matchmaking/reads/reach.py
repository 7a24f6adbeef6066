"""Who is shown nowhere: the count of everybody's best lists, for curators and for one's own profile."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.choices import Side
from clusters.models import CooperationInterest, InternationalTarget, Organisation, SectorFocus
from matchmaking.choices import RunState
from matchmaking.models import ReachCount, ReachRun, ReachTile
from matchmaking.reads.exports import csv_lines, safe_cell
from matchmaking.reads.market import Snapshot, current
from matchmaking.reads.policies import policy_titles
from matchmaking.reads.scores import policy_or_default
from matchmaking.scoring.reach import shown_by

PAGE = 50
LACKS: dict[str, tuple[type[Any], Promise]] = {
    "sectors": (SectorFocus, gettext_lazy("no sectors")),
    "targets": (InternationalTarget, gettext_lazy("no target country")),
    "interests": (CooperationInterest, gettext_lazy("no interests")),
}
"""Facts without which an organisation is hardly shown, with what its row says then."""


@dataclass(frozen=True)
class Choice:
    """A filter and whether it is on."""

    href: str
    label: str | Promise
    is_current: bool


@dataclass(frozen=True)
class FigureLine:
    """How evenly the places of lists are shared out on one side."""

    label: str
    people: int
    nobody: int
    distinct: float
    gini: float
    top: float

    @property
    def nowhere(self) -> float:
        """Shown nowhere, in percent."""
        return 100 * self.nobody / self.people if self.people else 0.0

    @property
    def top_percent(self) -> float:
        """What the tenth shown most takes of all places, in percent."""
        return 100 * self.top


@dataclass(frozen=True)
class ShownLine:
    """An organisation, how many lists show it, and what it has not said."""

    organisation: Organisation
    times: int
    lists: int
    lacks: tuple[str, ...]


@dataclass(frozen=True)
class ReachPage:
    """`latest`: the count at work, or one that failed or was stopped after the last that is done (`run`)."""

    latest: ReachRun | None
    tiles: int
    counted: int
    run: ReachRun | None
    policy: str
    is_old: bool
    figures: tuple[FigureLine, ...]
    sides: tuple[Choice, ...]
    whys: tuple[Choice, ...]
    query: str
    pages: "Page[ReachCount] | None"
    lines: tuple[ShownLine, ...]

    @property
    def is_active(self) -> bool:
        """A count waits or is at work."""
        return self.latest is not None and self.latest.is_active

    @property
    def percent(self) -> int:
        """How far the count is."""
        return 100 * self.counted // self.tiles if self.tiles else 0


def data_version(snapshot: Snapshot) -> str:
    """The version of the data in few characters: the day, the last change of a profile, outcomes told."""
    stamp = snapshot.stamp
    return f"{stamp.day}/{stamp.last}/{stamp.outcomes}"


def tile_shown(tile: ReachTile) -> tuple[dict[int, int], str]:
    """How often the lists of a tile show each organisation, by key, and the version of the data.

    Organisations that are not listed any more have no list.
    """
    snapshot = current()
    keys = list(snapshot.market.profiles)
    place = {int(pk): at for at, pk in enumerate(snapshot.pks)}
    owners = [keys[place[pk]] for pk in tile.owners if pk in place]
    if not owners:
        return {}, data_version(snapshot)
    used = policy_or_default(tile.run.policy, snapshot)
    shown = shown_by(snapshot.market, used, owners, places=tile.run.places)
    found = {int(snapshot.pks[snapshot.position[key]]): times for key, times in shown.items()}
    return found, data_version(snapshot)


def last_count() -> ReachRun | None:
    """The newest count that is done."""
    return ReachRun.objects.filter(state=RunState.DONE).select_related("started_by").first()


def own_count(own: Organisation) -> ReachCount | None:
    """How often an organisation is shown; None where nothing was counted since it is listed."""
    rows = ReachCount.objects.filter(organisation=own, run__state=RunState.DONE)
    return rows.select_related("run").first()


def reach_page(*, side: str, why: str, number: str) -> ReachPage:
    """The page of curators; a fixed number of queries."""
    latest = ReachRun.objects.select_related("started_by").first()
    run = latest if latest and latest.state == RunState.DONE else last_count()
    tiles = latest.tiles.aggregate(n=Count("pk"), done=Count("shown")) if latest else {}
    titles = policy_titles()
    pages = Paginator(_rows(run, side, why), PAGE).get_page(number) if run else None
    return ReachPage(
        latest=latest,
        tiles=tiles.get("n", 0),
        counted=tiles.get("done", 0),
        run=run,
        policy=titles.get(run.policy, run.policy) if run else "",
        is_old=run is not None and run.version != data_version(current()),
        figures=tuple(_figures(run)) if run else (),
        sides=tuple(_choices("side", [("", _("All")), *Side.choices], side, {"why": why})),
        whys=tuple(_choices("why", _reasons(), why, {"side": side})),
        query=urlencode({"side": side, "why": why}),
        pages=pages,
        lines=tuple(_lines(pages.object_list)) if pages else (),
    )


def reach_lines(*, side: str, why: str) -> Iterator[str]:
    """The same list whole, as lines of a CSV file."""
    run = last_count()
    heads = (_("Organisation"), _("Side"), _("Shown in"), _("Lists"), _("Not said"))
    rows = _lines(_rows(run, side, why).iterator(1000)) if run else iter(())
    cells = (
        (
            safe_cell(line.organisation.name),
            line.organisation.get_side_display(),
            line.times,
            line.lists,
            ", ".join(line.lacks),
        )
        for line in rows
    )
    return csv_lines(row for part in ([heads], cells) for row in part)


def _reasons() -> list[tuple[str, str | Promise]]:
    named = [(code, label) for code, (_model, label) in LACKS.items()]
    return [("", _("All")), *named, ("none", _("says all of these"))]


def _choices(
    name: str, options: list[tuple[str, Any]], chosen: str, rest: dict[str, str]
) -> Iterator[Choice]:
    """The values of one filter; each keeps the other filter."""
    known = chosen if chosen in dict(options) else ""
    for value, label in options:
        asked = {key: one for key, one in {name: value, **rest}.items() if one}
        yield Choice(f"?{urlencode(asked)}", label, value == known)


def _rows(run: ReachRun, side: str, why: str) -> QuerySet[ReachCount]:
    """Least shown first, with what each has said; filtered where a filter is known."""
    said = {
        code: Exists(model.objects.filter(organisation=OuterRef("organisation")))
        for code, (model, _label) in LACKS.items()
    }
    rows = ReachCount.objects.filter(run=run).annotate(**said)
    if side in Side.values:
        rows = rows.filter(organisation__side=side)
    if why in LACKS:
        rows = rows.filter(**{why: False})
    elif why == "none":
        rows = rows.filter(Q(*((code, True) for code in LACKS)))
    return rows.select_related("organisation").order_by("times", "organisation__name", "pk")


def _lines(rows: Any) -> Iterator[ShownLine]:
    for row in rows:
        lacks = (str(label) for code, (_m, label) in LACKS.items() if not getattr(row, code))
        yield ShownLine(row.organisation, row.times, row.lists, tuple(lacks))


def _figures(run: ReachRun) -> Iterator[FigureLine]:
    for code, label in (("all", _("All")), *Side.choices):
        if code in run.figures:
            found = run.figures[code]
            yield FigureLine(
                label=str(label),
                **{key: found[key] for key in ("people", "nobody", "distinct", "gini", "top")},
            )
