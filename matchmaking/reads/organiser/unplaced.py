"""Agreed meetings that a draft leaves out, each with its reasons in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from django.utils.translation import gettext as _

from events.models import Slot
from matchmaking.adapters.weights import WeightParts, weight_parts, weights_of
from matchmaking.models import MeetingRequest, ScheduleRun
from matchmaking.reads.clocks import day_and_time
from matchmaking.reads.scores import scores_at
from matchmaking.scheduling.problem import Problem
from matchmaking.wording.scheduling import for_organiser
from matchmaking.wording.weights import worth_text

SHOWN = 30
SENTENCES = 2


@dataclass(frozen=True)
class UnplacedLine:
    """A request without a place: what it is worth, why it has none, and where to place it by hand."""

    request: int
    name: str
    parts: WeightParts
    worth: str
    reasons: tuple[str, ...]
    more: tuple[str, ...]
    href: str = ""

    @property
    def points(self) -> int:
        """What it is worth to the planner."""
        return self.parts.total


@dataclass(frozen=True)
class Names:
    """What the reasons speak of, by the ids of the problem."""

    organisations: Mapping[str, str]
    slots: Mapping[str, str]
    wishes: Mapping[str, str]


def names_for(requests: Sequence[MeetingRequest], slots: Sequence[Slot], zone: tzinfo) -> Names:
    """Short names of everything a reason can mention."""
    organisations, wishes = {}, {}
    for one in requests:
        sender, receiver = one.sender.organisation, one.receiver.organisation
        organisations[str(one.sender_id)] = sender.short_name
        organisations[str(one.receiver_id)] = receiver.short_name
        wishes[str(one.pk)] = f"{sender.short_name} × {receiver.short_name}"
    times = {str(slot.pk): day_and_time(slot.starts_at, zone) for slot in slots}
    return Names(organisations, times, wishes)


def unplaced_lines(
    run: ScheduleRun,
    problem: Problem,
    placed: set[int],
    requests: Mapping[int, MeetingRequest],
    names: Names,
) -> tuple[list[UnplacedLine], int]:
    """The most wanted of what is left out, and how many there are in all."""
    left = [wish for wish in problem.wishes if int(wish.id) not in placed]
    left.sort(key=lambda wish: -wish.weight)
    shown = [requests[int(wish.id)] for wish in left[:SHOWN]]
    known = {int(row["request"]): row["reasons"] for row in run.unplaced}
    pairs = {
        one.pk: (one.sender.organisation.slug, one.receiver.organisation.slug) for one in shown
    }
    scores = scores_at(run.event)(list(pairs.values())) if shown else {}
    lines, weights = [], weights_of(run.event)
    for one in shown:
        parts = weight_parts(one, scores.get(pairs[one.pk]), weights)
        reasons = _reasons(known.get(one.pk), names, run)
        lines.append(
            UnplacedLine(
                request=one.pk,
                name=names.wishes[str(one.pk)],
                parts=parts,
                worth=worth_text(one, parts),
                reasons=reasons[:SENTENCES],
                more=reasons[SENTENCES:],
            )
        )
    return sorted(lines, key=lambda line: -line.points), len(left)


def _reasons(
    reasons: Sequence[Mapping[str, object]] | None, names: Names, run: ScheduleRun
) -> tuple[str, ...]:
    if reasons is None:
        made_by_hand = run.started_at is None
        return (
            (_("Not placed by hand yet."),)
            if made_by_hand
            else (_("Taken out by hand, or agreed after this draft was planned."),)
        )
    texts = [
        text
        for reason in sorted(reasons, key=_telling)
        for text in for_organiser(
            reason, organisations=names.organisations, slots=names.slots, wishes=names.wishes
        )
    ]
    return tuple(dict.fromkeys(texts))


def _telling(reason: Mapping[str, object]) -> int:
    """The price argument and single changes say more than the list of who sits where."""
    order = ("no_common_slot", "cap_full", "proof", "single_change", "blocked_slot")
    code = str(reason["code"])
    return order.index(code) if code in order else len(order)
