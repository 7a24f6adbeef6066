"""Mails to participants: write, look at each, send."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from events.models import Mailing
from matchmaking import actions
from matchmaking.forms.mailings import MailingForm
from matchmaking.forms.refusals import put_errors
from matchmaking.reads.organiser.mailings import mailing_page, mailings_page, writing_page
from matchmaking.views.organiser.door import organised, tell
from matchmaking.views.reader import reader
from matchmaking.wording.mailings import AUDIENCES, FIELDS

WRITE = "events.decide_registrations"


@require_GET
def mailings(request: HttpRequest, slug: str) -> HttpResponse:
    """All mails of the event."""
    page = mailings_page(organised(request, slug), reader(request))
    context = {"page": page, "demo_data": page.console.event.is_demo}
    return render(request, "organiser/mailings.html", context)


def new(request: HttpRequest, slug: str, audience: str) -> HttpResponse:
    """Write a mail to a group of the work list."""
    event = organised(request, slug, WRITE)
    if audience not in AUDIENCES:
        raise Http404
    page = writing_page(event, reader(request), audience)
    form = MailingForm(page, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            mailing = actions.prepare_mailing(
                event, audience=audience, actor=reader(request), **form.values
            )
            return redirect("organiser_mailing", slug, mailing.pk)
        except ValidationError as error:
            put_errors(form, error)
    context = {"page": page, "form": form, "fields": FIELDS}
    return render(
        request, "organiser/mailing_form.html", context, status=400 if form.errors else 200
    )


def change(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Write a prepared mail anew."""
    mailing = _mailing(request, slug, pk, WRITE)
    page = writing_page(mailing.event, reader(request), mailing.audience, mailing)
    form = MailingForm(page, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_mailing(mailing, actor=reader(request), **form.values)
            return redirect("organiser_mailing", slug, pk)
        except ValidationError as error:
            put_errors(form, error)
    context = {"page": page, "form": form, "fields": FIELDS}
    return render(
        request, "organiser/mailing_form.html", context, status=400 if form.errors else 200
    )


@require_GET
def mailing(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One mail: who gets it, how each reads it, what came of it."""
    row = _mailing(request, slug, pk)
    page = mailing_page(row, reader(request), request.GET.get("person", ""))
    context = {"page": page, "demo_data": row.event.is_demo}
    return render(request, "organiser/mailing.html", context)


@require_POST
def send(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Send a prepared mail."""
    row = _mailing(request, slug, pk, WRITE)
    try:
        actions.send_mailing(row, actor=reader(request))
        messages.success(request, _("On its way. This page shows whom it has reached."))
    except ValidationError as error:
        tell(request, error)
    return redirect("organiser_mailing", slug, pk)


@require_POST
def discard(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Throw a prepared mail away."""
    row = _mailing(request, slug, pk, WRITE)
    try:
        actions.discard_mailing(row, actor=reader(request))
        messages.success(request, _("Thrown away; nobody was written to."))
    except ValidationError as error:
        tell(request, error)
        return redirect("organiser_mailing", slug, pk)
    return redirect("organiser_mailings", slug)


def _mailing(
    request: HttpRequest, slug: str, pk: int, right: str = "events.view_console"
) -> Mailing:
    event = organised(request, slug, right)
    row = get_object_or_404(Mailing.objects.select_related("author"), event=event, pk=pk)
    row.event = event
    return row
