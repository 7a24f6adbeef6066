"""How a schedule becomes the live one: rows brought to what `reads.publishing` has worked out.

Used by the actions of releases only. The event is locked; seats and tables are unique by deferred
constraints, so meetings may change places in one transaction.
"""

from collections.abc import Mapping

from django.utils import timezone

from events.models import Event
from events.querysets import locked
from matchmaking.choices import MeetingStatus
from matchmaking.models import Meeting, MeetingSeat, TableUse
from matchmaking.reads.publishing import Outlook
from matchmaking.reads.releases import Change


def _lock_meetings(event: Event) -> dict[int, Meeting]:
    """All meetings of the event by request, locked."""
    return {one.request_id: one for one in locked(Meeting.objects.filter(event=event))}


def _bring_live(event: Event, meetings: Mapping[int, Meeting], outlook: Outlook) -> None:
    """Make the live rows what `outlook` says."""
    touched = outlook.changes.changes
    known = [meetings[change.request] for change in touched if change.request in meetings]
    MeetingSeat.objects.filter(meeting__in=known).delete()
    TableUse.objects.filter(meeting__in=known).delete()
    rows = [_row(event, meetings.get(change.request), change) for change in touched]
    Meeting.objects.bulk_create([row for row in rows if row.request_id not in meetings])
    Meeting.objects.bulk_update(known, ["slot", "table", "status", "sequence", "updated_at"])
    seats, tables = [], []
    for row in rows:
        place = outlook.target.get(row.request_id)
        if place is None:
            continue
        seats += [
            MeetingSeat(meeting=row, slot_id=place.slot, delegate_id=delegate)
            for delegate in sorted(place.delegates)
        ]
        if place.table is not None:
            tables.append(TableUse(meeting=row, slot_id=place.slot, table_id=place.table))
    MeetingSeat.objects.bulk_create(seats)
    TableUse.objects.bulk_create(tables)


def _row(event: Event, meeting: Meeting | None, change: Change) -> Meeting:
    """The meeting as it shall be, unsaved."""
    place = change.after
    if meeting is None:
        meeting = Meeting(event=event, request_id=change.request)
    else:
        meeting.sequence += 1
        meeting.updated_at = timezone.now()
    if place is None:
        meeting.status = MeetingStatus.CANCELLED
    else:
        meeting.status = MeetingStatus.CONFIRMED
        meeting.slot_id, meeting.table_id = place.slot, place.table
    return meeting
