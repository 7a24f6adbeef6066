"""Links across the ocean as the data states them: cooperation on record, and stated targets."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from clusters.choices import (
    OrganisationStatus,
    RelationKind,
    Side,
    SourceKind,
    Stance,
    TargetScope,
)
from clusters.models import Citation, Country, InternationalTarget, Organisation, Relation
from clusters.reads.cited import Cites, citations_of, with_cited
from matchmaking import mapping

# Of the kinds of relations only these tell that two sides work together; a plant abroad does not.
COOPERATION = (RelationKind.PARTNER_OF, RelationKind.COOPERATES_WITH)
ON_MAP_FIRST = 10.0  # names of places with organisations are placed before those of mere countries


@dataclass(frozen=True)
class End:
    """One end of a link: a name to read and, where the data knows one, a point to draw."""

    text: str
    href: str
    place: mapping.Place | None


@dataclass(frozen=True)
class Link:
    """One line of the text behind the map. `others` are the far ends."""

    who: End
    others: tuple[End, ...]
    what: str
    is_wish: bool
    citations: Cites

    @property
    def is_drawn(self) -> bool:
        """Say whether the map shows it: both ends need a place."""
        return self.who.place is not None and any(end.place for end in self.others)


@dataclass(frozen=True)
class LinkMap:
    """Links in words and as places and ties of a map."""

    links: tuple[Link, ...]
    places: tuple[mapping.Place, ...]
    ties: tuple[mapping.Tie, ...]


@dataclass(frozen=True)
class Links:
    """Rows of links before their citations are known (keys in `cited`)."""

    relations: tuple[Any, ...]
    targets: tuple[Any, ...]
    countries: Mapping[int, list[Country]]

    def drawn_with(self, known: Mapping[int, Citation]) -> LinkMap:
        """Links with their citations, and what is to be drawn of them."""
        links = (*self._on_record(known), *self._wishes(known))
        return LinkMap(links, _places(links), _ties(links))

    def _on_record(self, known: Mapping[int, Citation]) -> Iterator[Link]:
        """Relations; those that one organisation has with several for the same reason, in one line."""
        lines: dict[tuple[Any, ...], list[Relation]] = defaultdict(list)
        for row in self.relations:
            lines[row.organisation_id, row.kind, row.cooperation_id, tuple(row.cited)].append(row)
        for rows in lines.values():
            first = rows[0]
            far = [self._far_end(row) for row in rows]
            what = str(first.cooperation) if first.cooperation else first.get_kind_display()
            who = self._organisation(first.organisation)
            yield Link(who, tuple(far), what, False, citations_of(first, known))

    def _wishes(self, known: Mapping[int, Citation]) -> Iterator[Link]:
        for row in self.targets:
            stance = _("target: %(stance)s") % {"stance": row.get_stance_display()}
            who = self._organisation(row.organisation)
            yield Link(who, (_target_end(row),), stance, True, citations_of(row, known))

    def _far_end(self, row: Relation) -> End:
        if row.other is not None:
            return self._organisation(row.other)
        return country_end(row.country) if row.country else End("", "", None)

    def _organisation(self, row: Organisation) -> End:
        return End(row.name, row.get_absolute_url(), self._home(row))

    def _home(self, row: Organisation) -> mapping.Place | None:
        """The region's point; without one, the country's, if it is only one."""
        if row.region is not None and row.region.latitude is not None:
            return _place("region", row.region, row.side)
        countries = self.countries.get(row.pk, [])
        return _place("country", countries[0], row.side) if len(countries) == 1 else None


def read_links() -> Links:
    """All links between the Mexican side and others, of listed organisations; three queries.

    What is invented for a demo is no record and is left out.
    """
    relations = Relation.objects.filter(kind__in=COOPERATION, is_confirmed=True).select_related(
        "organisation__region", "other__region", "country", "cooperation"
    )
    targets = InternationalTarget.objects.exclude(stance=Stance.NOT_NOW).select_related(
        "organisation__region", "country", "region__country"
    )
    rows = tuple(row for row in _listed(relations) if _crosses(row.organisation, _far_side(row)))
    wishes = tuple(row for row in _listed(targets) if _crosses(row.organisation, _target_side(row)))
    return Links(rows, wishes, _countries([*rows, *wishes]))


def country_end(country: Country) -> End:
    """A country as the end of a link."""
    return End(country.name, "", _place("country", country, country.default_side))


def _listed(rows: QuerySet[Any]) -> Iterable[Any]:
    listed = rows.filter(
        organisation__status=OrganisationStatus.LISTED, organisation__is_demo=False
    )
    return with_cited(listed.exclude(citations__source__kind=SourceKind.DEMO).order_by("pk"))


def _crosses(organisation: Organisation, far: str) -> bool:
    """Exactly one end is Mexican."""
    return (organisation.side == Side.MX) != (far == Side.MX)


def _far_side(row: Relation) -> str:
    """The other end's side; that of an unlisted organisation is nobody's business: the own one."""
    if row.other is None:
        return row.country.default_side if row.country else row.organisation.side
    is_public = row.other.status == OrganisationStatus.LISTED and not row.other.is_demo
    return row.other.side if is_public else row.organisation.side


def _target_side(row: InternationalTarget) -> str:
    if row.scope == TargetScope.EU:
        return Side.EU
    country = row.region.country if row.region else row.country
    return country.default_side if country else row.organisation.side


def _target_end(row: InternationalTarget) -> End:
    if row.region is not None:
        side = row.region.country.default_side
        return End(row.place, "", _place("region", row.region, side))
    return country_end(row.country) if row.country else End(row.place, "", None)


def _countries(rows: Iterable[Any]) -> dict[int, list[Country]]:
    keys = {row.organisation_id for row in rows} | {getattr(row, "other_id", None) for row in rows}
    through = Organisation.countries.through.objects.filter(organisation__in=keys - {None})
    found: dict[int, list[Country]] = defaultdict(list)
    for pair in through.select_related("country"):
        found[pair.organisation_id].append(pair.country)
    return found


def _place(kind: str, row: Any, side: str) -> mapping.Place | None:
    if row.latitude is None or row.longitude is None:
        return None
    weight = ON_MAP_FIRST if kind == "region" else 0.0
    return mapping.Place(
        f"{kind}-{row.code}", row.name, side, row.latitude, row.longitude, weight=weight
    )


def _places(links: Iterable[Link]) -> tuple[mapping.Place, ...]:
    """Each drawn place once. An organisation's side there counts more than its country's default."""
    found: dict[str, mapping.Place] = {}
    for link in links:
        if link.is_drawn:
            for end in (link.who, *link.others):
                if end.place and (end.href or end.place.key not in found):
                    found[end.place.key] = end.place
    return tuple(found.values())


def _ties(links: Iterable[Link]) -> tuple[mapping.Tie, ...]:
    """One tie for each pair of places and kind of line, led from the Mexican side."""
    found: dict[mapping.Tie, None] = {}
    for link in links:
        for other in link.others:
            if link.who.place and other.place:
                ends = (link.who.place, other.place)
                start, end = ends if ends[0].side == Side.MX else ends[::-1]
                found[mapping.Tie(start.key, end.key, link.is_wish)] = None
    return tuple(found)
