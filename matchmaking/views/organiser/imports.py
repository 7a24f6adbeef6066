"""Registrations from lists of other tools: upload, columns, dry run, apply, report."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from events import actions
from events.choices import ImportState
from events.models import RegistrationImport
from matchmaking.adapters.workbook import XLSX
from matchmaking.forms.imports import ApplyForm, ColumnsForm, DecisionsForm, UploadForm
from matchmaking.reads.organiser import imports as reads
from matchmaking.views.attempts import DONE, attempt
from matchmaking.views.organiser.door import organised, tell
from matchmaking.views.reader import reader

RIGHT = "events.decide_registrations"


def upload(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a list; show those taken so far."""
    event, user = organised(request, slug, RIGHT), reader(request)
    form, status = UploadForm(request.POST or None, request.FILES or None), DONE
    if request.method == "POST":
        made: list[RegistrationImport] = []

        def take() -> None:
            name = form.cleaned_data["file"].name
            made.append(
                actions.upload_registrations(event, table=form.table, file_name=name, actor=user)
            )

        status = attempt(form, take)
        if status == DONE:
            return redirect("organiser_import_columns", slug, made[0].pk)
    context = {"page": reads.imports_page(event, user), "form": form}
    return render(request, "organiser/import/upload.html", context, status=status)


def columns(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Say what each column means, and what holds for all rows."""
    row, user = _list(request, slug, pk), reader(request)
    if not row.is_open:
        return _over(request, row)
    page = reads.columns_page(row, user, request.GET.get("preset", ""))
    form, status = ColumnsForm(row, page.columns, request.POST or None), DONE
    if request.method == "POST":

        def save() -> None:
            actions.map_columns(row, columns=form.columns, options=form.options, actor=user)

        status = attempt(form, save)
        if status == DONE:
            return redirect("organiser_import_check", slug, pk)
    context = {"page": page, "form": form}
    return render(request, "organiser/import/columns.html", context, status=status)


def check(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The dry run; take decisions on names that only resemble a profile."""
    row, user = _list(request, slug, pk), reader(request)
    if not row.is_open:
        return _over(request, row)
    if not row.options:
        return redirect("organiser_import_columns", slug, pk)
    if request.method != "POST":
        return _dry_run(request, row, ApplyForm())
    page = reads.check_page(row, user, "", "")
    form = DecisionsForm(page.undecided, row.decisions, request.POST)
    status = attempt(form, lambda: actions.decide_rows(row, decisions=form.decisions, actor=user))
    if status != DONE:
        return _dry_run(request, row, ApplyForm(), form, status)
    return redirect("organiser_import_check", slug, pk)


@require_POST
def apply(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Do what the dry run says."""
    row, user = _list(request, slug, pk), reader(request)
    form = ApplyForm(request.POST)
    if not row.is_open:
        return _over(request, row)

    def act() -> None:
        skip = form.cleaned_data["skip_broken"]
        actions.apply_import(row, skip_broken=skip, actor=user)

    status = attempt(form, act)
    if status != DONE:
        return _dry_run(request, row, form, status=status)
    messages.success(request, _("Imported. The rows of the file are erased here."))
    return redirect("organiser_import_report", slug, pk)


@require_POST
def discard(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Erase a list that is not applied."""
    row = _list(request, slug, pk)
    try:
        actions.discard_import(row, actor=reader(request))
        messages.success(request, _("Erased."))
    except ValidationError as error:
        tell(request, error)
    return redirect("organiser_import", slug)


@require_GET
def report(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What an import did."""
    row = _list(request, slug, pk)
    if row.state != ImportState.APPLIED:
        return redirect("organiser_import", slug)
    page = reads.report_page(row, reader(request))
    return render(request, "organiser/import/report.html", {"page": page})


@require_GET
def faults(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Everything to mend in a list, as a spreadsheet."""
    row = _list(request, slug, pk)
    if not row.is_open:
        return _over(request, row)
    response = HttpResponse(reads.faults_file(row), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{row.event.slug}-to-mend.xlsx"'
    response["Cache-Control"] = "no-store"
    return response


def _list(request: HttpRequest, slug: str, pk: int) -> RegistrationImport:
    event = organised(request, slug, RIGHT)
    row = get_object_or_404(RegistrationImport, event=event, pk=pk)
    row.event = event
    return row


def _over(request: HttpRequest, row: RegistrationImport) -> HttpResponse:
    """An applied list has a report; one whose day is over is uploaded again."""
    if row.state == ImportState.APPLIED:
        return redirect("organiser_import_report", row.event.slug, row.pk)
    messages.error(request, _("The rows of this list are erased. Upload the file again."))
    return redirect("organiser_import", row.event.slug)


def _dry_run(
    request: HttpRequest,
    row: RegistrationImport,
    form: ApplyForm,
    decisions: DecisionsForm | None = None,
    status: int = DONE,
) -> HttpResponse:
    show, number = request.GET.get("show", ""), request.GET.get("page", "1")
    page = reads.check_page(row, reader(request), show, number)
    decisions = decisions or DecisionsForm(page.undecided, row.decisions)
    context = {"page": page, "form": form, "decisions": decisions}
    return render(request, "organiser/import/check.html", context, status=status)
