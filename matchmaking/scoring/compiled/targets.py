"""Targets as arrays: which stance speaks for whom, for any block of pairs."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from matchmaking.scoring.compiled.matrices import Bools, Floats, Ints, entries
from matchmaking.scoring.context import Context
from matchmaking.scoring.criteria.wishes import STANCE_VALUE, in_eu
from matchmaking.scoring.profile import Profile, Scope, Stance, Target

Keys = npt.NDArray[np.int16]

REFUSAL = 2
CODES: dict[Stance, int] = {Stance.NOT_NOW: 1, Stance.EXPLORING: 3, Stance.ACTIVE: 4}
VALUES = np.array([np.nan, 0.0, 0.0, 0.6, 1.0, np.nan, np.nan, np.nan], np.float32)
"""Value by the last three bits of a key; 2 is a "not now" of the owner."""

VALUES[[CODES[stance] for stance in Stance]] = [STANCE_VALUE[stance] for stance in Stance]

EU = ("", "eu")


@dataclass
class Targets:
    """Targets of organisations, as sets of (place, sector, code), and where organisations lie.

    `of`: target set of each organisation. `place`, `sector`, `code`: shape (sets, most in one set); code 0
    fills up. `rank`: (places, n), how narrowly a place holds an organisation, 0 not at all. `inside`:
    (sectors, n), active in or below; the last row holds everybody. `members`: organisations by set.
    """

    of: Ints
    place: Ints
    sector: Ints
    code: Keys
    rank: npt.NDArray[np.int8]
    inside: Bools

    @property
    def nbytes(self) -> int:
        """Bytes in the arrays."""
        arrays = (self.of, self.place, self.sector, self.code, self.rank, self.inside)
        return sum(array.nbytes for array in arrays)

    @property
    def name_sectors(self) -> bool:
        """Whether any target holds in one sector only."""
        return len(self.inside) > 1

    def block(self, sets: Ints, others: Ints) -> Keys:
        """Keys of target sets (down) towards organisations (across)."""
        best = np.zeros((len(sets), len(others)), np.int16)
        rank, inside = self.rank[:, others].astype(np.int16), self.inside[:, others]
        for step in range(self.code.shape[1]):
            code = self.code[sets, step]
            here = np.flatnonzero(code)
            if len(here):
                at = sets[here]
                found = self._keys(
                    rank[self.place[at, step]],
                    inside[self.sector[at, step]],
                    self.sector[at, step][:, None],
                    code[here][:, None],
                )
                best[here] = np.maximum(best[here], found)
        return best

    def pairs(self, ia: Ints, ib: Ints) -> Keys:
        """Keys for single pairs: what ia's targets say of ib."""
        sets = self.of.take(ia)
        best = np.zeros(len(ia), np.int16)
        for step in range(self.code.shape[1]):
            code = self.code[:, step]
            here = np.flatnonzero(code.take(sets))
            at, b = sets.take(here), ib.take(here)
            place, sector = self.place[:, step].take(at), self.sector[:, step].take(at)
            rank = entries(self.rank, place, b).astype(np.int16)
            found = self._keys(rank, entries(self.inside, sector, b), sector, code.take(at))
            best[here] = np.maximum(best.take(here), found)
        return best

    def toward_all(self, own: int) -> Keys:
        """What own's targets say of everybody, shape (n,)."""
        best = np.zeros(len(self.of), np.int16)
        at = self.of[own]
        for step in range(np.count_nonzero(self.code[at])):
            place, sector = self.place[at, step], self.sector[at, step]
            rank, inside = self.rank[place].astype(np.int16), self.inside[sector]
            best = np.maximum(best, self._keys(rank, inside, sector, self.code[at, step]))
        return best

    def from_all(self, own: int) -> Keys:
        """What everybody's targets say of own, shape (n,)."""
        sets = np.arange(len(self.code))
        return np.asarray(self.block(sets, np.array([own]))[self.of, 0])

    def _keys(self, rank: Keys, inside: Bools, sector: Ints, code: Keys) -> Keys:
        named = (np.asarray(sector) < len(self.inside) - 1).astype(np.int16)
        reach = 2 * rank + named
        return np.asarray(np.where((rank > 0) & inside & (code > 0), 8 * reach + code, 0), np.int16)


