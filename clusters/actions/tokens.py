"""Access for programs. Only the hash of a secret is stored."""

import datetime as dt
import secrets
from collections.abc import Iterable

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusters.choices import TokenScope
from clusters.models import Token, User
from clusters.policies import require
from clusters.reads.invitations import hashed
from clusters.validators import check_text

PREFIX = "puente_"  # lets secret scanners recognise a leaked one
NAME_LENGTH = 100
# A program may call many times a second; its last use is of interest to the minute.
USE_RESOLUTION = dt.timedelta(minutes=1)


def create_token(
    user: User, *, name: str, scopes: Iterable[str], expires_at: dt.datetime | None, actor: User
) -> tuple[Token, str]:
    """A new token of `user` and its secret, which is shown this once."""
    require(actor, "clusters.add_token", user)
    chosen = sorted(set(scopes))
    if not chosen or not set(chosen) <= set(TokenScope.values):
        raise ValidationError({"scopes": _("Choose read, write, or both.")})
    if not name.strip():
        raise ValidationError({"name": _("Say what the token is for.")})
    check_text(name, most=NAME_LENGTH)
    if expires_at is not None and expires_at <= timezone.now():
        raise ValidationError({"expires_at": _("Choose a time in the future.")})
    with transaction.atomic(), pghistory.context(user=actor.pk, action="create_token"):
        secret = PREFIX + secrets.token_urlsafe(32)
        token = Token.objects.create(
            user=user,
            name=name.strip(),
            token_hash=hashed(secret),
            scopes=chosen,
            expires_at=expires_at,
        )
    return token, secret


def revoke_token(token: Token, *, actor: User) -> None:
    """Make a token useless at once. Revoking twice changes nothing."""
    require(actor, "clusters.delete_token", token)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="revoke_token"):
        Token.objects.filter(pk=token.pk).delete()


def note_token_use(token: Token, *, actor: User) -> None:
    """Remember when a token was last used, to the minute."""
    require(actor, "clusters.view_token", token)
    now = timezone.now()
    if token.last_used_at is not None and now - token.last_used_at < USE_RESOLUTION:
        return
    with transaction.atomic(), pghistory.context(user=actor.pk, action="note_token_use"):
        Token.objects.filter(pk=token.pk).update(last_used_at=now)
