"""Whether slots and tables can hold the meetings that are to be expected."""

import math
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.choices import Attendance, RegistrationStatus
from events.models import Event, Registration, Slot, Table
from matchmaking.choices import RequestStatus
from matchmaking.models import MeetingRequest

USUAL_MEETINGS = 6
"""Meetings an organisation has on a usual day (4 to 8 are common), until requests say more."""
USUAL_ACCEPTANCE = 0.4
"""Share of requests that are accepted, as measured at events of this kind."""


@dataclass(frozen=True)
class Capacity:
    """Meetings to expect against places to hold them. A place is a table in a slot."""

    expected: int
    by_video: int
    slots: int
    tables: int
    places: int
    basis: str

    @property
    def at_tables(self) -> int:
        """Expected meetings that need a table."""
        return self.expected - self.by_video

    @property
    def needed(self) -> int | None:
        """Tables needed; None while there are no slots."""
        return math.ceil(self.at_tables / self.slots) if self.slots else None

    @property
    def is_enough(self) -> bool:
        """Whether the places hold the meetings."""
        return self.at_tables <= self.places

    @property
    def closed(self) -> int:
        """Places that are closed."""
        return self.slots * self.tables - self.places

    def change_from(self, before: "Capacity") -> str:
        """What a change did to the check, in words; empty where it did nothing."""
        if self == before:
            return ""
        return _("Before: %(before)s Now: %(now)s") % {
            "before": before.sentence,
            "now": self.sentence,
        }

    @property
    def sentence(self) -> str:
        """The check in words."""
        if not self.expected:
            return _("No meetings are to be expected yet: nobody has applied.")
        meetings = ngettext("%(n)d expected meeting", "%(n)d expected meetings", self.at_tables) % {
            "n": self.at_tables
        }
        if self.needed is None:
            return _("%(meetings)s need time: add a session.") % {"meetings": meetings}
        return _("%(meetings)s need %(needed)s in %(slots)s; you have %(have)d.") % {
            "meetings": meetings,
            "needed": ngettext("%(n)d table", "%(n)d tables", self.needed) % {"n": self.needed},
            "slots": ngettext("%(n)d slot", "%(n)d slots", self.slots) % {"n": self.slots},
            "have": self.tables,
        }


def capacity(event: Event) -> Capacity:
    """The check for an event as it is now; five queries."""
    slots = Slot.objects.filter(event=event, is_closed=False).count()
    tables = Table.objects.filter(event=event).aggregate(
        n=Count("pk", distinct=True), closed=Count("closed_slots")
    )
    expected, by_video, basis = _demand(event)
    return Capacity(
        expected=expected,
        by_video=by_video,
        slots=slots,
        tables=tables["n"],
        places=max(0, slots * tables["n"] - tables["closed"]),
        basis=basis,
    )


def _demand(event: Event) -> tuple[int, int, str]:
    """Expected meetings, how many of them by video, and what the figure rests on."""
    remote = Q(sender__attendance=Attendance.REMOTE) | Q(receiver__attendance=Attendance.REMOTE)
    counts = MeetingRequest.objects.open().filter(event=event)
    agreed, sent = Q(status=RequestStatus.ACCEPTED), Q(status=RequestStatus.SENT)
    asked = counts.aggregate(
        agreed=Count("pk", filter=agreed),
        waiting=Count("pk", filter=sent),
        agreed_video=Count("pk", filter=agreed & remote),
        waiting_video=Count("pk", filter=sent & remote),
    )
    if asked["agreed"] or asked["waiting"]:
        expected = asked["agreed"] + round(USUAL_ACCEPTANCE * asked["waiting"])
        video = asked["agreed_video"] + round(USUAL_ACCEPTANCE * asked["waiting_video"])
        return expected, video, _basis(asked["agreed"], asked["waiting"])
    return _from_participants(event)


def _basis(agreed: int, waiting: int) -> str:
    if waiting:
        text = _(
            "%(agreed)d requests agreed, and two in five of the %(waiting)d that wait, as is usual."
        )
        return text % {"agreed": agreed, "waiting": waiting}
    text = ngettext(
        "%(agreed)d request agreed, none waits.", "%(agreed)d requests agreed, none waits.", agreed
    )
    return text % {"agreed": agreed}


def _from_participants(event: Event) -> tuple[int, int, str]:
    statuses = (RegistrationStatus.APPLIED, RegistrationStatus.ACCEPTED)
    rows = Registration.objects.filter(event=event, status__in=statuses)
    count = rows.aggregate(
        n=Count("pk"), remote=Count("pk", filter=Q(attendance=Attendance.REMOTE))
    )
    each = min(USUAL_MEETINGS, event.max_meetings or USUAL_MEETINGS)
    expected = count["n"] * each // 2
    # A meeting is by video as soon as one of the two is remote.
    share = 1 - (1 - count["remote"] / count["n"]) ** 2 if count["n"] else 0.0
    basis = _(
        "%(n)d applications with %(each)d meetings each, a usual number; requests will say more."
    ) % {"n": count["n"], "each": each}
    return expected, round(share * expected), basis
