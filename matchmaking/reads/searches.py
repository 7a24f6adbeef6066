"""Saved searches: what they find, which are due, and the page to manage them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.core import signing
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse

from clusters.models import Organisation, Representative, User
from matchmaking.filters import PartnerFilter
from matchmaking.models import Exclusion, SavedSearch

WEEK = dt.timedelta(days=7)
STOP_SALT = "matchmaking.saved-search"
# Parameters of the find page that are part of a search; the page number and the like are not.
KEPT = (*PartnerFilter.base_filters, "sort", "view")


@dataclass(frozen=True)
class SearchLine:
    """A saved search and where it leads."""

    row: SavedSearch
    href: str


@dataclass(frozen=True)
class SearchPage:
    """What somebody has saved for the organisation they act for. `is_muted`: they want no news at all."""

    own: Organisation
    lines: tuple[SearchLine, ...]
    is_muted: bool


def clean_query(query: QueryDict) -> QueryDict:
    """The parameters of a search without empty ones and without what only moves about in it."""
    kept = QueryDict(mutable=True)
    for name in KEPT:
        values = [value for value in query.getlist(name) if value]
        if values:
            kept.setlist(name, values)
    return kept


def search_page(own: Organisation, reader: User) -> SearchPage:
    """The reader's saved searches; one query."""
    rows = SavedSearch.objects.filter(user=reader, organisation=own)
    lines = tuple(SearchLine(row, search_href(row)) for row in rows)
    return SearchPage(own, lines, not reader.mail_news)


def search_href(search: SavedSearch) -> str:
    """The find page with the search's filter."""
    return f"{reverse('find')}?{search.query}&f=1" if search.query else f"{reverse('find')}?f=1"


def found_by(query: str, own: Organisation) -> set[int]:
    """Keys of the listed organisations that a search finds, without one's own and those set aside."""
    rows = PartnerFilter(QueryDict(query), queryset=Organisation.objects.listed(), own=own)
    rows.form.is_valid()
    aside = Exclusion.objects.in_force().set_by(own).values("other")
    found = rows.qs.exclude(pk=own.pk).exclude(pk__in=aside)
    return set(found.values_list("pk", flat=True))


def due_searches(now: dt.datetime) -> QuerySet[SavedSearch]:
    """Searches whose keeper wants mail, still acts for the organisation, and had none for a week."""
    acts = Representative.objects.filter(
        user=OuterRef("user"), organisation=OuterRef("organisation")
    )
    rested = Q(last_mailed_at__isnull=True) | Q(last_mailed_at__lte=now - WEEK)
    rows = SavedSearch.objects.filter(
        rested, Exists(acts), is_mailed=True, user__is_active=True, user__mail_news=True
    )
    return rows.select_related("user", "organisation").order_by("pk")


def in_order(keys: Iterable[int]) -> list[Organisation]:
    """The organisations of some keys by name."""
    return list(Organisation.objects.listed().filter(pk__in=list(keys)).order_by("name"))


def stop_link(search: SavedSearch) -> str:
    """The path of the page that stops the mails of one search, without signing in."""
    return reverse("search_stop", args=[signing.dumps(search.pk, salt=STOP_SALT)])


def search_of_link(signed: str) -> SavedSearch | None:
    """The search whose mails a signed link stops; None when it was tampered with or is gone."""
    try:
        pk = signing.loads(signed, salt=STOP_SALT)
    except signing.BadSignature:
        return None
    return SavedSearch.objects.filter(pk=pk, user__is_active=True).select_related("user").first()
