"""Meetings as iCalendar (RFC 5545), as the calendars of phones and offices read them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from icalendar import Calendar, Event

PRODUCT = "-//Puente//EU-Mexico partner matchmaking//EN"
REFRESH = dt.timedelta(hours=1)


@dataclass(frozen=True)
class CalendarEntry:
    """One meeting. Times carry a zone; `uid` never changes, `sequence` rises with every change."""

    uid: str
    sequence: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    changed_at: dt.datetime
    summary: str
    location: str
    description: str
    url: str
    is_cancelled: bool


def calendar_file(name: str, entries: Iterable[CalendarEntry]) -> bytes:
    """A published calendar; cancelled meetings stay in it, so that subscribers learn of them."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for entry in entries:
        calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def _event(entry: CalendarEntry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed_at.astimezone(dt.UTC))
    event.add("last-modified", entry.changed_at.astimezone(dt.UTC))
    event.add("dtstart", entry.starts_at.astimezone(dt.UTC))
    event.add("dtend", entry.ends_at.astimezone(dt.UTC))
    event.add("summary", entry.summary)
    event.add("location", entry.location)
    event.add("description", entry.description)
    event.add("url", entry.url)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if entry.is_cancelled else "OPAQUE")
    return event
