"""What a meeting is worth to the planner of an event."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from events import actions
from matchmaking.adapters.weights import Weights
from matchmaking.forms.planning import WeightsForm
from matchmaking.forms.refusals import put_errors
from matchmaking.reads.organiser.weights import weights_page
from matchmaking.views.organiser.door import organised
from matchmaking.views.reader import reader


def weights(request: HttpRequest, slug: str) -> HttpResponse:
    """Explain the formula, try other weights on the event's own wishes, save them."""
    posted = request.method == "POST"
    event = organised(request, slug, "events.plan_event" if posted else "events.view_console")
    form = WeightsForm(event, request.POST if posted else None)
    tried = Weights(**form.cleaned_data) if form.is_valid() else None
    if tried and "save" in request.POST:
        try:
            actions.change_weights(event, **form.cleaned_data, actor=reader(request))
            messages.success(request, _("Saved. The next run of the planner counts so."))
            return redirect("organiser_weights", slug)
        except ValidationError as error:
            put_errors(form, error)
    page = weights_page(event, reader(request), tried)
    context = {"page": page, "form": form, "demo_data": event.is_demo}
    return render(request, "organiser/weights.html", context, status=400 if form.errors else 200)
