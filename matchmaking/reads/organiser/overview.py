"""The first page of the console: where the event stands and what waits for its organisers."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clusters.models import User
from events.choices import PUBLISH_PHASES, EventStatus, RegistrationStatus
from events.models import Event, Registration
from matchmaking.choices import RunState
from matchmaking.models import MeetingRequest, Release, ScheduleRun
from matchmaking.reads.organiser.capacity import Capacity, capacity
from matchmaking.reads.organiser.console import Console, console
from matchmaking.reads.organiser.happenings import touching
from matchmaking.reads.organiser.repairs import since_release
from matchmaking.reads.organiser.setup import NextMove, moves_of
from matchmaking.reads.organiser.worklist import worklist_total

BEFORE_PLANNING = (EventStatus.DRAFT, EventStatus.CALL)


@dataclass(frozen=True)
class Todo:
    """Something that waits: a number, what it is, and where it is done."""

    figure: str
    title: str
    text: str
    href: str
    action: str


@dataclass(frozen=True)
class OverviewPage:
    """The event at a glance."""

    console: Console
    todos: tuple[Todo, ...]
    registrations: dict[str, int]
    requests: dict[str, int]
    capacity: Capacity
    release: Release | None
    moves: tuple[NextMove, ...]

    @property
    def next_move(self) -> NextMove | None:
        """The step forward, if there is one to take by hand."""
        forward = [
            one
            for one in self.moves
            if one.to != EventStatus.CANCELLED and not one.words.is_back and one.is_allowed
        ]
        return forward[0] if forward else None


def overview_page(event: Event, user: User) -> OverviewPage:
    """The overview of an event; a fixed number of queries."""
    frame = console(event, user, "organiser")
    registrations = _statuses(Registration.objects.filter(event=event))
    requests = _statuses(MeetingRequest.objects.filter(event=event))
    release = Release.objects.filter(event=event).order_by("-number").first()
    check = capacity(event)
    return OverviewPage(
        console=frame,
        todos=tuple(_todos(event, registrations, check, release)),
        registrations=registrations,
        requests=requests,
        capacity=check,
        release=release,
        moves=moves_of(event, frame),
    )


def _statuses(rows: "QuerySet[Any]") -> dict[str, int]:
    counts = rows.order_by().values_list("status").annotate(n=Count("pk"))
    return Counter(dict(counts))


def _todos(
    event: Event, registrations: dict[str, int], check: Capacity, release: Release | None
) -> list[Todo]:
    found = []
    if not check.slots:
        found.append(_first_session(event))
    waiting = registrations.get(RegistrationStatus.APPLIED, 0)
    if waiting:
        found.append(_applications(event, waiting))
    if check.slots and not check.is_enough:
        found.append(_too_small(event, check))
    total = worklist_total(event)
    if total and event.status not in BEFORE_PLANNING:
        found.append(_work(event, total))
    return found + _planning(event, release)


def _first_session(event: Event) -> Todo:
    return Todo(
        "0",
        _("No sessions yet"),
        _("Sessions are cut into slots; without them nothing can be planned."),
        reverse("organiser_setup", args=[event.slug]) + "#sessions",
        _("Add a session"),
    )


def _applications(event: Event, waiting: int) -> Todo:
    title = ngettext("application to decide", "applications to decide", waiting)
    return Todo(
        str(waiting),
        title,
        _("Ranked by how well they fit those who are in already."),
        reverse("organiser_call", args=[event.slug]),
        _("Decide"),
    )


def _too_small(event: Event, check: Capacity) -> Todo:
    return Todo(
        str(check.needed),
        _("The event is too small"),
        check.sentence,
        reverse("organiser_setup", args=[event.slug]) + "#tables",
        _("Change the set-up"),
    )


def _work(event: Event, total: int) -> Todo:
    title = ngettext("participant needs a nudge", "participants need a nudge", total)
    return Todo(
        str(total),
        title,
        _("No delegate, no time, no interests, requests not answered."),
        reverse("organiser_worklist", args=[event.slug]),
        _("See who"),
    )


def _planning(event: Event, release: Release | None) -> list[Todo]:
    runs = ScheduleRun.objects.filter(event=event)
    active = runs.filter(state__in=[RunState.QUEUED, RunState.RUNNING]).first()
    if active is not None:
        where = reverse("organiser_run", args=[event.slug, active.pk])
        text = _("It goes on when you close the page.")
        return [Todo("…", _("The planner is at work"), text, where, _("Watch"))]
    schedule = reverse("organiser_schedule", args=[event.slug])
    if event.status == EventStatus.PLANNING:
        text = _("Run the planner, compare drafts, publish one.")
        return [Todo("→", _("Make the schedule"), text, schedule, _("Plan"))]
    found = _happened(event, release) if release is not None else []
    newest = runs.filter(state=RunState.DONE, is_curve=False).order_by("-pk").first()
    if release is not None and newest is not None and newest.pk > (release.run_id or 0):
        text = _("%(draft)s is newer than release %(number)d.") % {
            "draft": newest,
            "number": release.number,
        }
        found.append(Todo("→", _("A newer draft waits"), text, schedule, _("Look at it")))
    return found


def _happened(event: Event, release: Release) -> list[Todo]:
    """What happened since the release in force, while it can still be repaired."""
    if event.status not in PUBLISH_PHASES:
        return []
    facts = [one for one in touching(since_release(release)) if one.kind != "left"]
    if not facts:
        return []
    title = ngettext(
        "thing happened since the release", "things happened since the release", len(facts)
    )
    where = reverse("organiser_repair", args=[event.slug])
    return [Todo(str(len(facts)), title, facts[0].text, where, _("Repair the schedule"))]
