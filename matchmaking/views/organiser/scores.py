"""An event's scores: whether they predicted, and by which policy they are made."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from events.models import Event
from matchmaking.actions import choose_policy
from matchmaking.forms.policies import SAVE, ChoiceForm
from matchmaking.forms.refusals import put_errors
from matchmaking.reads.hindsight import hindsight_page
from matchmaking.reads.organiser.policy import policy_choice
from matchmaking.reads.policies import policy_titles
from matchmaking.views.organiser.door import organised
from matchmaking.views.policies import csv_of
from matchmaking.views.reader import reader, refusal_status


@require_GET
def scores(request: HttpRequest, slug: str) -> HttpResponse:
    """Did the scores predict, at this event?"""
    event = organised(request, slug)
    page = hindsight_page(reader(request), request.GET.get("of", ""), event)
    context = {"page": page, "demo_data": event.is_demo}
    return render(request, "organiser/scores.html", context)


@require_GET
def scores_csv(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """The same as a file."""
    return csv_of(request, f"{slug}-scores.csv", event=organised(request, slug))


def policy(request: HttpRequest, slug: str) -> HttpResponse:
    """Compare another policy with the event's, then choose it."""
    if request.method != "POST":
        return _policy(request, organised(request, slug))
    event = organised(request, slug, "events.change_setup")
    form = ChoiceForm(request.POST, names=policy_titles(), now=event.scoring_policy)
    if not form.is_valid() or request.POST.get("step") != SAVE:
        return _policy(request, event, form)
    values = form.cleaned_data
    try:
        choose_policy(event, name=values["policy"], seen=values["seen"], actor=reader(request))
    except ValidationError as error:
        put_errors(form, error)
        return _policy(request, event, form, status=refusal_status(error))
    messages.success(request, _("This event scores by the chosen policy from now on."))
    return redirect("organiser_policy", slug)


def _policy(
    request: HttpRequest, event: Event, form: ChoiceForm | None = None, *, status: int = 0
) -> HttpResponse:
    form = form or ChoiceForm(names=policy_titles(), now=event.scoring_policy)
    wanted = form.cleaned_data.get("policy", "") if form.is_bound and form.is_valid() else ""
    wanted = wanted or (form.data.get("policy", "") if status else "")
    context = {
        "page": policy_choice(event, reader(request), wanted),
        "form": form,
        "demo_data": event.is_demo,
    }
    code = status or (400 if form.errors else 200)
    return render(request, "organiser/policy.html", context, status=code)
