"""Runs of the planner, drafts side by side, releases."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from matchmaking import actions
from matchmaking.forms.planning import CompareForm, CopyForm, NoteForm, RunForm
from matchmaking.forms.refusals import put_errors
from matchmaking.models import Release
from matchmaking.reads.organiser.compare import compare_page
from matchmaking.reads.organiser.drafts import run_page, schedule_page
from matchmaking.reads.organiser.releases import publish_page, release_page, releases_page
from matchmaking.views.organiser.door import organised, run_of, tell
from matchmaking.views.reader import reader


@require_GET
def schedule(request: HttpRequest, slug: str) -> HttpResponse:
    """Run the planner; compare drafts."""
    event = organised(request, slug)
    page = schedule_page(event, reader(request))
    context = {"page": page, "form": RunForm(event), "demo_data": event.is_demo}
    return render(request, "organiser/schedule.html", context)


@require_POST
def run_start(request: HttpRequest, slug: str) -> HttpResponse:
    """Start the planner."""
    event = organised(request, slug, "events.plan_event")
    form = RunForm(event, request.POST)
    status = 400
    if form.is_valid():
        try:
            run = actions.start_run(event, actor=reader(request), **form.cleaned_data)
            return redirect("organiser_run", slug, run.pk)
        except ValidationError as error:
            put_errors(form, error)
            status = 409
    page = schedule_page(event, reader(request))
    context = {"page": page, "form": form, "demo_data": event.is_demo}
    return render(request, "organiser/schedule.html", context, status=status)


@require_GET
def run(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A run and how far it is; the part that htmx asks for again and again."""
    page = run_page(run_of(request, slug, pk), reader(request), seen=request.GET.get("seen", ""))
    part = "organiser/run_progress.html" if request.htmx else "organiser/run.html"  # type: ignore[attr-defined]  # set by HtmxMiddleware
    context = {"page": page, "part": bool(request.htmx), "demo_data": page.run.event.is_demo}  # type: ignore[attr-defined]  # as above
    return render(request, part, context)


@require_GET
def compare(request: HttpRequest, slug: str) -> HttpResponse:
    """Two drafts side by side, and who differs."""
    event = organised(request, slug)
    form = CompareForm(event, request.GET or None)
    chosen = form.cleaned_data if form.is_valid() else {}
    page = compare_page(event, reader(request), chosen.get("one"), chosen.get("other"))
    context = {"page": page, "form": form, "demo_data": event.is_demo}
    return render(request, "organiser/compare.html", context, status=400 if form.errors else 200)


@require_POST
def run_again(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Start a run that came to nothing once more, with the same settings."""
    row = run_of(request, slug, pk, "events.plan_event")
    try:
        new = actions.repeat_run(row, actor=reader(request))
    except ValidationError as error:
        tell(request, error)
        return redirect("organiser_run", slug, pk)
    return redirect("organiser_run", slug, new.pk)


@require_POST
def run_cancel(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Stop a run; the best so far is kept."""
    row = run_of(request, slug, pk, "events.plan_event")
    try:
        actions.cancel_run(row, actor=reader(request))
    except ValidationError as error:
        tell(request, error)
    return redirect("organiser_run", slug, pk)


@require_POST
def draft_copy(request: HttpRequest, slug: str) -> HttpResponse:
    """Start a draft by hand from another one, from a release, or empty."""
    event = organised(request, slug, "events.plan_event")
    form = CopyForm(event, request.POST)
    if not form.is_valid():
        messages.error(request, _("That draft is gone. Load the page again."))
        return redirect("organiser_schedule", slug)
    new = actions.create_draft(event, base=form.base, actor=reader(request))
    messages.success(request, _("%(draft)s is yours to change.") % {"draft": new})
    return redirect("organiser_grid", slug, new.pk)


@require_POST
def draft_discard(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Delete a draft."""
    row = run_of(request, slug, pk, "events.plan_event")
    try:
        actions.discard_draft(row, actor=reader(request))
        messages.success(request, _("%(draft)s deleted.") % {"draft": row})
    except ValidationError as error:
        tell(request, error)
    return redirect("organiser_schedule", slug)


def publish(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show whom publishing a draft concerns, then publish it."""
    row = run_of(request, slug, pk, "events.plan_event")
    if row.is_curve:  # repairs to choose from are no draft yet
        return redirect("organiser_curve", slug, pk)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        try:
            release = actions.publish_release(row, note=note, actor=reader(request))
        except ValidationError as error:
            put_errors(form, error)
        else:
            text = _("Release %(n)d is published; those it concerns are mailed.")
            messages.success(request, text % {"n": release.number})
            return redirect("organiser_release", slug, release.number)
    page = publish_page(row, reader(request))
    context = {"page": page, "form": form, "demo_data": row.event.is_demo}
    return render(request, "organiser/publish.html", context, status=409 if form.errors else 200)


@require_GET
def releases(request: HttpRequest, slug: str) -> HttpResponse:
    """All releases."""
    page = releases_page(organised(request, slug), reader(request))
    context = {"page": page, "demo_data": page.console.event.is_demo}
    return render(request, "organiser/releases.html", context)


def release(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One release with its differences; going back to it."""
    right = "events.plan_event" if request.method == "POST" else "events.view_console"
    event = organised(request, slug, right)
    rows = Release.objects.select_related("published_by", "run", "restores", "event")
    row = get_object_or_404(rows, event=event, number=number)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        try:
            new = actions.restore_release(row, note=note, actor=reader(request))
            text = _("Release %(n)d is published; those it concerns are mailed.")
            messages.success(request, text % {"n": new.number})
            return redirect("organiser_release", slug, new.number)
        except ValidationError as error:
            put_errors(form, error)
    context = {"page": release_page(row, reader(request)), "form": form}
    return render(request, "organiser/release.html", context, status=409 if form.errors else 200)
