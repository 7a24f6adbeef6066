"""One's own agenda on paper, and whether a paper still holds."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from clusters.reads import acting_organisation
from events.models import Event, Registration
from matchmaking.choices import Paper
from matchmaking.forms.printing import usual_paper
from matchmaking.models import Release
from matchmaking.printing import typeset
from matchmaking.reads.agenda import OURS
from matchmaking.reads.papers import agenda_of, agenda_of_person
from matchmaking.reads.papers.schedule import Data
from matchmaking.reads.still_current import still_current as read_still_current
from matchmaking.views.reader import reader


@require_safe
def own_agenda(request: HttpRequest, slug: str) -> HttpResponse:
    """The reader's agenda, or with `whose=organisation` the organisation's, from the newest release."""
    events = Event.objects.visible_to(request.user).select_related("country")
    event = get_object_or_404(events, slug=slug)
    release = Release.objects.filter(event=event).order_by("-number").first()
    if release is None:
        raise Http404
    release.event = event
    wanted = request.GET.get("paper", "")
    paper = wanted if wanted in Paper.values else usual_paper(event)
    with translation.override(language_of(request.GET.get("language", ""))):
        found = _own_paper(request, release)
        if found is None:
            raise Http404
        return pdf_answer(typeset(*found, paper=paper), f"{slug}-agenda-{release.number}.pdf")


def language_of(wanted: str) -> str:
    """One of the site's languages: the one asked for, else the reader's."""
    return wanted if wanted in dict(settings.LANGUAGES) else (get_language() or "en")


def _own_paper(request: HttpRequest, release: Release) -> tuple[str, Data] | None:
    own = acting_organisation(request)
    if request.GET.get("whose") != OURS or own is None:
        mine = agenda_of_person(release, reader(request))
        if mine is not None or own is None:
            return mine
    rows = Registration.objects.accepted().filter(event=release.event, organisation=own)
    registration = rows.select_related("organisation__region__country").first()
    return agenda_of(release, registration) if registration else None


def pdf_answer(content: bytes, name: str) -> HttpResponse:
    """A PDF to look at or keep; no cache keeps it, for it holds names."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@login_not_required
def still_current(request: HttpRequest, code: str) -> HttpResponse:
    """Whether a paper with this code still holds."""
    page = read_still_current(code)
    context = {"page": page, "code": code[:12].upper()}
    return render(request, "matchmaking/paper.html", context, status=200 if page else 404)
