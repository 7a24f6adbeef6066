"""How evenly things are shared out, against figures that can be worked out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.scoring.evenness import Evenness


def test_equal_shares_have_no_inequality() -> None:
    found = Evenness.of([3, 3, 3, 3])
    assert found.gini == pytest.approx(0)
    assert (found.nobody, found.top) == (0, 0.25)


def test_one_who_has_everything_is_as_unequal_as_so_many_allow() -> None:
    found = Evenness.of([0, 0, 0, 8])
    assert found.gini == pytest.approx(0.75)
    assert (found.nobody, found.top) == (3, 1.0)
    assert found.distinct == 1 / 8


def test_a_case_by_hand() -> None:
    # Differences of all ordered pairs of 1, 2, 6 add up to 20; 20 / (2 * 3 * 9).
    assert Evenness.of([6, 1, 2]).gini == pytest.approx(20 / 54)


def test_nothing_to_share_is_neither_even_nor_uneven() -> None:
    assert Evenness.of([0, 0]) == Evenness(2, 0, 2, 0.0, 0.0)
    assert Evenness.of([]).distinct == 0.0


def test_the_top_tenth_is_a_tenth() -> None:
    assert Evenness.of([1] * 18 + [11, 11]).top == pytest.approx(22 / 40)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=30))
def test_it_is_the_mean_difference_over_twice_the_mean(counts: list[int]) -> None:
    found = Evenness.of(counts)
    if sum(counts):
        apart = sum(abs(one - other) for one in counts for other in counts)
        assert found.gini == pytest.approx(apart / (2 * len(counts) * sum(counts)))
    assert 0 <= found.gini < 1
