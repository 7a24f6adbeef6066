"""Asking for a meeting: whom at an event, and the form for one partner."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.utils.translation import gettext as _

from clusters.models import Organisation
from clusters.validators import Refused
from events.choices import Asking
from events.models import Event, Registration
from matchmaking.models import Exclusion, Introduction, MeetingRequest
from matchmaking.reads.blocks import public_block
from matchmaking.reads.bridge import Bridge
from matchmaking.reads.pairs import Pairs, ReasonLine
from matchmaking.reads.reachable import reach
from matchmaking.validators import (
    check_asking_open,
    check_not_declined,
    check_own_exclusion,
    check_pair,
    check_quota,
    quota_used,
    refuse_block,
    refuse_open_request,
)

PAGE = 20


@dataclass(frozen=True)
class Quota:
    """How many requests of an organisation count at an event: those that wait and those accepted."""

    used: int
    most: int

    @property
    def left(self) -> int:
        """How many more it may send now."""
        return max(self.most - self.used, 0)


@dataclass(frozen=True)
class AskPage:
    """The form for one partner. `obstacle` says why it cannot be sent now; empty when it can."""

    event: Event
    own: Organisation
    other: Organisation
    mine: Registration | None
    theirs: Registration | None
    bridge: Bridge | None
    reasons: tuple[ReasonLine, ...]
    quota: Quota | None
    obstacle: str
    there: MeetingRequest | None
    asks_me: bool

    @property
    def is_demo(self) -> bool:
        """Invented people or organisations are shown."""
        return self.event.is_demo or self.other.is_demo


@dataclass(frozen=True)
class SuggestionLine:
    """A partner at the event whom one has not asked yet; `is_introduced`: the organisers suggest it."""

    organisation: Organisation
    bridge: Bridge | None
    block: str
    why: str
    is_introduced: bool


@dataclass(frozen=True)
class Unreachable:
    """A partner who cannot meet us at this event, and why."""

    organisation: Organisation
    reason: str


@dataclass(frozen=True)
class SuggestionPage:
    """Partners at an event, those the organisers suggest first, then best first; without those asked already."""

    event: Event
    own: Organisation
    mine: Registration | None
    quota: Quota | None
    pages: "Page[Registration] | None"
    lines: tuple[SuggestionLine, ...]
    unreachable: tuple[Unreachable, ...]
    obstacle: str
    asked: int


def registration_of(event: Event, organisation: Organisation) -> Registration | None:
    """An organisation's registration at an event, with both at hand; None without one."""
    rows = Registration.objects.of(organisation).filter(event=event)
    found = rows.first()
    if found is not None:
        found.event, found.organisation = event, organisation
    return found


def open_request(one: Registration, other: Registration) -> MeetingRequest | None:
    """The open request of a pair, whoever wrote it."""
    pair = [one.pk, other.pk]
    rows = MeetingRequest.objects.open().filter(sender__in=pair, receiver__in=pair)
    return rows.select_related("sender__organisation", "receiver__organisation").first()


def ask_page(event: Event, own: Organisation, other: Organisation) -> AskPage:
    """What somebody sees who acts for `own` and wants to meet `other` at `event`."""
    mine, theirs = registration_of(event, own), registration_of(event, other)
    there = open_request(mine, theirs) if mine and theirs and mine != theirs else None
    asks_me = there is not None and there.sender == theirs and there.status == "sent"
    pairs = Pairs(own)
    pair = pairs.pair(other, event)
    return AskPage(
        event=event,
        own=own,
        other=other,
        mine=mine,
        theirs=theirs,
        bridge=pairs.bridge(pair),
        reasons=pairs.reasons(pair),
        quota=_quota(mine),
        obstacle=_obstacle(event, own, other, mine, theirs, there),
        there=there,
        asks_me=asks_me,
    )


def sent_before(page: AskPage, message: str) -> int:
    """To how many others at the event one's organisation sent the same words, upper case and blanks aside."""
    words = " ".join(message.casefold().split())
    if not words or page.mine is None:
        return 0
    sent = MeetingRequest.objects.filter(sender=page.mine).exclude(message="")
    texts = sent.values_list("message", flat=True)
    return sum(" ".join(text.casefold().split()) == words for text in texts)


def both_or_refused(page: AskPage) -> tuple[Registration, Registration]:
    """The registrations of both sides. Refused (code `not_accepted`) where one has none."""
    if page.mine is None or page.theirs is None:
        raise Refused(page.obstacle, code="not_accepted")
    return page.mine, page.theirs


def _missing_side(
    event: Event, own: Organisation, mine: Registration | None, other: Organisation
) -> str:
    """Who of the two is not registered at all."""
    if mine is None:
        return _("%(organisation)s does not take part in %(event)s. Apply first.") % {
            "organisation": own.name,
            "event": event.name,
        }
    return _("%(organisation)s is not among the accepted participants of this event.") % {
        "organisation": other.name
    }


