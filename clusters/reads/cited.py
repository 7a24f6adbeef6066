"""Citations of many records of several models, in one query for all of them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, QuerySet

from clusters.models import Citation

Cites = tuple[Citation, ...]


def with_cited(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Give each row `cited`: the keys of its citations, which `citations_of` turns into citations."""
    cited = ArrayAgg("citations", filter=Q(citations__isnull=False), distinct=True, default=[])
    annotated: QuerySet[Any] = rows.annotate(cited=cited)
    return annotated


def citations_by_key(*groups: Iterable[Any]) -> dict[int, Citation]:
    """The citations of rows from `with_cited`, with source and footnote; one query."""
    keys = {key for rows in groups for row in rows for key in row.cited}
    found = Citation.objects.select_related("source", "footnote").filter(pk__in=keys)
    return {citation.pk: citation for citation in found}


def citations_of(row: Any, known: Mapping[int, Citation]) -> Cites:
    """The citations of a row from `with_cited`, in the order of the source."""
    return tuple(sorted((known[key] for key in row.cited), key=place_in_source))


def place_in_source(citation: Citation) -> tuple[Any, ...]:
    """Sort key: "4.10" comes after "4.9", a section's footnotes after the section itself."""
    parts = tuple(part.zfill(4) for part in citation.section.split("."))
    number = citation.footnote.number if citation.footnote else 0
    return (citation.source.code, parts, number, citation.basis)
