"""A person's meetings at an event as entries of a calendar."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from clusters.models import User
from clusters.reads.invitations import hashed
from events.models import Event
from matchmaking.adapters.calendar import CalendarEntry
from matchmaking.choices import MeetingStatus
from matchmaking.models import CalendarFeed, Meeting
from matchmaking.reads.agenda import handed_over, seated_meetings
from matchmaking.reads.plans import hall_of


def find_feed(secret: str) -> CalendarFeed | None:
    """The calendar address of a secret; None when it was revoked or its owner may not sign in."""
    rows = CalendarFeed.objects.filter(token_hash=hashed(secret), user__is_active=True)
    return rows.select_related("event", "user").first()


def calendar_entries(event: Event, user: User, *, site: str) -> Iterator[CalendarEntry]:
    """The meetings of a person, cancelled and handed over ones as cancelled. `site` is like https://host."""
    given_away = handed_over(event, user)
    gone = set(given_away.values_list("pk", flat=True))
    rows = (seated_meetings(event, user) | given_away).with_parties()
    rows = rows.select_related("table__spot__plan").defer("table__spot__plan__picture")
    delegations = set(
        user.delegations.filter(registration__event=event).values_list("registration", flat=True)
    )
    for meeting in rows.order_by("slot__starts_at", "pk"):
        cancelled = meeting.status == MeetingStatus.CANCELLED or meeting.pk in gone
        yield _entry(meeting, delegations, cancelled, site)


def _entry(meeting: Meeting, mine: set[int], cancelled: bool, site: str) -> CalendarEntry:
    request, event = meeting.request, meeting.event
    is_sender = request.sender_id in mine
    other = (request.receiver if is_sender else request.sender).organisation
    path = f"{reverse('agenda')}?event={event.slug}"
    place = _("by video") if meeting.table is None else str(meeting.table)
    if meeting.table is not None:
        parts = (place, hall_of(meeting.table), event.venue, event.city)
        place = ", ".join(part for part in parts if part)
    return CalendarEntry(
        uid=str(meeting.uid),
        sequence=meeting.sequence,
        starts_at=meeting.slot.starts_at,
        ends_at=meeting.slot.ends_at,
        changed_at=meeting.updated_at,
        summary=_("Meeting: %(organisation)s") % {"organisation": other.name},
        location=place,
        description=f"{event.name}\n{site}{other.get_absolute_url()}",
        url=f"{site}{path}",
        is_cancelled=cancelled,
    )
