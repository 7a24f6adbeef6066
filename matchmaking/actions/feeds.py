"""Calendar addresses: secret, one for each person and event, revocable."""

import datetime as dt
import secrets

import pghistory
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from clusters.models import User
from clusters.reads.invitations import hashed
from events.models import Event
from matchmaking.models import CalendarFeed
from matchmaking.policies import require

READ_EVERY = dt.timedelta(hours=1)


def create_feed(event: Event, *, actor: User) -> tuple[CalendarFeed, str]:
    """A new calendar address of the actor and its secret, shown this once. An earlier one stops working."""
    require(actor, "matchmaking.add_feed", actor)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="create_feed"):
        secret = secrets.token_urlsafe(24)
        feed, _new = CalendarFeed.objects.update_or_create(
            event=event,
            user=actor,
            defaults={
                "token_hash": hashed(secret),
                "created_at": timezone.now(),
                "last_read_at": None,
            },
        )
    return feed, secret


def note_feed_read(feed: CalendarFeed, *, actor: User) -> None:
    """Remember that a calendar program has read the address; calendars ask often, an hour is exact enough."""
    require(actor, "matchmaking.delete_feed", feed)
    now = timezone.now()
    with transaction.atomic(), pghistory.context(user=actor.pk, action="note_feed_read"):
        stale = Q(last_read_at__isnull=True) | Q(last_read_at__lt=now - READ_EVERY)
        CalendarFeed.objects.filter(stale, pk=feed.pk).update(last_read_at=now)


def revoke_feed(feed: CalendarFeed, *, actor: User) -> None:
    """Make a calendar address useless at once. Revoking twice changes nothing."""
    require(actor, "matchmaking.delete_feed", feed)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="revoke_feed"):
        CalendarFeed.objects.filter(pk=feed.pk).delete()
