"""Closed lists of the events app, and the legal moves between states."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class EventStatus(TextChoices):
    DRAFT = "draft", pgettext_lazy("event", "draft")
    CALL = "call", pgettext_lazy("event", "call open")
    BOOKING = "booking", pgettext_lazy("event", "requests open")
    PLANNING = "planning", pgettext_lazy("event", "planning")
    PUBLISHED = "published", pgettext_lazy("event", "schedule published")
    LIVE = "live", pgettext_lazy("event", "live")
    CLOSED = "closed", pgettext_lazy("event", "closed")
    ARCHIVED = "archived", pgettext_lazy("event", "archived")
    CANCELLED = "cancelled", pgettext_lazy("event", "cancelled")


# An organiser may also step back one phase, for example to reopen requests.
EVENT_MOVES: dict[str, frozenset[str]] = {
    EventStatus.DRAFT: frozenset({EventStatus.CALL, EventStatus.CANCELLED}),
    EventStatus.CALL: frozenset({EventStatus.BOOKING, EventStatus.CANCELLED}),
    EventStatus.BOOKING: frozenset({EventStatus.PLANNING, EventStatus.CALL, EventStatus.CANCELLED}),
    EventStatus.PLANNING: frozenset(
        {EventStatus.PUBLISHED, EventStatus.BOOKING, EventStatus.CANCELLED}
    ),
    EventStatus.PUBLISHED: frozenset({EventStatus.LIVE, EventStatus.CANCELLED}),
    EventStatus.LIVE: frozenset({EventStatus.CLOSED, EventStatus.CANCELLED}),
    EventStatus.CLOSED: frozenset({EventStatus.ARCHIVED}),
    EventStatus.ARCHIVED: frozenset(),
    EventStatus.CANCELLED: frozenset(),
}

# In these phases organisations may apply, ask for meetings, and hold an agenda.
APPLY_PHASES = frozenset({EventStatus.CALL, EventStatus.BOOKING})
ASK_PHASES = frozenset({EventStatus.BOOKING})
ANSWER_PHASES = frozenset(
    {EventStatus.BOOKING, EventStatus.PLANNING, EventStatus.PUBLISHED, EventStatus.LIVE}
)
PLAN_PHASES = frozenset(
    {EventStatus.BOOKING, EventStatus.PLANNING, EventStatus.PUBLISHED, EventStatus.LIVE}
)
# A schedule is published once requests are closed; late changes follow until the event is over.
PUBLISH_PHASES = frozenset({EventStatus.PLANNING, EventStatus.PUBLISHED, EventStatus.LIVE})
HIDDEN_PHASES = frozenset({EventStatus.DRAFT})


class EventStep(TextChoices):
    TIMETABLE = "timetable", _("moving to the next phase")
    PLACES = "places", _("filling free places")


class Format(TextChoices):
    C2C = "C2C", _("cluster to cluster (C2C)")
    C2B = "C2B", _("cluster to business (C2B)")
    B2B = "B2B", _("business to business (B2B)")


class Asking(TextChoices):
    OTHER_SIDE = "other_side", _("only the other side")
    ANYBODY = "anybody", _("anybody")


class RegistrationStatus(TextChoices):
    APPLIED = "applied", pgettext_lazy("registration", "applied")
    RESERVE = "reserve", pgettext_lazy("registration", "on the reserve list")
    ACCEPTED = "accepted", pgettext_lazy("registration", "accepted")
    REJECTED = "rejected", pgettext_lazy("registration", "rejected")
    WITHDRAWN = "withdrawn", pgettext_lazy("registration", "withdrawn")


REGISTRATION_MOVES: dict[str, frozenset[str]] = {
    RegistrationStatus.APPLIED: frozenset(
        {
            RegistrationStatus.ACCEPTED,
            RegistrationStatus.RESERVE,
            RegistrationStatus.REJECTED,
            RegistrationStatus.WITHDRAWN,
        }
    ),
    RegistrationStatus.RESERVE: frozenset(
        {RegistrationStatus.ACCEPTED, RegistrationStatus.WITHDRAWN}
    ),
    RegistrationStatus.ACCEPTED: frozenset({RegistrationStatus.WITHDRAWN}),
    RegistrationStatus.REJECTED: frozenset(),
    RegistrationStatus.WITHDRAWN: frozenset(),
}


# Whoever takes part, waits or hopes to is told when an event is called off.
TOLD_OF_THE_END = (
    RegistrationStatus.APPLIED,
    RegistrationStatus.RESERVE,
    RegistrationStatus.ACCEPTED,
)


class Attendance(TextChoices):
    ON_SITE = "on_site", _("on site")
    REMOTE = "remote", _("by video")


class TableKind(TextChoices):
    TABLE = "table", _("table")
    BOOTH = "booth", _("booth")


class TeamRole(TextChoices):
    OWNER = "owner", pgettext_lazy("event team", "owner")
    PLANNER = "planner", pgettext_lazy("event team", "planner")
    FRONT_DESK = "front_desk", pgettext_lazy("event team", "front desk")
    VIEWER = "viewer", pgettext_lazy("event team", "viewer")


class MailingState(TextChoices):
    PREPARED = "prepared", pgettext_lazy("mailing", "prepared")
    SENDING = "sending", pgettext_lazy("mailing", "sending")
    SENT = "sent", pgettext_lazy("mailing", "sent")


class ImportState(TextChoices):
    UPLOADED = "uploaded", pgettext_lazy("import", "uploaded")
    APPLIED = "applied", pgettext_lazy("import", "applied")
    ERASED = "erased", pgettext_lazy("import", "erased")


class RowFate(TextChoices):
    """What an import does with a row of its file."""

    WRONG = "wrong", pgettext_lazy("row of an import", "wrong")
    UNDECIDED = "undecided", pgettext_lazy("row of an import", "to decide")
    NEW = "new", pgettext_lazy("row of an import", "new registration")
    DRAFT = "draft", pgettext_lazy("row of an import", "new registration, draft profile")
    PERSON = "person", pgettext_lazy("row of an import", "one more delegate")
    KNOWN = "known", pgettext_lazy("row of an import", "there already")
    LEFT_OUT = "left_out", pgettext_lazy("row of an import", "left out")


class Deed(TextChoices):
    """What organisers did for an organisation."""

    IMPORTED = "imported", _("registered it from a list")
    REGISTRATION = "registration", _("changed how it takes part")
    DELEGATE_ADDED = "delegate_added", _("named a delegate")
    DELEGATE_CHANGED = "delegate_changed", _("changed a delegate")
    DELEGATE_REMOVED = "delegate_removed", _("took a delegate off")
    AVAILABILITY = "availability", _("changed when a delegate can meet")
    ACCEPTED = "accepted", _("accepted a request")
    DECLINED = "declined", _("declined a request")
    PRIORITY = "priority", _("changed how much it wants a meeting")
    WITHDRAWN = "withdrawn", _("withdrew it")