def value_of(keys: Keys) -> Floats:
    """Criterion values of keys, NaN where no target speaks."""
    return np.asarray(VALUES[keys & 7])


def refused(keys: Keys) -> Bools:
    """Whether the owner itself says "not now", in whatever sector."""
    return np.asarray(((keys & 7) == REFUSAL) & ((keys >> 3) % 2 == 0))


def compile_targets(context: Context, profiles: Sequence[Profile]) -> Targets:
    """Number target sets, places and sectors, and find who lies and works where."""
    places: dict[tuple[str, str], int] = {}
    sectors: dict[str, int] = {}
    sets: dict[Hashable, int] = {}
    of = np.zeros(len(profiles), np.intp)
    entries: list[list[tuple[int, str | None, int]]] = []
    for row, profile in enumerate(profiles):
        marks = sorted({_mark(target) for target in profile.targets})
        found = tuple(marks)
        if found not in sets:
            sets[found] = len(entries)
            entries.append(
                [
                    (places.setdefault(place, len(places)), sector or None, code)
                    for place, sector, code in marks
                ]
            )
            for _, named, _ in marks:
                if named:
                    sectors.setdefault(named, len(sectors))
        of[row] = sets[found]
    most = max((len(entry) for entry in entries), default=0)
    place = np.zeros((len(entries), most), np.intp)
    sector_of = np.zeros((len(entries), most), np.intp)
    code_of = np.zeros((len(entries), most), np.int16)
    for row, entry in enumerate(entries):
        for step, (at, sector, code) in enumerate(entry):
            place[row, step] = at
            sector_of[row, step] = len(sectors) if sector is None else sectors[sector]
            code_of[row, step] = code
    rank = _ranks(context, profiles, places)
    return Targets(of, place, sector_of, code_of, rank, _inside(context, profiles, sectors))


def _mark(target: Target) -> tuple[tuple[str, str], str, int]:
    code = CODES[target.stance]
    if target.stance is Stance.NOT_NOW and target.by_owner and target.stated:
        code = REFUSAL
    scope = EU if target.scope is Scope.EU else (target.place, "")
    return scope, target.sector or "", code


def _ranks(
    context: Context, profiles: Sequence[Profile], places: dict[tuple[str, str], int]
) -> npt.NDArray[np.int8]:
    of, kinds = _alike((p.blocs, p.countries, p.regions, in_eu(context, p)) for p in profiles)
    rank = np.zeros((max(1, len(places)), len(kinds)), np.int8)
    for column, (blocs, countries, regions, is_european) in enumerate(kinds):
        spots: dict[tuple[str, str], int] = {(code, ""): 1 for code in blocs}
        spots.update({(code, ""): 2 for code in countries})
        spots.update({(code, ""): 3 + i for i, code in enumerate(regions)})
        if is_european:
            spots[EU] = 1
        for spot, narrowness in spots.items():
            if spot in places:
                rank[places[spot], column] = narrowness
    return np.asarray(rank.take(of, axis=1))


def _inside(context: Context, profiles: Sequence[Profile], sectors: dict[str, int]) -> Bools:
    of, kinds = _alike(tuple(p.shares) for p in profiles)
    inside = np.zeros((len(sectors) + 1, len(kinds)), bool)
    inside[-1] = True
    for column, shares in enumerate(kinds):
        for mine in shares:
            for node in context.path(mine):
                if node in sectors:
                    inside[sectors[node], column] = True
    return np.asarray(inside.take(of, axis=1))


def _alike(features: Iterable[Any]) -> tuple[Ints, list[Any]]:
    """The number of each feature among the distinct ones, and these: many organisations share theirs."""
    numbers: dict[Any, int] = {}
    of = np.fromiter((numbers.setdefault(found, len(numbers)) for found in features), np.intp)
    return of, list(numbers)
