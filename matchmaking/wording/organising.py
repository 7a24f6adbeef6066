"""What each move of an event does, in words for its organisers."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.choices import EventStatus


@dataclass(frozen=True)
class Move:
    """A step to another phase: its button, what it does, and whether it is a step back."""

    label: Promise
    effect: Promise
    is_back: bool = False


MOVES: dict[tuple[str, str], Move] = {
    (EventStatus.DRAFT, EventStatus.CALL): Move(
        _("Open the call"),
        _("The event becomes public and listed organisations can apply. Nobody is mailed."),
    ),
    (EventStatus.CALL, EventStatus.BOOKING): Move(
        pgettext_lazy("step of an event", "Open requests"),
        _("Accepted organisations can ask each other for meetings; others can still apply."),
    ),
    (EventStatus.BOOKING, EventStatus.PLANNING): Move(
        _("Close requests and plan"),
        _(
            "Nobody can ask any more; requests that wait can still be answered. You plan and publish."
        ),
    ),
    (EventStatus.BOOKING, EventStatus.CALL): Move(
        _("Back to the call"),
        _("Requests pause: nobody can ask until you open them again. What was agreed stays."),
        is_back=True,
    ),
    (EventStatus.PLANNING, EventStatus.BOOKING): Move(
        _("Reopen requests"),
        _("Organisations can ask again. Drafts stay, but miss what is agreed from now on."),
        is_back=True,
    ),
    (EventStatus.PLANNING, EventStatus.PUBLISHED): Move(
        _("Mark as published"),
        _("Happens by itself with the first release."),
    ),
    (EventStatus.PUBLISHED, EventStatus.LIVE): Move(
        _("Start the event"),
        _("Meetings can be marked as held or missed. Later releases still change what is to come."),
    ),
    (EventStatus.LIVE, EventStatus.CLOSED): Move(
        _("Close the event"),
        _("The schedule is final. Organisations can still record what came of their meetings."),
    ),
    (EventStatus.CLOSED, EventStatus.ARCHIVED): Move(
        _("Archive"),
        _("The event leaves the lists of current events. This cannot be undone."),
    ),
}


def move(status: str, to: str) -> Move:
    """The words for a legal move."""
    return MOVES[status, to]
