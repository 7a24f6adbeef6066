"""Find partners."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from clusters.models import User
from clusters.reads import acting_organisation
from matchmaking.adapters.workbook import XLSX, workbook
from matchmaking.reads.exports import partner_rows, partner_sheets
from matchmaking.reads.find import find_page
from matchmaking.views.reader import reader


@require_GET
@login_not_required
def find(request: HttpRequest) -> HttpResponse:
    """Find partners: list, map and table over one filter."""
    user = request.user if isinstance(request.user, User) else None
    page = find_page(request.GET, own=acting_organisation(request), user=user)
    return render(request, "matchmaking/find.html", {"page": page})


@require_GET
def find_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The result of a filter as CSV, with citations."""
    rows = partner_rows(request.GET, own=acting_organisation(request), user=reader(request))
    response = StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="puente-partners.csv"'
    return response


@require_GET
def find_xlsx(request: HttpRequest) -> HttpResponse:
    """The same as a spreadsheet."""
    own, user = acting_organisation(request), reader(request)
    body = workbook(partner_sheets(request.GET, own=own, user=user))
    response = HttpResponse(body, content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="puente-partners.xlsx"'
    return response
