"""Whom to mail about an organisation's part in an event."""

from collections import defaultdict

from django.db.models import Q, QuerySet

from clusters.choices import Role
from clusters.models import Organisation, Representative, User
from events.models import Registration


def people_to_mail(organisation: Organisation, *, besides: User | None = None) -> list[User]:
    """Owners and editors of an organisation, by key; without `besides`, who acted and knows."""
    rows = User.objects.filter(
        is_active=True,
        representations__organisation=organisation,
        representations__role__in=[Role.OWNER, Role.EDITOR],
    )
    if besides is not None:
        rows = rows.exclude(pk=besides.pk)
    return list(rows.distinct().order_by("pk"))


def participants_to_mail(registration: Registration, *, besides: User) -> list[User]:
    """Owners and editors of the registered organisation, and its delegates with an account."""
    manages = Q(
        representations__organisation=registration.organisation_id,
        representations__role__in=[Role.OWNER, Role.EDITOR],
    )
    rows = User.objects.filter(manages | Q(delegations__registration=registration), is_active=True)
    return list(rows.exclude(pk=besides.pk).distinct().order_by("pk"))


def managers_of(
    registrations: "QuerySet[Registration]",
) -> list[tuple[Registration, list[User]]]:
    """Registrations by name, each with the owners and editors of its organisation. Two queries."""
    rows = list(
        registrations.select_related("organisation", "event").order_by("organisation__name", "pk")
    )
    managers: dict[int, list[User]] = defaultdict(list)
    found = Representative.objects.filter(
        organisation__in=[row.organisation_id for row in rows],
        role__in=[Role.OWNER, Role.EDITOR],
        user__is_active=True,
    )
    for one in found.select_related("user").order_by("user_id"):
        managers[one.organisation_id].append(one.user)
    return [(row, managers[row.organisation_id]) for row in rows]
