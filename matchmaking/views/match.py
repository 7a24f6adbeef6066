"""A pair of organisations: its match, and what the reader does about it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clusters.actions import add_to_shortlist, create_shortlist, remove_from_shortlist
from clusters.models import Organisation, Shortlist, ShortlistEntry
from clusters.validators import Refused
from matchmaking.actions import ask_fact, exclude_organisation, lift_exclusion
from matchmaking.forms import ExclusionForm
from matchmaking.models import Exclusion
from matchmaking.reads.match import match_page
from matchmaking.views.reader import back, own_or_404, reader


@require_GET
def match(request: HttpRequest, slug: str) -> HttpResponse:
    """The pair of the reader's organisation and another one."""
    other = get_object_or_404(Organisation.objects.visible_to(reader(request)), slug=slug)
    page = match_page(own_or_404(request), other, user=reader(request))
    if page is None:
        return redirect("profile", slug)
    return render(request, "matchmaking/match.html", {"page": page, "demo_data": page.is_demo})


@require_POST
def shortlist_toggle(request: HttpRequest, slug: str) -> HttpResponse:
    """Put an organisation on the reader's shortlist, or take it off every list of theirs."""
    own = own_or_404(request)
    other = get_object_or_404(Organisation.objects.visible_to(reader(request)), slug=slug)
    entries = ShortlistEntry.objects.filter(
        shortlist__owner=reader(request), shortlist__organisation=own, organisation=other
    )
    if entries:
        for entry in entries:
            remove_from_shortlist(entry.shortlist, organisation=other, actor=reader(request))
    else:
        shortlist = Shortlist.objects.filter(owner=reader(request), organisation=own).first()
        shortlist = shortlist or create_shortlist(
            own, name=_("My shortlist"), actor=reader(request)
        )
        add_to_shortlist(shortlist, organisation=other, actor=reader(request))
    return back(request, reverse("match", args=[slug]))


@require_POST
def exclude(request: HttpRequest, slug: str) -> HttpResponse:
    """Set a pair aside, privately."""
    own = own_or_404(request)
    other = get_object_or_404(Organisation.objects.visible_to(reader(request)), slug=slug)
    form = ExclusionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose why the pair is set aside."))
        return back(request, reverse("match", args=[slug]))
    try:
        exclude_organisation(own, other=other, actor=reader(request), **form.cleaned_data)
        messages.success(
            request, _("Set aside. Only your organisation knows; you can undo it here.")
        )
    except Refused as refused:
        messages.error(request, refused.text)
    return back(request, reverse("match", args=[slug]))


@require_POST
def exclusion_lift(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a pair back that was set aside."""
    exclusion = get_object_or_404(
        Exclusion.objects.visible_to(reader(request)),
        organisation=own_or_404(request),
        other__slug=slug,
    )
    lift_exclusion(exclusion, actor=reader(request))
    messages.success(request, _("The pair is back among your matches."))
    return back(request, reverse("match", args=[slug]))


@require_POST
def fact_ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask the other organisation for the fact that would change the score most."""
    own = own_or_404(request)
    other = get_object_or_404(Organisation.objects.visible_to(reader(request)), slug=slug)
    page = match_page(own, other, user=reader(request))
    if page is None or page.pair.pivotal is None or page.pair.pivotal.asked != other.slug:
        raise Http404
    try:
        ask_fact(own, about=other, criterion=page.pair.pivotal.part, actor=reader(request))
        messages.success(request, _("Asked. You are mailed when they answer."))
    except Refused as refused:
        messages.error(request, refused.text)
    return back(request, reverse("match", args=[slug]))
