"""Up to four partners side by side, against the organisation that looks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode

from clusters.models import Citation, Organisation, User
from matchmaking import scoring as engine
from matchmaking.reads import scores
from matchmaking.reads.bridge import Bridge
from matchmaking.reads.market import Snapshot, current
from matchmaking.reads.match import Line, Wing, citations_of, pair_lines
from matchmaking.wording.scoring import question_text

MOST = 4
# Points that differ by less are shown as equal, and so are they here.
SAME = 0.05


@dataclass(frozen=True)
class Column:
    """One partner. Without a bridge the pair is blocked, and `block` says why."""

    organisation: Organisation
    pair: engine.PairScore
    bridge: Bridge | None
    block: str
    question: str
    without_href: str
    place: str
    sectors: str

    @property
    def coverage(self) -> str:
        """Known share of the weight."""
        return f"{100 * self.bridge.coverage:.0f} %" if self.bridge else ""


@dataclass(frozen=True)
class Cell:
    """One criterion of one partner in both directions; `is_most`: nobody gives more of it."""

    organisation: Organisation
    own: Wing
    theirs: Wing
    own_most: bool
    theirs_most: bool


@dataclass(frozen=True)
class CriterionLine:
    """One criterion across the partners."""

    name: str
    question: str
    cells: tuple[Cell, ...]
    differs: bool


@dataclass(frozen=True)
class ComparePage:
    """The comparison. `others` may be added; `left_out` did not fit or cannot be compared."""

    own: Organisation
    columns: tuple[Column, ...]
    lines: tuple[CriterionLine, ...]
    alike: int
    only_differences: bool
    toggle_href: str
    others: tuple[Organisation, ...]
    left_out: int
    sources: tuple[Citation, ...]
    scale: float

    @property
    def has_room(self) -> bool:
        """One more fits."""
        return len(self.columns) < MOST

    @property
    def is_demo(self) -> bool:
        """Invented facts are shown."""
        return any(citation.is_demo for citation in self.sources) or any(
            column.organisation.is_demo for column in self.columns
        )


def compare(
    own: Organisation, slugs: Sequence[str], *, user: User, only_differences: bool = False
) -> ComparePage:
    """The partners of `slugs` in that order, each once, as far as they are listed; seven queries."""
    snapshot = current()
    wanted = list(dict.fromkeys(slug for slug in slugs if slug and slug != own.slug))
    seen = Organisation.objects.visible_to(user).with_profile()
    known = snapshot.market.profiles
    listed = [slug for slug in wanted if slug in known] if own.slug in known else []
    found = {row.slug: row for row in seen.filter(slug__in=listed[: 4 * MOST])}
    can = [slug for slug in listed if slug in found]
    chosen = can[:MOST]
    ranking = scores.ranking(own, snapshot) if chosen else None
    pairs = [ranking.pair(slug) for slug in chosen] if ranking else []
    citations = citations_of(*pairs)
    columns = tuple(
        _column(found[pair.other_key], pair, snapshot, chosen, only_differences) for pair in pairs
    )
    lines = [tuple(pair_lines(pair, snapshot, citations)) for pair in pairs]
    rows = tuple(_rows(columns, lines))
    shown = tuple(row for row in rows if row.differs) if only_differences else rows
    return ComparePage(
        own=own,
        columns=columns,
        lines=shown,
        alike=sum(not row.differs for row in rows) if len(columns) > 1 else 0,
        only_differences=only_differences,
        toggle_href=compare_href(chosen, only_differences=not only_differences),
        others=tuple(_others(own, user, chosen)),
        left_out=len(wanted) - len(chosen),
        sources=tuple(citations.values()),
        scale=max((row.own.maximum for part in lines for row in part), default=1.0) or 1.0,
    )


def compare_href(slugs: Sequence[str], *, only_differences: bool = False) -> str:
    """The page for some partners."""
    query = [("o", slug) for slug in slugs]
    if only_differences:
        query.append(("diff", "1"))
    return f"{reverse('compare')}?{urlencode(query)}"


def _column(
    organisation: Organisation,
    pair: engine.PairScore,
    snapshot: Snapshot,
    chosen: Sequence[str],
    only_differences: bool,
) -> Column:
    region = organisation.region
    countries = ", ".join(country.name for country in organisation.countries.all())
    rest = [slug for slug in chosen if slug != organisation.slug]
    pivotal = pair.pivotal
    return Column(
        organisation=organisation,
        pair=pair,
        bridge=scores.bridge(pair, snapshot) if pair.block is None else None,
        block=scores.block_text(pair, snapshot.names),
        question=question_text(pivotal.question, snapshot.names) if pivotal else "",
        without_href=compare_href(rest, only_differences=only_differences),
        place=region.name if region else countries,
        sectors=", ".join(str(sector) for sector in organisation.sectors.all()),
    )


def _rows(columns: Sequence[Column], lines: Sequence[Sequence[Line]]) -> Iterator[CriterionLine]:
    for across in zip(*lines, strict=True):
        own_most = _most([line.own.points for line in across])
        theirs_most = _most([line.theirs.points for line in across])
        cells = tuple(
            Cell(
                column.organisation,
                line.own,
                line.theirs,
                own_most is not None and own_most - line.own.points <= SAME,
                theirs_most is not None and theirs_most - line.theirs.points <= SAME,
            )
            for column, line in zip(columns, across, strict=True)
        )
        differs = own_most is not None or theirs_most is not None
        yield CriterionLine(across[0].name, across[0].question, cells, differs)


def _most(points: Sequence[float]) -> float | None:
    """The highest of the points; None where all are alike."""
    return max(points) if max(points) - min(points) > SAME else None


def _others(own: Organisation, user: User, chosen: Sequence[str]) -> Iterator[Organisation]:
    """Who stands on the reader's shortlists and is not compared yet, by name."""
    rows = Organisation.objects.listed().filter(
        pk__in=own.shortlists.visible_to(user).values("entries__organisation")
    )
    yield from rows.exclude(slug__in=[own.slug, *chosen]).order_by("name")
