"""Events for everybody, and what a participant does about its registration."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from clusters.reads import acting_organisation
from events.models import Event
from matchmaking.reads import events as reads


@require_safe
@login_not_required
def event_list(request: HttpRequest) -> HttpResponse:
    """List the events: running ones first, then those that are over."""
    page = reads.event_list(request.user, acting_organisation(request))
    demo = any(line.event.is_demo for line in (*page.running, *page.over, *page.drafts))
    return render(request, "matchmaking/events/list.html", {"page": page, "demo_data": demo})


@require_safe
@login_not_required
def event(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one event; drafts exist for their team only."""
    found = get_object_or_404(
        Event.objects.visible_to(request.user).select_related("country"), slug=slug
    )
    page = reads.event_page(found, request.user, acting_organisation(request))
    context = {"page": page, "demo_data": found.is_demo}
    return render(request, "matchmaking/events/event.html", context)
