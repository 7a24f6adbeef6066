"""Introductions: suggested by the organisers to both sides, taken up by whoever asks."""

from collections import defaultdict
from collections.abc import Collection, Iterable

import pghistory
from django.db import transaction

from clusters.actions import queue_message
from clusters.models import Organisation, User
from events.models import Event, Registration
from events.reads.people import managers_of
from matchmaking.actions._rows import _lock_event
from matchmaking.models import Introduction
from matchmaking.policies import require
from matchmaking.reads.introductions import Pair, proposals, situation
from matchmaking.validators import check_asking_open


def suggest_introductions(
    event: Event, *, pairs: Collection[Pair], actor: User
) -> list[Introduction]:
    """Suggest those of `pairs` that are still proposed, and mail both sides. Returns what was suggested.

    A pair that is not (any more) is left out without a word why: that may be private. Refused while
    nobody can ask.
    """
    require(actor, "events.plan_event", event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="suggest_introductions"):
        row = _lock_event(event)
        check_asking_open(row)
        made = [
            Introduction.objects.create(
                event=row, first=one.first, second=one.second, made_by=actor
            )
            for one in proposals(situation(row))
            if one.key in pairs
        ]
        _mail_both(made, actor)
    return made


def _mail_both(made: Iterable[Introduction], actor: User) -> None:
    """One mail for each side, with all that was suggested to it now."""
    partners: dict[int, list[Organisation]] = defaultdict(list)
    last: dict[int, int] = {}
    for one in made:
        for mine, other in ((one.first, one.second), (one.second, one.first)):
            partners[mine.pk].append(other.organisation)
            last[mine.pk] = one.pk
    for registration, managers in managers_of(Registration.objects.filter(pk__in=partners)):
        found = partners[registration.pk]
        for manager in managers:
            queue_message(
                f"introductions-{registration.pk}-{last[registration.pk]}",
                recipient=manager,
                template="introductions",
                context={"registration": registration, "partners": found, "number": len(found)},
                actor=actor,
                about="news",
            )
