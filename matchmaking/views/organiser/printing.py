"""Papers of an event: order them, watch them being made, fetch them; one agenda at once."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from matchmaking import actions
from matchmaking.forms.printing import AgendaForm, PrintForm
from matchmaking.forms.refusals import put_errors
from matchmaking.models import Printout
from matchmaking.printing import typeset
from matchmaking.reads.organiser.printing import print_page, printout_page
from matchmaking.reads.papers import agenda_of
from matchmaking.views.organiser.door import organised
from matchmaking.views.paper import pdf_answer
from matchmaking.views.reader import reader


def prints(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose what to print; what was printed lately."""
    event = organised(request, slug)
    language = (get_language() or "en")[:2]
    form = PrintForm(event, request.POST if request.method == "POST" else None, language=language)
    status = 400 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.order_printout(event, actor=reader(request), **form.cleaned_data)
            return redirect("organiser_printout", slug, row.pk)
        except ValidationError as error:
            put_errors(form, error)
            status = 409
    page = print_page(event, reader(request))
    one = AgendaForm(event, language=language)
    context = {"page": page, "form": form, "one": one, "demo_data": event.is_demo}
    return render(request, "organiser/print.html", context, status=status)


def _printout(request: HttpRequest, slug: str, pk: int) -> Printout:
    event = organised(request, slug)
    row = get_object_or_404(Printout.objects.without_file(), event=event, pk=pk)
    row.event = event
    return row


@require_GET
def printout(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """How far a paper is; the part that htmx asks for again and again."""
    page = printout_page(_printout(request, slug, pk), reader(request))
    part = bool(request.htmx)  # type: ignore[attr-defined]  # set by HtmxMiddleware
    template = "organiser/printout_progress.html" if part else "organiser/printout.html"
    return render(request, template, {"page": page, "part": part})


@require_safe
def printout_file(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The finished paper, for the event's team, until its time is over."""
    row = _printout(request, slug, pk)
    if not row.is_ready or row.content is None:
        messages.error(request, _("This paper is not there any more, or not yet. Order it again."))
        return redirect("organiser_print", slug)
    return pdf_answer(bytes(row.content), row.file_name)


@require_safe
def one_agenda(request: HttpRequest, slug: str) -> HttpResponse:
    """One organisation's agenda, set while the reader waits."""
    event = organised(request, slug)
    form = AgendaForm(event, request.GET)
    if not form.is_valid():
        messages.error(request, _("Choose an organisation and a release of this event."))
        return redirect("organiser_print", slug)
    chosen = form.cleaned_data
    chosen["release"].event = event
    with translation.override(chosen["language"]):
        template, data = agenda_of(chosen["release"], chosen["registration"])
        content = typeset(template, data, paper=chosen["paper"])
    name = chosen["registration"].organisation.slug
    return pdf_answer(content, f"{event.slug}-{name}.pdf")
