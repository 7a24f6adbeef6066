"""Scoring policies: a version that was used never changes, so each change is a new version."""

from collections.abc import Mapping

import pghistory
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from clusters.models import User
from clusters.validators import check_slug, check_text
from matchmaking import scoring as engine
from matchmaking.models import ScoringPolicy
from matchmaking.policies import require
from matchmaking.validators import check_policy

NOTE_LENGTH, TITLE_LENGTH = 2000, 120


def save_policy(
    *,
    name: str,
    title: str,
    weights: Mapping[str, float],
    actor: User,
    priors: Mapping[str, float] | None = None,
    note: str = "",
) -> ScoringPolicy:
    """Save the next version of the policy `name`. Raises ValidationError for weights nobody can use."""
    require(actor, "matchmaking.save_policy")
    check_slug(name)
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
        version = last.version + 1 if last else 1 + (name in engine.SHIPPED)
        return ScoringPolicy.objects.create(
            name=name,
            version=version,
            title=title.strip(),
            weights=dict(weights),
            priors=dict(priors or {}),
            note=note.strip(),
        )
