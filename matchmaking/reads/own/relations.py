"""Relations of one's own profile: those that count, and those that wait for a side."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from clusters.models import Organisation, Relation
from clusters.reads.find_by_name import organisations_named


@dataclass(frozen=True)
class RelationsPage:
    """`asked`: others say it of us, we confirm. `waiting`: we say it, they confirm."""

    own: Organisation
    asked: tuple[Relation, ...]
    waiting: tuple[Relation, ...]
    kept: tuple[Relation, ...]


def relations_of(own: Organisation) -> QuerySet[Relation]:
    """Every relation in which an organisation is one of the two sides."""
    rows = Relation.objects.filter(Q(organisation=own) | Q(other=own))
    return rows.select_related("organisation", "other", "country")


def relations_page(own: Organisation) -> RelationsPage:
    """One query, sorted into its three folders."""
    rows = list(relations_of(own).order_by("kind", "pk"))
    return RelationsPage(
        own,
        tuple(row for row in rows if not row.is_confirmed and row.other_id == own.pk),
        tuple(row for row in rows if not row.is_confirmed and row.other_id != own.pk),
        tuple(row for row in rows if row.is_confirmed),
    )


def same_name(data: Mapping[str, str]) -> list[Organisation]:
    """Listed organisations that may be the one somebody wants to start a profile for."""
    name = data.get("name", "").strip()
    if not name:
        return []
    exact, near = organisations_named(name)
    return list(dict.fromkeys([*exact, *near]))
