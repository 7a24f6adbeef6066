"""The big screen in the hall: what runs now and what begins when. Organisations only, where the team allows it."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from events.choices import EventStatus
from events.models import Event, Session, Slot
from matchmaking.choices import MeetingStatus, ScreenAccess
from matchmaking.models import Meeting
from matchmaking.reads.day_settings import day_settings


@dataclass(frozen=True)
class ScreenLine:
    """A table and, where they are shown, the two organisations at it."""

    place: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class ScreenPage:
    """The screen at one moment."""

    event: Event
    moment: dt.datetime
    running: Slot | None
    coming: Slot | None
    now: tuple[ScreenLine, ...]
    next: tuple[ScreenLine, ...]
    session: Session | None

    @property
    def seconds(self) -> int:
        """Until the next start; 0 where there is none."""
        gap = self.coming.starts_at - self.moment if self.coming else dt.timedelta()
        return max(0, int(gap.total_seconds()))

    @property
    def is_same_day(self) -> bool:
        """The next start is today."""
        zone = self.event.zone
        return (
            self.coming is not None
            and self.coming.starts_at.astimezone(zone).date() == self.moment.astimezone(zone).date()
        )


def screen_event(slug: str, key: str) -> Event | None:
    """The event whose screen an address opens; None where it is switched off or the key is wrong."""
    event = Event.objects.filter(
        slug=slug, status__in=[EventStatus.PUBLISHED, EventStatus.LIVE, EventStatus.CLOSED]
    ).first()
    if event is None:
        return None
    settings = day_settings(event)
    is_open = settings.screen == ScreenAccess.PUBLIC or (
        settings.screen == ScreenAccess.SECRET and bool(settings.pk) and key == settings.screen_key
    )
    return event if is_open else None


def screen_page(event: Event, *, now: dt.datetime | None = None) -> ScreenPage:
    """The screen of an event at `now`; a fixed number of queries."""
    moment = now or timezone.now()
    slots = list(
        event.slots.filter(ends_at__gt=moment).select_related("session").order_by("starts_at")[:2]
    )
    running = next((one for one in slots if one.starts_at <= moment), None)
    coming = next((one for one in slots if one.starts_at > moment), None)
    shows = day_settings(event).screen_shows_names
    rows = Meeting.objects.filter(event=event, slot__in=slots, is_given_away=False).exclude(
        status__in=[MeetingStatus.CANCELLED, MeetingStatus.MISSED]
    )
    rows = rows.exclude(table=None).with_parties().order_by("table__position", "table__name", "pk")
    lines: dict[int, list[ScreenLine]] = {one.pk: [] for one in slots}
    for row in rows:
        names = (row.request.sender.organisation.name, row.request.receiver.organisation.name)
        place = row.table.name if row.table else ""
        lines[row.slot_id].append(ScreenLine(place, names if shows else ()))
    shown = running or coming
    return ScreenPage(
        event=event,
        moment=moment,
        running=running,
        coming=coming,
        now=tuple(lines[running.pk]) if running else (),
        next=tuple(lines[coming.pk]) if coming else (),
        session=shown.session if shown else None,
    )
