"""Pages for everybody: what Puente is, what it rests on, what it keeps."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from matchmaking.reads import about_data as data
from matchmaking.reads import stories as told
from matchmaking.reads.example import EXAMPLE
from matchmaking.reads.start import start_page


@login_not_required
def start(request: HttpRequest) -> HttpResponse:
    """Tell what Puente is, with a map of both sides and figures from the data."""
    context = {"page": start_page(), "example": EXAMPLE}
    return render(request, "matchmaking/start.html", context)


@login_not_required
def how_it_works(request: HttpRequest) -> HttpResponse:
    """Explain scores, requests and schedules in plain words."""
    return render(request, "matchmaking/how_it_works.html", {"example": EXAMPLE})


@login_not_required
def about_data(request: HttpRequest) -> HttpResponse:
    """Show every source, footnote, contradiction, figure and claim; citations lead here."""
    return render(request, "matchmaking/about_data.html", {"page": data.about_data()})


@login_not_required
def privacy(request: HttpRequest) -> HttpResponse:
    """Tell what is kept about people, who sees it, and how it is erased."""
    return render(request, "matchmaking/privacy.html", {"contact": settings.CONTACT_EMAIL})


@login_not_required
def stories(request: HttpRequest) -> HttpResponse:
    """List the success stories."""
    return render(request, "matchmaking/stories.html", {"stories": told.stories()})


@login_not_required
def story(request: HttpRequest, code: str) -> HttpResponse:
    """Show one success story in full."""
    page = told.story_page(code)
    if page is None:
        raise Http404(code)
    return render(request, "matchmaking/story.html", {"page": page})
