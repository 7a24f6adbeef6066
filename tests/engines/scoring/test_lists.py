"""Ranked lists: filters, ties, everybody at once, and places shared out."""

import numpy as np
import pytest
from hypothesis import given, settings

from matchmaking.scoring import DEFAULT, against, everyone, rank, score_pair
from matchmaking.scoring.compiled import blocks
from matchmaking.scoring.everyone import best_for_everyone
from matchmaking.scoring.fairness import exposure, spread, top_lists
from matchmaking.scoring.ties import draws, order, seed
from tests.engines.scoring.builders import (
    aims_at,
    market,
    mexico,
    offers,
    seeks,
    spain,
    works_in,
)
from tests.engines.scoring.strategies import KEYS, markets


def small():
    return market(
        spain(foci=works_in("energy")),
        mexico("same", foci=works_in("energy"), targets=(aims_at("ES"),)),
        mexico("near", foci=works_in("geothermal")),
        mexico("far", foci=works_in("health")),
        spain("home", foci=works_in("energy")),
        mexico("refuses", foci=works_in("energy"), targets=(aims_at("ES", "not_now", owner=True),)),
    )


def test_the_best_come_first_and_blocked_pairs_are_left_out():
    keys = [pair.other_key for pair in rank(small(), "ana", DEFAULT, side="mx")]
    assert keys == ["same", "near", "far"]
    assert [pair.other_key for pair in rank(small(), "ana", DEFAULT, top=1, side="mx")] == ["same"]


def test_filters_apply_before_ranking_and_exclusions_hide():
    found = small()
    assert [p.other_key for p in rank(found, "ana", DEFAULT, among={"far", "near"}, top=1)] == [
        "near"
    ]
    hidden = rank(found, "ana", DEFAULT, side="mx", excluded={"same": "partner"})
    assert [pair.other_key for pair in hidden] == ["near", "far"]
    with pytest.raises(KeyError, match="No organisation 'nobody'"):
        rank(found, "nobody", DEFAULT)


def test_equals_are_ordered_by_coverage_and_then_differently_for_each_asker():
    twins = [mexico(f"twin{i:02}") for i in range(30)]
    askers = [spain(f"asker{i}") for i in range(20)]
    found = market(*askers, *twins)
    firsts = [rank(found, asker.key, DEFAULT, side="mx", top=1)[0].other_key for asker in askers]
    assert len(set(firsts)) > 8
    again = market(*reversed(twins), *askers)
    assert firsts == [rank(again, a.key, DEFAULT, side="mx", top=1)[0].other_key for a in askers]


def test_more_known_goes_before_less_known_when_scores_are_equal():
    draw = np.array([1, 2, 3], np.uint64)
    scores, coverage = np.array([0.5, 0.5 + 1e-9, 0.4]), np.array([0.2, 0.8, 1.0])
    assert order(scores, coverage, draw).tolist() == [1, 0, 2]


def test_draws_are_stable_and_spread_over_all_bits():
    seeds = np.array([seed(f"org{i}") for i in range(4000)], np.uint64)
    drawn = draws(seed("asker"), seeds)
    assert len(set(drawn.tolist())) == 4000
    assert 0.48 < np.mean(drawn / 2**64) < 0.52


@settings(max_examples=25, deadline=None)
@given(found=markets())
def test_everybodys_lists_are_the_lists_of_each(found):
    own = [key for key in KEYS if found.profile(key).side == "eu"]
    for left, right in ((own, [key for key in KEYS if key not in own]), (KEYS, KEYS)):
        if not left or not right:
            continue
        down, across = best_for_everyone(found, DEFAULT, left, right, top=3)
        for kept, owners, others in ((down, left, right), (across, right, left)):
            for key in owners:
                expected = rank(found, key, DEFAULT, top=3, among=others)
                assert [other for other, _ in kept.of(key)] == [p.other_key for p in expected]
            assert_explained(found, kept)


def assert_explained(found, kept):
    for place in range(len(kept.owner)):
        own, other = kept.keys[kept.owner[place]], kept.keys[kept.other[place]]
        pair = score_pair(found, own, other, DEFAULT)
        assert 100 * kept.score[place] == pytest.approx(pair.score, abs=1e-3)
        parts = [part.points for row in pair.own.rows for part in row.parts]
        assert (100 * kept.gains[place]).tolist() == pytest.approx(parts, abs=1e-4)
        back = [part.points for row in pair.theirs.rows for part in row.parts]
        assert (100 * kept.gained[place]).tolist() == pytest.approx(back, abs=1e-4)
        known = [part.value is not None for row in pair.own.rows for part in row.parts]
        assert kept.known[place].tolist() == known
        assert 100 * kept.high[place] == pytest.approx(pair.high, abs=1e-3)


