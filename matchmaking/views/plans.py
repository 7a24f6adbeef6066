"""Floor plans for whoever may see the event."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import etag, require_safe

from events.models import Event, FloorPlan
from matchmaking.reads.plans import plan_page
from matchmaking.views.pictures import picture_answer


@require_safe
@login_not_required
def event_plan(request: HttpRequest, slug: str) -> HttpResponse:
    """Show where the tables of an event stand; `table` is the name of one to mark."""
    found = get_object_or_404(Event.objects.visible_to(request.user), slug=slug)
    page = plan_page(found, marked=request.GET.get("table", ""))
    context = {"page": page, "demo_data": found.is_demo}
    return render(request, "matchmaking/events/plan.html", context)


def _digest(request: HttpRequest, slug: str, pk: int) -> str | None:
    rows = FloorPlan.objects.visible_to(request.user).filter(event__slug=slug, pk=pk)
    found = rows.values_list("digest", flat=True).first()
    return f'"{found}"' if found else None


@require_safe
@login_not_required
@etag(_digest)
def event_plan_picture(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """The picture of a plan, as it was uploaded."""
    rows = FloorPlan.objects.visible_to(request.user)
    plan = get_object_or_404(rows, event__slug=slug, pk=pk)
    return picture_answer(bytes(plan.picture), plan.media_type, f"{slug}-{plan.pk}")
