"""How an event weighs wishes."""

import pghistory
from django.db import transaction

from clusters.models import User
from events.actions._rows import _lock_event, _set_fields
from events.models import Event
from events.policies import require

WEIGHT_FIELDS = frozenset({"score_share", "unknown_score", "mutual_bonus"})


def change_weights(
    event: Event, *, score_share: int, unknown_score: int, mutual_bonus: int, actor: User
) -> Event:
    """Change what wishes are worth to the planner (`matchmaking.adapters.weights`).

    Drafts and releases keep the points they were made with. Raises ValidationError by field.
    """
    require(actor, "events.plan_event", event)
    values = {
        "score_share": score_share,
        "unknown_score": unknown_score,
        "mutual_bonus": mutual_bonus,
    }
    with transaction.atomic(), pghistory.context(user=actor.pk, action="change_weights"):
        row = _lock_event(event)
        _set_fields(row, values, WEIGHT_FIELDS)
        row.save(update_fields=[*sorted(WEIGHT_FIELDS), "updated_at"])
    return row
