"""Scoring policies: how they weigh, and a new version in two steps: compare, then save."""

from collections.abc import Mapping

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from matchmaking.actions import save_policy
from matchmaking.forms.policies import SAVE, WeightsForm, proposed_weights
from matchmaking.forms.refusals import put_errors
from matchmaking.policies import require
from matchmaking.reads.hindsight import hindsight_lines, hindsight_page
from matchmaking.reads.policies import (
    Version,
    newest_version,
    policies_page,
    policy_page,
    preview,
)
from matchmaking.reads.scores import DEFAULT_POLICY
from matchmaking.views.reader import reader, refusal_status


@require_GET
def policies(request: HttpRequest) -> HttpResponse:
    """List the policies, so that everybody can see how pairs are weighed."""
    page = policies_page(reader(request))
    return render(request, "matchmaking/policies.html", {"page": page})


@require_GET
def policy(request: HttpRequest, name: str) -> HttpResponse:
    """Show one policy: its weights in words, what is usual, its versions, the events that use it."""
    page = policy_page(name, reader(request))
    if page is None:
        raise Http404(name)
    return render(request, "matchmaking/policy.html", {"page": page})


def policy_new(request: HttpRequest) -> HttpResponse:
    """Start a policy from another one's weights, or from a proposal."""
    require(reader(request), "matchmaking.save_policy")
    start = newest_version(request.GET.get("from", "")) or newest_version(DEFAULT_POLICY)
    return _edit(request, start, "")


def policy_change(request: HttpRequest, name: str) -> HttpResponse:
    """Write the next version of a policy."""
    last = newest_version(name)
    if last is None:
        raise Http404(name)
    require(reader(request), "matchmaking.save_policy")
    return _edit(request, last, name)


def _edit(request: HttpRequest, last: Version | None, name: str) -> HttpResponse:
    if request.method == "POST":
        return _compare_or_save(request, last, name)
    return _form(request, _empty_form(request.GET, last, name), last, name)


def _empty_form(query: Mapping[str, str], last: Version | None, name: str) -> WeightsForm:
    """What the form begins with: a proposal from the address, else the newest weights."""
    stated = {code: points / 100 for code, points in last.points.items()} if last else {}
    initial: dict[str, str | int] = {"seen_version": last.number if last and name else 0}
    if name and last:
        initial |= {"title": last.title, "note": ""}
    return WeightsForm(name=name, weights=proposed_weights(query) or stated, initial=initial)


def _compare_or_save(request: HttpRequest, last: Version | None, name: str) -> HttpResponse:
    form = WeightsForm(request.POST, name=name)
    if not form.is_valid():
        return _form(request, form, last, name, status=400)
    if request.POST.get("step") != SAVE or not form.is_compared:
        return _form(request, form, last, name)
    try:
        saved = save_policy(actor=reader(request), **form.values)
    except ValidationError as error:
        form = _beside_newest(request, last, name)
        put_errors(form, error)
        return _form(request, form, last, name, status=refusal_status(error))
    messages.success(
        request,
        _("Saved as version %(version)d. It scores from now on.") % {"version": saved.version},
    )
    return redirect("policy", saved.name)


def _beside_newest(request: HttpRequest, last: Version | None, name: str) -> WeightsForm:
    """The same form over the version that is newest now: saving it once more is saving knowingly."""
    mended = request.POST.copy()
    mended["seen_version"] = str(last.number if last and name else 0)
    form = WeightsForm(mended, name=name)
    form.is_valid()
    return form


def _form(
    request: HttpRequest, form: WeightsForm, last: Version | None, name: str, *, status: int = 200
) -> HttpResponse:
    """The form; below it what its weights would change, once they are weights."""
    shown = None
    if form.is_bound and (form.is_valid() or status == 409):
        owner = form.cleaned_data.get("organisation", "")
        shown = preview(name or DEFAULT_POLICY, form.weights, owner=owner)
    context = {
        "form": form,
        "preview": shown,
        "last": last if name else None,
        "name": name,
        "is_stale": status == 409,
    }
    return render(request, "matchmaking/policy_form.html", context, status=status)


@require_GET
def hindsight(request: HttpRequest) -> HttpResponse:
    """Did the scores predict, over all events?"""
    require(reader(request), "matchmaking.save_policy")
    page = hindsight_page(reader(request), request.GET.get("of", ""))
    context = {"page": page, "demo_data": page.is_demo}
    return render(request, "matchmaking/hindsight.html", context)


@require_GET
def hindsight_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same as a file."""
    require(reader(request), "matchmaking.save_policy")
    return csv_of(request, "puente-scores.csv")


def csv_of(request: HttpRequest, name: str, **only: object) -> StreamingHttpResponse:
    """A page of hindsight as a CSV file; `event` keeps to one."""
    page = hindsight_page(reader(request), request.GET.get("of", ""), **only)  # type: ignore[arg-type]  # an event
    response = StreamingHttpResponse(hindsight_lines(page), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
