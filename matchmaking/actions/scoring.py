"""Scoring policies: a version that was used never changes, so each change is a new version."""

from collections.abc import Mapping

import pghistory
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from clusters.models import User
from clusters.validators import Refused, check_slug, check_text
from events.models import Event
from matchmaking import scoring as engine
from matchmaking.actions._rows import _lock
from matchmaking.models import ScoringPolicy
from matchmaking.policies import require
from matchmaking.reads.scores import policy_names
from matchmaking.validators import check_policy

NOTE_LENGTH, TITLE_LENGTH = 2000, 120
RESERVED = frozenset({"new"})
"""Words of the addresses of policies."""


def save_policy(
    *,
    name: str,
    title: str,
    weights: Mapping[str, float],
    actor: User,
    priors: Mapping[str, float] | None = None,
    note: str = "",
    seen_version: int | None = None,
) -> ScoringPolicy:
    """Save the next version of the policy `name`; usual values it does not state are measured.

    `seen_version` is the version that the editor saw, 0 for none. Refused when there is a newer one.
    Raises ValidationError for weights nobody can use.
    """
    require(actor, "matchmaking.save_policy")
    _check_name(name)
    check_text(title, most=TITLE_LENGTH)
    check_text(note, most=NOTE_LENGTH)
    if not title.strip():
        raise ValidationError({"title": ValidationError(_("Name the policy."), code="required")})
    check_policy(name, weights, priors or {})
    with transaction.atomic(), pghistory.context(user=actor.pk, action="save_policy"):
        with connection.cursor() as cursor:
            # Two curators who save at once get two versions. Held until the transaction ends.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"policy-{name}"])
        last = ScoringPolicy.objects.filter(name=name).order_by("-version").first()
        # Shipped policies are version 1 of their names.
        newest = last.version if last else int(name in engine.SHIPPED)
        _refuse_unseen(newest, seen_version)
        return ScoringPolicy.objects.create(
            name=name,
            version=newest + 1,
            title=title.strip(),
            weights=dict(weights),
            priors=dict(priors or {}),
            note=note.strip(),
            created_by=actor,
        )


def choose_policy(event: Event, *, name: str, actor: User, seen: str | None = None) -> Event:
    """Let an event score by the newest version of the policy `name`.

    `seen` is the policy the event had when the organiser looked. Refused when another was chosen since.
    """
    require(actor, "events.change_setup", event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="choose_policy"):
        row = _lock(event)
        if name not in policy_names():
            raise ValidationError(
                {
                    "policy": ValidationError(
                        _("There is no such policy any more. Choose another."), code="policy"
                    )
                }
            )
        if seen is not None and row.scoring_policy not in (seen, name):
            raise Refused(
                _("Somebody chose “%(now)s” meanwhile. Compare again, then choose."),
                code="stale",
                params={"now": row.scoring_policy},
            )
        row.scoring_policy = name
        row.save(update_fields=["scoring_policy", "updated_at"])
    return row


def _check_name(name: str) -> None:
    try:
        check_slug(name)
    except ValidationError as error:
        raise ValidationError({"name": error}) from error
    if name in RESERVED:
        raise ValidationError(
            {"name": ValidationError(_("This word is taken. Choose another."), code="reserved")}
        )


def _refuse_unseen(newest: int, seen: int | None) -> None:
    if seen is not None and newest != seen:
        raise Refused(
            _(
                "Somebody saved version %(version)d meanwhile. Your weights are still in the form: "
                "compare them with it, then save."
            ),
            code="stale",
            params={"version": newest},
        )
