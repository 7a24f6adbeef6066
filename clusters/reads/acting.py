"""For which organisation a user acts at the moment. Somebody may act for several."""

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from clusters.choices import Role
from clusters.models import Organisation, Representative, User

SESSION_KEY = "acting_organisation"
BY_RANK = (Role.OWNER, Role.EDITOR, Role.MEMBER)


def representations(user: User | AnonymousUser) -> list[Representative]:
    """The organisations a user acts for, highest role first, then by name; one query."""
    if not user.is_authenticated:
        return []
    rows = Representative.objects.filter(user=user).select_related("organisation")
    return sorted(rows, key=lambda row: (BY_RANK.index(Role(row.role)), row.organisation.name))


def acted_for(request: HttpRequest) -> list[Representative]:
    """`representations` of whoever sent a request, looked up once: `request.acted_for` keeps them."""
    if not hasattr(request, "acted_for"):
        request.acted_for = representations(request.user)  # type: ignore[attr-defined]  # kept for this request
    found: list[Representative] = getattr(request, "acted_for")  # noqa: B009 - not a field of HttpRequest
    return found


def acting_organisation(request: HttpRequest) -> Organisation | None:
    """The organisation the user chose to act for, else the first one; None for outsiders.

    Looked up once a request: `request.organisation` keeps it.
    """
    if not hasattr(request, "organisation"):
        request.organisation = _look_up(request)  # type: ignore[attr-defined]  # kept for this request
    found: Organisation | None = getattr(request, "organisation")  # noqa: B009 - not a field of HttpRequest
    return found


def act_for(request: HttpRequest, organisation: Organisation) -> None:
    """Remember the choice for this session. The caller fetched it through `acted_for_by`."""
    request.session[SESSION_KEY] = organisation.pk
    request.organisation = organisation  # type: ignore[attr-defined]  # kept for this request


def _look_up(request: HttpRequest) -> Organisation | None:
    rows = acted_for(request)
    session = getattr(request, "session", {})  # programs with a token have none
    chosen = session.get(SESSION_KEY)
    for row in rows:
        if row.organisation_id == chosen:
            return row.organisation
    return rows[0].organisation if rows else None
