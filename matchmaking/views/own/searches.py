"""Saved searches: keep, rename, mail, stop, remove."""

from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from clusters.models import Organisation
from clusters.reads import acting_organisation
from matchmaking import actions
from matchmaking.forms.own.account import Nothing
from matchmaking.forms.own.searches import NewSearchForm, SearchForm
from matchmaking.models import SavedSearch
from matchmaking.reads import searches as reads
from matchmaking.views.attempts import DONE, attempt
from matchmaking.views.reader import own_or_404, reader


def searches(request: HttpRequest) -> HttpResponse:
    """What one has saved; keep one more."""
    own, user = acting_organisation(request), reader(request)
    if own is None:
        return render(request, "matchmaking/no_organisation.html")
    form, status = NewSearchForm(request.POST or None), DONE
    if request.method == "POST":
        form = NewSearchForm(request.POST)

        def save() -> None:
            actions.save_search(own, actor=user, **form.cleaned_data)

        status = attempt(form, save)
        if status == DONE:
            messages.success(request, _("Saved. It stands among your searches."))
            return redirect("searches")
    return _show(request, own, form, status)


@require_POST
def search_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a search, or have it mailed or not."""
    row, form, user = _search(request, pk), SearchForm(request.POST), reader(request)
    status = attempt(form, lambda: actions.change_search(row, actor=user, **form.cleaned_data))
    if status != DONE:
        return _show(request, row.organisation, form, status)
    messages.success(request, _("Saved."))
    return redirect("searches")


@require_POST
def search_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a search away."""
    actions.remove_search(_search(request, pk), actor=reader(request))
    messages.success(request, _("Removed."))
    return redirect("searches")


@csrf_exempt
@never_cache
@login_not_required
def search_stop(request: HttpRequest, signed: str) -> HttpResponse:
    """Stop the mails of one search by the signed link of a mail: one button, no signing in.

    The secret in the address is the proof. Opening it changes nothing: mail programs open links, too.
    """
    row, form = reads.search_of_link(signed), Nothing()
    if row is None:
        raise Http404
    if request.method == "POST":
        row = actions.change_search(row, name=row.name, is_mailed=False, actor=row.user)
    context = {"search": row, "form": form}
    return render(request, "matchmaking/own/search_stop.html", context)


def _search(request: HttpRequest, pk: int) -> SavedSearch:
    rows = SavedSearch.objects.select_related("organisation")
    return get_object_or_404(rows, pk=pk, user=reader(request), organisation=own_or_404(request))


def _show(
    request: HttpRequest, own: Organisation, form: django_forms.Form, status: int
) -> HttpResponse:
    context = {"page": reads.search_page(own, reader(request)), "form": form}
    return render(request, "matchmaking/own/searches.html", context, status=status)
