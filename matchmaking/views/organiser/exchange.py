"""Problems and solutions of an event as files; solutions computed elsewhere."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from events.models import Event
from matchmaking import actions
from matchmaking.forms.exchange import SolutionForm
from matchmaking.forms.refusals import put_errors
from matchmaking.models import ScheduleRun
from matchmaking.reads.organiser.exchange import (
    ExportFile,
    exchange_page,
    problem_file,
    solution_file,
)
from matchmaking.views.organiser.door import organised, run_of
from matchmaking.views.reader import reader, refusal_status


def exchange(request: HttpRequest, slug: str) -> HttpResponse:
    """Offer the files of an event; take a solution over as a new draft."""
    event = organised(request, slug, "events.plan_event")
    form, status = SolutionForm(request.POST or None, request.FILES or None), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                run = _take_over(form, event, request)
                return redirect("organiser_grid", slug, run.pk)
            except ValidationError as error:
                put_errors(form, error, {"solution": "file"})
                status = refusal_status(error)
    page = exchange_page(event, reader(request))
    context = {"page": page, "form": form, "demo_data": event.is_demo}
    return render(request, "organiser/exchange.html", context, status=status)


def _take_over(form: SolutionForm, event: Event, request: HttpRequest) -> ScheduleRun:
    document, name = form.cleaned_data["file"], form.cleaned_data["name"]
    run = actions.import_solution(event, document=document, name=name, actor=reader(request))
    messages.success(request, _("Imported as %(draft)s.") % {"draft": run})
    return run


@require_GET
def problem(request: HttpRequest, slug: str) -> HttpResponse:
    """The problem of an event as a file."""
    event = organised(request, slug, "events.plan_event")
    return _download(problem_file(event, with_names=_with_names(request)))


@require_GET
def solution(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The meetings of a draft as a file."""
    run = run_of(request, slug, pk, "events.plan_event")
    return _download(solution_file(run, with_names=_with_names(request)))


def _with_names(request: HttpRequest) -> bool:
    return request.GET.get("names") == "1"


def _download(file: ExportFile) -> HttpResponse:
    response = HttpResponse(file.content, content_type="application/gzip")
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    response["Cache-Control"] = "no-store"
    return response
