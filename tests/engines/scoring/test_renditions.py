"""The readable and the compiled rendition say the same, to a millionth."""

import math

import numpy as np
import pytest
from hypothesis import given, settings

from matchmaking.scoring import DEFAULT, EQUAL, PART_CODES, against, score_pair
from matchmaking.scoring.compiled import fields, matrices
from matchmaking.scoring.compiled.arrays import compile_context
from matchmaking.scoring.compiled.one import against_all
from matchmaking.scoring.compiled.pairs import both_ways
from matchmaking.scoring.context import context_of
from matchmaking.scoring.criteria import PART_FUNCTIONS
from matchmaking.scoring.findings import View
from matchmaking.scoring.ranking import compiled
from tests.engines.scoring.builders import market, mexico, spain, works_in
from tests.engines.scoring.strategies import markets


def assert_same(found):
    context = context_of(found)
    arrays = compile_context(context)
    size = len(arrays.keys)
    own, other = np.divmod(np.arange(size * size), size)
    values, back = both_ways(arrays, own, other)
    for place, (i, j) in enumerate(zip(own, other, strict=True)):
        view = View(context, found.profile(arrays.keys[i]), found.profile(arrays.keys[j]))
        for part, code in enumerate(PART_CODES):
            readable = PART_FUNCTIONS[code](view).value
            if readable is None:
                assert math.isnan(values[part, place]), code
            else:
                assert values[part, place] == pytest.approx(readable, abs=1e-6), code
    turned = back.reshape(len(PART_CODES), size, size)
    square = values.reshape(len(PART_CODES), size, size)
    np.testing.assert_allclose(turned, square.swapaxes(1, 2), atol=1e-6)
    for i in range(size):
        gains, gained, _ = against_all(arrays, i)
        np.testing.assert_allclose(gains, square[:, i], atol=1e-6)
        np.testing.assert_allclose(gained, square[:, :, i], atol=1e-6)


@settings(max_examples=30, deadline=None)
@given(markets())
def test_both_renditions_agree_on_every_part(found):
    assert_same(found)


@settings(max_examples=15, deadline=None)
@given(found=markets())
def test_they_agree_when_matrices_are_wide_and_sparse(found):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matrices, "DENSE_LIMIT", 1)
        patch.setattr(fields, "DENSE_LIMIT", 1)
        patch.setattr(fields, "CHUNK", 3)
        assert_same(found)


@settings(max_examples=30, deadline=None)
@given(markets())
def test_one_against_all_gives_the_pairs_figures(found):
    for policy in (DEFAULT, EQUAL):
        view = against(found, "o0", policy)
        for place, other in enumerate(view.keys):
            pair = score_pair(found, "o0", other, policy)
            assert math.isnan(view.score[place]) == (pair.score is None)
            if pair.score is not None:
                assert view.score[place] == pytest.approx(pair.score, abs=1e-3)
            assert view.own[place] == pytest.approx(pair.own.points, abs=1e-4)
            assert view.theirs[place] == pytest.approx(pair.theirs.points, abs=1e-4)
            assert view.high[place] == pytest.approx(pair.high, abs=1e-3)
            assert view.low[place] == pytest.approx(pair.low, abs=0.05)
            assert view.coverage[place] == pytest.approx(pair.coverage, abs=1e-5)


def test_wide_matrices_count_their_bytes():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matrices, "DENSE_LIMIT", 1)
        patch.setattr(fields, "DENSE_LIMIT", 1)
        found = market(spain(foci=works_in("energy")), mexico(foci=works_in("health")))
        assert compiled(found).layers.stack is None
        assert 0 < compiled(found).layers.nbytes < compiled(found).nbytes


def test_arrays_are_built_once_and_know_their_size():
    found = market()
    assert compiled(found) is compiled(found)
    assert compiled(found).size == 0
    assert context_of(found) is context_of(found)
    assert compiled(found).nbytes >= 0
