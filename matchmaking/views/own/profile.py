"""One's own profile: see it, change it section by section, hand it in."""

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clusters import actions
from clusters.models import Label, Logo, Organisation
from clusters.reads import act_for as remember
from clusters.reads import acting_organisation
from matchmaking.forms.own import profile as forms
from matchmaking.forms.own.account import Nothing
from matchmaking.forms.own.sections import InterestsForm, SectionForm, SectorsForm, TargetsForm
from matchmaking.forms.pictures import LogoForm
from matchmaking.reads.own import profile as reads
from matchmaking.reads.own import relations as relation_reads
from matchmaking.reads.own.guide import guide, next_step
from matchmaking.reads.own.history import history_page
from matchmaking.views.attempts import DONE, REFUSED, attempt
from matchmaking.views.reader import own_or_404, reader


def my_profile(request: HttpRequest) -> HttpResponse:
    """Sections with what they lack and what that is worth."""
    own = acting_organisation(request)
    if own is None:
        return render(request, "matchmaking/no_organisation.html")
    return _show(request, own, Nothing())


def organisation_new(request: HttpRequest) -> HttpResponse:
    """Start a profile as a draft."""
    form, status = forms.NewOrganisationForm(request.POST or None), DONE
    near = relation_reads.same_name(request.POST)
    if request.method == "POST" and not (near and not request.POST.get("is_new")):
        made: list[Organisation] = []
        status = attempt(form, lambda: made.append(_new(request, form)))
        if status == DONE:
            remember(request, made[0])
            messages.success(request, _("The draft is yours. Complete it, then hand it in."))
            return redirect(next_step(made[0]))
    context = {"form": form, "near": near}
    return render(request, "matchmaking/own/new.html", context, status=status)


def who(request: HttpRequest) -> HttpResponse:
    """Change the plain fields."""
    own = _editable(request)
    form, status = forms.WhoForm(own, request.POST or None), DONE
    changes: tuple[forms.Change, ...] = ()
    if request.method == "POST":

        def change() -> None:
            values, seen = form.values(), form.cleaned_data["seen_at"]
            user = reader(request)
            actions.change_organisation(own, values=values, seen_at=seen, actor=user)

        status = attempt(form, change)
        if status == DONE:
            return _saved(request, own, "who")
        if status == REFUSED:
            form, changes = forms.reread(form)
    context = {"own": own, "form": form, "changes": changes, "guide": guide(own, "who")}
    return render(request, "matchmaking/own/who.html", context, status=status)


def sectors(request: HttpRequest) -> HttpResponse:
    """Choose sectors from the tree."""
    own = _editable(request)
    form = SectorsForm(own, request.POST or None)
    return _section(request, form, actions.set_sectors, "sectors")


def targets(request: HttpRequest) -> HttpResponse:
    """State where one wants to go."""
    own = _editable(request)
    form = TargetsForm(own, request.POST or None)
    return _section(request, form, actions.set_targets, "targets")


def interests(request: HttpRequest) -> HttpResponse:
    """State what one seeks and offers."""
    own = _editable(request)
    form = InterestsForm(own, request.POST or None)
    return _section(request, form, actions.set_interests, "interests")


def labels(request: HttpRequest) -> HttpResponse:
    """Record a management label, or change the end of one."""
    own, user = _editable(request), reader(request)
    form, status = forms.LabelForm(request.POST or None), DONE
    if request.method == "POST":
        status = attempt(form, lambda: actions.set_label(own, actor=user, **form.cleaned_data))
        if status == DONE:
            messages.success(request, _("Saved."))
            return redirect("my_labels")
    context = {"own": own, "form": form, "labels": own.labels.all()}
    return render(request, "matchmaking/own/labels.html", context, status=status)


@require_POST
def label_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a label off the profile."""
    label = get_object_or_404(Label, pk=pk, organisation=own_or_404(request))
    actions.remove_label(label, actor=reader(request))
    messages.success(request, _("Removed. The history keeps it."))
    return redirect("my_labels")


def logo(request: HttpRequest) -> HttpResponse:
    """Put a logo on the profile, or another one."""
    own, user = _editable(request), reader(request)
    form, status = LogoForm(request.POST or None, request.FILES or None), DONE
    if request.method == "POST":
        status = attempt(
            form, lambda: actions.set_logo(own, content=form.cleaned_data["picture"], actor=user)
        )
        if status == DONE:
            messages.success(request, _("Saved."))
            return redirect("my_profile")
    now = Logo.objects.without_picture().filter(organisation=own).first()
    context = {"own": own, "form": form, "logo": now}
    return render(request, "matchmaking/own/logo.html", context, status=status)


@require_POST
def logo_remove(request: HttpRequest) -> HttpResponse:
    """Take the logo off the profile."""
    actions.remove_logo(own_or_404(request), actor=reader(request))
    messages.success(request, _("The logo is taken off."))
    return redirect("my_profile")


def relations(request: HttpRequest) -> HttpResponse:
    """Whom one works with; propose one more."""
    own, user = _editable(request), reader(request)
    form, status = forms.RelationForm(request.POST or None), DONE
    if request.method == "POST":
        status = attempt(form, lambda: actions.add_relation(own, actor=user, **form.cleaned_data))
        if status == DONE:
            messages.success(request, _("Proposed. It counts once the other side confirms it."))
            return redirect("my_relations")
    return _relations(request, own, form, status)


@require_POST
def relation_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm what another organisation says."""
    return _relation(request, pk, actions.confirm_relation, _("Confirmed. Both profiles show it."))


