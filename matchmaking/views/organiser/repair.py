"""Repairing a published schedule: incidents noted, repairs worked out, one chosen."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clusters.models import User
from clusters.validators import whole_number
from events.models import Event, Session
from matchmaking import actions
from matchmaking.forms.refusals import put_errors
from matchmaking.forms.repair import FORMS
from matchmaking.models import Release
from matchmaking.reads.organiser.incidents import incident_page
from matchmaking.reads.organiser.repairs import curve_page, curve_seconds, repair_page
from matchmaking.views.organiser.door import organised, run_of, tell
from matchmaking.views.reader import reader

Noting = Callable[[Event, dict[str, Any], User], str]


@require_GET
def repair(request: HttpRequest, slug: str) -> HttpResponse:
    """What happened since the newest release; incidents; the newest repairs."""
    event = organised(request, slug)
    context = {"page": repair_page(event, reader(request)), "demo_data": event.is_demo}
    return render(request, "organiser/repair.html", context)


@require_POST
def repairs_start(request: HttpRequest, slug: str) -> HttpResponse:
    """Have repairs of the newest release worked out."""
    return _start(request, organised(request, slug, "events.plan_event"))


def _start(request: HttpRequest, event: Event) -> HttpResponse:
    newest = Release.objects.filter(event=event).order_by("-number").first()
    try:
        run = actions.start_run(
            event,
            repair_of=newest,
            is_curve=True,
            seconds=curve_seconds(event),
            actor=reader(request),
        )
    except ValidationError as error:
        tell(request, error)
        return redirect("organiser_repair", event.slug)
    return redirect("organiser_run", event.slug, run.pk)


@require_GET
def curve(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The repairs of a run, one of them in full."""
    run = run_of(request, slug, pk)
    if not run.points:
        return redirect("organiser_run", slug, pk)
    page = curve_page(run, reader(request), point=whole_number(request.GET.get("point", "")))
    return render(request, "organiser/curve.html", {"page": page, "demo_data": run.event.is_demo})


@require_POST
def curve_choose(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Make a draft of one of the repairs."""
    run = run_of(request, slug, pk, "events.plan_event")
    point = whole_number(request.POST.get("point", ""))
    try:
        draft = actions.choose_repair(
            run, point=-1 if point is None else point, actor=reader(request)
        )
    except ValidationError as error:
        tell(request, error)
        return redirect("organiser_curve", slug, pk)
    messages.success(
        request, _("%(draft)s is made. Look at it, then publish it.") % {"draft": draft}
    )
    return redirect("organiser_publish", slug, draft.pk)


def incident(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Ask what happened, show whom it hits, note it."""
    event = organised(request, slug, "events.plan_event")
    if kind not in FORMS:
        raise Http404
    given = request.POST if request.method == "POST" else request.GET
    form = FORMS[kind](event, given or None)
    values = form.values if form.is_valid() else None
    if request.method == "POST" and values is not None:
        try:
            messages.success(request, NOTE[kind](event, values, reader(request)))
            then = "repairs" in request.POST
            return _start(request, event) if then else redirect("organiser_repair", slug)
        except ValidationError as error:
            put_errors(form, error)
    page = incident_page(event, reader(request), kind, None if form.errors else values)
    context = {"page": page, "form": form, "demo_data": event.is_demo}
    return render(request, "organiser/incident.html", context, status=400 if form.errors else 200)


@require_POST
def session_reopen(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take back that a session was shortened."""
    event = organised(request, slug, "events.plan_event")
    row = get_object_or_404(Session.objects.select_related("event"), event=event, pk=pk)
    actions.reopen_session(row, actor=reader(request))
    messages.success(request, _("%(session)s has all its slots again.") % {"session": row.name})
    return redirect("organiser_repair", slug)


def _cancel(_event: Event, values: dict[str, Any], actor: User) -> str:
    row = actions.withdraw_registration(values["registration"], actor=actor)
    return _("%(name)s no longer takes part; its partners are mailed.") % {
        "name": row.organisation.name
    }


def _absence(_event: Event, values: dict[str, Any], actor: User) -> str:
    row = actions.note_absence(values["registration"], slots=values["slots"], actor=actor)
    return _("Noted when %(name)s is not there.") % {"name": row.organisation.name}


def _table(_event: Event, values: dict[str, Any], actor: User) -> str:
    row = actions.close_table(values["table"], slots=values["slots"], actor=actor)
    return _("Table %(table)s is closed at these times.") % {"table": row.name}


def _session(_event: Event, values: dict[str, Any], actor: User) -> str:
    row = actions.shorten_session(values["session"], slots=values["slots"], actor=actor)
    return _("%(session)s is shortened.") % {"session": row.name}


def _rooms(event: Event, values: dict[str, Any], actor: User) -> str:
    run = actions.swap_rooms(event, one=values["one"], other=values["other"], actor=actor)
    return _("“%(draft)s” is made. Publish it to tell people.") % {"draft": run}


NOTE: dict[str, Noting] = {
    "cancel": _cancel,
    "absence": _absence,
    "table": _table,
    "session": _session,
    "rooms": _rooms,
}
