"""Judging a ranking by links that came later. Exact counts, intervals over query organisations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matchmaking.scoring.backtest.folder import Folder
from matchmaking.scoring.backtest.scores import Scored
from matchmaking.scoring.fairness import exposure, spread, top_lists

Doubles = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

RESAMPLES = 1000
SEED = 20160101
PRECISION_AT, RECALL_AT, TIES_AT = 10, 50, 200
GOAL = 0.34
"""Distinct organisations per place that the exposure-aware order aims at."""


@dataclass(frozen=True)
class Truth:
    """Positives and pairs to leave out, shape (queries, candidates)."""

    positive: Mask
    ignore: Mask


def truth_of(folder: Folder, scored: Scored) -> Truth:
    """The truth as masks in the order of the scores."""
    rows = {query: row for row, query in enumerate(scored.query_ids)}
    columns = {key: column for column, key in enumerate(scored.candidate_ids)}
    masks = {kind: np.zeros(scored.scores.shape, bool) for kind in ("positive", "ignore")}
    for (query, org), kind in (folder.truth or {}).items():
        masks[kind][rows[query], columns[org]] = True
    return Truth(masks["positive"], masks["ignore"])


def activity_bins(folder: Folder, scored: Scored) -> npt.NDArray[np.int64]:
    """Candidates with about as many records: floor(2 log2 records), none apart."""
    records = np.array([folder.orgs[key].records for key in scored.candidate_ids])
    return count_bins(records)


def count_bins(counts: Doubles) -> npt.NDArray[np.int64]:
    """About as many: floor(2 log2 count), none apart."""
    return np.where(counts > 0, np.floor(2 * np.log2(np.maximum(counts, 1e-9))), -99).astype(int)


def joint_bins(folder: Folder, scored: Scored) -> npt.NDArray[np.int64]:
    """Candidates with about as many records and partners."""
    partners: dict[str, set[str]] = {}
    for link in folder.links.values():
        for key in link.members:
            partners.setdefault(key, set()).update(link.members)
    counts = np.array([max(0, len(partners.get(k, ())) - 1) for k in scored.candidate_ids])
    return activity_bins(folder, scored) * 1000 + count_bins(counts.astype(float))


def auc_sums(
    scores: npt.NDArray[np.float32], truth: Truth, bins: npt.NDArray[np.int64], among: Mask
) -> Doubles:
    """Per query: (sum over positives of the share of negatives they beat, positives judged).

    Negatives are all candidates of the positive's bin that are neither positive nor ignored for the
    query; ties count half. `among` limits the positives. Shape (queries, 2).
    """
    sums = np.zeros((len(scores), 2))
    for row, values in enumerate(scores):
        chosen = np.flatnonzero(truth.positive[row] & among)
        barred = truth.positive[row] | truth.ignore[row]
        for mark in np.unique(bins[chosen]):
            mine = values[chosen[bins[chosen] == mark]]
            others = np.sort(values[~barred & (bins == mark)])
            if len(others):
                below = np.searchsorted(others, mine, "left")
                upto = np.searchsorted(others, mine, "right")
                sums[row] += ((below + upto).sum() / (2 * len(others)), len(mine))
    return sums


def pooled(sums: Doubles) -> float:
    """The mean over all positives of rows (sum over positives, positives); NaN without any."""
    return float(sums[:, 0].sum() / sums[:, 1].sum()) if sums[:, 1].sum() else float("nan")


def _mean(sums: Doubles) -> float:
    return float(sums[:, 0].mean()) if len(sums) else float("nan")


def interval(
    sums: Doubles, of: Callable[[Doubles], float], *, counts_distinct: bool = False
) -> dict[str, float | list[float | None] | None]:
    """A figure with its 95 % bootstrap interval over queries (rows).

    A resample repeats queries, which shrinks a count of distinct things; with `counts_distinct` the
    interval is moved by that bias, and fewer resamples are drawn because such figures are slower.
    """
    if not len(sums):
        return {"value": None, "interval": [None, None]}
    random = np.random.default_rng(SEED)
    times = RESAMPLES // 5 if counts_distinct else RESAMPLES
    drawn = [of(sums[random.integers(0, len(sums), len(sums))]) for _ in range(times)]
    value = of(sums)
    if np.isnan(drawn).all():
        return {"value": _round(value), "interval": [None, None]}
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    bias = float(np.nanmean(drawn)) - value if counts_distinct else 0.0
    return {"value": _round(value), "interval": [_round(low - bias), _round(high - bias)]}


def _round(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 4) + 0.0


def theme_share(folder: Folder, scored: Scored) -> npt.NDArray[np.float32]:
    """The plain rival: the share of a candidate's weight in the needed sectors."""
    rows = {key: row for row, key in enumerate(scored.candidate_ids)}
    asked = {code: column for column, code in enumerate(dict.fromkeys(_needed(folder)))}
    total = np.zeros(len(rows))
    weights = np.zeros((len(rows), len(asked)))
    for weight in folder.sectors:
        if weight.org in rows:
            total[rows[weight.org]] += weight.weight
            if weight.code in asked:
                weights[rows[weight.org], asked[weight.code]] += weight.weight
    shares = weights / np.maximum(total, 1e-12)[:, None]
    picked = [shares[:, [asked[s] for s in need.sectors]].sum(axis=1) for need in folder.needs]
    return np.array(picked, np.float32)


