"""Where a schedule breaks a hard rule of the event as it is now, in sentences for the organiser."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from events.models import Registration
from matchmaking.models import MeetingRequest
from matchmaking.scheduling.constraints import Violation, violations
from matchmaking.scheduling.problem import Placed, Problem

FIRST_ID = re.compile(r"'(\d+)'")


@dataclass(frozen=True, slots=True)
class Conflict:
    """One broken rule: its name in the schedule format (H1 to H9), the request, and a sentence."""

    rule: str
    request: int | None
    text: str


def conflicts(problem: Problem, meetings: Sequence[Placed]) -> list[Conflict]:
    """Every break of a hard rule; empty means the schedule can be published as it is."""
    broken = violations(problem, meetings)
    wanted = {int(meetings[one.index].wish) for one in broken if one.index is not None}
    wanted |= {_first_id(one) for one in broken if one.rule == "H9"}
    requests = MeetingRequest.objects.with_parties().in_bulk(wanted) if broken else {}
    names = dict(_names(broken))
    return [_conflict(one, meetings, requests, names) for one in broken]


def _conflict(
    broken: Violation,
    meetings: Sequence[Placed],
    requests: dict[int, MeetingRequest],
    names: dict[int, str],
) -> Conflict:
    if broken.index is not None:
        pk: int | None = int(meetings[broken.index].wish)
    else:
        pk = _first_id(broken) if broken.rule == "H9" else None
    request = requests.get(pk) if pk is not None else None
    values = {
        "one": request.sender.organisation.name if request else "",
        "other": request.receiver.organisation.name if request else "",
        "who": names.get(_first_id(broken), ""),
    }
    return Conflict(broken.rule, pk, _sentence(broken.rule) % values)


def _sentence(rule: str) -> str:
    return {
        "H1": _("%(one)s and %(other)s no longer have an agreed request."),
        "H2": _("%(one)s and %(other)s: one of them cannot meet at this time."),
        "H3": _("%(one)s and %(other)s: it is too early or too late for a remote participant."),
        "H4": _("%(one)s and %(other)s: this session is of another format."),
        "H5": _("%(who)s has more meetings at one time than people."),
        "H6": _("%(who)s has more meetings than it wants."),
        "H7": _("%(one)s and %(other)s: there is no such table at this time."),
        "H8": _("%(one)s and %(other)s: the table is taken at this time."),
        "H9": _("%(one)s and %(other)s: this meeting is locked and must stay where it is."),
    }[rule]


def _names(broken: Sequence[Violation]) -> list[tuple[int, str]]:
    """Names of the registrations that rules about organisations speak of."""
    keys = {_first_id(one) for one in broken if one.rule in {"H5", "H6"}}
    rows = Registration.objects.filter(pk__in=keys)
    return list(rows.values_list("pk", "organisation__name"))


def _first_id(broken: Violation) -> int:
    """The first id that the engine's message names; our ids are numbers. 0 where it names none."""
    found = FIRST_ID.search(broken.message)
    return int(found.group(1)) if found else 0
