"""API access with an own token: `Authorization: Token <secret>`."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from clusters.actions import note_token_use
from clusters.models import Token, User
from clusters.reads.invitations import hashed

KEYWORD = "Token"


class TokenAuthentication(BaseAuthentication):
    """Finds the token by the hash of its secret. A token without the scope `write` only reads."""

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != KEYWORD.lower().encode():
            return None
        if len(parts) != 2:
            raise AuthenticationFailed(_("Send the header as: Authorization: Token <secret>"))
        token = self._token(parts[1].decode("latin-1"))
        needed = "read" if request.method in SAFE_METHODS else "write"
        if needed not in token.scopes:
            raise PermissionDenied(_("This token does not have the scope “%s”.") % needed)
        note_token_use(token, actor=token.user)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """What a 401 answer asks for."""
        return KEYWORD

    def _token(self, secret: str) -> Token:
        rows = Token.objects.select_related("user").filter(token_hash=hashed(secret))
        token = rows.filter(user__is_active=True).first()
        if token is None:
            raise AuthenticationFailed(_("There is no such token. It may have been revoked."))
        if token.expires_at is not None and token.expires_at <= timezone.now():
            raise AuthenticationFailed(_("This token has expired. Create a new one."))
        return token


class TokenScheme(OpenApiAuthenticationExtension):
    """Names the token in the OpenAPI description."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token <secret>`; scopes `read` and `write`.",
        }
