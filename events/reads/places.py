"""How many places are free, and who waits for one."""

from django.db.models import Count, QuerySet

from events.choices import RegistrationStatus
from events.models import Event, Registration


def free_places(event: Event) -> dict[str, int]:
    """Free places by side, 0 or more; only for sides whose number of places is set. One query."""
    taken = dict(
        Registration.objects.accepted()
        .filter(event=event)
        .values_list("organisation__side")
        .annotate(n=Count("pk"))
        .order_by()
    )
    return {side: max(0, most - taken.get(side, 0)) for side, most in event.places.items()}


def reserve_list(event: Event, side: str) -> QuerySet[Registration]:
    """Who waits on the reserve list for a place of that side, the longest first."""
    waiting = Registration.objects.filter(
        event=event, status=RegistrationStatus.RESERVE, organisation__side=side
    )
    return waiting.select_related("organisation", "event").order_by("decided_at", "pk")


def place_in_line(registration: Registration) -> int:
    """The number of a registration on the reserve list of its side, from 1."""
    line = reserve_list(registration.event, registration.organisation.side)
    keys = list(line.values_list("pk", flat=True))
    return keys.index(registration.pk) + 1
