"""Judged by what people did: bands, criteria, matched AUC, and small groups kept back."""

import numpy as np
import pytest

from matchmaking.scoring import CRITERIA, DEFAULT
from matchmaking.scoring.hindsight import (
    Observation,
    look_back,
    matched_auc,
    merged,
    rescored,
)
from matchmaking.scoring.outcomes import bands
from tests.sure import sure


def seen(score, happened, decider="d", **values):
    usual = {**dict.fromkeys(CRITERIA, 0.5), **values}
    return Observation(score, usual, usual, happened, decider)


def planted(count=2000):
    """Decisions that hang on need and on nothing else; who is asked much says no more often."""
    random = np.random.default_rng(4)
    found = []
    for number in range(count):
        values = {code: float(random.random()) for code in CRITERIA}
        busy = number % 2
        yes = random.random() < 1 / (1 + np.exp(-(8 * (values["need"] - 0.5) - 2 * busy)))
        decider = "busy" if busy else f"calm {number % 200}"
        score = 100 * sum(DEFAULT.weights[c] * v for c, v in values.items())
        found.append(Observation(score, values, values, bool(yes), decider))
    return found


def test_it_is_silent_below_thirty():
    found = look_back([seen(50, True)] * 29, DEFAULT.weights)
    assert (found.observations, found.happened, found.missing) == (29, 29, 1)
    assert (found.bands, found.criteria, found.proposal, found.auc) == ((), (), None, None)
    assert found.share == 1.0
    assert look_back([], DEFAULT.weights).share is None


def test_the_planted_criterion_is_found():
    found = look_back(planted(), DEFAULT.weights)
    lines = {line.code: line for line in found.criteria}
    assert max(lines, key=lambda code: sure(lines[code].auc)) == "need"
    assert max(lines, key=lambda code: sure(lines[code].lift)) == "need"
    proposed = sure(found.proposal).weights
    assert max(proposed, key=lambda code: proposed[code]) == "need"
    strong, weak = sure(lines["need"].strong), sure(lines["need"].weak)
    assert sure(strong.share) > sure(weak.share) + 0.3
    assert sum(band.trials for band in found.bands) == 2000
    value, low, high = sure(found.matched)
    assert 0.5 < sure(low) < value < sure(high) < 0.8


def test_matched_compares_only_those_asked_as_often():
    busy = [seen(90, False, "busy") for _n in range(16)]
    calm = [seen(40, True, f"one {n}") for n in range(8)]
    calm += [seen(30, False, f"other {n}") for n in range(8)]
    assert sure(matched_auc(busy + calm))[0] == 1.0
    assert matched_auc(busy) is None


def test_other_weights_give_other_scores():
    rows = [seen(0, True, need=1.0), seen(0, True, need=0.0)]
    assert rescored(rows, {"need": 2}) == pytest.approx([100, 0])
    assert rescored(rows, {}) == [0, 0]


def test_small_groups_are_joined_until_nobody_can_be_told():
    values = [10] * 3 + [25] * 4 + [45] * 30 + [95] * 2
    found = bands(values, [True] * 39, (0, 20, 30, 40, 50, 60, 70, 80, 100))
    joined = merged(sure(found))
    assert all(band.trials >= 5 for band in joined)
    assert sum(band.trials for band in joined) == 39
    assert (joined[0].low, joined[-1].high) == (0, 100)


def test_a_small_side_of_a_criterion_hides_both():
    rows = [seen(50, n % 2 == 0, need=0.1 if n < 3 else 0.9) for n in range(40)]
    open_, private = (look_back(rows, DEFAULT.weights, is_private=p) for p in (False, True))
    need = CRITERIA.index("need")
    assert sure(open_.criteria[need].weak).trials == 3
    assert (private.criteria[need].weak, private.criteria[need].strong) == (None, None)
    assert sure(private.criteria[CRITERIA.index("kind")].strong).trials == 40
