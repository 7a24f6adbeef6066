"""The day at the front desk: what runs, who arrives, what is offered."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clusters.validators import whole_number
from events.choices import RegistrationStatus
from events.models import Delegate, Event
from matchmaking import actions
from matchmaking.forms.day import DayForm, WalkInForm
from matchmaking.forms.refusals import put_errors
from matchmaking.models import StandbyChain
from matchmaking.reads.day_settings import day_settings
from matchmaking.reads.organiser.arrivals import desk_page, person_page
from matchmaking.reads.organiser.day import day_page
from matchmaking.views.organiser.door import organised, tell
from matchmaking.views.reader import back, reader

DOOR = "events.receive_people"


@require_GET
def day(request: HttpRequest, slug: str) -> HttpResponse:
    """Now and next; the part that htmx asks for again and again."""
    event = organised(request, slug)
    query, by = request.GET.get("q", "").strip()[:100], request.GET.get("by", "")
    page = day_page(event, reader(request), query=query, by=by)
    part = "organiser/day/live.html" if request.htmx else "organiser/day/day.html"  # type: ignore[attr-defined]  # set by HtmxMiddleware
    return render(request, part, {"page": page, "demo_data": event.is_demo})


def settings(request: HttpRequest, slug: str) -> HttpResponse:
    """How the day is run, and the addresses of the big screen."""
    event = organised(request, slug, "events.change_setup")
    row = day_settings(event)
    form = DayForm(row, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        row = actions.change_day(event, values=form.cleaned_data, actor=reader(request))
        messages.success(request, _("Saved."))
        return redirect("organiser_day_settings", slug)
    page = desk_page(event, reader(request))
    context = {"page": page, "form": form, "settings": row}
    status = 400 if form.errors else 200
    return render(request, "organiser/day/settings.html", context, status=status)


def walk_in(request: HttpRequest, slug: str) -> HttpResponse:
    """Take in an organisation that nobody expected."""
    event = organised(request, slug, DOOR)
    form = WalkInForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            one = actions.register_walk_in(
                event, organisation=form.organisation, person=form.values, actor=reader(request)
            )
        except ValidationError as error:
            put_errors(form, error)
        else:
            messages.success(request, _("%(name)s is in and checked in.") % {"name": one.name})
            return redirect("organiser_person", slug, one.pk)
    context = {"page": desk_page(event, reader(request)), "form": form}
    status = 400 if form.errors else 200
    return render(request, "organiser/day/walk_in.html", context, status=status)


@require_GET
def person(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One person at the door."""
    event = organised(request, slug)
    page = person_page(event, reader(request), _delegate(event, pk))
    return render(request, "organiser/day/person.html", {"page": page, "demo_data": event.is_demo})


@require_POST
def check_in(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Somebody has arrived."""

    def arrive(one: Delegate) -> str:
        actions.check_in(one, actor=reader(request))
        return _("%(name)s is checked in.") % {"name": one.name}

    return _at_the_door(request, slug, pk, arrive)


@require_POST
def check_in_undo(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A check-in was a mistake."""

    def leave(one: Delegate) -> str:
        actions.undo_check_in(one, actor=reader(request))
        return _("%(name)s is no longer checked in.") % {"name": one.name}

    return _at_the_door(request, slug, pk, leave)


@require_POST
def offer(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Offer a partner a meeting with somebody who is here."""

    def propose(one: Delegate) -> str:
        event, chosen = one.registration.event, request.POST
        keys = [whole_number(chosen.get(name, "")) for name in ("to", "slot", "table")]
        to = get_object_or_404(event.registrations, pk=keys[0])
        actions.offer_meeting(
            one.registration,
            to=to,
            slot=get_object_or_404(event.slots, pk=keys[1]),
            table=get_object_or_404(event.tables, pk=keys[2]),
            actor=reader(request),
        )
        return _("Offered to %(name)s. The day's page shows the answer.") % {
            "name": to.organisation.name
        }

    return _at_the_door(request, slug, pk, propose)


@require_POST
def chain_start(request: HttpRequest, slug: str) -> HttpResponse:
    """Offer a table that is free anyway."""
    event = organised(request, slug, "events.plan_event")
    keys = [whole_number(request.POST.get(name, "")) for name in ("slot", "table")]
    slot = get_object_or_404(event.slots, pk=keys[0])
    table = get_object_or_404(event.tables, pk=keys[1])
    try:
        actions.start_standby(slot, table=table, actor=reader(request))
    except ValidationError as error:
        tell(request, error)
    return back(request, _day_of(slug))


@require_POST
def chain(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Stop a chain of offers, or go on with it."""
    event = organised(request, slug, "events.plan_event")
    row = get_object_or_404(StandbyChain, event=event, pk=pk)
    act = actions.resume_standby if request.POST.get("do") == "resume" else actions.stop_standby
    try:
        act(row, actor=reader(request))
    except ValidationError as error:
        tell(request, error)
    return back(request, _day_of(slug))


@require_GET
def badge(request: HttpRequest, code: str) -> HttpResponse:
    """What the QR code of a badge opens: the person at the desk, one's own agenda, nothing for others."""
    user = reader(request)
    rows = Delegate.objects.filter(
        code=code.upper(), registration__status=RegistrationStatus.ACCEPTED
    ).select_related("registration__event")
    for one in rows:
        event = one.registration.event
        if user.has_perm(DOOR, event):
            return redirect("organiser_person", event.slug, one.pk)
        if one.user_id == user.pk or user.has_perm("events.change_delegates", one.registration):
            return redirect(f"{_agenda()}?event={event.slug}")
    raise Http404


def _delegate(event: Event, pk: int) -> Delegate:
    rows = Delegate.objects.filter(
        registration__event=event, registration__status=RegistrationStatus.ACCEPTED
    )
    rows = rows.select_related("registration__organisation", "registration__event", "check_in")
    return get_object_or_404(rows, pk=pk)


def _at_the_door(
    request: HttpRequest, slug: str, pk: int, act: Callable[[Delegate], str]
) -> HttpResponse:
    """Do one thing for one person and come back."""
    event = organised(request, slug, DOOR)
    one = _delegate(event, pk)
    try:
        messages.success(request, act(one))
    except ValidationError as error:
        tell(request, error)
    return back(request, reverse("organiser_person", args=[slug, pk]))


def _day_of(slug: str) -> str:
    return reverse("organiser_day", args=[slug])


def _agenda() -> str:
    return reverse("agenda")
