"""The grid of a draft, and changes by hand."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clusters.validators import whole_number
from events.models import Slot, Table
from matchmaking import actions
from matchmaking.models import DraftEdit, DraftMeeting, MeetingRequest, ScheduleRun
from matchmaking.reads.organiser.grid import grid_page
from matchmaking.reads.organiser.history import edit_words, requests_of
from matchmaking.reads.organiser.trial import read_spot
from matchmaking.views.organiser.door import organised, run_of, tell
from matchmaking.views.reader import back, reader


@require_GET
def grid(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A draft as a grid, with one meeting in hand."""
    page = grid_page(run_of(request, slug, pk), reader(request), request.GET)
    context = {"page": page, "demo_data": page.run.event.is_demo}
    return render(request, "organiser/grid.html", context)


@require_POST
def lock(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Fix a meeting where it is, or let it go."""
    meeting = _meeting(request, slug, pk)
    is_locked = request.POST.get("locked") == "1"
    said = _("Locked: the planner leaves it there.") if is_locked else _("Unlocked.")
    step = partial(actions.lock_draft_meeting, meeting, is_locked=is_locked)
    return _do(request, meeting.run, step, said)


@require_POST
def move(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Put a meeting elsewhere."""
    meeting = _meeting(request, slug, pk)
    slot, table = _place(request, meeting.run.event_id)
    step = partial(actions.move_draft_meeting, meeting, slot=slot, table=table)
    return _do(request, meeting.run, step, _("Moved."))


@require_POST
def swap(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Let two meetings change places."""
    meeting = _meeting(request, slug, pk)
    key = whole_number(request.POST.get("other", ""))
    other = get_object_or_404(
        DraftMeeting.objects.select_related("run__event"),
        run=meeting.run,
        pk=key,
    )
    step = partial(actions.swap_draft_meetings, meeting, other=other)
    return _do(request, meeting.run, step, _("The two changed places."))


@require_POST
def unschedule(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take a meeting out of a draft."""
    meeting = _meeting(request, slug, pk)
    step = partial(actions.unschedule_draft_meeting, meeting)
    said = _("Taken out. It stands among the unplaced ones.")
    return _do(request, meeting.run, step, said)


@require_POST
def schedule(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Place an agreed request that the draft leaves out."""
    run = run_of(request, slug, pk, "events.plan_event")
    key = whole_number(request.POST.get("request", ""))
    wanted = get_object_or_404(MeetingRequest.objects.with_parties(), event=run.event, pk=key)
    slot, table = _place(request, run.event_id)
    step = partial(actions.schedule_draft_meeting, run, request=wanted, slot=slot, table=table)
    return _do(request, run, step, _("Placed."))


@require_POST
def undo(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take the last change of a draft back."""
    run = run_of(request, slug, pk, "events.plan_event")
    return _turn(request, run, actions.undo_draft_edit, _("Undone: %(change)s"))


@require_POST
def redo(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Do the change again that was undone last."""
    run = run_of(request, slug, pk, "events.plan_event")
    return _turn(request, run, actions.redo_draft_edit, _("Done again: %(change)s"))


def _turn(
    request: HttpRequest, run: ScheduleRun, act: Callable[..., DraftEdit], said: str
) -> HttpResponse:
    """One change back or forth: says which, and puts its meeting in hand, where the focus is then."""
    try:
        edit = act(run, seen=_seen(request), actor=reader(request))
    except ValidationError as error:
        tell(request, error)
        return back(request, _grid(run))
    messages.success(request, said % {"change": edit_words(edit)})
    meeting = run.meetings.filter(request__in=requests_of(edit)).order_by("pk").first()
    if meeting is None:
        return back(request, _grid(run))
    by = "organisation" if "by=organisation" in request.POST.get("next", "") else "table"
    return redirect(f"{_grid(run)}?by={by}&meeting={meeting.pk}")


def _seen(request: HttpRequest) -> int | None:
    """The revision of the draft that the page showed."""
    return whole_number(request.POST.get("revision", ""))


def _grid(run: ScheduleRun) -> str:
    return reverse("organiser_grid", args=[run.event.slug, run.pk])


def _do(
    request: HttpRequest, run: ScheduleRun, step: Callable[..., object], said: str
) -> HttpResponse:
    """One change by hand and back to the grid; when it is refused, with the same step in question."""
    otherwise = _grid(run)
    try:
        step(seen=_seen(request), actor=reader(request))
    except ValidationError as error:
        tell(request, error)
        return back(request, otherwise, name="again" if "again" in request.POST else "next")
    messages.success(request, said)
    return back(request, otherwise)


def _meeting(request: HttpRequest, slug: str, pk: int) -> DraftMeeting:
    """A meeting of a draft of an event that the reader plans."""
    event = organised(request, slug, "events.plan_event")
    rows = DraftMeeting.objects.select_related("run__event", "request")
    return get_object_or_404(rows, run__event=event, pk=pk)


def _place(request: HttpRequest, event: int) -> tuple[Slot, Table | None]:
    """Slot and table that a form names, of this event only."""
    spot = read_spot(request.POST.get("to", "")) or ("0", None)
    slot = get_object_or_404(Slot, event=event, pk=spot[0])
    table = get_object_or_404(Table, event=event, pk=spot[1]) if spot[1] else None
    return slot, table