def test_many_tiles_and_long_lists_give_the_same_lists():
    fields = ["energy", "geothermal", "health", "automotive", "logistics"]
    left = [spain(f"e{i}", foci=works_in(*fields[: i % 5 + 1])) for i in range(300)]
    right = [mexico(f"m{i}", foci=works_in(fields[i % 5])) for i in range(170)]
    found = market(*left, *right)
    seen: list[tuple[int, int]] = []
    down, across = best_for_everyone(
        found,
        DEFAULT,
        [p.key for p in left],
        [p.key for p in right],
        top=20,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen == [(256 * 170, 300 * 170), (300 * 170, 300 * 170)]
    for kept, owner in ((down, "e7"), (down, "e299"), (across, "m3"), (across, "m169")):
        among = {p.key for p in (right if owner.startswith("e") else left)}
        assert [other for other, _ in kept.of(owner)] == [
            pair.other_key for pair in rank(found, owner, DEFAULT, top=20, among=among)
        ]


def busy(key, make, i):
    everything = [
        aims_at("MX"),
        aims_at("ES"),
        aims_at("MX", "exploring"),
        aims_at("ES", "not_now"),
    ]
    kinds = ["joint_rd", "supply", "training", "transfer"]
    fields = ["energy", "geothermal", "health", "automotive", "logistics", "mobility"]
    wishes = [seeks(kinds[(i + step) % 4], fields[(i * step) % 6]) for step in range(3)]
    gifts = [offers(kinds[i % 4], fields[i % 6]), offers(kinds[(i + 1) % 4])]
    targets = (everything[i % 4],) if i % 5 else ()
    return make(
        key,
        foci=works_in(fields[i % 6]),
        interests=(*wishes, *gifts),
        targets=targets,
        kind=str(i % 3),
    )


def test_lists_are_the_same_when_features_are_many(monkeypatch):
    monkeypatch.setattr(blocks, "WIDE", 4)
    monkeypatch.setattr(blocks, "FEW", 1)
    left = [busy(f"e{i}", spain, i) for i in range(40)]
    right = [busy(f"m{i}", mexico, i * 5 + 1) for i in range(40)]
    found = market(*left, *right)
    down, across = best_for_everyone(found, DEFAULT, [p.key for p in left], [p.key for p in right])
    for kept, owner, others in ((down, "e3", right), (across, "m8", left)):
        among = {p.key for p in others}
        assert [other for other, _ in kept.of(owner)] == [
            pair.other_key for pair in rank(found, owner, DEFAULT, top=20, among=among)
        ]


def test_very_many_equals_are_still_in_the_order_of_their_draws(monkeypatch):
    monkeypatch.setattr(everyone, "PLACES", 15)
    monkeypatch.setattr(everyone, "PLACE_BITS", 4)
    found = market(spain(), *(mexico(f"m{i}") for i in range(60)))
    down, _ = best_for_everyone(found, DEFAULT, ["ana"], [f"m{i}" for i in range(60)], top=5)
    expected = rank(found, "ana", DEFAULT, top=5)
    assert [other for other, _ in down.of("ana")] == [pair.other_key for pair in expected]


def test_an_empty_side_gives_empty_lists():
    down, across = best_for_everyone(market(spain()), DEFAULT, ["ana"], [])
    assert len(down.owner) == len(across.owner) == 0


# -- fairness


def test_exposure_counts_places_distinct_and_nowhere():
    found = exposure(np.array([[0, 1], [0, 2], [0, -1]]), 5)
    assert (found.places, found.distinct, found.nowhere) == (5, 3 / 5, 2)
    assert found.top20 == 1.0
    assert exposure(np.full((1, 2), -1), 3).distinct == 0.0


def test_top_lists_leave_barred_places_empty():
    scores = np.array([[0.5, -np.inf, 0.9]])
    assert top_lists(scores, np.arange(3, dtype=np.uint64), 3).tolist() == [[2, 0, -1]]


TWO = np.array([[1.0, 0.9, 0.8, 0.1], [1.0, 0.9, 0.2, 0.7]])


def test_spreading_swaps_the_cheapest_place_and_states_the_price():
    plain = top_lists(TWO, np.arange(4, dtype=np.uint64), 2)
    assert exposure(plain, 4).distinct == 0.5
    shared = spread(TWO, np.arange(4, dtype=np.uint64), places=2, newcomers=1, dearest=1.0)
    assert shared.lists.tolist() == [[0, 2], [0, 1]]  # 0.1 lost in the first list, not 0.2
    assert shared.swaps == 1
    assert shared.price == pytest.approx(0.1 / 3.8)
    # A place with ten points less has half the chance: of 2 + 1 chances one half is lost in one of two lists.
    assert shared.chances == pytest.approx(0.5 / 3 / 2)


def test_spreading_costs_no_more_than_its_bound():
    draw = np.arange(4, dtype=np.uint64)
    shared = spread(TWO, draw, places=2, newcomers=1, dearest=0.08)
    assert shared.lists.tolist() == [[0, 1], [0, 1]]
    assert (shared.swaps, shared.chances, shared.price) == (0, 0.0, 0.0)
    random = np.random.default_rng(5)
    scores = random.random((30, 300)) * 0.3 + np.linspace(0, 0.4, 300)
    draw = random.integers(0, 2**63, 300).astype(np.uint64)
    found = [spread(scores, draw, dearest=d) for d in (0.0, 0.02, 0.05, 1.0)]
    assert found[1].swaps < found[2].swaps < found[3].swaps
    assert [f.chances <= d for f, d in zip(found, (0.0, 0.02, 0.05), strict=False)] == [True] * 3


def test_spreading_stops_at_its_goal_and_never_repeats_somebody_in_a_list():
    random = np.random.default_rng(3)
    scores = random.random((40, 60)) * np.linspace(0.5, 1, 60)
    draw = np.arange(60, dtype=np.uint64)
    enough = spread(scores, draw, places=5, goal=0.2)
    assert exposure(enough.lists, 60).distinct >= 0.2
    most = spread(scores, draw, places=5, dearest=1.0)
    assert exposure(most.lists, 60).distinct > exposure(enough.lists, 60).distinct
    assert most.price >= enough.price >= 0
    assert all(len(set(row)) == 5 for row in most.lists.tolist())


def test_nothing_to_share_costs_nothing():
    nobody = spread(np.full((1, 2), -np.inf), np.arange(2, dtype=np.uint64), places=2)
    assert (nobody.swaps, nobody.price) == (0, 0.0)


def test_against_knows_its_own_best():
    view = against(small(), "ana", DEFAULT)
    best = view.best(np.arange(len(view.keys)))
    assert view.keys[best[0]] in {"same", "home"}
    assert view.keys.index("ana") not in best
