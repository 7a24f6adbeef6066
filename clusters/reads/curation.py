"""What waits for a curator: queues with their lengths."""

import datetime as dt
from dataclasses import dataclass
from typing import cast

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clusters.choices import MessageState, OrganisationStatus
from clusters.models import ChangeSuggestion, Contradiction, Label, Message, Organisation, User
from clusters.querysets import OrganisationQuerySet
from clusters.reads.profile import STALE_AFTER

LAPSES_SOON = dt.timedelta(days=90)


@dataclass(frozen=True)
class Queue:
    """A list of the admin (`model`, filter as a query string) and how many rows it holds."""

    title: Promise
    model: str
    query: str
    count: int


def queues(user: User) -> tuple[Queue, ...]:
    """The queues that `user` may work on, the most urgent first; one query each.

    Mail tells who was asked, so the mail that failed is for operators.
    """
    today = timezone.now().date()
    soon = (today, today + LAPSES_SOON)
    submitted = Organisation.objects.filter(status=OrganisationStatus.SUBMITTED)
    lapsing = Label.objects.filter(valid_until__range=soon)
    suggestions = ChangeSuggestion.objects.open()
    of = "organisation"
    found = (
        Queue(_("Profiles to review"), of, "queue=submitted", submitted.count()),
        Queue(_("Suggested changes"), "changesuggestion", "status=open", suggestions.count()),
        Queue(_("Labels that lapse within 90 days"), "label", "lapse=soon", lapsing.count()),
        Queue(_("Possible duplicates"), of, "queue=duplicates", duplicates().count()),
        Queue(_("Contradictions and gaps"), of, "queue=contradictions", contradicted().count()),
        Queue(_("Profiles with old facts"), of, "queue=stale", stale().count()),
    )
    if not user.is_superuser:
        return found
    failed = Message.objects.filter(state=MessageState.FAILED)
    return (*found, Queue(_("Mail that failed"), "message", "state=failed", failed.count()))


def stale(organisations: QuerySet[Organisation] | None = None) -> QuerySet[Organisation]:
    """Profiles whose newest fact is older than two years."""
    rows: QuerySet[Organisation] = _or_all(organisations).stale(timezone.now().date() - STALE_AFTER)
    return rows


def duplicates(organisations: QuerySet[Organisation] | None = None) -> QuerySet[Organisation]:
    """Profiles that share a name, or another name, with a different one."""
    rows: QuerySet[Organisation] = _or_all(organisations).possible_duplicates()
    return rows


def contradicted(organisations: QuerySet[Organisation] | None = None) -> QuerySet[Organisation]:
    """Profiles about which something does not fit together or is missing."""
    through = Contradiction.organisations.through.objects.filter(organisation=OuterRef("pk"))
    rows: QuerySet[Organisation] = _or_all(organisations).filter(Exists(through))
    return rows


def suggested(organisations: QuerySet[Organisation] | None = None) -> QuerySet[Organisation]:
    """Profiles with an open suggestion."""
    waiting = ChangeSuggestion.objects.open().filter(organisation=OuterRef("pk"))
    rows: QuerySet[Organisation] = _or_all(organisations).filter(Exists(waiting))
    return rows


def _or_all(organisations: QuerySet[Organisation] | None) -> OrganisationQuerySet:
    if organisations is None:
        every: OrganisationQuerySet = Organisation.objects.all()
        return every
    return cast("OrganisationQuerySet", organisations)
