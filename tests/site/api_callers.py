"""Who calls the API, and how: a session, or tokens of each kind."""

import datetime as dt
from typing import Any

from django.test import Client
from django.utils import timezone

from clusters.actions import create_token
from clusters.models import Token, User

BACKEND = "django.contrib.auth.backends.ModelBackend"


def signed_in(user: User, **client: Any) -> Client:
    """A browser with the person's session."""
    browser = Client(**client)
    browser.force_login(user, BACKEND)
    return browser


def program(user: User, *scopes: str, expired: bool = False) -> Client:
    """A program with a token of the person."""
    later = timezone.now() + dt.timedelta(days=30)
    token, secret = create_token(
        user, name="Script", scopes=scopes, expires_at=later if expired else None, actor=user
    )
    if expired:
        past = timezone.now() - dt.timedelta(seconds=1)
        Token.objects.filter(pk=token.pk).update(expires_at=past)
    return Client(headers={"authorization": f"Token {secret}"})
