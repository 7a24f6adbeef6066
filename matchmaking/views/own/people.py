"""Colleagues of an organisation, invitations, and asking to act for one."""

from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from clusters import actions
from clusters.models import Invitation, Organisation, Representative, User
from clusters.reads import act_for as remember
from clusters.reads import acting_organisation
from matchmaking.forms.own.account import Nothing
from matchmaking.forms.own.people import ClaimForm, InviteForm, RoleForm
from matchmaking.reads.own import people as reads
from matchmaking.views.attempts import DONE, attempt
from matchmaking.views.reader import own_or_404, reader


def people(request: HttpRequest) -> HttpResponse:
    """Colleagues and invitations; invite one more."""
    own, user = acting_organisation(request), reader(request)
    if own is None:
        return render(request, "matchmaking/no_organisation.html")
    form, status = InviteForm(request.POST or None), DONE
    if request.method == "POST":

        def send() -> None:
            actions.invite(own, actor=user, **form.cleaned_data)

        status = attempt(form, send)
        if status == DONE:
            messages.success(request, _("Invited. The link in the mail works for two weeks."))
            return redirect("people")
    return _show(request, own, form, status)


@require_POST
def role_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a colleague another role."""
    row, form = _colleague(request, pk), RoleForm(request.POST)

    def change() -> None:
        actions.change_role(row, actor=reader(request), **form.cleaned_data)

    status = attempt(form, change)
    if status != DONE:
        return _show(request, row.organisation, form, status)
    messages.success(request, _("%(name)s has the new role.") % {"name": row.user})
    return redirect("people")


@require_POST
def person_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a colleague, or oneself, no longer act for the organisation."""
    row, form = _colleague(request, pk), Nothing(request.POST)
    status = attempt(form, lambda: actions.remove_representative(row, actor=reader(request)))
    if status != DONE:
        return _show(request, row.organisation, form, status)
    done = {"name": row.user, "organisation": row.organisation}
    messages.success(request, _("%(name)s no longer acts for %(organisation)s.") % done)
    return redirect("settings" if row.user == request.user else "people")


@require_POST
def invitation_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the link of an invitation useless."""
    own, form = own_or_404(request), Nothing(request.POST)
    row = get_object_or_404(Invitation, pk=pk, organisation=own)
    status = attempt(form, lambda: actions.revoke_invitation(row, actor=reader(request)))
    if status != DONE:
        return _show(request, own, form, status)
    messages.success(request, _("Taken back. The link in the mail no longer works."))
    return redirect("people")


@login_not_required
@never_cache
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """What an invitation's link opens: who invites to what; accept it."""
    page = reads.invitation_page(secret, request.user)
    if page is None:
        raise Http404
    row, form, status = page.invitation, Nothing(request.POST), DONE
    if request.method == "POST" and isinstance(user := request.user, User):
        status = attempt(form, lambda: actions.accept_invitation(row, actor=user))
        if status == DONE:
            remember(request, row.organisation)
            joined = {"organisation": row.organisation}
            messages.success(request, _("Welcome. You act for %(organisation)s.") % joined)
            return redirect("home")
    context = {"page": page, "form": form}
    return render(request, "matchmaking/own/invitation.html", context, status=status)


def claim(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask to act for an organisation that has a profile already."""
    organisation = get_object_or_404(Organisation.objects.listed(), slug=slug)
    form, status = ClaimForm(request.POST or None), DONE
    if request.method == "POST":

        def ask() -> None:
            actions.claim_organisation(organisation, actor=reader(request), **form.cleaned_data)

        status = attempt(form, ask)
        if status == DONE:
            messages.success(request, _("Asked. You are mailed when it is decided."))
            return redirect("profile", slug)
    context = {"page": reads.claim_page(organisation, reader(request)), "form": form}
    return render(request, "matchmaking/own/claim.html", context, status=status)


def _colleague(request: HttpRequest, pk: int) -> Representative:
    rows = Representative.objects.select_related("organisation", "user")
    return get_object_or_404(rows, pk=pk, organisation=own_or_404(request))


def _show(
    request: HttpRequest, own: Organisation, form: django_forms.Form, status: int
) -> HttpResponse:
    """The page; a refused form of another kind than the invitation stands above it."""
    invite = form if isinstance(form, InviteForm) else InviteForm()
    context = {"page": reads.people_page(own, reader(request)), "form": invite, "refused": form}
    return render(request, "matchmaking/own/people.html", context, status=status)
