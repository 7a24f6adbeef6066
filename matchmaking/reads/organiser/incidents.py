"""Which meetings of the live schedule an incident hits, before it is noted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clusters.models import User
from events.models import Event
from matchmaking.choices import MeetingStatus
from matchmaking.models import Meeting
from matchmaking.reads.clocks import day_and_time
from matchmaking.reads.organiser.console import Console, console

SHOWN = 40


@dataclass(frozen=True)
class Incident:
    """One kind of incident: its name, what noting it does, and the button."""

    title: Promise
    effect: Promise
    button: Promise


INCIDENTS: dict[str, Incident] = {
    "cancel": Incident(
        _("An organisation cancels"),
        _(
            "Its requests are withdrawn and its meetings cancelled at once; their partners are "
            "mailed. It cannot be taken back."
        ),
        _("Cancel its participation"),
    ),
    "absence": Incident(
        _("Somebody comes late or leaves early"),
        _(
            "Nobody is mailed yet. Meetings at these times stay in force until you publish a repair."
        ),
        _("Note the absence"),
    ),
    "table": Incident(
        _("A table is lost"),
        _("Nobody is mailed yet. Meetings at this table stay in force until you publish a repair."),
        _("Close the table"),
    ),
    "session": Incident(
        _("A session is shortened"),
        _(
            "Nobody is mailed yet. Meetings at these times stay in force until you publish a repair."
        ),
        _("Shorten the session"),
    ),
    "rooms": Incident(
        _("Two rooms are swapped"),
        _(
            "A draft with the two exchanged is made; nobody changes time. Nobody is mailed before "
            "you publish it."
        ),
        _("Swap the rooms"),
    ),
}


@dataclass(frozen=True)
class Hit:
    """A meeting in words."""

    name: str
    place: str


@dataclass(frozen=True)
class IncidentPage:
    """An incident about to be noted: whom it hits."""

    console: Console
    kind: str
    incident: Incident
    hits: tuple[Hit, ...]
    total: int
    organisations: int
    is_asked: bool

    @property
    def more(self) -> int:
        """Meetings that are hit but not named."""
        return self.total - len(self.hits)


def incident_page(
    event: Event, user: User, kind: str, values: Mapping[str, Any] | None
) -> IncidentPage:
    """The page of one kind of incident; `values` are the checked fields once somebody filled them."""
    rows = _hit(event, kind, values) if values is not None else []
    sides = {one for row in rows for one in (row.request.sender_id, row.request.receiver_id)}
    return IncidentPage(
        console=console(event, user, "organiser_schedule"),
        kind=kind,
        incident=INCIDENTS[kind],
        hits=tuple(_in_words(event, row) for row in rows[:SHOWN]),
        total=len(rows),
        organisations=len(sides),
        is_asked=values is not None,
    )


def _hit(event: Event, kind: str, values: Mapping[str, Any]) -> Sequence[Meeting]:
    """The meetings to come that it hits, in time order."""
    rows = Meeting.objects.filter(
        event=event, status=MeetingStatus.CONFIRMED, slot__starts_at__gt=timezone.now()
    )
    if "slots" in values:
        rows = rows.filter(slot__in=[slot.pk for slot in values["slots"]])
    if "registration" in values:
        one = values["registration"]
        rows = rows.filter(Q(request__sender=one) | Q(request__receiver=one))
    if kind == "table":
        rows = rows.filter(table=values["table"])
    if kind == "rooms":
        rows = rows.filter(table__in=[values["one"], values["other"]])
    return list(rows.with_parties().order_by("slot__starts_at", "table__position", "pk"))


def _in_words(event: Event, row: Meeting) -> Hit:
    one, other = row.request.sender.organisation, row.request.receiver.organisation
    at = day_and_time(row.slot.starts_at, event.zone)
    return Hit(f"{one.short_name} × {other.short_name}", f"{at}, {row.table}" if row.table else at)
