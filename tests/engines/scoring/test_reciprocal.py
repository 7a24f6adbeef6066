"""A pair's score: rows that add up, an exact range, the pivotal fact, and who may see a block."""

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaking.scoring import DEFAULT, EQUAL, SECTORS_ONLY, Profile, score_pair
from matchmaking.scoring.policy import CRITERIA
from tests.engines.scoring.builders import (
    aims_at,
    market,
    mexico,
    offers,
    seeks,
    spain,
    together,
    works_in,
)
from tests.engines.scoring.strategies import KEYS, markets
from tests.sure import sure

key = st.sampled_from(KEYS)


@settings(max_examples=40, deadline=None)
@given(markets(), key, key, st.sampled_from([DEFAULT, EQUAL]))
def test_rows_add_up_and_the_range_holds_the_score(found, own, other, policy):
    pair = score_pair(found, own, other, policy)
    for direction in (pair.own, pair.theirs):
        assert [row.code for row in direction.rows] == list(CRITERIA)
        assert math.isclose(direction.points, sum(row.points for row in direction.rows))
        assert direction.low <= direction.points + 1e-9 <= direction.high + 2e-9
        assert math.isclose(
            direction.high - direction.low, 100 * (1 - direction.coverage), abs_tol=1e-9
        )
        for row in direction.rows:
            assert math.isclose(row.points, sum(part.points for part in row.parts), abs_tol=1e-12)
            assert -1e-9 <= row.low <= row.points + 1e-9 <= row.high + 2e-9
            assert row.high <= 100 * row.weight + 1e-9
            assert (row.value is None) == (row.known == 0)
            assert row.evidence
            if row.value is not None:
                assert math.isclose(row.points, 100 * row.weight * row.value, abs_tol=1e-9)
    assert pair.coverage == min(pair.own.coverage, pair.theirs.coverage)
    assert (pair.score is None) == (pair.block is not None)
    if pair.score is not None:
        assert math.isclose(pair.score, math.sqrt(pair.own.points * pair.theirs.points))
        assert pair.low <= pair.score + 1e-9 <= pair.high + 2e-9


@settings(max_examples=40, deadline=None)
@given(markets(), key, key)
def test_both_sides_see_the_same_figures(found, own, other):
    one, two = score_pair(found, own, other, DEFAULT), score_pair(found, other, own, DEFAULT)
    assert one.score == two.score
    assert (one.low, one.high, one.coverage) == (two.low, two.high, two.coverage)
    assert one.own == two.theirs


def test_an_organisation_without_any_fact_can_be_scored():
    found = market(spain(), mexico(foci=works_in("energy")), Profile(key="blank", side="third"))
    pair = score_pair(found, "ana", "blank", DEFAULT)
    assert pair.coverage == 0.0
    assert pair.low == 0.0
    assert pair.high == pytest.approx(100.0)
    assert pair.score == pytest.approx(
        100 * sum(DEFAULT.part_weight(part) * prior for part, prior in DEFAULT.priors.items())
    )


def test_an_unknown_pair_is_a_clear_error():
    with pytest.raises(KeyError, match="No organisation 'nobody'"):
        score_pair(market(spain()), "ana", "nobody", DEFAULT)


# -- the pivotal fact


def test_the_pivotal_fact_says_what_each_answer_would_do():
    found = market(
        spain(foci=works_in("energy"), targets=(aims_at("MX"),), interests=(seeks("supply"),)),
        mexico(foci=works_in("energy"), interests=(offers("supply"), seeks("supply"))),
        activities=(together("ana", "carla", sectors=("energy",)),),
    )
    pair = score_pair(found, "ana", "carla", DEFAULT)
    pivotal = pair.pivotal
    assert pivotal is not None
    assert (pivotal.asked, pivotal.part, pivotal.direction) == ("carla", "target.wanted", "own")
    assert pivotal.question.code == "ask.target.wanted"
    assert pivotal.question.params["country"] == "ES"
    active, exploring, not_now = sorted(pivotal.answers, key=lambda answer: answer.code)
    assert (not_now.code, not_now.score) == ("not_now", None)
    for stance, answer in (("active", active), ("exploring", exploring)):
        told = replace(found.profile("carla"), targets=(aims_at("ES", stance),))
        again = score_pair(found.with_profile(told), "ana", "carla", DEFAULT)
        assert answer.score == pytest.approx(again.score)
        assert answer.own == pytest.approx(again.own.points)
        assert answer.theirs == pytest.approx(again.theirs.points)
    assert sure(active.score) > sure(exploring.score) > sure(pair.score)


