"""Reach of an event: who would get none or too many meetings, how unequal requests are, whom to introduce."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clusters.choices import Side
from clusters.models import User
from events.choices import ASK_PHASES
from events.models import Event, Registration
from matchmaking import scoring as engine
from matchmaking.choices import RequestStatus
from matchmaking.models import Introduction, MeetingRequest
from matchmaking.reads.introductions import (
    Pair,
    Proposal,
    Situation,
    pair,
    proposals,
    situation,
)
from matchmaking.reads.organiser.console import Console, console
from matchmaking.reads.organiser.report.parts import Bar, Line, Part, share
from matchmaking.reads.organiser.worklist import Participant, WorkLine
from matchmaking.reads.scores import best_reasons, policy_or_default
from matchmaking.scoring.evenness import Evenness
from matchmaking.wording.scoring import reason_text

SHOWN = 30
"""Proposals shown at a time; what is sent makes room for the next."""
REASONS = 2
BANDS = ((0, 0), (1, 1), (2, 2), (3, 4), (5, 9), (10, 19), (20, None))
"""Numbers of requests that stand together in the distribution."""


@dataclass(frozen=True)
class ProposalLine:
    """A pair that could be introduced, with why, and how many open requests each has."""

    first: Registration
    second: Registration
    key: str
    score: float
    why: str
    open_first: int
    open_second: int


@dataclass(frozen=True)
class MadeLine:
    """An introduction and what came of it: "agreed", "asked", "over" or "open"."""

    introduction: Introduction
    state: str


@dataclass(frozen=True)
class ReachPage:
    """The whole page. `ticked`: every proposal is chosen to begin with."""

    console: Console
    participants: int
    none: tuple[WorkLine, ...]
    too_many: tuple[WorkLine, ...]
    parts: tuple[Part, ...]
    proposals: tuple[ProposalLine, ...]
    more: int
    made: tuple[MadeLine, ...]
    may_suggest: bool
    is_open: bool

    @property
    def none_by_side(self) -> list[tuple[str, int]]:
        """How many would have no meeting, by the code of their side."""
        return sorted(Counter(line.registration.organisation.side for line in self.none).items())

    @property
    def states(self) -> Counter[str]:
        """How many introductions came to what."""
        return Counter(line.state for line in self.made)


def reach_page(event: Event, user: User) -> ReachPage:
    """The page of an event; a fixed number of queries."""
    now = situation(event)
    frame = console(event, user, "organiser_reach")
    found = proposals(now)
    return ReachPage(
        console=frame,
        participants=len(now.facts.rows),
        none=tuple(_none(now)),
        too_many=tuple(_too_many(now)),
        parts=tuple(_parts(now)),
        proposals=tuple(_lines(now, found[:SHOWN])),
        more=max(0, len(found) - SHOWN),
        made=tuple(_made(event)),
        may_suggest=frame.may_plan,
        is_open=event.status in ASK_PHASES,
    )


# -- none, or too many


def _none(now: Situation) -> Iterator[WorkLine]:
    """Participants that would have no meeting as things stand, each with the reason."""
    had = Counter(key for sender, receiver, _status in now.requests for key in (sender, receiver))
    for one in now.facts.rows:
        reason = _why_none(now, one, had[one.pk])
        if reason:
            yield WorkLine(one.row, reason)


def _why_none(now: Situation, one: Participant, had: int) -> str:
    if not one.people:
        return _("nobody named who could come")
    if now.facts.slots and not now.facts.room(one):
        return _("no time left in any slot")
    if now.facts.agreed[one.pk]:
        return ""
    waits = now.facts.open[one.pk]
    if waits:
        text = ngettext(
            "nothing agreed; %(n)d request waits", "nothing agreed; %(n)d requests wait", waits
        )
        return text % {"n": waits}
    if had:
        text = ngettext(
            "%(n)d request, declined or ended", "%(n)d requests, all declined or ended", had
        )
        return text % {"n": had}
    return _("asked nobody, and nobody asked them")


def _too_many(now: Situation) -> Iterator[WorkLine]:
    for one in now.facts.rows:
        agreed, room = now.facts.agreed[one.pk], now.facts.room(one)
        if one.people and now.facts.slots and agreed > room:
            text = ngettext(
                "%(n)d agreed, room for %(room)d", "%(n)d agreed, room for %(room)d", agreed
            )
            yield WorkLine(one.row, text % {"n": agreed, "room": room})


# -- how requests are shared out


def _parts(now: Situation) -> Iterator[Part]:
    """Requests received, whatever became of them, but not those taken back."""
    received = Counter(
        receiver for _sender, receiver, status in now.requests if status != RequestStatus.WITHDRAWN
    )
    rows = now.facts.rows
    sides = [
        (str(label), [received[one.pk] for one in rows if one.row.organisation.side == side])
        for side, label in Side.choices
    ]
    groups = [(_("All"), [received[one.pk] for one in rows]), *sides]
    groups = [(label, counts) for label, counts in groups if counts]
    yield Part(
        "evenness",
        _("How evenly requests are shared out"),
        _("Requests received; those taken back are not counted."),
        (_("Side"), _("Received none"), _("Participants"), _("Requests"), _("To the top tenth"), "Gini"),
        tuple(_evenness(label, Evenness.of(counts)) for label, counts in groups),
        (_("Gini: 0 where all receive as many, near 1 where a few receive everything."),),
    )  # fmt: skip
    yield Part(
        "distribution",
        _("How many receive how many"),
        "",
        (_("Requests received"), *(label for label, _counts in groups)),
        tuple(
            _band(low, high, [counts for _label, counts in groups])
            for low, high in BANDS
            if low <= max(received.values(), default=0)
        ),
    )


def _evenness(label: str, found: Evenness) -> Line:
    return Line(
        (
            label,
            share(found.nobody, found.people),
            found.people,
            found.total,
            f"{number_format(100 * found.top, 0)} %" if found.total else "–",
            number_format(found.gini, 2) if found.total else "–",
        ),
        Bar(100 * found.nobody / found.people if found.people else 0.0),
    )


def _band(low: int, high: int | None, groups: Sequence[Sequence[int]]) -> Line:
    counts = [sum(low <= n and (high is None or n <= high) for n in counts) for counts in groups]
    name = str(low) if low == high else f"{low}–{high}" if high else f"{low}+"
    return Line((name, *counts), Bar(100 * counts[0] / len(groups[0]) if groups else 0.0))


# -- introductions


def _lines(now: Situation, found: Sequence[Proposal]) -> Iterator[ProposalLine]:
    used, names = policy_or_default(now.event.scoring_policy, now.snapshot), now.snapshot.names
    for one in found:
        scored = engine.score_pair(
            now.snapshot.market, one.first.organisation.slug, one.second.organisation.slug, used
        )
        yield ProposalLine(
            first=one.first,
            second=one.second,
            key="{}-{}".format(*one.key),
            score=one.score,
            why=" ".join(reason_text(reason, names) for reason in best_reasons(scored)[:REASONS]),
            open_first=now.facts.open[one.first.pk],
            open_second=now.facts.open[one.second.pk],
        )


def _made(event: Event) -> Iterator[MadeLine]:
    """What was suggested, newest first, with the newest request of each pair."""
    rows = Introduction.objects.filter(event=event).select_related(
        "first__organisation", "second__organisation"
    )
    states: dict[Pair, str] = {}
    for sender, receiver, status in (
        MeetingRequest.objects.filter(event=event)
        .order_by("sent_at", "pk")
        .values_list("sender", "receiver", "status")
    ):
        states[pair(sender, receiver)] = status
    names: dict[str, str] = {
        RequestStatus.ACCEPTED: "agreed",
        RequestStatus.SENT: "asked",
        "": "open",
    }
    for row in rows:
        yield MadeLine(row, names.get(states.get(pair(row.first_id, row.second_id), ""), "over"))
