"""The agenda: a day of meetings, what happened in them, and its calendar."""

from collections.abc import Callable
from pathlib import Path

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from clusters.models import User
from clusters.reads import acting_organisation
from events.models import Event
from matchmaking import actions
from matchmaking.adapters.calendar import calendar_file
from matchmaking.models import CalendarFeed, Meeting
from matchmaking.reads import agenda as reads
from matchmaking.reads.calendar import calendar_entries, find_feed
from matchmaking.views.day import party
from matchmaking.views.reader import back, reader, refusal_status

WORKER = Path(__file__).resolve().parents[1] / "static" / "js" / "agenda-worker.js"


@require_safe
def agenda(request: HttpRequest) -> HttpResponse:
    """A day of meetings: the reader's own, or all of the organisation's."""
    page = reads.agenda(
        reader(request),
        acting_organisation(request),
        event_slug=request.GET.get("event", ""),
        day=request.GET.get("day", ""),
        whose=request.GET.get("whose", ""),
    )
    demo = page.event is not None and page.event.is_demo
    return render(request, "matchmaking/agenda/day.html", {"page": page, "demo_data": demo})


@require_safe
@login_not_required
def agenda_worker(request: HttpRequest) -> HttpResponse:
    """The service worker of the agenda; from here its scope is the agenda and nothing else."""
    response = HttpResponse(WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@require_POST
def meeting_held(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that a meeting took place."""
    return _mark(request, pk, lambda meeting, user: actions.mark_held(meeting, actor=user))


@require_POST
def meeting_missed(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that a side did not come: the one named; the other one, for who sits in the meeting."""

    def mark(meeting: Meeting, user: User) -> Meeting:
        absent = party(meeting.request, request.POST.get("by", ""))
        if absent is None and user.has_perm("matchmaking.record_outcome", meeting):
            absent = reads.other_side(meeting, acting_organisation(request), user)
        return actions.mark_missed(meeting, by=absent, actor=user)

    return _mark(request, pk, mark)


def _mark(request: HttpRequest, pk: int, mark: Callable[[Meeting, User], Meeting]) -> HttpResponse:
    rows = Meeting.objects.visible_to(request.user).with_parties()
    meeting = get_object_or_404(rows, pk=pk)
    agenda_url = f"{reverse('agenda')}?event={meeting.event.slug}"
    try:
        mark(meeting, reader(request))
    except ValidationError as error:
        context = {"sentences": error.messages, "href": agenda_url}
        return render(request, "matchmaking/refused.html", context, status=refusal_status(error))
    return back(request, agenda_url)


@require_safe
def agenda_file(request: HttpRequest, slug: str) -> HttpResponse:
    """The reader's meetings at an event as a calendar file."""
    event = get_object_or_404(Event.objects.visible_to(request.user), slug=slug)
    response = _calendar(request, event, reader(request))
    response["Content-Disposition"] = f'attachment; filename="{event.slug}.ics"'
    return response


@require_POST
@never_cache
def feed_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Make a calendar address and show it this once."""
    event = get_object_or_404(Event.objects.visible_to(request.user), slug=slug)
    _feed, secret = actions.create_feed(event, actor=reader(request))
    address = request.build_absolute_uri(reverse("agenda_feed", args=[secret]))
    webcal = f"webcal:{address.partition(':')[2]}"
    context = {"event": event, "address": address, "webcal": webcal}
    return render(request, "matchmaking/agenda/feed.html", context)


@require_POST
def feed_revoke(request: HttpRequest, slug: str) -> HttpResponse:
    """Make the reader's calendar address of an event useless."""
    feed = get_object_or_404(CalendarFeed, event__slug=slug, user=reader(request))
    actions.revoke_feed(feed, actor=reader(request))
    messages.success(request, _("The calendar address no longer works."))
    return redirect(f"{reverse('agenda')}?event={slug}")


@require_safe
@login_not_required
def agenda_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar behind a secret address, for the programs that subscribe to it."""
    feed = find_feed(secret)
    if feed is None:
        raise Http404
    actions.note_feed_read(feed, actor=feed.user)
    return _calendar(request, feed.event, feed.user)


def _calendar(request: HttpRequest, event: Event, user: User) -> HttpResponse:
    site = request.build_absolute_uri("/").rstrip("/")
    with translation.override(user.language):
        body = calendar_file(event.name, calendar_entries(event, user, site=site))
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8; method=PUBLISH")
    response["Cache-Control"] = "private, no-cache"
    return response
