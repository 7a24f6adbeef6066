"""Who calls."""

from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from clusters.models import User


def caller(request: Request) -> User:
    """The person whose session or token the request carries."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user