def test_a_yes_or_no_fact_moves_to_the_ends_of_its_range():
    found = market(
        spain(foci=works_in("energy"), targets=(aims_at("MX"),)),
        mexico(targets=(aims_at("ES"),)),
    )
    pair = score_pair(found, "ana", "carla", DEFAULT)
    pivotal = sure(pair.pivotal)
    assert pivotal.part == "sector"
    assert pivotal.asked == "carla"
    yes, no = pivotal.answers
    assert (yes.code, no.code) == ("yes", "no")
    open_sector = pair.own.row("sector")
    assert sure(yes.own) - sure(no.own) == pytest.approx(open_sector.high - open_sector.low)


@settings(max_examples=40, deadline=None)
@given(markets(), key, key)
def test_no_other_unknown_moves_the_score_more(found, own, other):
    pair = score_pair(found, own, other, EQUAL)
    if pair.block is not None:
        assert pair.pivotal is None
        return
    unknown = [
        (direction, part)
        for direction in (pair.own, pair.theirs)
        for row in direction.rows
        for part in row.parts
        if part.value is None
    ]
    assert (pair.pivotal is None) == (not unknown)
    for direction, part in unknown:
        rest = pair.theirs if direction is pair.own else pair.own
        low = math.sqrt(max(0.0, direction.points - part.points) * rest.points)
        high = math.sqrt((direction.points - part.points + part.high) * rest.points)
        answers = sure(pair.pivotal).answers
        scores = [answer.score for answer in answers if answer.score is not None]
        bottom = pair.low if len(answers) == 3 else min(scores)
        assert max(scores) - bottom >= high - low - 1e-6


def test_when_nothing_with_weight_is_unknown_there_is_no_pivotal_fact():
    found = market(spain(foci=works_in("energy")), mexico(foci=works_in("health")))
    assert score_pair(found, "ana", "carla", SECTORS_ONLY).pivotal is None


# -- blocks


def test_an_organisation_does_not_meet_itself_or_its_parent():
    found = market(spain(), spain("child", parent="ana"), mexico())
    assert sure(score_pair(found, "ana", "ana", DEFAULT).block).code == "same"
    for own, other in (("ana", "child"), ("child", "ana")):
        block = sure(score_pair(found, own, other, DEFAULT).block)
        assert (block.code, block.public, block.by) == ("parent", True, "child")
    assert score_pair(found, "carla", "child", DEFAULT).block is None


def test_not_now_stated_by_its_owner_blocks_for_both_and_cites_it():
    found = market(spain(targets=(aims_at("MX", "not_now", owner=True),)), mexico())
    for own, other in (("ana", "carla"), ("carla", "ana")):
        pair = score_pair(found, own, other, DEFAULT)
        assert pair.score is None
        assert pair.pivotal is None
        block = sure(pair.block)
        assert (block.code, block.public, block.by) == ("not_now", True, "ana")
        assert block.evidence.citations == ("cites MX",)


@pytest.mark.parametrize(
    "target",
    [
        aims_at("MX", "not_now"),
        replace(aims_at("MX", "not_now", owner=True), stated=False),
        aims_at("MX", "not_now", owner=True, sector="energy"),
        aims_at("BR", "not_now", owner=True),
        aims_at("MX", "exploring", owner=True),
    ],
)
def test_anything_less_than_a_general_not_now_of_the_owner_does_not_block(target):
    found = market(spain(targets=(target,)), mexico(foci=works_in("energy")))
    assert score_pair(found, "ana", "carla", DEFAULT).score is not None


def test_an_exclusion_shows_only_to_the_side_that_set_it():
    found = market(spain(), mexico())
    hers = score_pair(found, "ana", "carla", DEFAULT, excluded={"carla": "competitor"})
    block = sure(hers.block)
    assert (hers.score, block.code, block.public) == (None, "excluded", False)
    assert block.evidence.params["reason"] == "competitor"
    theirs = score_pair(found, "carla", "ana", DEFAULT)
    plain = score_pair(found, "ana", "carla", DEFAULT)
    assert theirs.block is None
    assert theirs.score == plain.score
