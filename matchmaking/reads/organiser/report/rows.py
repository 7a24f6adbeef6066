"""What the report counts: the rows of one event, read once, as plain values."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from clusters.models import Sector, SectorFocus
from events.choices import RegistrationStatus
from events.models import Delegate, Event, Registration
from matchmaking.choices import MeetingStatus, OutcomeStep, RequestStatus
from matchmaking.models import CheckIn, Meeting, MeetingRequest, Outcome

STEPS = tuple(OutcomeStep.values)


@dataclass(frozen=True, slots=True)
class Side:
    """A registration as the report needs it."""

    pk: int
    organisation: int
    name: str
    side: str
    status: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: by whom, of whom, what became of it; `hours` until it was answered."""

    sender: int
    receiver: int
    status: str
    hours: float | None


@dataclass(frozen=True, slots=True)
class Met:
    """A meeting that was placed: `said` holds how far each side says it went, as rungs from 0."""

    sides: tuple[int, int]
    format: str
    status: str
    missed_by: int | None
    said: tuple[int, ...]

    @property
    def is_held(self) -> bool:
        """It took place."""
        return self.status == MeetingStatus.HELD

    def reached(self, step: str, *, both: bool) -> bool:
        """One side says it came to `step` or further, or both do."""
        rung = STEPS.index(step)
        count = sum(one >= rung for one in self.said)
        return count >= (2 if both else 1)


@dataclass(frozen=True)
class Rows:
    """An event for its report."""

    event: Event
    registrations: Mapping[int, Side]
    requests: tuple[Asked, ...]
    meetings: tuple[Met, ...]
    sectors: Mapping[int, frozenset[str]]
    sector_names: Mapping[str, str]
    delegates: int
    arrived: int

    @property
    def accepted(self) -> list[Side]:
        """Who takes part."""
        there = (RegistrationStatus.ACCEPTED,)
        return [one for one in self.registrations.values() if one.status in there]

    @property
    def placed(self) -> list[Met]:
        """Meetings that were not cancelled."""
        return [one for one in self.meetings if one.status != MeetingStatus.CANCELLED]

    @property
    def held(self) -> list[Met]:
        """Meetings that took place."""
        return [one for one in self.meetings if one.is_held]

    @property
    def agreed(self) -> list[Asked]:
        """Requests that were accepted."""
        return [one for one in self.requests if one.status == RequestStatus.ACCEPTED]


def report_rows(event: Event) -> Rows:
    """Everything the report counts; eight queries."""
    registrations = {
        pk: Side(pk, organisation, name, side, status)
        for pk, organisation, name, side, status in Registration.objects.filter(
            event=event
        ).values_list("pk", "organisation", "organisation__name", "organisation__side", "status")
    }
    people = Delegate.objects.filter(
        registration__event=event, registration__status=RegistrationStatus.ACCEPTED
    )
    sectors, names = _sectors(event)
    return Rows(
        event=event,
        registrations=registrations,
        requests=tuple(_requests(event)),
        meetings=tuple(_meetings(event)),
        sectors=sectors,
        sector_names=names,
        delegates=people.count(),
        arrived=CheckIn.objects.filter(delegate__in=people).count(),
    )


def _requests(event: Event) -> list[Asked]:
    rows = MeetingRequest.objects.filter(event=event).order_by("pk")
    found = []
    for sender, receiver, status, sent, answered in rows.values_list(
        "sender", "receiver", "status", "sent_at", "answered_at"
    ):
        hours = (answered - sent).total_seconds() / 3600 if answered else None
        found.append(Asked(sender, receiver, status, hours))
    return found


def _meetings(event: Event) -> list[Met]:
    said: dict[int, list[int]] = defaultdict(list)
    outcomes = Outcome.objects.filter(meeting__event=event).order_by("pk")
    for meeting, step in outcomes.values_list("meeting", "step"):
        said[meeting].append(STEPS.index(step))
    rows = Meeting.objects.filter(event=event).order_by("pk")
    return [
        Met((sender, receiver), form, status, missed_by, tuple(said.get(pk, ())))
        for pk, sender, receiver, form, status, missed_by in rows.values_list(
            "pk",
            "request__sender",
            "request__receiver",
            "slot__session__format",
            "status",
            "missed_by",
        )
    ]


def _sectors(event: Event) -> tuple[dict[int, frozenset[str]], dict[str, str]]:
    """Top sectors of each registered organisation by its key, and their names."""
    tree = {one.pk: one for one in Sector.objects.all()}
    found: dict[int, set[str]] = defaultdict(set)
    foci = SectorFocus.objects.filter(organisation__registrations__event=event)
    for organisation, sector in foci.values_list("organisation", "sector").distinct():
        node = tree[sector]
        while node.parent_id is not None:
            node = tree[node.parent_id]
        found[organisation].add(node.code)
    names = {one.code: one.name for one in tree.values() if one.parent_id is None}
    return {pk: frozenset(codes) for pk, codes in found.items()}, names
