"""An organisation's part in an event: apply, change, name delegates and their times, withdraw."""

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clusters.reads import acting_organisation
from events import actions
from events.models import Delegate, Event, Registration
from matchmaking.actions import withdraw_registration
from matchmaking.forms import registrations as forms
from matchmaking.reads import registrations as reads
from matchmaking.views.attempts import DONE, attempt
from matchmaking.views.reader import own_or_404, reader


def event_apply(request: HttpRequest, slug: str) -> HttpResponse:
    """Apply to an event for the reader's organisation."""
    event = get_object_or_404(Event.objects.visible_to(request.user), slug=slug)
    own, user = acting_organisation(request), reader(request)
    if own is None:
        return render(request, "matchmaking/no_organisation.html")
    if not user.has_perm("events.apply", own):
        raise PermissionDenied("events.apply")
    form, status = forms.ApplicationForm(request.POST or None, event=event, reader=user), DONE
    if request.method == "POST":

        def apply() -> None:
            actions.apply_to_event(event, organisation=own, actor=user, **form.values())

        status = attempt(form, apply)
        if status == DONE:
            messages.success(request, _("Applied. The organisers answer by e-mail and here."))
            return redirect("registration", slug)
    context = {"page": reads.apply_page(event, own), "form": form, "demo_data": event.is_demo}
    return render(request, "matchmaking/events/apply.html", context, status=status)


def registration(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the state of one's registration; change it."""
    mine, user = _mine(request, slug), reader(request)
    form, status = _registration_form(request, mine), DONE
    if request.method == "POST":

        def change() -> None:
            actions.change_registration(mine, values=form.cleaned_data, actor=user)

        status = attempt(form, change)
        if status == DONE:
            messages.success(request, _("Saved. The next plan takes it up."))
            return redirect("registration", slug)
    return _show(request, mine, form, status)


@require_POST
def registration_withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """Leave the event: open requests and meetings end."""
    mine, user = _mine(request, slug), reader(request)
    form = forms.Nothing(request.POST)
    status = attempt(form, lambda: withdraw_registration(mine, actor=user))
    if status != DONE:
        return _show(request, mine, form, status)
    messages.success(request, _("Withdrawn. Whoever was to meet you has been told."))
    return redirect("registration", slug)


def registration_delegates(request: HttpRequest, slug: str) -> HttpResponse:
    """Name one more delegate."""
    mine, user = _mine(request, slug), reader(request)
    form, status = forms.DelegateForm(request.POST or None), DONE
    if request.method == "POST":
        status = attempt(form, lambda: actions.add_delegate(mine, actor=user, **form.cleaned_data))
        if status == DONE:
            messages.success(request, _("Added."))
            return redirect("registration", slug)
    context = {"mine": mine, "form": form, "delegate": None}
    return render(request, "matchmaking/events/delegate.html", context, status=status)


def delegate_change(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Change a delegate's details, or hand the place over to somebody else."""
    delegate, user = _delegate(request, slug, pk), reader(request)
    values = forms.delegate_values(delegate)
    form, status = forms.DelegateForm(request.POST or None, initial=values), DONE
    if request.method == "POST":

        def change() -> None:
            actions.change_delegate(delegate, values=form.cleaned_data, actor=user)

        status = attempt(form, change)
        if status == DONE:
            messages.success(request, _("Saved."))
            return redirect("registration", slug)
    context = {"mine": delegate.registration, "form": form, "delegate": delegate}
    return render(request, "matchmaking/events/delegate.html", context, status=status)


@require_POST
def delegate_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take a delegate off the registration."""
    delegate, user = _delegate(request, slug, pk), reader(request)
    form = forms.Nothing(request.POST)
    status = attempt(form, lambda: actions.remove_delegate(delegate, actor=user))
    if status != DONE:
        return _show(request, delegate.registration, form, status)
    messages.success(request, _("Removed."))
    return redirect("registration", slug)


def registration_availability(request: HttpRequest, slug: str) -> HttpResponse:
    """Say for each delegate at which times they cannot meet."""
    mine, user = _mine(request, slug), reader(request)
    form, status = forms.AvailabilityForm(request.POST or None, registration=mine), DONE
    if request.method == "POST":

        def save() -> None:
            delegate, slots = form.cleaned_data["delegate"], form.cleaned_data["slots"]
            actions.set_availability(delegate, unavailable=slots, actor=user)

        status = attempt(form, save)
        if status == DONE:
            messages.success(request, _("Saved."))
            return redirect("registration_availability", slug)
    context = {"page": reads.availability_page(mine, user), "form": form}
    return render(request, "matchmaking/events/availability.html", context, status=status)


def _mine(request: HttpRequest, slug: str) -> Registration:
    """The registration of the reader's organisation at an event."""
    rows = Registration.objects.select_related("event", "organisation")
    return get_object_or_404(rows.of(own_or_404(request)), event__slug=slug)


def _delegate(request: HttpRequest, slug: str, pk: int) -> Delegate:
    rows = Delegate.objects.select_related("registration__event", "registration__organisation")
    return get_object_or_404(rows, pk=pk, registration=_mine(request, slug))


def _registration_form(request: HttpRequest, mine: Registration) -> forms.RegistrationForm:
    values = forms.registration_values(mine)
    return forms.RegistrationForm(request.POST or None, event=mine.event, initial=values)


def _show(
    request: HttpRequest, mine: Registration, form: django_forms.Form, status: int
) -> HttpResponse:
    page = reads.registration_page(mine, reader(request))
    edit = form if isinstance(form, forms.RegistrationForm) else None
    if edit is None:
        edit = forms.RegistrationForm(event=mine.event, initial=forms.registration_values(mine))
    context = {"page": page, "form": edit, "refused": form, "demo_data": mine.is_demo}
    return render(request, "matchmaking/events/registration.html", context, status=status)
