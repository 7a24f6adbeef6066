"""Searches that somebody saves, and the mail that tells what is new for them."""

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusters.actions import queue_message
from clusters.models import Organisation, User
from clusters.validators import Refused, check_text
from matchmaking.actions._rows import _lock
from matchmaking.models import SavedSearch
from matchmaking.policies import require
from matchmaking.reads.searches import clean_query, due_searches, found_by, in_order, stop_link

NAME_LENGTH, QUERY_LENGTH, MOST_SEARCHES, NAMED = 100, 1000, 50, 10


def save_search(
    organisation: Organisation, *, name: str, query: str, actor: User, is_mailed: bool = False
) -> SavedSearch:
    """Keep a filter of the find page (its query string). What it finds today is not mailed as new."""
    require(actor, "matchmaking.add_search", organisation)
    name = _checked_name(name)
    filter_ = clean_query(QueryDict(query)).urlencode()
    if len(filter_) > QUERY_LENGTH:
        raise ValidationError(
            _("This search has too many filters to be kept. Take some out."), code="too_long"
        )
    with transaction.atomic(), pghistory.context(user=actor.pk, action="save_search"):
        mine = SavedSearch.objects.filter(user=actor, organisation=organisation)
        if mine.count() >= MOST_SEARCHES:
            raise Refused(
                _("You keep %(most)d searches. Remove one first."),
                code="too_many",
                params={"most": MOST_SEARCHES},
            )
        search, is_new = SavedSearch.objects.get_or_create(
            user=actor,
            organisation=organisation,
            name=name,
            defaults={
                "query": filter_,
                "is_mailed": is_mailed,
                "seen": sorted(found_by(filter_, organisation)),
            },
        )
        if not is_new:
            raise Refused(_("You already keep a search of this name."), code="twice")
    return search


def change_search(search: SavedSearch, *, name: str, is_mailed: bool, actor: User) -> SavedSearch:
    """Rename a search, or have it mailed. What it finds when mailing begins is not new."""
    require(actor, "matchmaking.change_search", search)
    name = _checked_name(name)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="change_search"):
        row = _lock(search)
        same = SavedSearch.objects.filter(user=row.user, organisation=row.organisation, name=name)
        if same.exclude(pk=row.pk).exists():
            raise Refused(_("You already keep a search of this name."), code="twice")
        if is_mailed and not row.is_mailed:
            row.seen = sorted(found_by(row.query, row.organisation))
        row.name, row.is_mailed = name, is_mailed
        row.save(update_fields=["name", "is_mailed", "seen"])
    return row


def remove_search(search: SavedSearch, *, actor: User) -> None:
    """Throw a saved search away. Removing it twice changes nothing."""
    require(actor, "matchmaking.change_search", search)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="remove_search"):
        SavedSearch.objects.filter(pk=search.pk).delete()


def mail_search(search: SavedSearch, *, actor: User) -> int:
    """Mail what a due search finds and has not found before. Returns how many are new."""
    require(actor, "matchmaking.run_jobs")
    now = timezone.now()
    with transaction.atomic(), pghistory.context(user=actor.pk, action="mail_search"):
        row = due_searches(now).select_for_update(of=("self",)).filter(pk=search.pk).first()
        if row is None:
            return 0
        new = found_by(row.query, row.organisation) - set(row.seen)
        if not new:
            return 0
        found = in_order(new)
        queue_message(
            f"search-{row.pk}-{now.date()}",
            recipient=row.user,
            template="search_news",
            context={
                "search": row,
                "organisations": list(found[:NAMED]),
                "number": len(found),
                "more": max(len(found) - NAMED, 0),
                "stop": stop_link(row),
            },
            actor=actor,
            about="news",
        )
        row.seen = sorted({*row.seen, *new})
        row.last_mailed_at = now
        row.save(update_fields=["seen", "last_mailed_at"])
    return len(new)


def _checked_name(name: str) -> str:
    try:
        check_text(name, most=NAME_LENGTH)
    except ValidationError as error:
        raise ValidationError({"name": error}) from error
    if not name.strip():
        raise ValidationError(
            {"name": ValidationError(_("Give the search a name."), code="required")}
        )
    return name.strip()
