"""Profiles of organisations."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from clusters.models import Organisation
from clusters.reads import acting_organisation
from matchmaking.reads.match_panel import match_panel
from matchmaking.reads.profiles import full_profile


@login_not_required
def profile(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a profile: public when listed, else only to those who act for it and to curators."""
    visible = Organisation.objects.visible_to(request.user)
    organisation = get_object_or_404(visible, slug=slug)
    page = full_profile(organisation, request.user)
    context = {
        "page": page,
        "profile": page.profile,
        "match": match_panel(acting_organisation(request), organisation),
        "demo_data": organisation.is_demo,
    }
    return render(request, "matchmaking/profile.html", context)
