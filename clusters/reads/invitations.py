"""The secret of an invitation: a signature over its own row, so that it needs no storage."""

import hashlib

from django.core.signing import Signer

from clusters.models import Invitation

SALT = "clusters.invitation"


def hashed(secret: str) -> str:
    """SHA-256 of a secret, in hexadecimal: what is stored instead of it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def invitation_secret(invitation: Invitation) -> str:
    """The secret in the link of an invitation; only this server can compute it."""
    told = f"{invitation.organisation_id}:{invitation.email}:{invitation.expires_at.timestamp()}"
    return Signer(salt=SALT).signature(told)


def find_invitation(secret: str) -> Invitation | None:
    """The invitation behind a link, whatever its state; None when no link like it was sent."""
    rows = Invitation.objects.select_related("organisation", "invited_by")
    return rows.filter(token_hash=hashed(secret)).first()
