"""The day for participants: late, taps taken back, places offered; and the big screen in the hall."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from clusters.models import Organisation
from clusters.validators import whole_number
from events.models import Event
from matchmaking import actions
from matchmaking.choices import OfferStatus
from matchmaking.models import Meeting, MeetingRequest, StandbyOffer
from matchmaking.reads.screen import screen_event, screen_page
from matchmaking.views.reader import back, reader, refusal_status


@require_POST
def meeting_unmark(request: HttpRequest, pk: int) -> HttpResponse:
    """Take "held" or "missed" back."""
    meeting = _meeting(request, pk)
    try:
        actions.unmark_meeting(meeting, actor=reader(request))
    except ValidationError as error:
        return _refused(request, error, meeting.event)
    return back(request, _agenda(meeting.event))


@require_POST
def meeting_late(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one side comes late; no minutes take it back."""
    meeting = _meeting(request, pk)
    minutes = request.GET.get("minutes") or request.POST.get("minutes", "")
    user = reader(request)
    late = party(meeting.request, request.POST.get("by", ""))
    try:
        if minutes == "0":
            actions.take_back_late(meeting, organisation=late, actor=user)
        else:
            number = whole_number(minutes) or 0
            actions.say_late(meeting, minutes=number, organisation=late, actor=user)
    except ValidationError as error:
        return _refused(request, error, meeting.event)
    return back(request, _agenda(meeting.event))


@require_POST
def standby_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Say yes or no to a place that is offered."""
    rows = StandbyOffer.objects.select_related("request__event", "chain")
    offer = get_object_or_404(rows, pk=pk)
    user, side = reader(request), party(offer.request, request.POST.get("by", ""))
    if not user.has_perm("matchmaking.answer_offer", offer):
        raise Http404
    act = actions.accept_offer if request.POST.get("answer") == "yes" else actions.decline_offer
    try:
        offer = act(offer, organisation=side, actor=user)
    except ValidationError as error:
        return _refused(request, error, offer.request.event)
    messages.success(request, _said(offer))
    return back(request, _agenda(offer.request.event))


@require_safe
@login_not_required
@never_cache
def screen(request: HttpRequest, slug: str, key: str = "") -> HttpResponse:
    """What runs in the hall, in letters one can read from afar."""
    event = screen_event(slug, key)
    if event is None:
        raise Http404
    part = "matchmaking/screen/live.html" if request.htmx else "matchmaking/screen/screen.html"  # type: ignore[attr-defined]  # set by HtmxMiddleware
    return render(request, part, {"page": screen_page(event), "demo_data": event.is_demo})


def party(asked: MeetingRequest, slug: str) -> Organisation | None:
    """The one of the two organisations that a form names."""
    sides = (asked.sender.organisation, asked.receiver.organisation)
    return next((one for one in sides if one.slug == slug), None)


def _said(offer: StandbyOffer) -> str:
    return {
        OfferStatus.TAKEN: _("It is yours: the meeting stands in the agenda."),
        OfferStatus.OPEN: _("Noted. It is yours once the other side says yes, too."),
    }.get(OfferStatus(offer.status), _("Noted. The place goes to others."))


def _meeting(request: HttpRequest, pk: int) -> Meeting:
    rows = Meeting.objects.visible_to(request.user).with_parties()
    return get_object_or_404(rows, pk=pk)


def _agenda(event: Event) -> str:
    return f"{reverse('agenda')}?event={event.slug}"


def _refused(request: HttpRequest, error: ValidationError, event: Event) -> HttpResponse:
    context = {"sentences": error.messages, "href": _agenda(event)}
    return render(request, "matchmaking/refused.html", context, status=refusal_status(error))
