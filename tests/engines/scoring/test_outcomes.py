"""Score bands, Wilson intervals and proposed weights: silent when there is too little to say."""

import math

import numpy as np
import pytest

from matchmaking.scoring.outcomes import (
    MINIMUM,
    TooFewError,
    auc,
    bands,
    propose_weights,
    wilson,
)
from tests.sure import sure


def test_wilson_intervals_match_published_values():
    low, high = wilson(8, 10)
    assert (round(low, 4), round(high, 4)) == (0.4902, 0.9433)
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(0, 10)[0] == 0.0
    assert wilson(10, 10)[1] == pytest.approx(1.0)
    with pytest.raises(ValueError, match="11 successes in 10 trials"):
        wilson(11, 10)


def test_bands_count_each_observation_once():
    values = [0, 25, 50, 75, 100] * 10
    happened = [value >= 50 for value in values]
    low, high = sure(bands(values, happened, [0, 50, 100]))
    assert (low.trials, low.successes, low.share) == (20, 0, 0.0)
    assert (high.trials, high.successes, high.share) == (30, 30, 1.0)
    empty = sure(bands(values, happened, [200, 300]))[0]
    assert (empty.trials, empty.share, empty.interval) == (0, None, (0.0, 1.0))


def test_bands_are_silent_below_thirty():
    assert bands([1.0] * (MINIMUM - 1), [True] * (MINIMUM - 1), [0, 2]) is None
    assert bands([1.0] * MINIMUM, [True] * MINIMUM, [0, 2]) is not None


def test_auc_counts_ties_half():
    assert auc([1, 2, 2, 3], [False, True, False, True]) == 0.875
    assert auc([1, 2], [True, True]) is None


def observations(count, weights, seed=1):
    random = np.random.default_rng(seed)
    rows = [dict(zip(weights, random.random(len(weights)), strict=True)) for _ in range(count)]
    total = [8 * sum(weights[c] * (row[c] - 0.5) for c in row) for row in rows]
    return rows, [bool(random.random() < 1 / (1 + math.exp(-value))) for value in total]


def test_planted_weights_are_found_again():
    rows, happened = observations(4000, {"sector": 0.6, "need": 0.4, "kind": 0.0})
    proposal = propose_weights(rows, happened)
    assert proposal.weights["sector"] == pytest.approx(0.6, abs=0.08)
    assert proposal.weights["kind"] < 0.06
    assert sum(proposal.weights.values()) == pytest.approx(1.0)
    assert proposal.auc > 0.7
    assert (proposal.observations, proposal.happened) == (4000, sum(happened))


def test_a_criterion_that_points_the_wrong_way_gets_nothing():
    rows, happened = observations(800, {"sector": 0.8, "need": -0.5})
    assert propose_weights(rows, happened).weights["need"] == 0.0


def test_too_little_or_one_sided_evidence_proposes_nothing():
    rows, happened = observations(MINIMUM - 1, {"sector": 1.0})
    with pytest.raises(TooFewError, match="29 observations"):
        propose_weights(rows, happened)
    rows, _ = observations(50, {"sector": 1.0})
    with pytest.raises(TooFewError, match="ended alike"):
        propose_weights(rows, [True] * 50)
    rows, happened = observations(400, {"sector": 1.0})
    with pytest.raises(TooFewError, match="No criterion goes with"):
        propose_weights(rows, [not value for value in happened])
