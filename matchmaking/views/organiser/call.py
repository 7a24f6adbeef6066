"""Overview, call and work list of an event."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from clusters.validators import whole_number
from events.actions import decide_registration
from events.choices import RegistrationStatus
from events.models import Registration
from matchmaking.reads.organiser.call import call_page, decision_page
from matchmaking.reads.organiser.diary import diary_page
from matchmaking.reads.organiser.overview import overview_page
from matchmaking.reads.organiser.worklist import worklist_page
from matchmaking.views.organiser.door import organised
from matchmaking.views.reader import reader

DECISIONS = (
    RegistrationStatus.ACCEPTED,
    RegistrationStatus.RESERVE,
    RegistrationStatus.REJECTED,
)


@require_GET
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """Where the event stands and what waits."""
    page = overview_page(organised(request, slug), reader(request))
    context = {"page": page, "demo_data": page.console.event.is_demo}
    return render(request, "organiser/overview.html", context)


@require_GET
def call(request: HttpRequest, slug: str) -> HttpResponse:
    """Applications by fit, with the balance of the event."""
    page = call_page(organised(request, slug), reader(request), request.GET.get("status", ""))
    context = {
        "page": page,
        "demo_data": page.console.event.is_demo,
        "all_ticked": "all" in request.GET,
    }
    return render(request, "organiser/call.html", context)


@require_POST
def decide(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what an answer to the chosen applications does, then give it."""
    event = organised(request, slug, "events.decide_registrations")
    status = request.POST.get("decision", "")
    keys = [whole_number(key) for key in request.POST.getlist("registration")]
    chosen = Registration.objects.filter(event=event, pk__in=[key for key in keys if key])
    rows = list(chosen.select_related("organisation", "event").order_by("organisation__name"))
    if not rows or status not in DECISIONS:
        messages.error(request, _("Tick the applications first, then choose what to do."))
        return redirect("organiser_call", slug)
    if "confirmed" not in request.POST:
        page = decision_page(event, reader(request), status, rows)
        return render(request, "organiser/decide.html", {"page": page})
    _decide(request, rows, status)
    return redirect("organiser_call", slug)


def _decide(request: HttpRequest, rows: Sequence[Registration], status: str) -> None:
    """Answer each; one that cannot be answered does not hold up the others."""
    done = 0
    for row in rows:
        try:
            decide_registration(row, status=status, actor=reader(request))
            done += 1
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    if done:
        text = ngettext("%(n)d application answered.", "%(n)d applications answered.", done)
        messages.success(request, text % {"n": done})


@require_GET
def worklist(request: HttpRequest, slug: str) -> HttpResponse:
    """Who would not get a good day as things stand."""
    page = worklist_page(organised(request, slug), reader(request))
    context = {"page": page, "demo_data": page.console.event.is_demo}
    return render(request, "organiser/worklist.html", context)


@require_GET
def diary(request: HttpRequest, slug: str) -> HttpResponse:
    """What happened by itself."""
    page = diary_page(organised(request, slug), reader(request))
    context = {"page": page, "demo_data": page.console.event.is_demo}
    return render(request, "organiser/diary.html", context)
