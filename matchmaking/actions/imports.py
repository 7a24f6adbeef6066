"""Schedules computed elsewhere, taken over as drafts."""

import pghistory
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from clusters.models import User
from clusters.validators import Refused
from events.models import Event
from matchmaking.actions._rows import _lock_event
from matchmaking.actions.drafts import _count
from matchmaking.actions.runs import _next_number
from matchmaking.choices import RunState
from matchmaking.models import DraftMeeting, ScheduleRun
from matchmaking.policies import require
from matchmaking.reads.conflicts import conflicts
from matchmaking.reads.organiser.exchange import OtherProblemError, full_problem, meetings_for
from matchmaking.scheduling.problem import InvalidProblem

NAMED = 10
"""Faults that a refusal names; it counts the rest."""


def import_solution(event: Event, *, document: object, actor: User, name: str = "") -> ScheduleRun:
    """Take a solution of the exchange format over as a new draft, whole or not at all.

    `document` is the parsed file. Refused when it is of another problem or another state of the event's
    rows, and when a meeting breaks a rule of the event as it is now, saying which.
    """
    require(actor, "events.plan_event", event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="import_solution"):
        row = _lock_event(event)
        problem = full_problem(row)
        try:
            meetings = meetings_for(problem, document)
        except InvalidProblem as error:
            raise _wrong([str(fault) for fault in error.faults]) from error
        except OtherProblemError as error:
            raise _other(error) from error
        broken = list(dict.fromkeys(one.text for one in conflicts(problem, meetings)))
        if broken:
            raise _wrong(broken)
        weights = {wish.id: wish.weight for wish in problem.wishes}
        locked = {lock.wish for lock in problem.locks}
        run = ScheduleRun.objects.create(
            event=row,
            number=_next_number(row),
            name=_free_name(row, name.strip()),
            state=RunState.DONE,
            stage="done",
            stats={"solver": "import"},
            started_by=actor,
        )
        DraftMeeting.objects.bulk_create(
            DraftMeeting(
                run=run,
                event=row,
                request_id=int(one.wish),
                slot_id=int(one.slot),
                table_id=None if one.table is None else int(one.table),
                weight=weights[one.wish],
                is_locked=one.wish in locked,
            )
            for one in meetings
        )
        _count(run)
    return run


def _free_name(event: Event, name: str) -> str:
    """The name, with a number behind it where another draft of the event is called so."""
    taken = set(event.runs.exclude(name="").values_list("name", flat=True))
    tries = (name[:80], *(f"{name[:74]} ({number})" for number in range(2, len(taken) + 3)))
    return next(one for one in tries if one not in taken)


def _other(error: OtherProblemError) -> Refused:
    return Refused(
        _(
            "Nothing was imported: the file is a solution of “%(name)s”. That is another problem, or "
            "organisations, requests, times or tables of this event were added or removed since it was "
            "exported. Export the problem again and solve it anew."
        ),
        code="solution",
        params={"name": str(error)},
    )


def _wrong(faults: list[str]) -> Refused:
    more = len(faults) - NAMED
    text = " ".join(faults[:NAMED])
    if more <= 0:
        return Refused(
            _("Nothing was imported: %(faults)s"), code="solution", params={"faults": text}
        )
    return Refused(
        ngettext_lazy(
            "Nothing was imported: %(faults)s And %(n)d more.",
            "Nothing was imported: %(faults)s And %(n)d more.",
            "n",
        ),
        code="solution",
        params={"faults": text, "n": more},
    )
