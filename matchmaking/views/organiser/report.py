"""The report of an event, as a page and as files; the whole event as one."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_safe

from matchmaking.adapters.workbook import XLSX, workbook
from matchmaking.choices import Paper
from matchmaking.forms.printing import usual_paper
from matchmaking.printing import typeset
from matchmaking.reads.event_file import export_event
from matchmaking.reads.organiser.report import Report, report_csv, report_paper, sheets
from matchmaking.reads.organiser.report import report as read_report
from matchmaking.views.organiser.door import organised
from matchmaking.views.paper import pdf_answer
from matchmaking.views.reader import reader


def _report(request: HttpRequest, slug: str) -> Report:
    return read_report(organised(request, slug), reader(request))


@require_GET
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """Figures from registration to results."""
    page = _report(request, slug)
    context = {"page": page, "demo_data": page.console.event.is_demo}
    return render(request, "organiser/report.html", context)


@require_safe
def report_file_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """All tables as one CSV file."""
    page = _report(request, slug)
    return _attached("".join(report_csv(page)), "text/csv; charset=utf-8", f"{slug}-report.csv")


@require_safe
def report_file_xlsx(request: HttpRequest, slug: str) -> HttpResponse:
    """A spreadsheet with a sheet for each table."""
    return _attached(workbook(sheets(_report(request, slug))), XLSX, f"{slug}-report.xlsx")


@require_safe
def report_file_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """The report on paper."""
    page = _report(request, slug)
    wanted = request.GET.get("paper", "")
    paper = wanted if wanted in Paper.values else usual_paper(page.console.event)
    return pdf_answer(typeset("report", report_paper(page), paper=paper), f"{slug}-report.pdf")


def _attached(content: str | bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def event_file(request: HttpRequest, slug: str) -> HttpResponse:
    """The whole event as an open file, for its owners; personal data only where it is asked for.

    What came of meetings is known to their two sides and is not in it.
    """
    event = organised(request, slug, "events.change_event")
    people = request.GET.get("people") == "1"
    data = export_event(event, with_people=people, with_outcomes=False)
    text = json.dumps(data, ensure_ascii=False, indent=1)
    name = f"{slug}-with-personal-data.json" if people else f"{slug}.json"
    return _attached(text, "application/json; charset=utf-8", name)
