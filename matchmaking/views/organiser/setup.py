"""A new event, and the set-up of one."""

from collections.abc import Iterator
from contextlib import contextmanager

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clusters.models import User
from clusters.validators import Refused
from events import actions
from events.models import Event, Session, Table
from events.policies import require
from matchmaking.actions import cancel_event
from matchmaking.forms.conflict import FieldChange, merged
from matchmaking.forms.refusals import put_errors
from matchmaking.forms.setup import (
    CallOffForm,
    EventForm,
    NewEventForm,
    SessionForm,
    TableForm,
    TablesForm,
    TeamForm,
    setup_forms,
)
from matchmaking.reads.organiser.capacity import capacity
from matchmaking.reads.organiser.setup import organised_events, part_page, setup_page
from matchmaking.views.organiser.door import organised, tell
from matchmaking.views.reader import reader


@require_GET
def events(request: HttpRequest) -> HttpResponse:
    """The events the reader organises."""
    user = reader(request)
    context = {"lines": organised_events(user), "may_add": user.has_perm("events.add_event")}
    return render(request, "organiser/events.html", context)


def new(request: HttpRequest) -> HttpResponse:
    """Start an event from a template."""
    user = reader(request)
    require(user, "events.add_event")
    form = NewEventForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            event = actions.create_event_from_template(
                values.pop("template"), values=values, actor=user
            )
        except ValidationError as error:
            put_errors(form, error, {"starts_at": "starts_on", "ends_at": "starts_on"})
        else:
            messages.success(request, _("Created as a draft: only your team sees it."))
            return redirect("organiser_setup", event.slug)
    context = {"form": form, "templates": actions.TEMPLATES}
    return render(request, "organiser/new.html", context, status=400 if form.errors else 200)


