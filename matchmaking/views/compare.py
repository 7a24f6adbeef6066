"""Partners side by side."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from matchmaking.reads import compare as reads
from matchmaking.views.reader import own_or_404, reader


@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """Up to four partners of the reader's organisation; the address names them."""
    page = reads.compare(
        own_or_404(request),
        request.GET.getlist("o"),
        user=reader(request),
        only_differences=request.GET.get("diff") == "1",
    )
    context = {"page": page, "demo_data": page.is_demo}
    return render(request, "matchmaking/compare/page.html", context)
