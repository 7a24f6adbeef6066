"""Home of somebody who is signed in, and for whom they act."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clusters.models import Organisation, User
from clusters.reads import act_for as remember
from clusters.reads import acting_organisation
from matchmaking.actions import answer_fact, dismiss_fact
from matchmaking.models import FactRequest
from matchmaking.reads import home as reads
from matchmaking.reads.organiser.setup import organised_events
from matchmaking.views.reader import back, own_or_404, reader, refusal_status


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what needs the reader, new partners and their events; organisers see theirs."""
    own = acting_organisation(request)
    if own is None:
        if organised_events(reader(request)):
            return redirect("organiser_events")
        return render(request, "matchmaking/no_organisation.html")
    page = reads.home(own, reader(request))
    return render(request, "matchmaking/home/home.html", {"page": page, "demo_data": page.is_demo})


@require_POST
def act_for(request: HttpRequest) -> HttpResponse:
    """Choose for which of one's organisations one acts from now on."""
    mine = Organisation.objects.acted_for_by(request.user)
    chosen = get_object_or_404(mine, slug=request.POST.get("organisation", ""))
    remember(request, chosen)
    messages.success(request, _("You act for %(name)s now.") % {"name": chosen.name})
    return redirect("home")


@require_POST
def fact_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a question about one's profile, or leave it for good."""
    rows = FactRequest.objects.filter(about=own_or_404(request))
    question = get_object_or_404(rows.select_related("asker", "about"), pk=pk)
    answer = request.POST.get("answer", "")
    try:
        done = _answer(question, answer, reader(request))
    except ValidationError as error:
        context = {"sentences": error.messages, "href": reverse("home")}
        return render(request, "matchmaking/refused.html", context, status=refusal_status(error))
    messages.success(request, done)
    section = _section(question, answer)
    return redirect(section) if section else back(request, reverse("home"))


def _answer(question: FactRequest, answer: str, user: User) -> str:
    """Pass the answer on; returns what to tell the reader."""
    if answer == "dismiss":
        dismiss_fact(question, actor=user)
        return _("Left unanswered. They are not told.")
    answer_fact(question, answer=answer, actor=user)
    if question.criterion.startswith("target."):
        return _("Thank you. It stands in your profile, and they are told.")
    if question.criterion == "record.repeat" and answer == "yes":
        return _("Thank you. It stands in your profile once they confirm it, and they are told.")
    if answer == "yes":
        return _("Thank you. They are told. Write the details here: the score counts those.")
    return _("Thank you. They are told that you answered no.")


def _section(question: FactRequest, answer: str) -> str:
    """Where the profile has room for what a yes leaves open; empty where nothing is left."""
    part = question.criterion.partition(".")[0]
    if answer != "yes" or question.criterion == "record.repeat":
        return ""
    pages = {"sector": "my_sectors", "need": "my_interests", "kind": "my_who"}
    pages |= {"record": "my_relations", "circle": "my_relations", "practice": "my_who"}
    name = "my_labels" if question.criterion == "practice.label" else pages.get(part, "")
    return reverse(name) if name else ""
