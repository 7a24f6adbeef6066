"""Publishing schedules. A release never changes; the next one says what did."""

import secrets
from collections.abc import Sequence

import pghistory
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clusters.actions import queue_message
from clusters.models import User
from clusters.validators import Refused, check_text
from events.choices import PUBLISH_PHASES, EventStatus
from events.models import Event
from events.querysets import locked
from matchmaking.actions._publishing import _bring_live, _lock_meetings
from matchmaking.actions._rows import _lock, _lock_event
from matchmaking.choices import RunState
from matchmaking.models import MeetingRequest, Release, ReleaseEntry, ScheduleRun
from matchmaking.policies import require
from matchmaking.reads.publishing import Place, outdated, outlook
from matchmaking.reads.releases import Schedule

NOTE_LENGTH = 300
# Without letters and digits that look alike on paper.
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
SHOWN = 5


def publish_release(run: ScheduleRun, *, actor: User, note: str = "") -> Release:
    """Publish a draft as the event's next release and bring the live meetings to it.

    Only people whose meetings change are mailed. Refused when the draft is older than the data (each
    difference is named), before the event plans, and for a draft that is not finished.
    """
    require(actor, "events.plan_event", run.event)
    check_text(note, most=NOTE_LENGTH)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="publish_release"):
        event = _lock_event(run.event)
        draft = _lock(run)
        if draft.state != RunState.DONE or draft.is_curve:
            raise Refused(_("There is no finished draft of this run."), code="no_draft")
        _refuse_again(draft)
        rows = draft.meetings.select_related("request").order_by("request")
        places = [Place(row.request, row.slot_id, row.table_id) for row in rows]
        return _publish(event, places, Release(run=draft, note=note.strip()), actor)


def restore_release(release: Release, *, actor: User, note: str = "") -> Release:
    """Go back to an earlier release: its content becomes a new one, checked like any draft."""
    require(actor, "events.plan_event", release.event)
    check_text(note, most=NOTE_LENGTH)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="restore_release"):
        event = _lock_event(release.event)
        rows = release.entries.select_related("request").order_by("request")
        places = [
            Place(row.request, row.slot_id, row.table_id, frozenset(row.delegate_ids))
            for row in rows
        ]
        new = Release(run=release.run, restores=release, note=note.strip())
        return _publish(event, places, new, actor)


def _publish(event: Event, places: Sequence[Place], release: Release, actor: User) -> Release:
    _refuse_phase(event)
    locked(MeetingRequest.objects.filter(pk__in=[place.request.pk for place in places]))
    _refuse_outdated(event, places)
    meetings = _lock_meetings(event)
    planned = outlook(event, places, meetings.values())
    _write_release(event, release, planned.target, actor)
    _bring_live(event, meetings, planned)
    for user, counts in planned.mails.items():
        queue_message(
            f"release:{release.pk}",
            recipient=user,
            template="release_published",
            context={"release": release, "event": event, **counts},
            actor=actor,
        )
    if event.status == EventStatus.PLANNING:
        event.status = EventStatus.PUBLISHED
        event.save(update_fields=["status", "updated_at"])
    return release


def _refuse_phase(event: Event) -> None:
    if event.status == EventStatus.BOOKING:
        raise Refused(
            _("Requests are still open. Move the event to planning, then publish."),
            code="still_booking",
        )
    if event.status not in PUBLISH_PHASES:
        raise Refused(
            _("This event is “%(now)s”; no schedule can be published."),
            code="not_planning",
            params={"now": event.get_status_display()},
        )


def _refuse_again(draft: ScheduleRun) -> None:
    """Two organisers who press the button at once publish one release; going back is restoring."""
    release = draft.releases.order_by("number").first()
    if release is not None:
        raise Refused(
            _(
                "This draft is published already, as release %(number)d. To go back to that release, "
                "restore it."
            ),
            code="published",
            params={"number": release.number},
        )


def _refuse_outdated(event: Event, places: Sequence[Place]) -> None:
    """The schedule keeps every rule of the event as it is now, not as it was when it was planned."""
    texts = outdated(event, places)
    if texts:
        raise Refused(
            _("This schedule is older than the data. Plan again, or mend it: %(what)s"),
            code="outdated",
            params={"what": " ".join(texts[:SHOWN]), "count": len(texts)},
        )


def _new_code() -> str:
    """A code for paper."""
    return "".join(secrets.choice(CODE_LETTERS) for _n in range(8))


def _write_release(event: Event, release: Release, target: Schedule, actor: User) -> None:
    last = Release.objects.filter(event=event).order_by("-number").first()
    release.event = event
    release.number = last.number + 1 if last else 1
    release.published_by = actor
    release.code = _new_code()
    release.save(force_insert=True)
    ReleaseEntry.objects.bulk_create(
        ReleaseEntry(
            release=release,
            request_id=request,
            slot_id=place.slot,
            table_id=place.table,
            delegate_ids=sorted(place.delegates),
        )
        for request, place in sorted(target.items())
    )
