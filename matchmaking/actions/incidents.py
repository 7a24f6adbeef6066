"""What happens to a published schedule: a lost table, a shortened session, people who are not there.

These note what is so, though meetings stand there: the release stays in force until a repair is
published, and the page of repairs says which meetings can no longer take place. (The set-up, in
contrast, refuses what would break a meeting.) What has begun is not touched.
"""

from collections.abc import Sequence

import pghistory
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusters.models import User
from clusters.validators import Refused
from events.choices import PUBLISH_PHASES, RegistrationStatus
from events.models import Delegate, Event, Registration, Session, Slot, Table, Unavailability
from matchmaking.actions._rows import _lock, _lock_event, _lock_registrations
from matchmaking.actions.runs import _next_number
from matchmaking.adapters.weights import weights_of
from matchmaking.choices import RunState
from matchmaking.models import DraftMeeting, Meeting, ScheduleRun
from matchmaking.policies import require
from matchmaking.reads.worths import worths


def close_table(table: Table, *, slots: Sequence[Slot], actor: User) -> Table:
    """Note that a table is lost in these slots; its meetings need another one."""
    require(actor, "events.plan_event", table.event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="close_table"):
        event = _lock_event(table.event)
        _refuse_phase(event)
        row = _lock(table)
        row.closed_slots.add(*_to_come(event, slots))
    return row


def shorten_session(session: Session, *, slots: Sequence[Slot], actor: User) -> Session:
    """Note that a session is over earlier or begins later: these of its slots take no meetings."""
    require(actor, "events.plan_event", session.event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="shorten_session"):
        event = _lock_event(session.event)
        _refuse_phase(event)
        lost = [slot for slot in _to_come(event, slots) if slot.session_id == session.pk]
        if not lost:
            raise Refused(_("Choose slots of this session that are to come."), code="no_slots")
        Slot.objects.filter(pk__in=[slot.pk for slot in lost]).update(is_closed=True)
    return session


def reopen_session(session: Session, *, actor: User) -> Session:
    """Take back that a session was shortened."""
    require(actor, "events.plan_event", session.event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="reopen_session"):
        _lock_event(session.event)
        Slot.objects.filter(session=session, is_closed=True).update(is_closed=False)
    return session


def note_absence(registration: Registration, *, slots: Sequence[Slot], actor: User) -> Registration:
    """Note that nobody of an organisation is there in these slots, whatever meetings it has then."""
    require(actor, "events.plan_event", registration.event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="note_absence"):
        (row,) = _lock_registrations(registration)
        _refuse_phase(row.event)
        if row.status != RegistrationStatus.ACCEPTED:
            raise Refused(
                _("%(organisation)s does not take part in this event any more."),
                code="not_taking_part",
                params={"organisation": row.organisation.name},
            )
        Unavailability.objects.bulk_create(
            (
                Unavailability(delegate=delegate, slot=slot)
                for delegate in Delegate.objects.filter(registration=row).order_by("pk")
                for slot in _to_come(row.event, slots)
            ),
            ignore_conflicts=True,
        )
    return row


def swap_rooms(event: Event, *, one: Table, other: Table, actor: User) -> ScheduleRun:
    """Draft the live schedule with two tables exchanged in all slots to come: nobody changes time."""
    require(actor, "events.plan_event", event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="swap_rooms"):
        row = _lock_event(event)
        _refuse_phase(row)
        if one.pk == other.pk or {one.event_id, other.event_id} != {row.pk}:
            raise Refused(_("Choose two tables of this event."), code="two_tables")
        run = ScheduleRun.objects.create(
            event=row,
            number=_next_number(row),
            name=f"{one.name} ⇄ {other.name}"[:80],
            state=RunState.DONE,
            stage="done",
            repair_of=row.releases.order_by("-number").first(),
            started_by=actor,
        )
        _copy_swapped(run, {one.pk: other.pk, other.pk: one.pk})
    return run


def _copy_swapped(run: ScheduleRun, swaps: dict[int, int]) -> None:
    """The live meetings as rows of a draft, those to come at exchanged tables."""
    rows = list(Meeting.objects.active().filter(event=run.event).with_parties().order_by("pk"))
    points = worths([one.request for one in rows], weights_of(run.event), run.event)
    now = timezone.now()
    meetings = [
        DraftMeeting(
            run=run,
            request_id=one.request_id,
            slot_id=one.slot_id,
            table_id=swaps.get(one.table_id or 0, one.table_id)
            if one.slot.starts_at > now
            else one.table_id,
            weight=points[one.request_id].total,
        )
        for one in rows
    ]
    DraftMeeting.objects.bulk_create(meetings)
    run.value = sum(meeting.weight for meeting in meetings)
    run.save(update_fields=["value"])


def _to_come(event: Event, slots: Sequence[Slot]) -> list[Slot]:
    """Those of the slots that belong to the event and have not begun. Refused when there are none."""
    now = timezone.now()
    found = [slot for slot in slots if slot.event_id == event.pk and slot.starts_at > now]
    if not found:
        raise Refused(_("Choose at least one slot that is to come."), code="no_slots")
    return found


def _refuse_phase(event: Event) -> None:
    if event.status not in PUBLISH_PHASES:
        raise Refused(
            _("This event is “%(now)s”; there is no schedule to repair."),
            code="not_published",
            params={"now": event.get_status_display()},
        )
