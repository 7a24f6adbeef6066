"""Reach of an event: who would get none or too many meetings, and introductions that even it out."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.models import Event
from matchmaking import actions
from matchmaking.forms.introductions import IntroductionsForm
from matchmaking.forms.refusals import put_errors
from matchmaking.reads.organiser.reach import reach_page
from matchmaking.views.organiser.door import organised
from matchmaking.views.reader import reader, refusal_status


def reach(request: HttpRequest, slug: str) -> HttpResponse:
    """Show it; send the introductions that were ticked."""
    is_sent = request.method == "POST"
    event = organised(request, slug, "events.plan_event" if is_sent else "events.view_console")
    form, status = IntroductionsForm(request.POST if is_sent else None), 200
    if is_sent:
        status = _send(request, event, form)
        if status == 302:
            return redirect("organiser_reach", slug)
    context = {
        "page": reach_page(event, reader(request)),
        "form": form,
        "ticked": request.POST.getlist("pairs"),
        "all": "all" in request.GET,
        "demo_data": event.is_demo,
    }
    return render(request, "organiser/reach.html", context, status=status)


def _send(request: HttpRequest, event: Event, form: IntroductionsForm) -> int:
    """The status of the answer; what stands against it is said at the form."""
    if not form.is_valid():
        return 400
    chosen = form.cleaned_data["pairs"]
    try:
        made = actions.suggest_introductions(event, pairs=chosen, actor=reader(request))
    except ValidationError as error:
        put_errors(form, error)
        return refusal_status(error)
    _tell(request, len(made), len(chosen) - len(made))
    return 302


def _tell(request: HttpRequest, made: int, left: int) -> None:
    if made:
        text = ngettext(
            "%(n)d introduction suggested; both sides are told.",
            "%(n)d introductions suggested; both sides are told.",
            made,
        )
        messages.success(request, text % {"n": made})
    if left:
        text = _("Not possible any more and left out: %(n)d. Things have changed meanwhile.")
        messages.warning(request, text % {"n": left})
