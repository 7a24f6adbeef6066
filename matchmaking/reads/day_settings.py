"""How the day of an event is run."""

from events.models import Event
from matchmaking.models import DaySettings


def day_settings(event: Event) -> DaySettings:
    """The event's settings of the day; the defaults, unsaved, where nobody changed them."""
    return DaySettings.objects.filter(event=event).first() or DaySettings(event=event)
