"""Floor plans as organisers set them up."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clusters.validators import whole_number
from events import actions
from events.models import FloorPlan, Table
from matchmaking.forms.plans import PlaceForm, PlanForm
from matchmaking.forms.refusals import put_errors
from matchmaking.reads.organiser.plans import StagePage, stage_page
from matchmaking.reads.plans import spot_of
from matchmaking.views.organiser.door import organised, tell
from matchmaking.views.organiser.setup import setup_answer
from matchmaking.views.reader import reader


def _plan(request: HttpRequest, slug: str, pk: int) -> FloorPlan:
    event = organised(request, slug, "events.change_setup")
    plan = get_object_or_404(FloorPlan.objects.without_picture(), event=event, pk=pk)
    plan.event = event
    return plan


@require_POST
def plan_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a floor plan."""
    event = organised(request, slug, "events.change_setup")
    form = PlanForm(request.POST, request.FILES)
    if form.is_valid():
        name, content = form.cleaned_data["name"], form.content or b""
        try:
            row = actions.add_floor_plan(event, name=name, content=content, actor=reader(request))
        except ValidationError as error:
            put_errors(form, error)
        else:
            messages.success(request, _("Floor plan added. Now put the tables on it."))
            return redirect("organiser_plan", slug, row.pk)
    return setup_answer(request, event, plan=form)


def plan(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Put tables on a plan; rename it or show another picture."""
    row = _plan(request, slug, pk)
    form = PlanForm(request.POST or None, request.FILES or None, plan=row)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_floor_plan(
                row, name=form.cleaned_data["name"], content=form.content, actor=reader(request)
            )
        except ValidationError as error:
            put_errors(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("organiser_plan", slug, pk)
    return _page(request, row, form=form)


def _page(
    request: HttpRequest,
    row: FloorPlan,
    *,
    form: PlanForm | None = None,
    place: PlaceForm | None = None,
) -> HttpResponse:
    asked = request.GET if place is None else request.POST
    page = stage_page(
        row, reader(request), picked=asked.get("table", ""), placed=asked.get("placed", ""),
        before=asked.get("before", ""),
    )  # fmt: skip
    is_wrong = any(one is not None and one.errors for one in (form, place))
    context = {
        "page": page,
        "form": form or PlanForm(plan=row),
        "place": place or PlaceForm(row, initial=_numbers(page)),
        "demo_data": row.event.is_demo,
    }
    return render(request, "organiser/plan.html", context, status=400 if is_wrong else 200)


def _numbers(page: StagePage) -> dict[str, object]:
    """Where the picked table stands, in percent."""
    found: dict[str, object] = {"table": page.picked}
    if page.spot is not None:
        found |= {"left": round(page.spot.x * 100, 1), "top": round(page.spot.y * 100, 1)}
    return found


@require_POST
def plan_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Remove a plan with the places on it."""
    row = _plan(request, slug, pk)
    try:
        actions.remove_floor_plan(row, actor=reader(request))
        messages.success(request, _("Floor plan “%(name)s” removed.") % {"name": row.name})
    except ValidationError as error:
        tell(request, error)
    return redirect(f"{reverse('organiser_setup', args=[slug])}#plans")


@require_POST
def place(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Put a table on a plan, where the picture was clicked or where two numbers say."""
    row = _plan(request, slug, pk)
    form = PlaceForm(row, request.POST)
    if form.is_valid():
        table, (x, y) = form.cleaned_data["table"], form.share
        before = _before(table, row)
        try:
            actions.place_table(table, plan=row, x=x, y=y, actor=reader(request))
        except ValidationError as error:
            put_errors(form, error)
        else:
            return _back(row, table, before)
    return _page(request, row, place=form)


@require_POST
def take_off(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take a table off a plan."""
    row = _plan(request, slug, pk)
    key = whole_number(request.POST.get("table", ""))
    table = get_object_or_404(Table, event=row.event, pk=key)
    before = _before(table, row)
    try:
        actions.take_table_off_plan(table, actor=reader(request))
    except ValidationError as error:
        tell(request, error)
    return _back(row, table, before)


def _before(table: Table, plan: FloorPlan) -> str:
    """Where a table stands on this plan, as "left,top" in percent; empty for nowhere."""
    spot = spot_of(table)
    is_here = spot is not None and spot.plan_id == plan.pk
    return f"{spot.x * 100:.2f},{spot.y * 100:.2f}" if spot and is_here else ""


def _back(plan: FloorPlan, table: Table, before: str) -> HttpResponse:
    """To the plan, which says what was done and offers to undo it."""
    at = reverse("organiser_plan", args=[plan.event.slug, plan.pk])
    return redirect(f"{at}?{urlencode({'placed': str(table.pk), 'before': before})}")