def setup(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the set-up; save the event's fields."""
    if request.method != "POST":
        return setup_answer(request, organised(request, slug))
    event = organised(request, slug, "events.change_event")
    form = EventForm(event, request.POST)
    if not form.is_valid():
        return setup_answer(request, event, fields=form)
    seen_at = form.cleaned_data["seen_at"]
    try:
        with _weighed(request, event, _("Saved.")):
            actions.change_event(event, values=form.values, seen_at=seen_at, actor=reader(request))
    except ValidationError as error:
        if isinstance(error, Refused) and error.code == "stale":
            return _stale(request, event, form)
        put_errors(form, error, {"outside_days": "starts_on", "zone_with_sessions": "time_zone"})
        return setup_answer(request, event, fields=form)
    return redirect("organiser_setup", slug)


def _stale(request: HttpRequest, event: Event, form: EventForm) -> HttpResponse:
    """Somebody else saved first: show what, keep what was typed."""
    event.refresh_from_db()
    form, changes = merged(event, form, request.POST)
    form.is_valid()
    return setup_answer(request, event, changes=changes, status=409, fields=form)


def setup_answer(
    request: HttpRequest,
    event: Event,
    *,
    changes: list[FieldChange] | None = None,
    status: int = 0,
    **bound: forms.Form,
) -> HttpResponse:
    """The set-up page, with the form that was posted in place of a fresh one."""
    context = {
        "page": setup_page(event, reader(request)),
        "forms": setup_forms(event, **bound),
        "changes": changes,
        "is_stale": changes is not None,
        "demo_data": event.is_demo,
    }
    return render(
        request, "organiser/setup.html", context, status=status or (400 if bound else 200)
    )


@contextmanager
def _weighed(request: HttpRequest, event: Event, done: str) -> Iterator[None]:
    """Say what was done and, where it matters, what it did to the check of the capacity."""
    before = capacity(event)
    yield
    messages.success(request, done)
    after = capacity(Event.objects.get(pk=event.pk))
    change = after.change_from(before)
    if change:
        (messages.info if after.is_enough else messages.warning)(request, change)


@require_POST
def session_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a session with its slots."""
    event = organised(request, slug, "events.change_setup")
    form = SessionForm(event, request.POST)
    if form.is_valid():
        try:
            with _weighed(request, event, _("Session added.")):
                actions.add_session(event, actor=reader(request), **form.values)
        except ValidationError as error:
            put_errors(form, error, form.FIELDS)
        else:
            return redirect("organiser_setup", slug)
    return setup_answer(request, event, session=form)


def session(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Change a session."""
    event = organised(request, slug, "events.change_setup")
    row = get_object_or_404(Session.objects.select_related("event"), event=event, pk=pk)
    form = SessionForm(event, request.POST or None, session=row)
    if request.method == "POST" and form.is_valid():
        try:
            with _weighed(request, event, _("Saved.")):
                actions.change_session(row, values=form.values, actor=reader(request))
        except ValidationError as error:
            put_errors(form, error, form.FIELDS)
        else:
            return redirect("organiser_setup", slug)
    context = {"page": part_page(row, reader(request)), "form": form}
    return render(request, "organiser/session.html", context, status=400 if form.errors else 200)


@require_POST
def session_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Remove a session and its slots."""
    event = organised(request, slug, "events.change_setup")
    row = get_object_or_404(Session.objects.select_related("event"), event=event, pk=pk)
    try:
        with _weighed(request, event, _("Session removed.")):
            actions.remove_session(row, actor=reader(request))
    except ValidationError as error:
        tell(request, error)
    return redirect("organiser_setup", slug)


@require_POST
def tables_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Add tables."""
    event = organised(request, slug, "events.change_setup")
    form = TablesForm(request.POST)
    if form.is_valid():
        try:
            with _weighed(request, event, _("Tables added.")):
                actions.add_tables(event, actor=reader(request), **form.cleaned_data)
        except ValidationError as error:
            put_errors(form, error, {"name": "prefix"})
        else:
            return redirect("organiser_setup", slug)
    return setup_answer(request, event, tables=form)


def table(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Rename a table, or close it for a while."""
    event = organised(request, slug, "events.change_setup")
    row = get_object_or_404(Table.objects.select_related("event"), event=event, pk=pk)
    form = TableForm(row, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with _weighed(request, event, _("Saved.")):
                actions.change_table(row, actor=reader(request), **form.cleaned_data)
        except ValidationError as error:
            put_errors(form, error, {"table_in_use": "closed_slots"})
        else:
            return redirect("organiser_setup", slug)
    context = {"page": part_page(row, reader(request)), "form": form}
    return render(request, "organiser/table.html", context, status=400 if form.errors else 200)


@require_POST
def table_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Remove a table."""
    event = organised(request, slug, "events.change_setup")
    row = get_object_or_404(Table.objects.select_related("event"), event=event, pk=pk)
    try:
        with _weighed(request, event, _("%(table)s removed.") % {"table": row.name}):
            actions.remove_table(row, actor=reader(request))
    except ValidationError as error:
        tell(request, error)
    return redirect("organiser_setup", slug)


@require_POST
def team(request: HttpRequest, slug: str) -> HttpResponse:
    """Take somebody into the team, or give another role."""
    event = organised(request, slug, "events.manage_team")
    form = TeamForm(request.POST)
    if form.is_valid() and form.user is not None:
        role = form.cleaned_data["role"]
        try:
            actions.set_team_member(event, user=form.user, role=role, actor=reader(request))
        except ValidationError as error:
            put_errors(form, error, {"last_owner": "role"})
        else:
            messages.success(request, _("%(name)s is on the team.") % {"name": form.user})
            return redirect("organiser_setup", slug)
    return setup_answer(request, event, team=form)


@require_POST
def team_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take somebody off the team."""
    event = organised(request, slug, "events.manage_team")
    user = get_object_or_404(User, pk=pk, event_roles__event=event)
    try:
        actions.remove_team_member(event, user=user, actor=reader(request))
        messages.success(request, _("%(name)s left the team.") % {"name": user})
    except ValidationError as error:
        tell(request, error)
    return redirect(
        "organiser_events" if user == request.user else "organiser_setup",
        *_args(request, user, slug),
    )


def _args(request: HttpRequest, user: User, slug: str) -> list[str]:
    """Whoever left the team cannot see the event any more."""
    return [] if user == request.user else [slug]


@require_POST
def call_off(request: HttpRequest, slug: str) -> HttpResponse:
    """Call the event off and have everybody told."""
    event = organised(request, slug, "events.cancel_event")
    form = CallOffForm(request.POST)
    if not form.is_valid():
        return setup_answer(request, event, call_off=form)
    try:
        cancel_event(event, reason=form.cleaned_data["reason"], actor=reader(request))
        messages.success(request, _("The event is called off; everybody concerned is mailed."))
    except ValidationError as error:
        tell(request, error)
    return redirect("organiser", slug)


@require_POST
def move(request: HttpRequest, slug: str) -> HttpResponse:
    """Bring the event into another phase."""
    event = organised(request, slug, "events.move_event")
    try:
        event = actions.move_event(event, to=request.POST.get("to", ""), actor=reader(request))
        now = _("The event is at “%(phase)s” now.") % {"phase": event.get_status_display()}
        messages.success(request, now)
    except ValidationError as error:
        tell(request, error)
    return redirect("organiser", slug)
