"""Which phase an event should be in by its dates."""

import datetime as dt

from events.choices import EventStatus
from events.models import Event


def next_phase(event: Event) -> tuple[EventStatus, dt.datetime] | None:
    """The next phase and when it begins; None where no date tells it.

    Publishing has no date: it comes with the first release.
    """
    steps = {
        EventStatus.CALL: (EventStatus.BOOKING, event.apply_until),
        EventStatus.BOOKING: (EventStatus.PLANNING, event.ask_until),
        EventStatus.PUBLISHED: (EventStatus.LIVE, _midnight(event, event.starts_on)),
        EventStatus.LIVE: (EventStatus.CLOSED, _midnight(event, event.ends_on, days=1)),
    }
    to, moment = steps.get(EventStatus(event.status), (None, None))
    return None if to is None or moment is None else (to, moment)


def due_phase(event: Event, now: dt.datetime) -> EventStatus | None:
    """The phase that should have begun by `now`, or None."""
    step = next_phase(event)
    return step[0] if step is not None and step[1] <= now else None


def _midnight(event: Event, day: dt.date | None, *, days: int = 0) -> dt.datetime | None:
    """When a day begins on the event's clock, or so many days later."""
    if day is None:
        return None
    return dt.datetime.combine(day + dt.timedelta(days=days), dt.time(), event.zone)
