"""What explains a pair beyond its rows: what blocks it, and which answer would change it most."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from matchmaking.scoring.context import Context
from matchmaking.scoring.criteria.wishes import STANCE_VALUE, stance
from matchmaking.scoring.profile import Profile, Stance, Target
from matchmaking.scoring.results import Answer, Block, DirectionScore, Evidence, PartRow, Pivotal

MIRROR: Mapping[str, str] = {
    "sector": "sector",
    "target.wants": "target.wanted",
    "target.wanted": "target.wants",
    "need.gets": "need.gives",
    "need.gives": "need.gets",
    "practice.language": "practice.language",
    "practice.hours": "practice.hours",
}
"""Parts of the other direction that rest on the same fact."""

YES_NO: Mapping[str, float] = {"yes": 1.0, "no": 0.0}


def refusal(context: Context, who: Profile, whom: Profile) -> Target | None:
    """The stance "not now" by which an organisation itself keeps another away, if there is one."""
    target = stance(context, who.targets, whom)
    if target is None or target.stance is not Stance.NOT_NOW or target.sector is not None:
        return None
    return target if target.by_owner and target.stated else None


def find_block(
    context: Context, own: Profile, other: Profile, excluded: Mapping[str, str]
) -> Block | None:
    """Why the pair has no score in the view of `own`, or None."""
    if own.key == other.key:
        return _block("same", own.key)
    for child, parent in ((own, other), (other, own)):
        if child.parent == parent.key:
            return _block("parent", child.key, whom=parent.key)
    for who, whom in ((own, other), (other, own)):
        target = refusal(context, who, whom)
        if target is not None:
            params = {"who": who.key, "whom": whom.key, "place": target.place}
            reason = Evidence("block.not_now", params, target.citations)
            return Block("not_now", public=True, by=who.key, evidence=reason)
    if other.key in excluded:
        params = {"who": own.key, "whom": other.key, "reason": excluded[other.key]}
        reason = Evidence("block.excluded", params)
        return Block("excluded", public=False, by=own.key, evidence=reason)
    return None


def _block(code: str, who: str, **params: str) -> Block:
    return Block(
        code, public=True, by=who, evidence=Evidence(f"block.{code}", {"who": who, **params})
    )


@dataclass(frozen=True, slots=True)
class _OpenFact:
    """Unknown parts that one answer would settle: rows of the own and of the other direction."""

    direction: str
    part: PartRow
    own: tuple[PartRow, ...]
    theirs: tuple[PartRow, ...]

    def outcome(self, value: float, own: float, theirs: float) -> tuple[float, float]:
        """Points of both directions once the fact has this value."""
        mine = own + math.fsum(row.high * value - row.points for row in self.own)
        other = theirs + math.fsum(row.high * value - row.points for row in self.theirs)
        return max(0.0, mine), max(0.0, other)

    def swing(self, own: float, theirs: float) -> float:
        """How far the score moves between 0 and 1."""
        low, high = self.outcome(0.0, own, theirs), self.outcome(1.0, own, theirs)
        return math.sqrt(high[0] * high[1]) - math.sqrt(low[0] * low[1])


def _unknown(direction: DirectionScore) -> dict[str, PartRow]:
    return {
        part.code: part
        for row in direction.rows
        for part in row.parts
        if part.value is None and part.high > 0
    }


def _open_facts(own: DirectionScore, theirs: DirectionScore) -> Iterable[_OpenFact]:
    mine, other = _unknown(own), _unknown(theirs)
    for code, part in mine.items():
        twin = other.get(MIRROR.get(code, ""))
        yield _OpenFact("own", part, (part,), (twin,) if twin else ())
    for code, part in other.items():
        if MIRROR.get(code, "") not in mine:
            yield _OpenFact("theirs", part, (), (part,))


def find_pivotal(own: DirectionScore, theirs: DirectionScore) -> Pivotal | None:
    """The unknown fact whose answer moves the score most; None when everything is known."""
    facts = list(_open_facts(own, theirs))
    if not facts:
        return None
    best = max(facts, key=lambda fact: fact.swing(own.points, theirs.points))
    params = best.part.evidence[0].params
    asked = str(params["who"])
    whom = theirs.of if asked == own.of else own.of
    question = Evidence(f"ask.{best.part.code}", {**params, "who": asked, "whom": whom})
    values = (
        {str(stance): value for stance, value in STANCE_VALUE.items()}
        if best.part.code.startswith("target.")
        else YES_NO
    )
    answers = tuple(
        _answer(code, best.outcome(value, own.points, theirs.points))
        for code, value in values.items()
    )
    return Pivotal(asked, best.direction, best.part.code, question, answers)


def _answer(code: str, outcome: tuple[float, float]) -> Answer:
    if code == Stance.NOT_NOW:
        return Answer(code, None, None, None)
    return Answer(code, math.sqrt(outcome[0] * outcome[1]), *outcome)
