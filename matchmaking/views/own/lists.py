"""Shortlists, and changes that somebody suggests to a profile."""

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clusters import actions
from clusters.models import ChangeSuggestion, Organisation, Shortlist
from clusters.reads import acting_organisation
from matchmaking.forms.own.account import Nothing
from matchmaking.forms.own.lists import NoteForm, ShortlistForm
from matchmaking.forms.own.profile import SuggestForm
from matchmaking.reads.own import lists as reads
from matchmaking.views.attempts import DONE, attempt
from matchmaking.views.reader import own_or_404, reader


def shortlists(request: HttpRequest) -> HttpResponse:
    """One's lists and those that colleagues share; start one more."""
    own, user = acting_organisation(request), reader(request)
    if own is None:
        return render(request, "matchmaking/no_organisation.html")
    form, status = ShortlistForm(request.POST or None), DONE
    if request.method == "POST":

        def make() -> None:
            actions.create_shortlist(own, actor=user, **form.cleaned_data)

        status = attempt(form, make)
        if status == DONE:
            messages.success(request, _("Saved."))
            return redirect("shortlists")
    return _show(request, own, form, status)


@require_POST
def shortlist_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename or share a list."""
    row, form = _shortlist(request, pk), ShortlistForm(request.POST)
    user = reader(request)
    status = attempt(form, lambda: actions.change_shortlist(row, actor=user, **form.cleaned_data))
    if status != DONE:
        return _show(request, row.organisation, form, status)
    messages.success(request, _("Saved."))
    return redirect("shortlists")


@require_POST
def shortlist_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a list away."""
    actions.remove_shortlist(_shortlist(request, pk), actor=reader(request))
    messages.success(request, _("Removed."))
    return redirect("shortlists")


@require_POST
def entry_note(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """Change the note on an organisation of a list."""
    row, other, form = _shortlist(request, pk), _other(request, slug), NoteForm(request.POST)

    def note() -> None:
        actions.add_to_shortlist(
            row, organisation=other, actor=reader(request), **form.cleaned_data
        )

    status = attempt(form, note)
    if status != DONE:
        return _show(request, row.organisation, form, status)
    messages.success(request, _("Saved."))
    return redirect("shortlists")


@require_POST
def entry_remove(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """Take an organisation off a list."""
    row, other = _shortlist(request, pk), _other(request, slug)
    actions.remove_from_shortlist(row, organisation=other, actor=reader(request))
    messages.success(request, _("%(name)s is off the list.") % {"name": other})
    return redirect("shortlists")


def suggest_change(request: HttpRequest, slug: str) -> HttpResponse:
    """Propose a correction with its source."""
    organisation, user = _other(request, slug), reader(request)
    form, status = SuggestForm(request.POST or None), DONE
    if request.method == "POST":

        def suggest() -> None:
            actions.suggest_change(organisation, actor=user, **form.cleaned_data)

        status = attempt(form, suggest)
        if status == DONE:
            messages.success(request, _("Thank you. You are mailed when it is decided."))
            return redirect("profile", slug)
    context = {"organisation": organisation, "form": form}
    return render(request, "matchmaking/own/suggest.html", context, status=status)


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """Suggested changes that wait for the reader, and what became of others."""
    context = {"page": reads.suggestions_page(reader(request)), "form": Nothing()}
    return render(request, "matchmaking/own/suggestions.html", context)


@require_POST
def suggestion_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept or reject a suggestion."""
    user, accept = reader(request), request.POST.get("answer") == "accept"
    row = get_object_or_404(ChangeSuggestion.objects.visible_to(user), pk=pk)
    form = Nothing(request.POST)
    status = attempt(form, lambda: actions.decide_suggestion(row, accept=accept, actor=user))
    if status != DONE:
        context = {"page": reads.suggestions_page(user), "form": form}
        return render(request, "matchmaking/own/suggestions.html", context, status=status)
    messages.success(request, _("Accepted.") if accept else _("Rejected."))
    return redirect("suggestion_list")


def _other(request: HttpRequest, slug: str) -> Organisation:
    return get_object_or_404(Organisation.objects.visible_to(request.user), slug=slug)


def _shortlist(request: HttpRequest, pk: int) -> Shortlist:
    rows = Shortlist.objects.visible_to(reader(request)).select_related("organisation")
    return get_object_or_404(rows, pk=pk, organisation=own_or_404(request))


def _show(
    request: HttpRequest, own: Organisation, form: django_forms.Form, status: int
) -> HttpResponse:
    new = form if isinstance(form, ShortlistForm) else ShortlistForm()
    context = {"page": reads.shortlist_page(own, reader(request)), "form": new, "refused": form}
    return render(request, "matchmaking/own/shortlists.html", context, status=status)
