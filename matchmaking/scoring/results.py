"""What a score consists of: the records that pages, the API and exports show.

Points run from 0 to 100. Rows add up: a direction's points are the sum of its rows, and a row's
points the sum of its parts. The pair's score is the geometric mean of the two directions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

Param: TypeAlias = str | int | float | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason as data: a code with parameters. `matchmaking.wording.scoring` turns it into a sentence.

    Parameters hold codes and keys (sectors, countries, organisation keys), never wording.
    `stated` is False as soon as one of the facts used was inferred.
    """

    code: str
    params: Mapping[str, Param]
    citations: tuple[str, ...] = ()
    stated: bool = True


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part of a criterion: `share` of its weight (the shares of a criterion sum to 1).

    `value` is in 0..1, or None while unknown; `points` then hold the usual value of the policy,
    `low` and `high` what the part gives at 0 and at 1.
    """

    code: str
    share: float
    value: float | None
    points: float
    low: float
    high: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """One line of a direction. `weight` in 0..1; the most it can give is 100 x weight points.

    `value` is points / (100 x weight), None when no part is known. `known` is the known share of it.
    """

    code: str
    weight: float
    value: float | None
    points: float
    low: float
    high: float
    evidence: tuple[Evidence, ...]
    parts: tuple[PartRow, ...]
    known: float


@dataclass(frozen=True, slots=True)
class DirectionScore:
    """What organisation `of` gains from organisation `towards`. `coverage` in 0..1: known weight."""

    of: str
    towards: str
    points: float
    low: float
    high: float
    coverage: float
    rows: tuple[CriterionRow, ...]

    def row(self, code: str) -> CriterionRow:
        """The line of one criterion."""
        return next(row for row in self.rows if row.code == code)


@dataclass(frozen=True, slots=True)
class Answer:
    """What an answer to the pivotal question would make of the pair.

    `code`: active, exploring, not_now; or yes, no. `score` is None when the answer sets the pair aside.
    """

    code: str
    score: float | None
    own: float | None
    theirs: float | None


@dataclass(frozen=True, slots=True)
class Pivotal:
    """The unknown fact that would move the score most.

    `asked` is the organisation that can answer, `direction` "own" or "theirs" (whose points move), `part`
    the unknown part; `question` is evidence data with a code of its own.
    """

    asked: str
    direction: str
    part: str
    question: Evidence
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Why a pair has no score.

    code: same, parent, not_now (public) or excluded (private: `public` is False, and only the
    side in `by` may see it; the engine yields it in no other view).
    """

    code: str
    public: bool
    by: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class PairScore:
    """A pair seen from `own_key`. `score` is None exactly when `block` is set.

    `own` is what own_key gains from other_key, `theirs` the reverse; both are there for blocked pairs too.
    `low` and `high` bound the score over every possible answer to what is unknown; `coverage` is the
    smaller one of the two directions.
    """

    own_key: str
    other_key: str
    policy: str
    score: float | None
    low: float
    high: float
    coverage: float
    own: DirectionScore
    theirs: DirectionScore
    pivotal: Pivotal | None
    block: Block | None
