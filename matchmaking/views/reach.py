"""Who is shown nowhere, for curators: count all lists, watch it, read it."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from matchmaking import actions
from matchmaking.forms.reach import ReachForm
from matchmaking.forms.refusals import put_errors
from matchmaking.models import ReachRun
from matchmaking.policies import require
from matchmaking.reads.reach import reach_lines, reach_page
from matchmaking.views.reader import reader, refusal_status

RIGHT = "matchmaking.count_reach"


def reach(request: HttpRequest) -> HttpResponse:
    """The last count and how to start one; while one is at work, the part that htmx asks for again and again."""
    require(reader(request), RIGHT)
    form, status = ReachForm(request.POST if request.method == "POST" else None), 200
    if form.is_bound:
        status = _start(request, form)
        if status == 302:
            return redirect("reach")
    asked = request.GET
    page = reach_page(
        side=asked.get("side", ""), why=asked.get("why", ""), number=asked.get("page", "1")
    )
    part = bool(request.htmx)  # type: ignore[attr-defined]  # set by HtmxMiddleware
    template = "matchmaking/reach_progress.html" if part else "matchmaking/reach.html"
    return render(request, template, {"page": page, "form": form, "part": part}, status=status)


def _start(request: HttpRequest, form: ReachForm) -> int:
    """The status of the answer; what stands against it is said at the form."""
    if not form.is_valid():
        return 400
    try:
        actions.start_reach(actor=reader(request), **form.cleaned_data)
    except ValidationError as error:
        put_errors(form, error)
        return refusal_status(error)
    return 302


@require_POST
def reach_stop(request: HttpRequest) -> HttpResponse:
    """Stop the count at work, if there is one."""
    require(reader(request), RIGHT)
    run = ReachRun.objects.first()
    if run is not None:
        actions.stop_reach(run, actor=reader(request))
    return redirect("reach")


@require_safe
def reach_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Everybody, least shown first, as a file."""
    require(reader(request), RIGHT)
    lines = reach_lines(side=request.GET.get("side", ""), why=request.GET.get("why", ""))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="puente-reach.csv"'
    return response
