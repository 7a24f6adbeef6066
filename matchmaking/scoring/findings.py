"""The look one criterion takes at a pair, and what it found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from matchmaking.scoring.context import Context
from matchmaking.scoring.profile import Fact, Profile
from matchmaking.scoring.results import Evidence, Param


@dataclass(frozen=True, slots=True)
class View:
    """Organisation `a` looking at `b`; a criterion answers what a gains."""

    context: Context
    a: Profile
    b: Profile


@dataclass(frozen=True, slots=True)
class Finding:
    """A value in 0..1, or None while unknown, with its reasons."""

    value: float | None
    evidence: tuple[Evidence, ...]


def because(
    value: float | None, code: str, *facts: Fact, citations: Iterable[str] = (), **params: Param
) -> Finding:
    """A finding with one reason; it takes citations and the inferred mark from the facts used."""
    cited = dict.fromkeys(citation for fact in facts for citation in fact.citations)
    cited.update(dict.fromkeys(citations))
    stated = all(fact.stated for fact in facts) and bool(params.pop("stated", True))
    return Finding(value, (Evidence(code, params, tuple(cited), stated),))
