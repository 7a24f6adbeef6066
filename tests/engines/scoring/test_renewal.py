"""A market in which one organisation changed has the very arrays it would have if compiled anew."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaking.scoring import DEFAULT, Profile, against, score_pair
from matchmaking.scoring.compiled import fields as sectors
from matchmaking.scoring.compiled import matrices, renewal
from matchmaking.scoring.compiled.arrays import compile_context
from matchmaking.scoring.compiled.matrices import Layers
from matchmaking.scoring.compiled.targets import Targets
from matchmaking.scoring.context import Context, Ledger, context_of
from matchmaking.scoring.ranking import compiled
from tests.engines.scoring.builders import aims_at, market, mexico, seeks, spain, works_in
from tests.engines.scoring.strategies import KEYS, a_profile, markets
from tests.sure import sure


def plain(value):
    """Arrays as lists, whatever holds them."""
    if hasattr(value, "toarray"):
        return value.toarray().tolist()
    if isinstance(value, np.ndarray):
        return [repr(item) for item in value.ravel().tolist()]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, Targets | Layers) or hasattr(value, "rows"):
        return plain(vars(value))
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return value


def assert_as_if_new(found):
    anew = compile_context(Context(found))
    for name, value in vars(compiled(found)).items():
        if name != "context":
            assert plain(value) == plain(getattr(anew, name)), name
    assert compiled(found).context.market is found
    assert context_of(found) is compiled(found).context


@st.composite
def edits(draw):
    """A profile of an organisation in which one or all fields are those of another draw."""
    key = draw(st.sampled_from(KEYS))
    other = draw(a_profile(key))
    names = [field.name for field in fields(Profile) if field.name != "key"]
    chosen = draw(st.sampled_from([*names, ""]))
    return lambda old: replace(old, **{chosen: getattr(other, chosen)}) if chosen else other, key


@settings(max_examples=60, deadline=None)
@given(found=markets(), changed=st.lists(edits(), min_size=1, max_size=3), between=st.booleans())
def test_edits_leave_what_a_new_reading_would_give(found, changed, between):
    compiled(found)
    for edit, key in changed:
        found = found.with_profile(edit(found.profile(key)))
        if between:
            context_of(found)
    assert_as_if_new(found)


@settings(max_examples=20, deadline=None)
@given(found=markets(), changed=st.lists(edits(), min_size=1, max_size=2))
def test_so_they_do_when_matrices_are_wide_and_sparse(found, changed):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matrices, "DENSE_LIMIT", 1)
        patch.setattr(sectors, "DENSE_LIMIT", 1)
        compiled(found)
        for edit, key in changed:
            found = found.with_profile(edit(found.profile(key)))
        assert_as_if_new(found)


COUNTING = ("foci", "relations", "kind", "wishes", "parent")


@settings(max_examples=60, deadline=None)
@given(found=markets(), data=st.data())
def test_what_counts_for_others_too_is_renewed_in_place(found, data):
    compiled(found)
    for _ in range(2):
        key = data.draw(st.sampled_from(list(found.profiles)))
        old, other = found.profile(key), data.draw(a_profile(key))
        # Sectors that nobody loses or brings: with others there are other columns, and all is compiled.
        foci = tuple(f for f in other.foci if f.sector in compiled(found).columns) + old.foci
        changed = {name: getattr(other, name) for name in COUNTING} | {"foci": foci}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(renewal, "compile_context", None)
            found = found.with_profile(replace(old, **changed))
            compiled(found)
    assert_as_if_new(found)
    assert_statistics_as_if_new(context_of(found))


def assert_statistics_as_if_new(context):
    anew = Context(context.market)
    assert {k: v for k, v in context.ledgers.items() if v != Ledger()} == {
        k: v for k, v in anew.ledgers.items() if v != Ledger()
    }
    for sector in context.tree.parents:
        assert context.information(sector) == anew.information(sector)
        assert context.usual_presence(sector) == anew.usual_presence(sector)
    assert (context.kind_pairs, context.kind_shares) == (anew.kind_pairs, anew.kind_shares)
    assert context.top_tracks == anew.top_tracks


def test_what_did_not_change_is_shared_and_the_old_market_stays_as_it_was():
    old = market(spain(foci=works_in("energy")), mexico("m", foci=works_in("energy")))
    before = against(old, "ana", DEFAULT).score.tolist()
    new = old.with_profile(replace(old.profile("m"), targets=(aims_at("ES"),)))
    assert compiled(new).layers is compiled(old).layers
    assert compiled(new).seeks is compiled(old).seeks
    assert compiled(new).targets is not compiled(old).targets
    readable = sure(score_pair(new, "ana", "m", DEFAULT).score)
    assert np.isclose(against(new, "ana", DEFAULT).score[1], readable)
    assert repr(against(old, "ana", DEFAULT).score.tolist()) == repr(before)
    assert "before" not in new.memo


@pytest.mark.parametrize("sector", ["energy", "health"])
def test_a_new_field_of_work_counts_for_everybody(sector):
    """Whether somebody works in it already or not."""
    old = market(
        spain(foci=works_in("energy")), mexico("m", foci=works_in("automotive")),
        spain("b", foci=works_in("automotive")),
    )  # fmt: skip
    compiled(old)
    new = old.with_profile(replace(old.profile("m"), foci=works_in(sector)))
    assert compiled(new).layers is not compiled(old).layers
    assert_as_if_new(new)


def test_a_new_organisation_is_compiled_with_all():
    old = market(spain(foci=works_in("energy")))
    compiled(old)
    assert_as_if_new(old.with_profile(mexico("m", interests=(seeks("supply"),))))


def test_edits_without_a_look_between_keep_no_chain_of_markets():
    found = market(spain(), mexico("m"))
    compiled(found)
    for n in range(5):
        found = found.with_profile(replace(found.profile("m"), name=f"name {n}"))
        context_of(found)
    assert set(found.memo["before"]) == {"compiled"}
    assert_as_if_new(found)
