"""What the database holds together, whatever code writes: a meeting and all of it stand in one event."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from clusters.models import User
from events.choices import EventStatus
from events.models import Event
from matchmaking.models import DraftMeeting, Meeting, MeetingRequest, ScheduleRun
from tests.cast import EventFactory, SessionFactory, SlotFactory, TableFactory
from tests.matchmaking.stories import agree, draft, participant, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def agreed(event: Event) -> MeetingRequest:
    event.status = EventStatus.PLANNING
    event.save()
    return agree(participant(event, "Uno EU", "eu"), participant(event, "Uno MX", "mx"))


@pytest.fixture
def elsewhere() -> Event:
    """Another event with a slot, a table and a request of its own."""
    other = EventFactory()
    SlotFactory(session=SessionFactory(event=other))
    TableFactory(event=other)
    agree(participant(other, "Otro EU", "eu"), participant(other, "Otro MX", "mx"))
    return other


def at_commit() -> None:
    """What the database checks when a transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def write(rows: QuerySet, **values: object) -> None:
    """Write and commit, or nothing at all."""
    with transaction.atomic():
        rows.update(**values)
        at_commit()


def test_a_draft_row_takes_the_event_of_its_run(event: Event, agreed: MeetingRequest) -> None:
    row = DraftMeeting.objects.get(run=draft(event, (agreed, 0, 0)))
    assert row.event == event
    at_commit()


@pytest.mark.parametrize("part", ["slot", "table", "request", "run"])
def test_no_draft_reaches_into_another_event(
    event: Event, agreed: MeetingRequest, elsewhere: Event, part: str
) -> None:
    row = DraftMeeting.objects.get(run=draft(event, (agreed, 0, 0)))
    foreign = {
        "slot": elsewhere.slots.get(),
        "table": elsewhere.tables.get(),
        "request": elsewhere.requests.get(),
        "run": ScheduleRun.objects.create(event=elsewhere),
    }
    with pytest.raises(IntegrityError, match="in_event"):
        write(DraftMeeting.objects.filter(pk=row.pk), **{part: foreign[part]})


@pytest.mark.parametrize("part", ["slot", "table", "request"])
def test_no_meeting_reaches_into_another_event(
    event: Event, agreed: MeetingRequest, elsewhere: Event, olga: User, part: str
) -> None:
    publish(event, olga, (agreed, 0, 0))
    foreign = {
        "slot": elsewhere.slots.get(),
        "table": elsewhere.tables.get(),
        "request": elsewhere.requests.get(),
    }
    with pytest.raises(IntegrityError, match="in_event"):
        write(Meeting.objects.all(), **{part: foreign[part]})


def test_two_active_meetings_never_share_a_table_even_without_its_row(
    event: Event, agreed: MeetingRequest, olga: User
) -> None:
    """A meeting written without its `TableUse` still blocks its table."""
    slot, table = event.slots.all()[0], event.tables.all()[0]
    other = agree(participant(event, "Dos EU", "eu"), participant(event, "Dos MX", "mx"))
    for request in (agreed, other):
        Meeting.objects.create(event=event, request=request, slot=slot, table=table)
    with pytest.raises(IntegrityError, match="meeting_table_slot_once"), transaction.atomic():
        at_commit()
    Meeting.objects.filter(request=other).update(status="cancelled")
    at_commit()
