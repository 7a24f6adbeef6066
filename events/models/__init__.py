"""When and where: events and who takes part in them."""

from events.models.events import Event, EventTeamMember, EventTheme, Session, Slot, Table
from events.models.registrations import Delegate, Mailing, Registration, Unavailability

__all__ = [
    "Delegate",
    "Event",
    "EventTeamMember",
    "EventTheme",
    "Mailing",
    "Registration",
    "Session",
    "Slot",
    "Table",
    "Unavailability",
]
