"""Who may open a page of the console: the team; others learn nothing of it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from events.models import Event
from matchmaking.models import ScheduleRun
from matchmaking.policies import require
from matchmaking.views.reader import reader


def organised(request: HttpRequest, slug: str, right: str = "events.view_console") -> Event:
    """The event, for its team (404 for others) with that right (403 for colleagues without)."""
    event = get_object_or_404(Event.objects.organised_by(reader(request)), slug=slug)
    require(reader(request), right, event)
    return event


def run_of(
    request: HttpRequest, slug: str, pk: int, right: str = "events.view_console"
) -> ScheduleRun:
    """A run of an event of the reader's team."""
    event = organised(request, slug, right)
    run = get_object_or_404(ScheduleRun.objects.select_related("started_by"), event=event, pk=pk)
    run.event = event
    return run


def tell(request: HttpRequest, error: ValidationError) -> None:
    """Say why nothing was done, where there is no field to say it at."""
    messages.error(request, " ".join(error.messages))
