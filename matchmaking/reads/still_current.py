"""Whether a paper with a code still holds. Strangers may ask: it says nothing of anybody's meetings."""

import datetime as dt
from dataclasses import dataclass

from events.choices import HIDDEN_PHASES, EventStatus
from events.models import Event
from matchmaking.models import Meeting, Release
from matchmaking.reads.releases import changes_between, live_schedule, schedule_of

OVER = (EventStatus.CLOSED, EventStatus.ARCHIVED)


@dataclass(frozen=True)
class StillCurrent:
    """A release that was printed, against the schedule of now.

    `changed`: how many meetings of the whole event differ from it since it was published; counted only
    for the newest release.
    """

    event: Event
    release: Release
    newest: Release
    changed: int

    @property
    def is_current(self) -> bool:
        """No later release, and the event takes place."""
        return self.release.pk == self.newest.pk and not self.is_cancelled

    @property
    def is_cancelled(self) -> bool:
        """The event does not take place."""
        return self.event.status == EventStatus.CANCELLED

    @property
    def is_over(self) -> bool:
        """The event has been."""
        return self.event.status in OVER

    @property
    def published(self) -> dt.datetime:
        """When the release in force was published, on the event's clock."""
        return self.newest.published_at.astimezone(self.event.zone)


def still_current(code: str) -> StillCurrent | None:
    """What a code on paper stands for; None for one that no paper carries."""
    rows = Release.objects.select_related("event").exclude(event__status__in=HIDDEN_PHASES)
    release = rows.filter(code=code.upper()).first()
    if release is None:
        return None
    newest = Release.objects.filter(event=release.event_id).order_by("-number").first() or release
    changed = _changed(release) if newest.pk == release.pk else 0
    return StillCurrent(release.event, release, newest, changed)


def _changed(release: Release) -> int:
    now = live_schedule(Meeting.objects.filter(event=release.event_id))
    return len(changes_between(schedule_of(release), now).changes)
