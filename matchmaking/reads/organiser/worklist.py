"""The work list: participants who would not get a good day as things stand, and why."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clusters.models import CooperationInterest, User
from events.models import Event, Registration, Slot, Unavailability
from matchmaking.choices import RequestStatus
from matchmaking.models import MeetingRequest
from matchmaking.reads.organiser.console import Console, console


@dataclass(frozen=True)
class WorkLine:
    """A participant and what is wrong, in numbers."""

    registration: Registration
    note: str = ""


@dataclass(frozen=True)
class WorkGroup:
    """One kind of trouble."""

    code: str
    title: Promise
    why: Promise
    lines: tuple[WorkLine, ...]


@dataclass(frozen=True)
class WorkPage:
    """All kinds of trouble, those with somebody in them first."""

    console: Console
    groups: tuple[WorkGroup, ...]
    participants: int

    @property
    def busy(self) -> list[WorkGroup]:
        """Kinds that concern somebody."""
        return [group for group in self.groups if group.lines]

    @property
    def quiet(self) -> list[WorkGroup]:
        """Kinds that concern nobody."""
        return [group for group in self.groups if not group.lines]

    @property
    def total(self) -> int:
        """How many participants are named at least once."""
        named = {line.registration.pk for group in self.groups for line in group.lines}
        return len(named)


@dataclass(frozen=True)
class Participant:
    """An accepted registration, how many people it sends, and whether it said what it seeks."""

    row: Registration
    people: int
    has_interests: bool

    @property
    def pk(self) -> int:
        """Key of the registration."""
        return int(self.row.pk)


@dataclass
class Participation:
    """What is known of the accepted participants of an event, by registration.

    `open` counts requests that wait or are agreed, `unanswered` those that wait for the participant.
    """

    rows: Sequence[Participant]
    slots: int
    absent: Mapping[int, int]
    unanswered: Counter[int] = field(default_factory=Counter)
    open: Counter[int] = field(default_factory=Counter)
    agreed: Counter[int] = field(default_factory=Counter)

    def room(self, one: Participant) -> int:
        """How many meetings a participant can have at most."""
        row = one.row
        free = one.people * self.slots - self.absent.get(row.pk, 0)
        caps = [one for one in (row.max_meetings, row.event.max_meetings) if one is not None]
        return int(min([max(0, free), row.parallel * self.slots, *caps]))


def worklist_page(event: Event, user: User) -> WorkPage:
    """The work list of an event; a fixed number of queries."""
    facts = participation(event)
    return WorkPage(
        console=console(event, user, "organiser_worklist"),
        groups=tuple(_groups(facts)),
        participants=len(facts.rows),
    )


def worklist_groups(event: Event) -> list[WorkGroup]:
    """The kinds of trouble with who is in them."""
    return _groups(participation(event))


def worklist_total(event: Event) -> int:
    """How many participants are on the work list."""
    groups = worklist_groups(event)
    return len({line.registration.pk for group in groups for line in group.lines})


def participation(event: Event) -> Participation:
    """The accepted participants of an event with what is open and agreed; four queries."""
    interests = CooperationInterest.objects.filter(organisation=OuterRef("organisation"))
    rows = (
        Registration.objects.accepted()
        .filter(event=event)
        .select_related("organisation")
        .annotate(people=Count("delegates"), has_interests=Exists(interests))
        .order_by("organisation__name")
    )
    absent = Counter(
        Unavailability.objects.filter(slot__event=event).values_list(
            "delegate__registration", flat=True
        )
    )
    found = []
    for row in rows:
        row.event = event
        found.append(Participant(row, row.people, row.has_interests))
    facts = Participation(found, Slot.objects.filter(event=event).count(), absent)
    requests = MeetingRequest.objects.open().filter(event=event)
    for sender, receiver, status in requests.values_list("sender", "receiver", "status"):
        facts.open.update((sender, receiver))
        if status == RequestStatus.ACCEPTED:
            facts.agreed.update((sender, receiver))
        else:
            facts.unanswered[receiver] += 1
    return facts


def _groups(facts: Participation) -> list[WorkGroup]:
    rows = facts.rows
    return [
        WorkGroup(
            "no_delegate",
            _("No delegate named"),
            _("Nobody can sit at a table for them: the planner leaves them out."),
            tuple(WorkLine(row.row) for row in rows if not row.people),
        ),
        WorkGroup(
            "no_time",
            _("No time left"),
            _("Their delegates are away in every slot."),
            tuple(
                WorkLine(row.row)
                for row in rows
                if row.people
                and facts.slots
                and not row.people * facts.slots > facts.absent[row.pk]
            ),
        ),
        WorkGroup(
            "no_interests",
            _("No interests said"),
            _("Nobody can tell what they seek or offer, so few will ask them."),
            tuple(WorkLine(row.row) for row in rows if not row.has_interests),
        ),
        WorkGroup(
            "unanswered",
            _("Requests not answered"),
            _("Others wait for them; an unanswered request expires."),
            tuple(
                WorkLine(row.row, _waiting(facts.unanswered[row.pk]))
                for row in sorted(rows, key=lambda row: -facts.unanswered[row.pk])
                if facts.unanswered[row.pk]
            ),
        ),
        WorkGroup(
            "no_requests",
            _("No requests at all"),
            _("They asked nobody and nobody asked them: as it stands they have no meeting."),
            tuple(WorkLine(row.row) for row in rows if not facts.open[row.pk]),
        ),
        WorkGroup(
            "too_many",
            _("More agreed than they have room for"),
            _("Some of these meetings cannot take place. They could say which matter most."),
            tuple(
                WorkLine(row.row, _over(facts.agreed[row.pk], facts.room(row)))
                for row in rows
                if row.people and facts.slots and facts.agreed[row.pk] > facts.room(row)
            ),
        ),
    ]


def _waiting(count: int) -> str:
    return ngettext("%(n)d waits", "%(n)d wait", count) % {"n": count}


def _over(agreed: int, room: int) -> str:
    text = ngettext("%(n)d agreed, room for %(room)d", "%(n)d agreed, room for %(room)d", agreed)
    return text % {"n": agreed, "room": room}
