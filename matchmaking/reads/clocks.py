"""The two clocks of a page: the event's and the reader's."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from babel import Locale
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from clusters.models import User
from events.models import Event

WEEK = dt.timedelta(days=7)
NOON = dt.time(12)


@dataclass(frozen=True)
class Clocks:
    """Zones and their places in the reader's language; `own_zone` is the event's for strangers.

    `days` are those on which the clocks are read: the first and the last of the event, and today.
    """

    event_zone: str
    event_place: str
    own_zone: str
    own_place: str
    days: tuple[dt.date, ...]

    @property
    def is_two(self) -> bool:
        """The reader's clock shows another time than the event's on one of the days."""
        return any(self.gap(day) for day in self.days)

    def gap(self, day: dt.date) -> dt.timedelta:
        """How far the reader's clock is ahead of the event's at noon of a day at the event."""
        noon = dt.datetime.combine(day, NOON, ZoneInfo(self.event_zone))
        mine = noon.astimezone(ZoneInfo(self.own_zone))
        return mine.replace(tzinfo=None) - noon.replace(tzinfo=None)

    def warning(self, day: dt.date) -> str:
        """Say when, within a week of `day`, only one of the two places changes its clocks; else nothing."""
        gap = self.gap(day)
        for other in (day - WEEK, day + WEEK):
            before = self.gap(other)
            if before != gap:
                return _(
                    "Only one of the two places changes its clocks around this day. On %(day)s "
                    "%(own)s is %(gap)s h from %(event)s; on %(other)s it is %(before)s h."
                ) % {
                    "day": date_format(day, "DATE_FORMAT"),
                    "other": date_format(other, "DATE_FORMAT"),
                    "own": self.own_place,
                    "event": self.event_place,
                    "gap": _hours(gap),
                    "before": _hours(before),
                }
        return ""


def clocks_of(event: Event, reader: User | AnonymousUser) -> Clocks:
    """The event's clock beside that of whoever reads; one clock for strangers."""
    own = reader.time_zone if isinstance(reader, User) and reader.time_zone else event.time_zone
    place = event.city or zone_place(event.time_zone)
    days = (event.starts_on, event.ends_on, timezone.now().date())
    return Clocks(event.time_zone, place, own, zone_place(own), tuple(filter(None, days)))


def zone_place(zone: str) -> str:
    """The city a time zone is named after, in the reader's language."""
    known = Locale.parse(get_language() or "en", sep="-").time_zones.get(zone, {})
    return str(known.get("city") or zone.rpartition("/")[2].replace("_", " "))


def _hours(gap: dt.timedelta) -> str:
    hours = gap.total_seconds() / 3600
    digits = number_format(abs(hours), decimal_pos=0 if hours == int(hours) else 1)
    return f"{'+' if hours > 0 else chr(0x2212) if hours < 0 else ''}{digits}"


def short_day(at: dt.datetime, zone: dt.tzinfo) -> str:
    """The day of a moment on a clock, as the reader's language writes it: "Mon 10 Mar"."""
    return str(date_format(at.astimezone(zone), pgettext("date format", "D j M")))


def day_and_time(at: dt.datetime, zone: dt.tzinfo) -> str:
    """A moment on a clock, as the reader's language writes it: "Mon 10 Mar, 09:00"."""
    return str(date_format(at.astimezone(zone), pgettext("date format", "D j M, H:i")))
