"""Drafts begun and given up. What is changed in them by hand: `edits`."""

from collections.abc import Iterable

import pghistory
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clusters.models import User
from clusters.validators import Refused
from events.models import Event
from matchmaking.actions._rows import _lock, _lock_event
from matchmaking.actions.runs import _copy_rows, _next_number, _refuse_foreign
from matchmaking.adapters.weights import request_weight, weights_of
from matchmaking.choices import RunState
from matchmaking.models import DraftMeeting, MeetingRequest, Release, ScheduleRun
from matchmaking.policies import require
from matchmaking.reads.scores import scores_at


def create_draft(
    event: Event, *, actor: User, base: ScheduleRun | Release | None = None, name: str = ""
) -> ScheduleRun:
    """Start a draft to work on by hand: a copy of a draft or a release, or an empty one."""
    require(actor, "events.plan_event", event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="create_draft"):
        row = _lock_event(event)
        _refuse_foreign(row, base)
        run = ScheduleRun.objects.create(
            event=row,
            number=_next_number(row),
            name=name.strip()[:80],
            state=RunState.DONE,
            stage="done",
            started_by=actor,
        )
        if isinstance(base, ScheduleRun):
            _copy_rows(run, base.meetings.all())
            run.stats, run.unplaced, run.bound = base.stats, base.unplaced, base.bound
        elif isinstance(base, Release):
            _copy_release(run, base)
        _count(run)
    return run


def discard_draft(run: ScheduleRun, *, actor: User) -> None:
    """Delete a draft. Refused while the planner works on it and once it was published."""
    require(actor, "events.plan_event", run.event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="discard_draft"):
        row = _lock(run)
        if row.is_active:
            raise Refused(_("The planner is at work on it. Stop it first."), code="run_active")
        if row.releases.exists():
            raise Refused(
                _("This draft was published. It stays, so that everybody can see what was."),
                code="published",
            )
        row.delete()


def _count(run: ScheduleRun) -> None:
    """Keep the run's value in step with its rows."""
    rows = DraftMeeting.objects.filter(run=run).values_list("weight", flat=True)
    run.value = sum(rows)
    run.save(update_fields=["value", "stats", "unplaced", "bound"])


def _weights(requests: Iterable[MeetingRequest]) -> dict[int, int]:
    """What meetings are worth to the planner, by request, as of now."""
    rows = {row.pk: row for row in requests}
    pairs = {
        pk: (row.sender.organisation.slug, row.receiver.organisation.slug)
        for pk, row in rows.items()
    }
    event = next((row.event for row in rows.values()), None)
    scores = scores_at(event)(list(pairs.values())) if event else {}
    return {
        pk: request_weight(row, scores.get(pairs[pk]), weights_of(row.event))
        for pk, row in rows.items()
    }


def _copy_release(run: ScheduleRun, release: Release) -> None:
    entries = list(release.entries.order_by("request"))
    requests = MeetingRequest.objects.filter(release_entries__in=entries).with_parties()
    weights = _weights(requests)
    DraftMeeting.objects.bulk_create(
        DraftMeeting(
            run=run,
            request_id=entry.request_id,
            slot_id=entry.slot_id,
            table_id=entry.table_id,
            weight=weights[entry.request_id],
        )
        for entry in entries
    )
