"""One registration as the event's team sees it: what it lacks, and what can be done for it."""

from dataclasses import dataclass

from django.db.models import Q

from clusters.models import Organisation, User
from events.models import Registration
from matchmaking.choices import RequestStatus
from matchmaking.models import MeetingRequest
from matchmaking.reads.organiser.console import Console, console
from matchmaking.reads.organiser.worklist import WorkGroup, worklist_groups
from matchmaking.reads.registrations import (
    AvailabilityPage,
    RegistrationPage,
    availability_page,
    registration_page,
)

TAB = "organiser_worklist"


@dataclass(frozen=True)
class RequestLine:
    """An open request: with whom, who asked, how much this side wants it, whether it waits for this side."""

    request: MeetingRequest
    other: Organisation
    is_ours: bool
    priority: int
    waits: bool


@dataclass(frozen=True)
class OnePage:
    """A registration, what it lacks, its open requests, and what organisers did for it."""

    console: Console
    page: RegistrationPage
    lacks: tuple[WorkGroup, ...]
    requests: tuple[RequestLine, ...]

    @property
    def may_act(self) -> bool:
        """The reader may change it, and it is not over."""
        return self.console.may_plan and self.page.is_open


@dataclass(frozen=True)
class TimesPage:
    """When each delegate of a registration can meet, for organisers."""

    console: Console
    page: AvailabilityPage


def one_page(row: Registration, user: User) -> OnePage:
    """The page of a registration (read with event and organisation); a fixed number of queries."""
    groups = worklist_groups(row.event)
    either = Q(sender=row) | Q(receiver=row)
    requests = MeetingRequest.objects.open().filter(either).with_parties().order_by("-pk")
    return OnePage(
        console=console(row.event, user, TAB),
        page=registration_page(row, user),
        lacks=tuple(
            group for group in groups if any(line.registration.pk == row.pk for line in group.lines)
        ),
        requests=tuple(_line(one, row) for one in requests),
    )


def times_page(row: Registration, user: User) -> TimesPage:
    """The grids of a registration's delegates."""
    return TimesPage(console(row.event, user, TAB), availability_page(row, user))


def console_of(row: Registration, user: User) -> Console:
    """The frame of the pages below a registration."""
    return console(row.event, user, TAB)


def _line(request: MeetingRequest, row: Registration) -> RequestLine:
    is_ours = request.sender_id == row.pk
    other = request.receiver if is_ours else request.sender
    return RequestLine(
        request=request,
        other=other.organisation,
        is_ours=is_ours,
        priority=request.sender_priority if is_ours else request.receiver_priority,
        waits=not is_ours and request.status == RequestStatus.SENT,
    )
