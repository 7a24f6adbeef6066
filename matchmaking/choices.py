"""Closed lists of the matchmaking app, and the legal moves between states."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ExclusionReason(TextChoices):
    PARTNER = "partner", _("we already work together")
    COMPETITOR = "competitor", _("competitor")
    NOT_NOW = "not_now", _("set aside for now")


class RequestStatus(TextChoices):
    SENT = "sent", pgettext_lazy("request", "sent")
    ACCEPTED = "accepted", pgettext_lazy("request", "accepted")
    DECLINED = "declined", pgettext_lazy("request", "declined")
    EXPIRED = "expired", pgettext_lazy("request", "expired")
    WITHDRAWN = "withdrawn", pgettext_lazy("request", "withdrawn")


REQUEST_MOVES: dict[str, frozenset[str]] = {
    RequestStatus.SENT: frozenset(
        {
            RequestStatus.ACCEPTED,
            RequestStatus.DECLINED,
            RequestStatus.EXPIRED,
            RequestStatus.WITHDRAWN,
        }
    ),
    RequestStatus.ACCEPTED: frozenset({RequestStatus.WITHDRAWN}),
    RequestStatus.DECLINED: frozenset(),
    RequestStatus.EXPIRED: frozenset(),
    RequestStatus.WITHDRAWN: frozenset(),
}
OPEN_REQUESTS = (RequestStatus.SENT, RequestStatus.ACCEPTED)


class MeetingStatus(TextChoices):
    CONFIRMED = "confirmed", pgettext_lazy("meeting", "confirmed")
    HELD = "held", pgettext_lazy("meeting", "held")
    MISSED = "missed", pgettext_lazy("meeting", "missed")
    CANCELLED = "cancelled", pgettext_lazy("meeting", "cancelled")


OVER_MEETINGS = (MeetingStatus.HELD, MeetingStatus.MISSED)

# Held and missed may be corrected and taken back: a tap on the wrong button is normal on the day.
# A later release may place a cancelled meeting again, as long as its request is agreed.
MEETING_MOVES: dict[str, frozenset[str]] = {
    MeetingStatus.CONFIRMED: frozenset(
        {MeetingStatus.HELD, MeetingStatus.MISSED, MeetingStatus.CANCELLED}
    ),
    MeetingStatus.HELD: frozenset({MeetingStatus.MISSED, MeetingStatus.CONFIRMED}),
    MeetingStatus.MISSED: frozenset({MeetingStatus.HELD, MeetingStatus.CONFIRMED}),
    MeetingStatus.CANCELLED: frozenset({MeetingStatus.CONFIRMED}),
}


class OutcomeStep(TextChoices):
    HELD = "held", pgettext_lazy("outcome", "held")
    FOLLOW_UP = "follow_up", pgettext_lazy("outcome", "follow-up")
    LETTER = "letter", pgettext_lazy("outcome", "letter or memorandum")
    PROJECT = "project", pgettext_lazy("outcome", "project")
    TRADE = "trade", pgettext_lazy("outcome", "trade")


class ScreenAccess(TextChoices):
    OFF = "off", pgettext_lazy("big screen", "switched off")
    SECRET = "secret", pgettext_lazy("big screen", "whoever has its address")
    PUBLIC = "public", pgettext_lazy("big screen", "everybody")


class ChainStatus(TextChoices):
    RUNNING = "running", pgettext_lazy("standby chain", "being offered")
    STOPPED = "stopped", pgettext_lazy("standby chain", "stopped")
    FILLED = "filled", pgettext_lazy("standby chain", "filled")
    ENDED = "ended", pgettext_lazy("standby chain", "nobody left to ask")


CHAIN_MOVES: dict[str, frozenset[str]] = {
    ChainStatus.RUNNING: frozenset({ChainStatus.STOPPED, ChainStatus.FILLED, ChainStatus.ENDED}),
    ChainStatus.STOPPED: frozenset({ChainStatus.RUNNING}),
    ChainStatus.FILLED: frozenset(),
    ChainStatus.ENDED: frozenset({ChainStatus.RUNNING}),
}


class OfferStatus(TextChoices):
    OPEN = "open", pgettext_lazy("standby offer", "open")
    TAKEN = "taken", pgettext_lazy("standby offer", "taken")
    DECLINED = "declined", pgettext_lazy("standby offer", "not wanted")
    EXPIRED = "expired", pgettext_lazy("standby offer", "time over")
    VOID = "void", pgettext_lazy("standby offer", "called back")


class RunState(TextChoices):
    QUEUED = "queued", pgettext_lazy("run", "waiting")
    RUNNING = "running", pgettext_lazy("run", "running")
    DONE = "done", pgettext_lazy("run", "done")
    CANCELLED = "cancelled", pgettext_lazy("run", "cancelled")
    FAILED = "failed", pgettext_lazy("run", "failed")


RUN_MOVES: dict[str, frozenset[str]] = {
    RunState.QUEUED: frozenset({RunState.RUNNING, RunState.CANCELLED, RunState.FAILED}),
    # Back to the queue when its worker died.
    RunState.RUNNING: frozenset(
        {RunState.DONE, RunState.CANCELLED, RunState.FAILED, RunState.QUEUED}
    ),
    RunState.DONE: frozenset(),
    RunState.CANCELLED: frozenset(),
    RunState.FAILED: frozenset(),
}


class DraftEditKind(TextChoices):
    """What somebody did to a draft by hand."""

    MOVE = "move", pgettext_lazy("draft", "moved")
    SWAP = "swap", pgettext_lazy("draft", "swapped")
    PLACE = "place", pgettext_lazy("draft", "placed")
    TAKE_OUT = "take_out", pgettext_lazy("draft", "taken out")
    LOCK = "lock", pgettext_lazy("draft", "locked")
    UNLOCK = "unlock", pgettext_lazy("draft", "unlocked")


class FactRequestStatus(TextChoices):
    OPEN = "open", pgettext_lazy("question", "open")
    ANSWERED = "answered", pgettext_lazy("question", "answered")
    DISMISSED = "dismissed", pgettext_lazy("question", "dismissed")


class PaperKind(TextChoices):
    BOOK = "book", _("agenda book")
    TABLES = "tables", _("table cards")
    HOSTS = "hosts", _("host list")
    BADGES = "badges", _("badges")


class Paper(TextChoices):
    A4 = "a4", "A4"
    LETTER = "letter", _("US Letter")


class PrintState(TextChoices):
    QUEUED = "queued", pgettext_lazy("printout", "waiting")
    PRINTING = "printing", pgettext_lazy("printout", "being made")
    DONE = "done", pgettext_lazy("printout", "ready")
    FAILED = "failed", pgettext_lazy("printout", "failed")


PRINT_MOVES: dict[str, frozenset[str]] = {
    PrintState.QUEUED: frozenset({PrintState.PRINTING, PrintState.FAILED}),
    PrintState.PRINTING: frozenset({PrintState.DONE, PrintState.FAILED}),
    PrintState.DONE: frozenset(),
    PrintState.FAILED: frozenset(),
}
