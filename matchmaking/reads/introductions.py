"""Introductions that would even out an event: who could be suggested to whom, and what came of it.

A pair is proposed when at least one of the two has too few requests, the score speaks for it, and both can
meet. Pairs that one of the two has set aside are never among them; nothing says why a pair is not proposed.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from events.choices import Asking
from events.models import Event, Registration
from matchmaking.choices import OPEN_REQUESTS
from matchmaking.models import Exclusion, Introduction, MeetingRequest
from matchmaking.reads.market import Snapshot, current
from matchmaking.reads.organiser.worklist import Participant, Participation, participation
from matchmaking.reads.reachable import Reach, reach
from matchmaking.reads.scores import policy_or_default
from matchmaking.scoring.everyone import best_for_everyone

FEW = 3
"""With fewer open requests than this or than the median of all, and room for more, one has too few."""
MOST = 3
"""So many suggestions at most wait for an organisation at a time."""
FAIR, GOOD = 30.0, 40.0
"""Scores that speak for a pair: where both have too few requests, where one has."""
DEEP = 40
"""Partners are looked for among so many best."""

Pair = tuple[int, int]
"""Keys of two registrations, the smaller one first."""


@dataclass(frozen=True)
class Proposal:
    """Two who could be introduced. `first` has too few requests; `both` says that `second` has, too."""

    first: Registration
    second: Registration
    score: float
    both: bool

    @property
    def key(self) -> Pair:
        """What a form sends back."""
        return pair(self.first.pk, self.second.pk)


@dataclass
class Situation:
    """Who asked whom at an event, and who was introduced to whom.

    `asked`: pairs with a request in any state; `sent`: open requests by sender; `waiting`: suggestions by
    registration of which nothing has come yet.
    """

    event: Event
    facts: Participation
    there: Reach
    snapshot: Snapshot
    requests: list[tuple[int, int, str]]
    introduced: set[Pair]
    aside: set[Pair]
    asked: set[Pair] = field(default_factory=set)
    sent: Counter[int] = field(default_factory=Counter)
    waiting: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        for sender, receiver, status in self.requests:
            self.asked.add(pair(sender, receiver))
            self.sent[sender] += status in OPEN_REQUESTS
        for both in self.introduced - self.asked:
            self.waiting.update(both)

    @cached_property
    def few(self) -> int:
        """How many open requests are enough: what half of all participants have, at least FEW."""
        counts = sorted(self.facts.open[one.pk] for one in self.facts.rows)
        return max(FEW, counts[len(counts) // 2]) if counts else FEW

    def lacks(self, one: Participant) -> bool:
        """Has too few requests, and room for more."""
        return self.facts.open[one.pk] < min(self.few, self.facts.room(one))

    def room(self, one: Participant) -> int:
        """How many more suggestions can go to a participant."""
        left = self.facts.room(one) - self.facts.open[one.pk] - self.waiting[one.pk]
        return min(left, MOST - self.waiting[one.pk])

    def may_ask(self, one: Participant) -> bool:
        """Has requests left to send."""
        return self.sent[one.pk] < self.event.request_quota


def pair(one: int, other: int) -> Pair:
    """Two keys in the order of `Pair`."""
    return (one, other) if one < other else (other, one)


def situation(event: Event) -> Situation:
    """An event as it stands; a fixed number of queries."""
    facts = participation(event)
    known = {one.row.organisation_id: one.pk for one in facts.rows}
    requests = MeetingRequest.objects.filter(event=event)
    introduced = Introduction.objects.filter(event=event).values_list("first", "second")
    aside = Exclusion.objects.in_force().filter(
        organisation__registrations__event=event, other__registrations__event=event
    )
    return Situation(
        event=event,
        facts=facts,
        there=reach(event),
        snapshot=current(),
        requests=list(requests.values_list("sender", "receiver", "status")),
        introduced={pair(*both) for both in introduced},
        aside={
            pair(known[one], known[other])
            for one, other in aside.values_list("organisation", "other")
            if one in known and other in known
        },
    )


def proposals(now: Situation) -> list[Proposal]:
    """Whom to introduce, those who both have too few first, then by score; within everybody's room."""
    people = {one.pk: one for one in now.facts.rows}
    room = {pk: now.room(one) for pk, one in people.items()}
    found = []
    for one, other, score in _candidates(now):
        key = pair(one.pk, other.pk)
        if room[one.pk] > 0 and room[other.pk] > 0 and _is_possible(now, one, other):
            found.append(Proposal(one.row, other.row, score, now.lacks(other)))
            for pk in key:
                room[pk] -= 1
    return found


def _is_possible(now: Situation, one: Participant, other: Participant) -> bool:
    """Nobody has asked, was introduced or has set the other aside; one may ask, and both can meet."""
    key = pair(one.pk, other.pk)
    if key in now.asked or key in now.introduced or key in now.aside:
        return False
    if not (now.may_ask(one) or now.may_ask(other)):
        return False
    return not now.there.obstacle(one.row, other.row)


def _candidates(now: Situation) -> list[tuple[Participant, Participant, float]]:
    """Who has too few requests with its best partners, each pair once, in the order to propose them."""
    found: dict[Pair, tuple[Participant, Participant, float]] = {}
    for one, other, score in _scored(now):
        both = now.lacks(other)
        if score >= (FAIR if both else GOOD):
            found.setdefault(pair(one.pk, other.pk), (one, other, score))
    return sorted(found.values(), key=lambda row: (not now.lacks(row[1]), -round(row[2], 1)))


def _scored(now: Situation) -> Iterator[tuple[Participant, Participant, float]]:
    """Best partners by the event's policy, public blocks left out; sides as the event lets them ask."""
    market = now.snapshot.market
    known = {
        one.row.organisation.slug: one
        for one in now.facts.rows
        if one.row.organisation.slug in market.profiles
    }
    used = policy_or_default(now.event.scoring_policy, now.snapshot)
    for side in sorted({market.profiles[slug].side for slug in known}):
        own = [s for s, one in known.items() if market.profiles[s].side == side and now.lacks(one)]
        others = [
            slug
            for slug in known
            if now.event.asking == Asking.ANYBODY or market.profiles[slug].side != side
        ]
        if own and others:
            kept, _back = best_for_everyone(market, used, own, others, top=DEEP)
            for at, to, score in zip(kept.owner, kept.other, kept.score, strict=True):
                if at != to:
                    yield known[kept.keys[at]], known[kept.keys[to]], 100 * float(score)
