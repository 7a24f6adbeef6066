"""What organisers do for an organisation: its people, times, ways of taking part, requests."""

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from events import actions
from events.models import Delegate, Registration
from matchmaking import actions as match_actions
from matchmaking.forms.on_behalf import ACCEPT, DECLINE, ForRequestForm, TakesPartForm
from matchmaking.forms.registrations import (
    AvailabilityForm,
    DelegateForm,
    Nothing,
    delegate_values,
    registration_values,
)
from matchmaking.models import MeetingRequest
from matchmaking.policies import require
from matchmaking.reads.organiser import registration as reads
from matchmaking.views.attempts import DONE, attempt
from matchmaking.views.organiser.door import organised
from matchmaking.views.reader import reader


def one(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show a registration to the team; change how the organisation takes part."""
    row, user = _row(request, slug, pk), reader(request)
    if request.method != "POST":
        return _show(request, row)
    require(user, "events.change_registration", row)
    form = TakesPartForm(request.POST, event=row.event)

    def change() -> None:
        actions.change_registration(row, values=form.cleaned_data, actor=user)

    return _done(request, row, form, attempt(form, change))


def delegate_add(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Name a delegate for the organisation."""
    row, user = _changeable(request, slug, pk), reader(request)
    form, status = DelegateForm(request.POST or None), DONE
    if request.method == "POST":
        status = attempt(form, lambda: actions.add_delegate(row, actor=user, **form.cleaned_data))
        if status == DONE:
            return _saved(request, row)
    return _delegate_page(request, row, None, form, status)


def delegate(request: HttpRequest, slug: str, pk: int, person: int) -> HttpResponse:
    """Change a delegate of the organisation."""
    row, user = _changeable(request, slug, pk), reader(request)
    who = _person(row, person)
    form, status = DelegateForm(request.POST or None, initial=delegate_values(who)), DONE
    if request.method == "POST":
        values = form
        status = attempt(
            form,
            lambda: actions.change_delegate(who, values=values.cleaned_data, actor=user),
        )
        if status == DONE:
            return _saved(request, row)
    return _delegate_page(request, row, who, form, status)


@require_POST
def delegate_remove(request: HttpRequest, slug: str, pk: int, person: int) -> HttpResponse:
    """Take a delegate off."""
    row, user = _changeable(request, slug, pk), reader(request)
    who, form = _person(row, person), Nothing(request.POST)
    status = attempt(form, lambda: actions.remove_delegate(who, actor=user))
    return _done(request, row, form, status)


def availability(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Say for a delegate at which times they cannot meet."""
    row, user = _changeable(request, slug, pk), reader(request)
    form, status = AvailabilityForm(request.POST or None, registration=row), DONE
    if request.method == "POST":

        def save() -> None:
            who, slots = form.cleaned_data["delegate"], form.cleaned_data["slots"]
            actions.set_availability(who, unavailable=slots, actor=user)

        status = attempt(form, save)
        if status == DONE:
            messages.success(request, _("Saved."))
            return redirect("organiser_availability", slug, pk)
    context = {"page": reads.times_page(row, user), "form": form, "row": row}
    return render(request, "organiser/registration/availability.html", context, status=status)


@require_POST
def answer(request: HttpRequest, slug: str, pk: int, number: int) -> HttpResponse:
    """Answer a request for the organisation, or say how much it wants the meeting."""
    row, user = _row(request, slug, pk), reader(request)
    wish = get_object_or_404(MeetingRequest.objects.with_parties(), pk=number, event=row.event)
    require(user, "matchmaking.answer_on_behalf", wish)
    form = ForRequestForm(request.POST)
    status = attempt(form, lambda: _answer(form, wish, row, request))
    return _done(request, row, form, status)


def _answer(
    form: ForRequestForm, wish: MeetingRequest, row: Registration, request: HttpRequest
) -> None:
    user, told = reader(request), form.cleaned_data["asked_by"]
    answers = {ACCEPT: match_actions.accept_on_behalf, DECLINE: match_actions.decline_on_behalf}
    act = answers.get(form.cleaned_data["do"])
    if act is not None:
        act(wish, registration=row, asked_by=told, actor=user)
        return
    match_actions.set_priority_on_behalf(
        wish,
        registration=row,
        priority=int(form.cleaned_data["priority"]),
        asked_by=told,
        actor=user,
    )


def _row(request: HttpRequest, slug: str, pk: int) -> Registration:
    event = organised(request, slug)
    rows = Registration.objects.select_related("organisation")
    row = get_object_or_404(rows, event=event, pk=pk)
    row.event = event
    return row


def _changeable(request: HttpRequest, slug: str, pk: int) -> Registration:
    row = _row(request, slug, pk)
    require(reader(request), "events.decide_registrations", row.event)
    return row


def _person(row: Registration, pk: int) -> Delegate:
    who = get_object_or_404(Delegate, registration=row, pk=pk)
    who.registration = row
    return who


def _saved(request: HttpRequest, row: Registration) -> HttpResponse:
    messages.success(request, _("Saved. The organisation reads that the organisers did it."))
    return redirect("organiser_registration", row.event.slug, row.pk)


def _done(
    request: HttpRequest, row: Registration, form: django_forms.Form, status: int
) -> HttpResponse:
    return _saved(request, row) if status == DONE else _show(request, row, form, status)


def _show(
    request: HttpRequest,
    row: Registration,
    form: django_forms.Form | None = None,
    status: int = DONE,
) -> HttpResponse:
    page = reads.one_page(row, reader(request))
    edit = form if isinstance(form, TakesPartForm) else None
    if edit is None:
        edit = TakesPartForm(event=row.event, initial=registration_values(row))
    context = {"page": page, "form": edit, "refused": form, "demo_data": row.is_demo}
    return render(request, "organiser/registration/one.html", context, status=status)


def _delegate_page(
    request: HttpRequest,
    row: Registration,
    who: Delegate | None,
    form: DelegateForm,
    status: int,
) -> HttpResponse:
    page = {"console": reads.console_of(row, reader(request))}
    context = {"page": page, "row": row, "delegate": who, "form": form}
    return render(request, "organiser/registration/delegate.html", context, status=status)
