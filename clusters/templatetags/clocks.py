"""Times for people: the event's clock first, one's own second and softer."""

from datetime import date, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

register = template.Library()


# How days are written where numbers alone do not do; Spanish puts "de" between them and writes
# short months small.
PATTERNS: dict[str, Any] = {
    "l j F": pgettext_lazy("date format", "l j F"),
    "l j F Y": pgettext_lazy("date format", "l j F Y"),
    "l j F, H:i": pgettext_lazy("date format", "l j F, H:i"),
    "l j F Y, H:i T": pgettext_lazy("date format", "l j F Y, H:i T"),
    "j F": pgettext_lazy("date format", "j F"),
    "j F, H:i": pgettext_lazy("date format", "j F, H:i"),
    "j F Y": pgettext_lazy("date format", "j F Y"),
    "F Y": pgettext_lazy("date format", "F Y"),
    "j M": pgettext_lazy("date format", "j M"),
    "j M, H:i": pgettext_lazy("date format", "j M, H:i"),
    "j M Y, H:i": pgettext_lazy("date format", "j M Y, H:i"),
    "D j M": pgettext_lazy("date format", "D j M"),
    "D j M, H:i": pgettext_lazy("date format", "D j M, H:i"),
    "M Y": pgettext_lazy("date format", "M Y"),
    "M, H:i T": pgettext_lazy("date format", "M, H:i T"),
}


@register.filter(expects_localtime=True)
def day(value: date | datetime | None, pattern: str) -> str:
    """A day in words, as the reader's language writes it; `pattern` is one of PATTERNS."""
    return formats.date_format(value, str(PATTERNS[pattern])) if value else ""


def _zone(zone: str | tzinfo) -> tzinfo:
    return ZoneInfo(zone) if isinstance(zone, str) else zone


def _hours(gap: float) -> str:
    """The gap of two clocks, with a true minus sign: "+7 h"."""
    size = formats.number_format(abs(gap), decimal_pos=0 if gap == int(gap) else 1)
    sign = "+" if gap > 0 else "\N{MINUS SIGN}"
    return _("%(sign)s%(hours)s h") % {"sign": sign, "hours": size}


def _two_times(at: datetime, event_zone: str | tzinfo, own_zone: str | tzinfo) -> dict[str, Any]:
    there, mine = at.astimezone(_zone(event_zone)), at.astimezone(_zone(own_zone))
    apart = mine.replace(tzinfo=None) - there.replace(tzinfo=None)
    gap = apart.total_seconds() / 3600
    days = (mine.date() - there.date()).days
    return {
        "iso": there.isoformat(timespec="minutes"),
        "there": formats.time_format(there.time(), "H:i"),
        "mine": formats.time_format(mine.time(), "H:i") if gap else "",
        "gap": _hours(gap) if gap else "",
        "day": formats.date_format(mine, "D") if days else "",
    }


@register.inclusion_tag("components/two_clocks.html")
def two_clocks(
    *,
    at: datetime,
    event_zone: str | tzinfo,
    event_place: str,
    own_zone: str | tzinfo,
    own_place: str,
) -> dict[str, Any]:
    """The event's clock first, one's own second and softer; one clock where they agree."""
    times = _two_times(at, event_zone, own_zone)
    return {**times, "event_place": event_place, "own_place": own_place}


@register.inclusion_tag("components/slot_time.html")
def slot_time(
    *, at: datetime, event_zone: str | tzinfo, own_zone: str | tzinfo, own_place: str = ""
) -> dict[str, Any]:
    """Start of a slot in an agenda: the event's time, below it one's own."""
    return {**_two_times(at, event_zone, own_zone), "own_place": own_place}


@register.simple_tag
def moment(
    at: datetime, *, zone: str | tzinfo | None = None, now: datetime | None = None
) -> SafeString:
    """A relative time ("in 3 days") with the absolute time and its zone behind it."""
    local = at.astimezone(_zone(zone)) if zone else timezone.localtime(at)
    now = now or timezone.now()
    words = (
        _("in %(span)s") % {"span": timeuntil(at, now, depth=1)}
        if at >= now
        else _("%(span)s ago") % {"span": timesince(at, now, depth=1)}
    )
    full = formats.date_format(local, "DATETIME_FORMAT")
    return format_html(
        '<time datetime="{}" title="{} {}">{}</time>',
        local.isoformat(timespec="minutes"),
        full,
        local.tzname() or "",
        words,
    )
