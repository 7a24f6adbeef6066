"""Many pairs of one organisation for a page: each with its bridge and its reasons in words."""

from dataclasses import dataclass, field
from functools import cached_property

from clusters.models import Organisation
from events.models import Event
from matchmaking import scoring as engine
from matchmaking.reads import scores
from matchmaking.reads.bridge import Bridge
from matchmaking.reads.market import Snapshot, current
from matchmaking.wording.scoring import criterion_name, reason_text

# A part that gives less than this share of what it could is no reason to meet.
TELLING = 0.4
# These say why there are not more points.
NO_REASON = frozenset({"kind.unusual", "kind.not_wished", "kind.no_record"})


@dataclass(frozen=True)
class ReasonLine:
    """A criterion that earned points, with the sentences that say why."""

    code: str
    name: str
    sentences: tuple[str, ...]


@dataclass
class Pairs:
    """Pairs of `own` with others; policies are read once each.

    `is_private` false leaves out what `own` has set aside: for readers who do not act for it.
    """

    own: Organisation
    is_private: bool = True
    _rankings: dict[str, scores.Ranking] = field(default_factory=dict)

    @cached_property
    def snapshot(self) -> Snapshot:
        """The market as it is now."""
        return current()

    def ranking(self, event: Event) -> scores.Ranking | None:
        """The ranking by the event's policy; None while `own` is not listed."""
        name = event.scoring_policy
        if self.own.slug not in self.snapshot.market.profiles:
            return None
        if name not in self._rankings:
            self._rankings[name] = self._read(name)
        return self._rankings[name]

    def _read(self, name: str) -> scores.Ranking:
        if not self._rankings:
            aside = scores.excluded_by(self.own) if self.is_private else {}
        else:
            aside = dict(next(iter(self._rankings.values())).excluded)
        used = scores.policy_or_default(name, self.snapshot)
        return scores.Ranking(self.own, self.snapshot, used, aside)

    def pair(self, other: Organisation, event: Event) -> engine.PairScore | None:
        """The pair in full; None while one of the two is not listed."""
        ranking = self.ranking(event)
        if ranking is None or other == self.own:
            return None
        known = other.slug in self.snapshot.market.profiles
        return ranking.pair(other.slug) if known else None

    def bridge(self, pair: engine.PairScore | None) -> Bridge | None:
        """The drawing; None where the pair has no score."""
        if pair is None or pair.block is not None:
            return None
        return scores.bridge(pair, self.snapshot)

    def block(self, pair: engine.PairScore | None) -> str:
        """Why there is no score; empty where there is one."""
        return scores.block_text(pair, self.snapshot.names) if pair else ""

    def why(self, pair: engine.PairScore | None) -> str:
        """The best reasons in one or two sentences."""
        return scores.why(pair, self.snapshot.names) if pair else ""

    def reasons(self, pair: engine.PairScore | None) -> tuple[ReasonLine, ...]:
        """What matches, the criterion that earned most in both directions first."""
        if pair is None:
            return ()
        rows = zip(pair.own.rows, pair.theirs.rows, strict=True)
        earned = [(own.points + theirs.points, own, theirs) for own, theirs in rows]
        found = []
        for _points, own, theirs in sorted(earned, key=lambda one: -one[0]):
            sentences = self._sentences(own, theirs)
            if sentences:
                found.append(ReasonLine(own.code, criterion_name(own.code), sentences))
        return tuple(found)

    def reason(self, pair: engine.PairScore | None, code: str) -> str:
        """The sentence behind one reason, or its bare name, or nothing."""
        if not code:
            return ""
        for line in self.reasons(pair):
            if line.code == code:
                return line.sentences[0]
        return criterion_name(code)

    def _sentences(self, *rows: engine.CriterionRow) -> tuple[str, ...]:
        """What is known and earned points, each sentence once; at most two."""
        texts = [
            reason_text(evidence, self.snapshot.names)
            for row in rows
            for part in row.parts
            if part.value is not None and part.value >= TELLING and part.points > 0
            for evidence in part.evidence[:1]
            if evidence.code not in NO_REASON
        ]
        return tuple(dict.fromkeys(texts))[:2]
