"""Meeting requests: whom to ask, the form, the folders, one request and its answer."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clusters.models import Organisation
from clusters.reads import acting_organisation
from events.models import Event
from matchmaking import actions
from matchmaking.forms import AnswerForm, AskForm
from matchmaking.forms.requests import DelegateForm, PriorityForm
from matchmaking.models import MeetingRequest
from matchmaking.reads import asking
from matchmaking.reads import inbox as reads
from matchmaking.views.attempts import DONE, attempt
from matchmaking.views.reader import back, own_or_404, reader


@require_safe
def suggestions(request: HttpRequest, slug: str) -> HttpResponse:
    """Partners at an event whom the reader's organisation has not asked yet."""
    event = get_object_or_404(Event.objects.visible_to(request.user), slug=slug)
    page = asking.suggestion_page(event, own_or_404(request), request.GET.get("page", "1"))
    context = {"page": page, "demo_data": event.is_demo}
    return render(request, "matchmaking/requests/suggestions.html", context)


def ask(request: HttpRequest, slug: str, other: str) -> HttpResponse:
    """Ask one partner for a meeting at an event."""
    event = get_object_or_404(Event.objects.visible_to(request.user), slug=slug)
    partner = get_object_or_404(Organisation.objects.visible_to(request.user), slug=other)
    page = asking.ask_page(event, own_or_404(request), partner)
    form, status = AskForm(request.POST or None, page=page), DONE
    if request.method == "POST":
        asked: list[MeetingRequest] = []
        status = attempt(form, lambda: asked.append(_ask(request, form, page)))
        if status == DONE:
            return _asked(request, asked[0])
    context = {"page": page, "form": form, "demo_data": page.is_demo}
    return render(request, "matchmaking/requests/ask.html", context, status=status)


def _ask(request: HttpRequest, form: AskForm, page: asking.AskPage) -> MeetingRequest:
    mine, theirs = asking.both_or_refused(page)
    return actions.ask_for_meeting(mine, to=theirs, actor=reader(request), **form.cleaned_data)


def _asked(request: HttpRequest, row: MeetingRequest) -> HttpResponse:
    agreed = _("You both want to meet: it is agreed.")
    messages.success(request, agreed if row.is_mutual else _("Asked. They have been told."))
    return redirect("request", row.pk)


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """The folders of requests of the reader's organisation."""
    own = acting_organisation(request)
    if own is None:
        return render(request, "matchmaking/no_organisation.html")
    page = reads.inbox(
        own,
        tab=request.GET.get("tab", ""),
        event_slug=request.GET.get("event", ""),
        number=request.GET.get("page", "1"),
    )
    context = {"page": page, "demo_data": page.is_demo}
    return render(request, "matchmaking/requests/inbox.html", context)


@require_safe
def request_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One request between two organisations."""
    return _show(request, _visible(request, pk), AnswerForm())


@require_POST
def request_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to meet."""
    return _answer(
        request, pk, actions.accept_request, _("Agreed. You can see each other’s contact details.")
    )


@require_POST
def request_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Say no."""
    return _answer(request, pk, actions.decline_request, _("Declined. They have been told."))


@require_POST
def request_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a request back, or an agreed meeting."""
    row, form = _visible(request, pk), AnswerForm(request.POST)
    status = attempt(form, lambda: actions.withdraw_request(row, actor=reader(request)))
    if status != DONE:
        return _show(request, row, form, status)
    messages.success(request, _("Withdrawn."))
    return back(request, reverse("request", args=[pk]))


@require_POST
def request_delegate(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which delegate of one's side takes the meeting."""
    row, user = _visible(request, pk), reader(request)
    if not user.has_perm("matchmaking.prioritise_request", row):
        raise PermissionDenied("matchmaking.prioritise_request")
    form, own = DelegateForm(request.POST, request_row=row), _own_side(request, row)

    def name() -> None:
        delegate = form.cleaned_data["delegate"]
        actions.name_delegate(row, delegate=delegate, organisation=own, actor=user)

    status = attempt(form, name)
    if status != DONE:
        return _show(request, row, form, status)
    messages.success(request, _("Saved. They are told."))
    return redirect("request", pk)


@require_POST
def request_priority(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how much one's side wants the meeting."""
    row, user = _visible(request, pk), reader(request)
    if not user.has_perm("matchmaking.prioritise_request", row):
        raise PermissionDenied("matchmaking.prioritise_request")
    form, own = PriorityForm(request.POST), _own_side(request, row)

    def change() -> None:
        priority = form.cleaned_data["priority"]
        actions.set_priority(row, priority=priority, organisation=own, actor=user)

    status = attempt(form, change)
    if status != DONE:
        return _show(request, row, form, status)
    messages.success(request, _("Saved. The next schedule counts with it."))
    return redirect("request", pk)


@require_POST
def contacts(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the other side's contact details from now on; both sides see that they were seen."""
    row, form = _visible(request, pk), AnswerForm(request.POST)
    own, user = _own_side(request, row), reader(request)
    status = attempt(form, lambda: actions.reveal_contacts(row, actor=user, organisation=own))
    if status != DONE:
        return _show(request, row, form, status)
    return redirect(f"{reverse('request', args=[pk])}#contacts")


def _visible(request: HttpRequest, pk: int) -> MeetingRequest:
    rows = MeetingRequest.objects.visible_to(request.user).with_parties()
    return get_object_or_404(rows, pk=pk)


def _own_side(request: HttpRequest, row: MeetingRequest) -> Organisation | None:
    """The side the reader chose to act for, where it is one of the two."""
    own = acting_organisation(request)
    return own if own in (row.sender.organisation, row.receiver.organisation) else None


def _answer(
    request: HttpRequest, pk: int, action: Callable[..., MeetingRequest], done: str
) -> HttpResponse:
    row, form = _visible(request, pk), AnswerForm(request.POST)
    status = attempt(form, lambda: action(row, actor=reader(request), **form.cleaned_data))
    if status != DONE:
        return _show(request, row, form, status)
    messages.success(request, done)
    return back(request, reverse("request", args=[pk]))


def _show(
    request: HttpRequest, row: MeetingRequest, form: forms.Form, status: int = 200
) -> HttpResponse:
    row.refresh_from_db(fields=["status"])
    page = reads.request_page(row, reader(request), acting_organisation(request))
    context = {"page": page, "form": form, "demo_data": row.event.is_demo}
    return render(request, "matchmaking/requests/request.html", context, status=status)
