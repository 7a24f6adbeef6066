"""Questions for facts that were asked before."""

import datetime as dt

from django.db.models import QuerySet
from django.utils import timezone

from clusters.models import Organisation
from matchmaking.models import FactRequest

# For so long the same question is not asked again, whatever became of it.
RESTS = dt.timedelta(days=180)


def asked_lately(
    asker: Organisation, about: Organisation, criterion: str, subject: str | None = None
) -> QuerySet[FactRequest]:
    """The same question of the last half-year: open, answered or left unanswered."""
    rows = FactRequest.objects.filter(
        asker=asker, about=about, criterion=criterion, asked_at__gt=timezone.now() - RESTS
    )
    return rows if subject is None else rows.filter(subject=subject)
