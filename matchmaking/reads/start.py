"""The start page: figures and stories from the data, and the map of links between the two sides."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clusters.models import Contradiction, Figure
from clusters.reads.cited import Cites, citations_by_key, citations_of, with_cited
from matchmaking import mapping
from matchmaking.reads.links import Link, LinkMap, read_links
from matchmaking.reads.stories import StoryLine, story_line, story_rows

# What a newcomer can picture: who came to the event the report tells of, and who holds a label.
# Figures that the data does not hold are left out.
SEMINAR: dict[str, Promise] = {
    "d35-event-eu-clusters": _("EU cluster organisations at the 2016 matchmaking in Mexico City"),
    "d35-event-mx-participants": _("Mexican clusters, associations and businesses there"),
    "d35-event-eu-smes": _("European small firms that came along"),
}
ESCA = ("d35-esca-gold-mx", "d35-esca-silver-mx", "d35-esca-bronze-mx")
STORIES = 3


@dataclass(frozen=True)
class StartFigure:
    """A number of the data with what it counts."""

    value: int
    text: str
    citations: Cites


@dataclass(frozen=True)
class StartPage:
    """Everything the start page shows."""

    figures: tuple[StartFigure, ...]
    contradictions: int
    stories: tuple[StoryLine, ...]
    map: LinkMap

    @property
    def links(self) -> tuple[Link, ...]:
        """The text behind the map."""
        return self.map.links

    @property
    def figure_citations(self) -> Cites:
        """Sources of the figures, each once."""
        unique = {cite.pk: cite for figure in self.figures for cite in figure.citations}
        return tuple(unique.values())

    @cached_property
    def drawings(self) -> tuple[mapping.Drawing, ...]:
        """The map in its formats; the stylesheet shows the one that fits."""
        return tuple(
            mapping.draw(frame, self.map.places, self.map.ties) for frame in mapping.FRAMES
        )


def start_page() -> StartPage:
    """Read the start page; nine queries, whatever the data holds."""
    links = read_links()
    figures = list(with_cited(Figure.objects.filter(code__in=[*SEMINAR, *ESCA])))
    stories = list(story_rows()[:STORIES])
    known = citations_by_key(links.relations, links.targets, figures, stories)
    by_code = {figure.code: figure for figure in figures}
    shown = [
        StartFigure(int(by_code[code].value), str(text), citations_of(by_code[code], known))
        for code, text in SEMINAR.items()
        if code in by_code
    ]
    if all(code in by_code for code in ESCA):
        shown.append(
            _labels([by_code[code] for code in ESCA], citations_of(by_code[ESCA[0]], known))
        )
    return StartPage(
        figures=tuple(shown),
        contradictions=Contradiction.objects.count(),
        stories=tuple(story_line(story, known) for story in stories),
        map=links.drawn_with(known),
    )


def _labels(metals: Sequence[Figure], citations: Cites) -> StartFigure:
    gold, silver, bronze = (int(figure.value) for figure in metals)
    text = _("ESCA labels in Mexico at most: %(gold)s gold, %(silver)s silver, %(bronze)s bronze")
    return StartFigure(
        gold + silver + bronze,
        str(text) % {"gold": gold, "silver": silver, "bronze": bronze},
        citations,
    )
