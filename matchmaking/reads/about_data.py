"""The page about the data: every source, footnote, contradiction, figure and claim, with citations."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from clusters.choices import OrganisationStatus, SourceKind
from clusters.models import (
    Citation,
    Claim,
    Contradiction,
    Figure,
    Footnote,
    Organisation,
    PolicyInstrument,
    Programme,
    Source,
)
from clusters.reads.cited import Cites, citations_by_key, citations_of, with_cited


@dataclass(frozen=True)
class Recorded:
    """A record with its citations and the listed organisations it names."""

    row: Any
    citations: Cites
    organisations: tuple[Organisation, ...] = ()


@dataclass(frozen=True)
class AboutData:
    """Everything the data rests on. Invented data has no place here."""

    sources: tuple[Source, ...]
    footnotes: tuple[Footnote, ...]
    contradictions: tuple[Recorded, ...]
    figures: tuple[Recorded, ...]
    claims: tuple[Recorded, ...]
    programmes: tuple[Recorded, ...]
    instruments: tuple[Recorded, ...]


def about_data() -> AboutData:
    """Read the whole page in ten queries, whatever the data holds."""
    contradictions = list(with_cited(Contradiction.objects.prefetch_related("organisations")))
    figures = _figures()
    claims = list(with_cited(Claim.objects.all()))
    programmes = list(with_cited(Programme.objects.all()))
    instruments = list(with_cited(PolicyInstrument.objects.prefetch_related("parties")))
    known = citations_by_key(contradictions, figures, claims, programmes, instruments)
    footnotes = Footnote.objects.select_related("source", "same_as__source")
    return AboutData(
        sources=tuple(Source.objects.exclude(kind=SourceKind.DEMO)),
        footnotes=tuple(footnotes.exclude(source__kind=SourceKind.DEMO)),
        contradictions=_recorded(contradictions, known, "organisations"),
        figures=_recorded(figures, known),
        claims=_recorded(claims, known),
        programmes=_recorded(programmes, known),
        instruments=_recorded(instruments, known, "parties"),
    )


def _figures() -> list[Any]:
    """Figures of listed organisations, of stories and of nobody."""
    about = Q(organisation__isnull=True) | Q(organisation__status=OrganisationStatus.LISTED)
    rows = Figure.objects.filter(about).select_related("organisation", "story")
    return list(with_cited(rows))


def _recorded(
    rows: Iterable[Any], known: Mapping[int, Citation], names: str = ""
) -> tuple[Recorded, ...]:
    return tuple(
        Recorded(row, citations_of(row, known), _listed(getattr(row, names).all()) if names else ())
        for row in rows
    )


def _listed(rows: Iterable[Organisation]) -> tuple[Organisation, ...]:
    return tuple(row for row in rows if row.status == OrganisationStatus.LISTED)
