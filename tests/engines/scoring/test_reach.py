"""Whom everybody's lists show: tiles add up to the whole."""

import pytest
from hypothesis import given, settings

from matchmaking.scoring import DEFAULT, rank
from matchmaking.scoring.reach import Reach, shown_by, tiles_of
from tests.engines.scoring.builders import market, mexico, spain, works_in
from tests.engines.scoring.strategies import markets


def reach_of(found, *, size, places):
    tiles = tiles_of(found, size)
    return Reach.of(found, [shown_by(found, DEFAULT, tile, places=places) for tile in tiles])


def test_a_tile_holds_one_side_and_no_more_than_it_may():
    found = market(*(spain(f"e{n}") for n in range(5)), *(mexico(f"m{n}") for n in range(3)))
    assert tiles_of(found, 4) == [
        ("e0", "e1", "e2", "e3"), ("e4",), ("m0", "m1", "m2"),
    ]  # fmt: skip
    assert tiles_of(market(), 4) == []


@settings(max_examples=25, deadline=None)
@given(markets())
def test_the_counts_are_those_of_each_list_whatever_the_tiles(found):
    expected = dict.fromkeys(found.profiles, 0)
    for key, profile in found.profiles.items():
        others = [k for k, other in found.profiles.items() if other.side != profile.side]
        for pair in rank(found, key, DEFAULT, top=2, among=others):
            expected[pair.other_key] += 1
    for size in (1, 3, 100):
        assert dict(reach_of(found, size=size, places=2).shown) == expected


def test_figures_tell_who_is_crowded_and_who_is_shown_nowhere():
    crowd = [spain(f"e{n}", foci=works_in("energy")) for n in range(6)]
    found = market(
        *crowd,
        mexico("liked", foci=works_in("energy")),
        mexico("lost", foci=works_in("health")),
    )
    reach = reach_of(found, size=100, places=1)
    assert reach.places == 8
    assert reach.shown["liked"] == 6
    assert "lost" in reach.nowhere
    assert reach.most_shown[0] == ("liked", 6)
    assert reach.distinct == pytest.approx((8 - len(reach.nowhere)) / 8)
    assert reach.crowded == 1.0


def test_nobody_is_no_crowd():
    nobody = Reach.of(market(), [])
    assert (nobody.places, nobody.distinct, nobody.crowded, nobody.nowhere) == (0, 0.0, 0.0, [])
