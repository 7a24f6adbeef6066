"""Drafts changed by hand, undone and redone.

Every change is checked against the event as it is now before it is kept, and stands in the draft's
history. `seen` is the draft's revision that the caller looked at: when somebody changed it meanwhile,
the change is refused and says what they did. None means that it does not matter.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager

import pghistory
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from clusters.models import User
from clusters.validators import Refused
from events.models import Slot, Table
from matchmaking.actions._rows import _lock
from matchmaking.actions.drafts import _count, _weights
from matchmaking.adapters.schedule import placed_rows, schedule_problem
from matchmaking.choices import DraftEditKind, RunState
from matchmaking.models import DraftEdit, DraftMeeting, MeetingRequest, ScheduleRun
from matchmaking.policies import require
from matchmaking.reads.conflicts import conflicts
from matchmaking.reads.organiser.history import changes_since

Place = list[int | bool | None]
"""Slot, table, locked, weight: what the history keeps of a meeting."""
NAMED = 3
"""Changes of others that a refusal names; it counts the rest."""


def lock_draft_meeting(
    meeting: DraftMeeting, *, actor: User, is_locked: bool = True, seen: int | None = None
) -> DraftMeeting:
    """Fix a meeting where it is, or let it go: the planner never moves a locked one."""
    require(actor, "events.plan_event", meeting.run.event)
    kind = DraftEditKind.LOCK if is_locked else DraftEditKind.UNLOCK
    with (
        transaction.atomic(),
        pghistory.context(user=actor.pk, action="lock_draft_meeting"),
        _edit(meeting.run, kind, meeting.request_id, actor=actor, seen=seen),
    ):
        row = _lock(meeting)
        row.is_locked = is_locked
        row.save(update_fields=["is_locked"])
    return row


def move_draft_meeting(
    meeting: DraftMeeting,
    *,
    slot: Slot,
    table: Table | None,
    actor: User,
    seen: int | None = None,
) -> DraftMeeting:
    """Put a meeting at another time or table. Refused where that breaks a rule, saying which."""
    require(actor, "events.plan_event", meeting.run.event)
    kind = DraftEditKind.MOVE
    with (
        transaction.atomic(),
        pghistory.context(user=actor.pk, action="move_draft_meeting"),
        _edit(meeting.run, kind, meeting.request_id, actor=actor, seen=seen),
    ):
        row = _unlocked(meeting)
        row.slot, row.table = slot, table
        row.save(update_fields=["slot", "table"])
    return row


def swap_draft_meetings(
    meeting: DraftMeeting, *, other: DraftMeeting, actor: User, seen: int | None = None
) -> DraftMeeting:
    """Exchange time and table of two meetings of a draft, or nothing at all."""
    require(actor, "events.plan_event", meeting.run.event)
    kind, keys = DraftEditKind.SWAP, (meeting.request_id, other.request_id)
    with (
        transaction.atomic(),
        pghistory.context(user=actor.pk, action="swap_draft_meetings"),
        _edit(meeting.run, kind, *keys, actor=actor, seen=seen),
    ):
        if other.run_id != meeting.run_id:
            raise Refused(_("Only meetings of one draft change places."), code="other_draft")
        one, two = _unlocked(meeting), _unlocked(other)
        one.slot_id, two.slot_id = two.slot_id, one.slot_id
        one.table_id, two.table_id = two.table_id, one.table_id
        for row in (one, two):
            row.save(update_fields=["slot", "table"])
    return one


def schedule_draft_meeting(
    run: ScheduleRun,
    *,
    request: MeetingRequest,
    slot: Slot,
    table: Table | None,
    actor: User,
    seen: int | None = None,
) -> DraftMeeting:
    """Place an agreed request that the draft leaves out."""
    require(actor, "events.plan_event", run.event)
    kind = DraftEditKind.PLACE
    with (
        transaction.atomic(),
        pghistory.context(user=actor.pk, action="schedule_draft_meeting"),
        _edit(run, kind, request.pk, actor=actor, seen=seen) as row,
    ):
        if DraftMeeting.objects.filter(run=row, request=request).exists():
            raise Refused(
                _("This meeting stands in the draft already. Move it instead."), code="placed"
            )
        weight = _weights([request])[request.pk]
        return DraftMeeting.objects.create(
            run=row, request=request, slot=slot, table=table, weight=weight
        )


def unschedule_draft_meeting(
    meeting: DraftMeeting, *, actor: User, seen: int | None = None
) -> None:
    """Take a meeting out of a draft; its request stays agreed."""
    require(actor, "events.plan_event", meeting.run.event)
    kind = DraftEditKind.TAKE_OUT
    with (
        transaction.atomic(),
        pghistory.context(user=actor.pk, action="unschedule_draft_meeting"),
        _edit(meeting.run, kind, meeting.request_id, actor=actor, seen=seen),
    ):
        _unlocked(meeting).delete()


def undo_draft_edit(run: ScheduleRun, *, actor: User, seen: int | None = None) -> DraftEdit:
    """Take back the last change that stands, whoever made it. Refused where it no longer fits."""
    require(actor, "events.plan_event", run.event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="undo_draft_edit"):
        row = _lock_draft(run, seen)
        edit = row.edits.filter(undone_at=None).order_by("-number").first()
        if edit is None:
            raise Refused(_("There is nothing to undo in this draft."), code="nothing")
        _turn(row, edit, edit.after, edit.before)
        edit.undone_at, edit.undone_by = timezone.now(), actor
        _touch(row, edit)
    return edit


def redo_draft_edit(run: ScheduleRun, *, actor: User, seen: int | None = None) -> DraftEdit:
    """Do the change again that was undone last. Refused where it no longer fits."""
    require(actor, "events.plan_event", run.event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="redo_draft_edit"):
        row = _lock_draft(run, seen)
        edit = row.edits.exclude(undone_at=None).order_by("number").first()
        if edit is None:
            raise Refused(_("There is nothing to redo in this draft."), code="nothing")
        _turn(row, edit, edit.before, edit.after)
        edit.undone_at = edit.undone_by = None
        _touch(row, edit)
    return edit


@contextmanager
def _edit(
    run: ScheduleRun, kind: DraftEditKind, *requests: int, actor: User, seen: int | None
) -> Iterator[ScheduleRun]:
    """Around one change of a locked draft: refuses the faults it brings, then notes it."""
    row = _lock_draft(run, seen)
    check, before = _Check(row), _places(row, requests)
    yield row
    check.refuse_new()
    after = _places(row, requests)
    if before != after:
        row.edits.exclude(undone_at=None).delete()
        last = row.edits.order_by("-number").first()
        edit = DraftEdit(run=row, kind=kind, before=before, after=after, made_by=actor)
        edit.number = last.number + 1 if last else 1
        _touch(row, edit)


def _touch(run: ScheduleRun, edit: DraftEdit) -> None:
    """Keep a change and count it, so that others see that the draft is not what they looked at."""
    run.revision += 1
    run.save(update_fields=["revision"])
    edit.revision = run.revision
    edit.save()
    _count(run)


def _turn(
    run: ScheduleRun, edit: DraftEdit, now: Mapping[str, Place], then: Mapping[str, Place]
) -> None:
    """Bring the meetings of a change from one state to the other, all or none."""
    keys = [int(key) for key in {**edit.before, **edit.after}]
    if _places(run, keys) != now:
        raise _stuck(_("the meeting is no longer where this change left it."))
    check = _Check(run)
    _refuse_gone(run, then)
    for key in keys:
        meeting = DraftMeeting.objects.filter(run=run, request=key)
        place = then.get(str(key))
        if place is None:
            meeting.delete()
        else:
            slot, table, is_locked, weight = place
            values = {"slot_id": slot, "table_id": table, "is_locked": is_locked, "weight": weight}
            DraftMeeting.objects.update_or_create(run=run, request_id=key, defaults=values)
    check.refuse_new(prefix=True)


def _refuse_gone(run: ScheduleRun, places: Mapping[str, Place]) -> None:
    """Requests, slots and tables that a change names may have been removed since."""
    wanted: Mapping[type[Model], Collection[object]] = {
        MeetingRequest: set(map(int, places)),
        Slot: {place[0] for place in places.values()},
        Table: {place[1] for place in places.values()} - {None},
    }
    for model, keys in wanted.items():
        if model._default_manager.filter(event=run.event_id, pk__in=keys).count() != len(keys):
            raise _stuck(_("its time, its table or its request is gone."))


def _stuck(reason: object) -> Refused:
    text = _("This cannot be undone or redone: %(reason)s")
    return Refused(text, code="stuck", params={"reason": reason})


def _places(run: ScheduleRun, requests: Iterable[int]) -> dict[str, Place]:
    """Where these requests stand in the draft."""
    rows = DraftMeeting.objects.filter(run=run, request__in=list(requests))
    found = rows.values_list("request", "slot", "table", "is_locked", "weight")
    return {str(request): list(place) for request, *place in found}


def _lock_draft(run: ScheduleRun, seen: int | None) -> ScheduleRun:
    """A finished draft that was not published, locked, and as the caller saw it."""
    row = _lock(run)
    if row.state != RunState.DONE:
        raise Refused(_("There is no finished draft of this run."), code="no_draft")
    if row.releases.exists():
        raise Refused(
            _("This draft was published and stays as it is. Work on a copy of it."),
            code="published",
        )
    if seen is not None and seen != row.revision:
        raise _outdated(row, seen)
    return row


def _outdated(run: ScheduleRun, seen: int) -> Refused:
    lines = changes_since(run, seen)
    text = ngettext_lazy(
        "The draft was changed since you loaded it: %(changes)s. Nothing of yours was done yet; look "
        "at the effect again and confirm.",
        "The draft was changed %(n)d times since you loaded it: %(changes)s. Nothing of yours was done "
        "yet; look at the effect again and confirm.",
        "n",
    )
    named = "; ".join(lines[:NAMED]) + (" …" if len(lines) > NAMED else "")
    params = {"n": max(1, run.revision - seen), "changes": named}
    return Refused(text, code="outdated", params=params)


def _unlocked(meeting: DraftMeeting) -> DraftMeeting:
    row = _lock(meeting)
    if row.is_locked:
        raise Refused(
            _("%(meeting)s is locked. Unlock it first."),
            code="locked",
            params={"meeting": str(row.request)},
        )
    return row


class _Check:
    """Compares what is wrong with a draft before and after a change: old faults may stay, none may come."""

    def __init__(self, run: ScheduleRun) -> None:
        self.run = run
        self.problem = schedule_problem(run.event, run=run)
        self.before = self._faults()

    def _faults(self) -> set[str]:
        rows = DraftMeeting.objects.filter(run=self.run).order_by("pk")
        return {one.text for one in conflicts(self.problem, placed_rows(rows))}

    def refuse_new(self, *, prefix: bool = False) -> None:
        """Raise Refused, naming every fault that the change brought."""
        new = " ".join(sorted(self._faults() - self.before))
        if new and prefix:
            raise _stuck(new)
        if new:
            raise Refused(new, code="conflict")