def _needed(folder: Folder) -> Iterator[str]:
    return (sector for need in folder.needs for sector in need.sectors)


def list_sums(lists: npt.NDArray[np.intp], truth: Truth) -> Doubles:
    """Per query with positives: (precision at 10, recall at 50)."""
    rows = np.arange(len(lists))[:, None]
    hits = truth.positive[rows, lists] & (lists >= 0)
    wanted = truth.positive.sum(axis=1)
    precision = hits[:, :PRECISION_AT].mean(axis=1)
    recall = hits[:, :RECALL_AT].sum(axis=1) / np.maximum(wanted, 1)
    return np.asarray(np.column_stack([precision, recall])[wanted > 0])


def tie_shares(scores: npt.NDArray[np.float32], lists: npt.NDArray[np.intp]) -> Doubles:
    """Per query: the share of the best 200 that has the same score as a neighbour."""
    shares = []
    for values, line in zip(scores, lists, strict=True):
        ordered = values[line[line >= 0]]
        same = ordered[1:] == ordered[:-1]
        tied = np.concatenate([[False], same]) | np.concatenate([same, [False]])
        shares.append(tied.mean() if len(ordered) else 0.0)
    return np.array(shares)[:, None]


def judge(folder: Folder, scored: Scored) -> dict[str, object]:
    """All figures of the format for a folder with truth, ready for JSON."""
    truth = truth_of(folder, scored)
    every = np.ones(scored.scores.shape[1], bool)
    bins = activity_bins(folder, scored)
    records = np.array([folder.orgs[key].records for key in scored.candidate_ids])
    matched = auc_sums(scored.scores, truth, bins, every)
    theme = auc_sums(theme_share(folder, scored), truth, bins, every)
    gain = np.column_stack([matched[:, 0] - theme[:, 0], matched[:, 1]])
    flat = np.zeros_like(bins)
    joint = joint_bins(folder, scored)
    allowed = np.where(truth.ignore, -np.inf, scored.scores)
    lists = top_lists(allowed, scored.draw, TIES_AT)
    sums = list_sums(lists, truth)
    lift = {
        code: _round(pooled(matched) - pooled(auc_sums(scores, truth, bins, every)))
        for code, scores in scored.without.items()
    }
    return {
        "queries": len(scored.query_ids),
        "candidates": len(scored.candidate_ids),
        "positives": int(truth.positive.sum()),
        "matched_auc": interval(matched, pooled),
        "theme_share_matched_auc": interval(theme, pooled),
        "gain_over_theme_share": interval(gain, pooled),
        "unmatched_auc": interval(auc_sums(scored.scores, truth, flat, every), pooled),
        "joint_matched_auc": interval(auc_sums(scored.scores, truth, joint, every), pooled),
        "cold_partners": interval(auc_sums(scored.scores, truth, bins, records == 1), pooled),
        "precision_at_10": interval(sums[:, :1], _mean),
        "recall_at_50": interval(sums[:, 1:], _mean),
        "ties_in_top_200": interval(tie_shares(scored.scores, lists), _mean),
        "exposure": _exposure(lists[:, :PRECISION_AT], len(every)),
        "exposure_aware": _aware(allowed, scored.draw, truth, sums[:, :1]),
        "lift": lift,
    }


def _exposure(lists: npt.NDArray[np.intp], size: int) -> dict[str, object]:
    found = exposure(lists, size)
    rows = lists.astype(np.float64)
    figures: dict[str, object] = {
        name: interval(rows, _exposed(name, size), counts_distinct=True)
        for name in ("distinct", "top20")
    }
    return {
        "distinct_per_place": figures["distinct"],
        "share_of_20_most_shown": figures["top20"],
        "shown_nowhere": found.nowhere,
    }


def _exposed(name: str, size: int) -> Callable[[Doubles], float]:
    return lambda rows: float(getattr(exposure(rows.astype(np.intp), size), name))


def _aware(
    allowed: npt.NDArray[np.float32], draw: npt.NDArray[np.uint64], truth: Truth, plain: Doubles
) -> dict[str, object]:
    """Lists ordered for exposure: what they show, and what that cost as foretold and as it came.

    `plain`: precision of the lists by score, one row per query with positives.
    """
    aware = spread(allowed, draw, places=PRECISION_AT, goal=GOAL)
    precision = list_sums(aware.lists, truth)[:, :1]
    return {
        **_exposure(aware.lists, allowed.shape[1]),
        "precision_at_10": interval(precision, _mean),
        "cost_in_precision_at_10": interval(np.column_stack([plain, precision]), _lost),
        "price_in_chances": _round(aware.chances),
        "price_in_score": _round(aware.price),
    }


def _lost(rows: Doubles) -> float:
    """Share of the first column's sum that the second lacks; NaN of nothing."""
    before, after = rows.sum(axis=0)
    return float(1 - after / before) if before else float("nan")
