"""Papers: ordered by the team, made by a job, gone after a day."""

import datetime as dt

import pghistory
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clusters.models import User
from clusters.validators import Refused
from events.models import Event
from matchmaking import jobs
from matchmaking.actions._rows import _lock, _lock_event
from matchmaking.choices import PRINT_MOVES, PrintState
from matchmaking.models import Printout, Release
from matchmaking.policies import require
from matchmaking.reads.workload import waiting_keys

KEPT = dt.timedelta(hours=24)
"""How long a file waits to be fetched. It holds names, and an old one misleads."""
STALE_AFTER = dt.timedelta(minutes=5)
AT_ONCE = 5
"""Papers of an event that may wait or be made at the same time."""


def order_printout(
    event: Event, *, release: Release, kind: str, paper: str, language: str, actor: User
) -> Printout:
    """Have a paper of a release made. Refused for another event's release and while many are waiting."""
    require(actor, "events.view_console", event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="order_printout"):
        row = _lock_event(event)
        if release.event_id != row.pk:
            raise Refused(_("Choose a release of this event."), code="other_event")
        _refuse_many(row)
        printout = Printout.objects.create(
            event=row,
            release=release,
            kind=kind,
            paper=paper,
            language=language,
            ordered_by=actor,
            expires_at=timezone.now() + KEPT,
        )
        jobs.make_printout(printout.pk)
    return printout


def begin_printout(printout: Printout, *, actor: User) -> Printout:
    """Note that a worker has taken it up."""
    require(actor, "matchmaking.run_jobs")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="begin_printout"):
        row = _lock(printout)
        row.started_at = timezone.now()
        _move(row, PrintState.PRINTING, "started_at")
    return row


def note_printout(printout: Printout, *, done: int, actor: User) -> None:
    """Note how far it is, in percent."""
    require(actor, "matchmaking.run_jobs")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="note_printout"):
        printing = Printout.objects.filter(pk=printout.pk, state=PrintState.PRINTING)
        printing.update(done=done)


def store_printout(printout: Printout, *, content: bytes, actor: User) -> Printout:
    """Keep the finished file for a day."""
    require(actor, "matchmaking.run_jobs")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="store_printout"):
        row = _lock(printout)
        now = timezone.now()
        row.content, row.size, row.done = content, len(content), 100
        row.seconds = round((now - (row.started_at or now)).total_seconds(), 1)
        row.expires_at = now + KEPT
        _move(row, PrintState.DONE, "content", "size", "done", "seconds", "expires_at")
    return row


def fail_printout(printout: Printout, *, error: str, actor: User) -> Printout:
    """Give it up and say why. One that is over already stays as it is."""
    require(actor, "matchmaking.run_jobs")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="fail_printout"):
        row = _lock(printout)
        if row.is_active:
            row.error = error[:300]
            _move(row, PrintState.FAILED, "error")
    return row


def tend_printouts(*, actor: User) -> int:
    """Delete papers whose time is over, give up silent ones, give lost ones a job. Returns how many."""
    require(actor, "matchmaking.run_jobs")
    now = timezone.now()
    with transaction.atomic(), pghistory.context(user=actor.pk, action="tend_printouts"):
        gone, _rows = Printout.objects.filter(expires_at__lte=now).delete()
        silent = Printout.objects.filter(
            state=PrintState.PRINTING, started_at__lt=now - STALE_AFTER
        )
        given_up = silent.update(
            state=PrintState.FAILED, error=gettext("The worker stopped. Order the paper again.")
        )
        waiting = Printout.objects.filter(state=PrintState.QUEUED, created_at__lt=now - STALE_AFTER)
        lost = set(waiting.values_list("pk", flat=True)) - waiting_keys(
            jobs.MAKE_PRINTOUT, "printout_id"
        )
        for key in sorted(lost):
            jobs.make_printout(key)
    return gone + given_up + len(lost)


def _refuse_many(event: Event) -> None:
    waiting = (PrintState.QUEUED, PrintState.PRINTING)
    if Printout.objects.filter(event=event, state__in=waiting).count() >= AT_ONCE:
        raise Refused(
            _("%(n)d papers are being made already. Wait for one of them."),
            code="many",
            params={"n": AT_ONCE},
        )


def _move(printout: Printout, to: str, *fields: str) -> None:
    """Save a locked printout in another state; along PRINT_MOVES only."""
    if to not in PRINT_MOVES[printout.state]:
        raise Refused(
            _("This paper is “%(now)s” already. Load the page again."),
            code="state",
            params={"now": printout.get_state_display()},
        )
    printout.state = to
    printout.save(update_fields=["state", *fields])
