"""After the meetings: what came of them, what to do next, and the year's report."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clusters.reads import acting_organisation
from matchmaking import actions
from matchmaking.adapters.workbook import XLSX, workbook
from matchmaking.forms.outcomes import OutcomeForm, outcome_initial
from matchmaking.models import Meeting
from matchmaking.printing import typeset
from matchmaking.reads import after as reads
from matchmaking.reads.year import year_paper, year_sheets
from matchmaking.views.attempts import DONE, attempt
from matchmaking.views.paper import pdf_answer
from matchmaking.views.reader import own_or_404, reader, refusal_status


@require_safe
def after(request: HttpRequest) -> HttpResponse:
    """Meetings that are over: those without a word first."""
    year, own = request.GET.get("year", ""), acting_organisation(request)
    page = reads.after(reader(request), own, year=year)
    context = {"page": page, "demo_data": page.is_demo}
    return render(request, "matchmaking/after/list.html", context)


def outcome(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what came of one meeting."""
    page = _page(request, pk)
    line, user = page.line, reader(request)
    form = OutcomeForm(request.POST or None, initial=outcome_initial(line.mine))
    status = DONE
    if request.method == "POST":
        form = OutcomeForm(request.POST)

        def report() -> None:
            values: dict[str, Any] = form.cleaned_data
            actions.report_outcome(line.meeting, organisation=line.own, actor=user, **values)

        status = attempt(form, report)
        if status == DONE:
            messages.success(request, _("Saved."))
            return redirect(_list_of(line))
    context = {"page": page, "form": form, "demo_data": line.meeting.event.is_demo}
    return render(request, "matchmaking/after/outcome.html", context, status=status)


@require_POST
def next_step_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick the next step off, or take that back."""
    line = _page(request, pk).line
    if line.mine is None:
        return redirect("outcome", pk)
    is_done = request.POST.get("done", "1") == "1"
    try:
        actions.mark_next_step(line.mine, is_done=is_done, actor=reader(request))
    except ValidationError as error:
        context = {"sentences": error.messages, "href": reverse("outcome", args=[pk])}
        return render(request, "matchmaking/refused.html", context, status=refusal_status(error))
    messages.success(request, _("Done.") if is_done else _("It is open again."))
    return redirect(_list_of(line))


@require_safe
def year_xlsx(request: HttpRequest) -> HttpResponse:
    """The organisation's year as a spreadsheet."""
    own = own_or_404(request)
    page = reads.after(reader(request), own, year=request.GET.get("year", ""))
    response = HttpResponse(workbook(year_sheets(page)), content_type=XLSX)
    name = f"puente-{own.slug}-{page.year or page.today.year}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
def year_pdf(request: HttpRequest) -> HttpResponse:
    """The organisation's year on paper, without its notes."""
    own = own_or_404(request)
    page = reads.after(reader(request), own, year=request.GET.get("year", ""))
    paper = "letter" if request.GET.get("paper") == "letter" else "a4"
    content = typeset("year", year_paper(page), paper=paper)
    return pdf_answer(content, f"puente-{own.slug}-{page.year or page.today.year}.pdf")


def _page(request: HttpRequest, pk: int) -> reads.AfterPage:
    rows = Meeting.objects.visible_to(request.user).with_parties()
    row = get_object_or_404(rows.prefetch_related("seats__delegate", "outcomes"), pk=pk)
    if not request.user.has_perm("matchmaking.record_outcome", row):
        raise PermissionDenied("matchmaking.record_outcome")  # organisers see figures, not notes
    return reads.after_page(row, reader(request), acting_organisation(request))


def _list_of(line: reads.AfterLine) -> str:
    return f"{reverse('after')}?{urlencode({'year': line.day.year})}"
