"""From a backtest folder to a market and to what every query gains from every candidate.

The scorer knows only what the files say; codes are names. A query's needed sectors are its fields;
targets and sectors read from records are marked as inferred.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from matchmaking.scoring.backtest.folder import Folder
from matchmaking.scoring.compiled.one import against_all
from matchmaking.scoring.compiled.pairs import PolicyVector, figures
from matchmaking.scoring.policy import PART_CODES, Policy
from matchmaking.scoring.profile import (
    Activity,
    Market,
    Profile,
    Scope,
    SectorFocus,
    Stance,
    Target,
)
from matchmaking.scoring.ranking import compiled

OFTEN = 2.0
"""So many records with a place make an active target of an observed one; fewer are exploring."""

SHOWN = 50
"""Contributions are kept for so many best candidates of each query."""


@dataclass(frozen=True)
class Scored:
    """Scores, shape (queries, candidates), 0..1; `draw` orders equals.

    `without`: the scores with one criterion left out. `best`: candidates of the SHOWN best per query,
    `parts`: their contributions, shape (queries, SHOWN, parts); they add up to the score.
    """

    query_ids: list[str]
    candidate_ids: list[str]
    scores: npt.NDArray[np.float32]
    draw: npt.NDArray[np.uint64]
    without: dict[str, npt.NDArray[np.float32]]
    best: npt.NDArray[np.intp]
    parts: npt.NDArray[np.float32]


def market_of(folder: Folder) -> tuple[Market, list[str]]:
    """The market up to the cut, and the profile key that stands for each query.

    An organisation's first query takes its profile; a further one gets a copy without its books.
    """
    foci: dict[str, list[SectorFocus]] = defaultdict(list)
    for row in folder.sectors:
        foci[row.org].append(
            SectorFocus(
                sector=row.code, weight=row.weight, observed=not row.stated, stated=row.stated
            )
        )
    targets: dict[str, list[Target]] = defaultdict(list)
    countries = {org.country for org in folder.orgs.values()}
    for row in folder.targets:
        stance = Stance.ACTIVE if row.stated or row.weight >= OFTEN else Stance.EXPLORING
        scope = Scope.COUNTRY if row.code in countries else Scope.REGION
        targets[row.org].append(
            Target(stance=stance, scope=scope, place=row.code, stated=row.stated)
        )
    profiles = {
        org.key: Profile(
            key=org.key,
            side=org.side,
            kind=org.kind,
            countries=(org.country,) if org.country else (),
            blocs=(org.region,) if org.region else (),
            foci=tuple(foci[org.key]),
            targets=tuple(targets[org.key]),
        )
        for org in folder.orgs.values()
    }
    keys = []
    taken: set[str] = set()
    for need in folder.needs:
        key = need.org if need.org not in taken else f"{need.org}/{need.query}"
        needed = tuple(SectorFocus(sector=sector) for sector in need.sectors)
        profiles[key] = replace(profiles[need.org], key=key, foci=needed)
        taken.add(need.org)
        keys.append(key)
    activities = [
        Activity(key=link.key, members=tuple(link.members), sectors=link.sectors, when=link.date)
        for link in folder.links.values()
    ]
    return Market.of(profiles.values(), folder.parents, activities=activities), keys


def score_folder(folder: Folder, policy: Policy) -> Scored:
    """Score every query against every candidate: what the query gains, U, in 0..1."""
    market, keys = market_of(folder)
    arrays = compiled(market)
    candidates = folder.candidates
    columns = np.array([arrays.index[key] for key in candidates], np.intp)
    shape = (len(keys), len(candidates))
    scores = np.zeros(shape, np.float32)
    used = [code for code, weight in policy.weights.items() if 0 < weight < 1]
    without = {code: np.zeros(shape, np.float32) for code in used}
    fewer = {code: PolicyVector.of(policy.without(code)) for code in used}
    vector = PolicyVector.of(policy)
    shown = min(SHOWN, len(candidates))
    best = np.zeros((len(keys), shown), np.intp)
    parts = np.zeros((len(keys), shown, len(PART_CODES)), np.float32)
    draw = arrays.seeds[columns]
    for row, key in enumerate(keys):
        values = against_all(arrays, arrays.index[key])[0][:, columns]
        scores[row] = figures(values, vector).points
        for code in used:
            without[code][row] = figures(values, fewer[code]).points
        best[row] = np.lexsort((draw, -scores[row]))[:shown]
        kept = values[:, best[row]]
        filled = np.where(np.isnan(kept), vector.priors[:, None], kept)
        parts[row] = (vector.weights[:, None] * filled).T
    queries = [need.query for need in folder.needs]
    return Scored(queries, candidates, scores, draw, without, best, parts)
