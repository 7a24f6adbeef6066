"""What happened at an event by itself: phases, places, requests that ran out, reminders."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db.models import IntegerField, Model, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from clusters.choices import MessageState
from clusters.models import Message, User
from events.choices import EventStatus, RegistrationStatus
from events.models import Event, Registration
from events.reads.timetable import next_phase
from matchmaking.choices import RequestStatus
from matchmaking.models import MeetingRequest
from matchmaking.reads.organiser.console import Console, console

SHOWN = 200
REMINDERS = ("request_reminder",)


@dataclass(frozen=True)
class Entry:
    """One thing that happened: when, of which kind, what, and what came of the mail if it was one."""

    at: dt.datetime
    kind: str
    text: str
    mail_state: str = ""
    mail_label: Promise | str = ""


@dataclass(frozen=True)
class DiaryPage:
    """The newest entries first, and what comes next by a date."""

    console: Console
    entries: tuple[Entry, ...]
    is_cut: bool
    next_phase: str
    next_at: dt.datetime | None


def diary_page(event: Event, user: User) -> DiaryPage:
    """The diary of an event; a fixed number of queries."""
    sources = (_phases, _places, _requests, _reminders, _faults)
    found = [entry for source in sources for entry in source(event)]
    found.sort(key=lambda entry: entry.at, reverse=True)
    coming = next_phase(event) if event.keeps_timetable else None
    return DiaryPage(
        console=console(event, user, "organiser_diary"),
        entries=tuple(found[:SHOWN]),
        is_cut=len(found) > SHOWN,
        next_phase=str(coming[0].label) if coming else "",
        next_at=coming[1] if coming else None,
    )


def _by_itself(model: type[Model], **where: Any) -> "QuerySet[Any]":
    """Rows of the audit trail that the system wrote, newest first."""
    tracked: Any = model.history.rel.related_model  # type: ignore[attr-defined]  # pghistory makes it
    rows = tracked.objects.filter(pgh_context__metadata__user=User.objects.system().pk, **where)
    return rows.order_by("-pgh_id")[: SHOWN + 1]  # type: ignore[no-any-return]  # made at run time


def _phases(event: Event) -> Iterator[Entry]:
    """Moves by the system; a row of the trail is one where the phase differs from the row before."""
    tracked: Any = Event.history.rel.related_model  # type: ignore[attr-defined]  # pghistory makes it
    rows = tracked.objects.filter(pgh_obj=event).order_by("pgh_id")
    trail = rows.values_list("status", "pgh_created_at", "pgh_context__metadata__user")
    system = User.objects.system().pk
    for (before, _at, _who), (status, at, who) in pairwise(trail):
        if status != before and who == system:
            phase = EventStatus(status).label
            yield Entry(at, "phase", _("The event moved on: %(phase)s.") % {"phase": phase})


def _places(event: Event) -> Iterator[Entry]:
    where = {"pgh_obj__event": event, "status": RegistrationStatus.ACCEPTED}
    rows = _by_itself(Registration, pgh_context__metadata__action="fill_places", **where)
    for row in rows.select_related("pgh_obj__organisation"):
        text = _("%(organisation)s moved up from the reserve list.")
        yield Entry(row.pgh_created_at, "place", text % {"organisation": row.pgh_obj.organisation})


def _requests(event: Event) -> Iterator[Entry]:
    rows = _by_itself(MeetingRequest, pgh_obj__event=event, status=RequestStatus.EXPIRED)
    sides = rows.select_related("pgh_obj__sender__organisation", "pgh_obj__receiver__organisation")
    for row in sides:
        names = {
            "sender": row.pgh_obj.sender.organisation,
            "receiver": row.pgh_obj.receiver.organisation,
        }
        text = _("The request of %(sender)s to %(receiver)s ended without an answer.") % names
        yield Entry(row.pgh_created_at, "request", text)


def _faults(event: Event) -> Iterator[Entry]:
    for fault in event.faults.all():
        text = _("A step failed: %(step)s (%(error)s). It is tried again every five minutes.")
        yield Entry(
            fault.at, "fault", text % {"step": fault.get_step_display(), "error": fault.error}
        )


def _reminders(event: Event) -> Iterator[Entry]:
    """Reminders to answer, one for each person: whose organisation, and whether the mail went out."""
    keys = MeetingRequest.objects.filter(event=event).values("pk")
    mails = (
        Message.objects.filter(template__in=REMINDERS)
        .annotate(request_key=Cast(KT("context__request__pk"), IntegerField()))
        .filter(request_key__in=keys)
        .select_related("recipient")
        .order_by("-pk")[: SHOWN + 1]
    )
    for mail in mails:
        text = _("%(person)s was reminded to answer a request.") % {"person": mail.recipient}
        state = MessageState(mail.state)
        yield Entry(mail.created_at, "reminder", text, state.value, state.label)