@require_POST
def relation_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuse a proposal, or take a relation off both profiles."""
    return _relation(request, pk, actions.remove_relation, _("Taken off both profiles."))


@require_POST
def submit(request: HttpRequest) -> HttpResponse:
    """Hand a draft to the curators."""
    own, form = own_or_404(request), Nothing(request.POST)
    status = attempt(form, lambda: actions.submit_organisation(own, actor=reader(request)))
    if status != DONE:
        return _show(request, own, form, status)
    messages.success(request, _("Handed in. You are mailed when a curator has looked at it."))
    return redirect("my_profile")


@require_safe
def preview(request: HttpRequest, viewer: str) -> HttpResponse:
    """The profile as the public, another member, or a partner sees it."""
    own = own_or_404(request)
    seen = reads.as_others_see_it(own, viewer)
    page = seen.full
    context = {"seen": seen, "page": page, "profile": page.profile, "demo_data": own.is_demo}
    return render(request, "matchmaking/own/preview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def history(request: HttpRequest) -> HttpResponse:
    """Who changed what on one's profile; take a change back."""
    own = own_or_404(request) if request.method != "POST" else _editable(request)
    user, form, status = reader(request), forms.UndoForm(), DONE
    if request.method == "POST":
        form = forms.UndoForm(request.POST)
        status = attempt(form, lambda: actions.undo_change(own, actor=user, **form.cleaned_data))
        if status == DONE:
            messages.success(request, _("Taken back. This, too, can be taken back."))
            return redirect("my_history")
    context = {"page": history_page(own, user), "form": form}
    return render(request, "matchmaking/own/history.html", context, status=status)


def _show(
    request: HttpRequest, own: Organisation, form: django_forms.Form, status: int = DONE
) -> HttpResponse:
    page = reads.my_profile(own, reader(request))
    context = {"page": page, "profile": page.full.profile, "form": form, "demo_data": own.is_demo}
    return render(request, "matchmaking/own/profile.html", context, status=status)


def _editable(request: HttpRequest) -> Organisation:
    """The organisation whose profile the reader may change; colleagues without the right get 403."""
    own = own_or_404(request)
    if not reader(request).has_perm("clusters.change_organisation", own):
        raise PermissionDenied("clusters.change_organisation")
    return own


def _new(request: HttpRequest, form: forms.NewOrganisationForm) -> Organisation:
    return actions.start_profile(
        sector=form.cleaned_data["sector"], actor=reader(request), **form.values()
    )


def _section(
    request: HttpRequest, form: SectionForm, action: Callable[..., Any], code: str
) -> HttpResponse:
    status = DONE
    if request.method == "POST":
        user = reader(request)
        status = attempt(form, lambda: action(form.own, actor=user, **form.values()))  # type: ignore[attr-defined]  # each form has its own
        if status == DONE:
            return _saved(request, form.own, code)
    context = {"own": form.own, "form": form, "is_stale": status == REFUSED}
    context["guide"] = guide(form.own, code)
    return render(request, f"matchmaking/own/{code}.html", context, status=status)


def _saved(request: HttpRequest, own: Organisation, code: str) -> HttpResponse:
    messages.success(request, _("Saved, with today’s date and your organisation as the source."))
    step = guide(own, code)
    if step is not None:
        return redirect(step.href)
    return redirect(f"{reverse('my_profile')}#{code}")


def _relation(request: HttpRequest, pk: int, action: Callable[..., Any], done: str) -> HttpResponse:
    own = _editable(request)
    row = get_object_or_404(relation_reads.relations_of(own), pk=pk)
    form = Nothing(request.POST)
    status = attempt(form, lambda: action(row, actor=reader(request)))
    if status != DONE:
        return _relations(request, own, form, status)
    messages.success(request, done)
    return redirect("my_relations")


def _relations(
    request: HttpRequest, own: Organisation, form: django_forms.Form, status: int
) -> HttpResponse:
    add = form if isinstance(form, forms.RelationForm) else forms.RelationForm()
    page = relation_reads.relations_page(own)
    context = {"page": page, "form": add, "refused": form, "guide": guide(own, "relations")}
    return render(request, "matchmaking/own/relations.html", context, status=status)
