"""Policies: what is a fair set of weights, and what is refused."""

import math

import pytest

from matchmaking.scoring import (
    CRITERIA,
    DEFAULT,
    EQUAL,
    PART_CODES,
    PARTS,
    SECTORS_ONLY,
    SHIPPED,
    Policy,
    PolicyError,
)


def test_weights_are_scaled_to_one_and_the_rest_weighs_nothing():
    policy = Policy("two", {"sector": 3.0, "need": 1.0})
    assert policy.weights["sector"] == 0.75
    assert policy.weights["circle"] == 0.0
    assert policy.stamp == "two v1"


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({"sector": -1.0, "need": 2.0}, "weight of 'sector' must not be negative"),
        ({"sector": math.nan}, "weight of 'sector' is not a finite number"),
        ({"sector": math.inf}, "weight of 'sector' is not a finite number"),
        ({"sector": "much"}, "weight of 'sector' is not a finite number"),
        ({"magic": 1.0}, "there is no weight for 'magic'"),
        ({"sector": 0.0, "need": 0.0}, "at least one weight must be above zero"),
        ({}, "at least one weight must be above zero"),
    ],
)
def test_impossible_weights_are_refused_by_name(weights, message):
    with pytest.raises(PolicyError, match=message):
        Policy("bad", weights)


@pytest.mark.parametrize(
    ("priors", "message"),
    [({"sector": 1.5}, "outside 0 to 1"), ({"magic": 0.5}, "no prior for 'magic'")],
)
def test_impossible_priors_are_refused(priors, message):
    with pytest.raises(PolicyError, match=message):
        Policy("bad", {"sector": 1.0}, priors=priors)


def test_parts_share_out_their_criterion_completely():
    assert set(PARTS) == set(CRITERIA)
    for parts in PARTS.values():
        assert math.isclose(sum(share for _, share in parts), 1.0)
    assert math.isclose(sum(DEFAULT.part_weight(part) for part in PART_CODES), 1.0)


def test_three_policies_ship():
    assert set(SHIPPED) == {"default", "equal", "sectors-only"}
    assert len(set(EQUAL.weights.values())) == 1
    assert [code for code, weight in SECTORS_ONLY.weights.items() if weight] == ["sector"]


def test_leaving_a_criterion_out_scales_the_others_up():
    fewer = DEFAULT.without("record")
    assert fewer.weights["record"] == 0.0
    assert math.isclose(fewer.weights["sector"], 0.21 / 0.66)
    with pytest.raises(PolicyError, match="above zero"):
        SECTORS_ONLY.without("sector")
