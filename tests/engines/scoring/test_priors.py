"""The usual value of what is unknown, measured: where it is known, by organisation, drawn to a base."""

import math

import pytest
from hypothesis import given, settings

from matchmaking.scoring import (
    DEFAULT,
    PART_CODES,
    Market,
    Policy,
    against,
    measured_priors,
    score_pair,
    usual_values,
)
from matchmaking.scoring import priors as measuring
from matchmaking.scoring.context import context_of
from matchmaking.scoring.criteria import PART_FUNCTIONS
from matchmaking.scoring.findings import View
from matchmaking.scoring.policy import PRIORS
from tests.engines.scoring.builders import aims_at, market, mexico, spain
from tests.engines.scoring.strategies import markets


def by_hand(found: Market, code: str) -> float:
    """The same figure from the readable rendition, pair by pair."""
    context, means = context_of(found), []
    for a in found.profiles.values():
        views = [View(context, a, b) for b in found.profiles.values() if b.side != a.side]
        values = [v for view in views if (v := PART_FUNCTIONS[code](view).value) is not None]
        if values:
            means.append(sum(values) / len(values))
    return (sum(means) + 10 * PRIORS[code]) / (len(means) + 10)


@settings(max_examples=20, deadline=None)
@given(markets())
def test_both_renditions_measure_the_same(found: Market) -> None:
    for code, value in measured_priors(found).items():
        assert value == pytest.approx(by_hand(found, code), abs=6e-4)


@settings(max_examples=15, deadline=None)
@given(markets())
def test_both_renditions_score_the_same_with_what_was_measured(found: Market) -> None:
    policy = Policy("live", DEFAULT.weights, priors=measured_priors(found))
    view = against(found, "o0", policy)
    for place, other in enumerate(view.keys):
        pair = score_pair(found, "o0", other, policy)
        if pair.score is not None:
            assert view.score[place] == pytest.approx(pair.score, abs=1e-3)


def test_shares_of_those_that_said_it_are_drawn_to_the_base() -> None:
    found = market(
        *(spain(f"eu{n}", targets=(aims_at("MX"),)) for n in range(30)),
        *(spain(f"silent{n}") for n in range(20)),
        mexico(),
    )
    usual = usual_values(found)["target.wants"]
    assert (usual.sides["eu"].organisations, usual.sides["eu"].of) == (30, 50)
    assert (usual.sides["eu"].pairs, usual.sides["eu"].mean) == (30, 1.0)
    assert (usual.sides["mx"].organisations, usual.sides["mx"].mean) == (0, None)
    assert usual.value == pytest.approx((30 + 10 * 0.45) / 40, abs=6e-4)
    assert usual_values(found)["target.wanted"].sides["mx"].mean == 1.0


def test_nothing_known_leaves_the_base() -> None:
    for found in (market(), market(spain()), market(spain(), spain("beto"))):
        assert measured_priors(found) == pytest.approx(dict(PRIORS))
    assert set(measured_priors(market())) == set(PART_CODES)


def test_a_crowd_costs_no_more_and_is_looked_at_in_the_same_order() -> None:
    crowd = [spain(f"eu{n}", targets=(aims_at("MX"),)) for n in range(measuring.SAMPLE + 40)]
    one, other = market(*crowd, mexico()), market(mexico(), *reversed(crowd))
    assert usual_values(one)["target.wants"].sides["eu"].of == measuring.SAMPLE
    assert measured_priors(one) == measured_priors(other)
    assert usual_values(one) is usual_values(one)
    assert math.isclose(usual_values(one)["kind"].value, PRIORS["kind"])
