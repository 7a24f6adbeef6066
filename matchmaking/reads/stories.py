"""Success stories: the list, and one in full."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from clusters.choices import OrganisationStatus, Side
from clusters.models import Citation, Figure, Organisation, SuccessStory
from clusters.reads.cited import (
    Cites,
    citations_by_key,
    citations_of,
    place_in_source,
    with_cited,
)

# Names of the dates that the report gives, as its fixture writes them.
DATES = {
    "works_began": _("works began"),
    "main_building_delivered": _("main building delivered"),
    "laboratories_workshops_hangar": _("laboratories, workshops and hangar"),
    "agreement": _("agreement"),
}


@dataclass(frozen=True)
class Partner:
    """An organisation of a story; only a listed one has a page to link to."""

    organisation: Organisation
    is_lead: bool
    is_listed: bool


@dataclass(frozen=True)
class StoryLine:
    """A story of the list."""

    story: SuccessStory
    partners: tuple[Partner, ...]
    citations: Cites


@dataclass(frozen=True)
class StoryFigure:
    """A number of a story with its sources."""

    figure: Figure
    citations: Cites


@dataclass(frozen=True)
class StoryPage:
    """A story in full. `sources` is every citation of the page, each once."""

    story: SuccessStory
    partners: tuple[Partner, ...]
    figures: tuple[StoryFigure, ...]
    dates: tuple[tuple[str, str], ...]
    citations: Cites
    sources: Cites


def stories() -> tuple[StoryLine, ...]:
    """All stories; four queries."""
    found = list(story_rows())
    known = citations_by_key(found)
    return tuple(story_line(row, known) for row in found)


def stories_of_sectors(
    sectors: Sequence[int], besides: Organisation, *, most: int = 2
) -> tuple[StoryLine, ...]:
    """Stories of others in one of the sectors (keys); none or four queries."""
    if not sectors:
        return ()
    theirs = SuccessStory.objects.filter(partners=besides).values("pk")
    rows = story_rows().filter(sectors__in=sectors).exclude(pk__in=theirs)
    found = list(rows.order_by("code")[:most])
    known = citations_by_key(found)
    return tuple(story_line(row, known) for row in found)


def story_rows() -> QuerySet[SuccessStory]:
    """Stories with what `story_line` needs; three queries."""
    return with_cited(SuccessStory.objects.prefetch_related("partners", "leads"))


def story_line(row: SuccessStory, known: Mapping[int, Citation]) -> StoryLine:
    """A row of `story_rows` as a line, with its citations from `citations_by_key`."""
    return StoryLine(row, _partners(row), citations_of(row, known))


def story_page(code: str) -> StoryPage | None:
    """One story, or None where no story has that code; nine queries."""
    rows = SuccessStory.objects.filter(code=code).select_related("contact_organisation")
    rows = rows.prefetch_related(
        "partners", "leads", "sectors", "kinds", "programmes", "instruments"
    )
    row = with_cited(rows).first()
    if row is None:
        return None
    figures = list(with_cited(Figure.objects.filter(story=row)))
    known = citations_by_key([row], figures)
    return StoryPage(
        story=row,
        partners=_partners(row),
        figures=tuple(StoryFigure(one, citations_of(one, known)) for one in figures),
        dates=tuple(_dates(row)),
        citations=citations_of(row, known),
        sources=tuple(sorted(known.values(), key=place_in_source)),
    )


def _partners(row: SuccessStory) -> tuple[Partner, ...]:
    leads = {lead.pk for lead in row.leads.all()}
    listed = OrganisationStatus.LISTED
    return tuple(
        Partner(one, one.pk in leads, one.status == listed)
        for one in sorted(row.partners.all(), key=lambda one: (one.side != Side.MX, one.name))
    )


def _dates(row: SuccessStory) -> Iterable[tuple[str, str]]:
    return ((str(DATES.get(key, key)), str(day)) for key, day in row.dates.items() if day)
