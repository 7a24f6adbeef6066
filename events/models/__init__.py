"""When and where: events and who takes part in them."""

from events.models.events import (
    Event,
    EventFault,
    EventTeamMember,
    EventTheme,
    Session,
    Slot,
    Table,
)
from events.models.imports import RegistrationImport
from events.models.plans import FloorPlan, TableSpot
from events.models.registrations import (
    Delegate,
    Mailing,
    OnBehalf,
    Registration,
    Unavailability,
)

__all__ = [
    "Delegate",
    "Event",
    "EventFault",
    "EventTeamMember",
    "EventTheme",
    "FloorPlan",
    "Mailing",
    "OnBehalf",
    "Registration",
    "RegistrationImport",
    "Session",
    "Slot",
    "Table",
    "TableSpot",
    "Unavailability",
]