def _quota(mine: Registration | None) -> Quota | None:
    return Quota(quota_used(mine), mine.event.request_quota) if mine else None


def _obstacle(
    event: Event,
    own: Organisation,
    other: Organisation,
    mine: Registration | None,
    theirs: Registration | None,
    there: MeetingRequest | None,
) -> str:
    """What would refuse the request, in the order in which the action checks it."""
    if own == other:
        return _("An organisation cannot ask itself for a meeting.")
    if mine is None or theirs is None:
        return _missing_side(event, own, mine, other)
    try:
        check_asking_open(event)
        check_pair(mine, theirs)
        check_own_exclusion(own, other)
        refuse_block(public_block(own, other), own, other)
        if there is not None:
            if there.status != "sent" or there.sender == mine:
                refuse_open_request(there, mine)
        else:
            check_not_declined(mine, theirs)
            check_quota(mine)
    except Refused as refused:
        return refused.text
    return ""


# -- suggested partners


def suggestion_page(event: Event, own: Organisation, number: str) -> SuggestionPage:
    """Accepted participants whom `own` may ask, ranked by score; page `number` of them."""
    mine = registration_of(event, own)
    if mine is None or mine.status != "accepted":
        obstacle = _("Your organisation is not among the accepted participants of this event.")
        return SuggestionPage(event, own, mine, None, None, (), (), obstacle, 0)
    others = _others(event, own)
    asked = _asked(mine)
    aside = set(Exclusion.objects.in_force().set_by(own).values_list("other_id", flat=True))
    fresh = [one for one in others if one.pk not in asked and one.organisation_id not in aside]
    there = reach(event)
    unreachable = [(one, reason) for one in fresh if (reason := there.obstacle(mine, one))]
    hidden = {one.pk for one, _reason in unreachable}
    pairs = Pairs(own)
    ranked = _ranked(pairs, event, [one for one in fresh if one.pk not in hidden])
    introduced = _introduced(mine)
    ranked.sort(key=lambda one: one.pk not in introduced)
    pages = Paginator(ranked, PAGE).get_page(number)
    return SuggestionPage(
        event=event,
        own=own,
        mine=mine,
        quota=_quota(mine),
        pages=pages,
        lines=tuple(_lines(pairs, event, pages.object_list, introduced)),
        unreachable=tuple(Unreachable(one.organisation, reason) for one, reason in unreachable),
        obstacle=_closed(event),
        asked=len(asked),
    )


def _closed(event: Event) -> str:
    try:
        check_asking_open(event)
    except Refused as refused:
        return refused.text
    return ""


def _others(event: Event, own: Organisation) -> list[Registration]:
    rows = Registration.objects.accepted().filter(event=event).exclude(organisation=own)
    if event.asking == Asking.OTHER_SIDE:
        rows = rows.exclude(organisation__side=own.side)
    rows = rows.select_related("organisation__region")
    return list(rows.prefetch_related("organisation__countries"))


def _asked(mine: Registration) -> set[int]:
    """Registrations with which there is an open request, and those that declined ours."""
    rows = MeetingRequest.objects.filter(Q(sender=mine) | Q(receiver=mine))
    gone = rows.open() | rows.filter(sender=mine, status="declined")
    pairs = gone.values_list("sender_id", "receiver_id")
    return {receiver if sender == mine.pk else sender for sender, receiver in pairs}


def _introduced(mine: Registration) -> set[int]:
    """Registrations that the organisers suggest to ours."""
    rows = Introduction.objects.filter(Q(first=mine) | Q(second=mine))
    pairs = rows.values_list("first", "second")
    return {second if first == mine.pk else first for first, second in pairs}


def _ranked(pairs: Pairs, event: Event, rows: Sequence[Registration]) -> list[Registration]:
    """Best first; who has no score (not listed at the moment) last."""
    ranking = pairs.ranking(event)
    if ranking is None:
        return list(rows)
    places = pairs.snapshot.position
    known = {places[one.organisation.slug]: one for one in rows if one.organisation.slug in places}
    best = ranking.best_first(np.array(sorted(known), dtype=np.int64))
    rest = [one for one in rows if one.organisation.slug not in places]
    return [known[int(at)] for at in best] + rest


def _lines(
    pairs: Pairs, event: Event, rows: Iterable[Registration], introduced: set[int]
) -> Iterable[SuggestionLine]:
    for row in rows:
        pair = pairs.pair(row.organisation, event)
        yield SuggestionLine(
            row.organisation,
            pairs.bridge(pair),
            pairs.block(pair),
            pairs.why(pair),
            is_introduced=row.pk in introduced,
        )
