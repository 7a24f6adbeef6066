"""What a market accepts, and how it says what it does not."""

from dataclasses import replace

import pytest

from matchmaking.scoring import Market, MarketError, SectorFocus, SectorTree
from tests.engines.scoring.builders import (
    TREE,
    aims_at,
    market,
    mexico,
    seeks,
    spain,
    tied_to,
    together,
    works_in,
)


def test_a_circle_of_sectors_is_refused_and_shown():
    with pytest.raises(MarketError, match=r"'b'.*circle \(b > c > b\)"):
        SectorTree({"a": "b", "b": "c", "c": "b"})


def test_a_parent_that_does_not_exist_is_refused():
    with pytest.raises(MarketError, match="'a': its parent 'x' does not exist"):
        SectorTree({"a": "x"})


def test_a_hundred_thousand_sectors_in_one_chain_are_no_circle():
    chain = {str(step): str(step - 1) if step else None for step in range(100_000)}
    tree = SectorTree(chain)
    assert len(tree.path("99999")) == 100_000
    assert tree.within("99999", "0")
    assert not tree.within("0", "99999")


def test_a_label_falls_back_to_the_code():
    tree = SectorTree({"a": None, "b": None}, {"a": "Automotive"})
    assert [tree.label("a"), tree.label("b")] == ["Automotive", "b"]


def test_two_organisations_with_one_key_are_refused():
    with pytest.raises(MarketError, match="'ana' appears twice"):
        market(spain(), spain())


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"foci": works_in("magic")}, "'ana', foci: sector 'magic'"),
        ({"foci": (SectorFocus(sector="energy", weight=0.0),)}, "foci: weight 0.0 is not"),
        ({"foci": (SectorFocus(sector="energy", weight=float("nan")),)}, "weight nan"),
        ({"foci": (SectorFocus(sector="energy", weight=float("inf")),)}, "weight inf"),
        ({"targets": (aims_at("MX", sector="magic"),)}, "'ana', targets: sector 'magic'"),
        ({"interests": (seeks("joint_rd", "magic"),)}, "'ana', interests: sector 'magic'"),
        ({"relations": (tied_to("x", sectors=("magic",)),)}, "'ana', relations: sector 'magic'"),
        ({"time_zone": "Europe/Atlantis"}, "there is no time zone 'Europe/Atlantis'"),
    ],
)
def test_a_fact_that_cannot_be_scored_is_named(facts, message):
    with pytest.raises(MarketError, match=message):
        market(spain(**facts))


def test_an_eu_wide_target_names_no_place_and_a_country_target_does():
    with pytest.raises(MarketError, match="a place belongs to countries and regions only"):
        market(spain(targets=(replace(aims_at(), place="MX"),)))
    with pytest.raises(MarketError, match="a place belongs to countries and regions only"):
        market(spain(targets=(replace(aims_at("MX"), place=""),)))


def test_an_activity_with_an_unknown_sector_is_named():
    with pytest.raises(MarketError, match=r"Activity 'ana', sectors: sector 'magic'"):
        market(spain(), activities=(together("ana", sectors=("magic",)),))


def test_a_market_takes_a_plain_mapping_as_tree():
    assert Market.of([], {"a": None}).sectors.path("a") == ("a",)


def test_an_unknown_organisation_is_a_key_error_with_a_sentence():
    with pytest.raises(KeyError, match="No organisation 'beto' in this market"):
        market(spain()).profile("beto")


def test_a_changed_profile_leaves_the_old_market_as_it_was():
    before = market(spain(), mexico())
    after = before.with_profile(spain(foci=works_in("energy")), version="2")
    assert before.profile("ana").shares == {}
    assert after.profile("ana").shares == {"energy": 1.0}
    assert after.version == "2"
    with pytest.raises(MarketError, match="magic"):
        before.with_profile(spain(foci=works_in("magic")))


def test_shares_add_weights_of_one_sector():
    foci = (*works_in("energy", "energy"), SectorFocus(sector="health", weight=2.0))
    assert spain(foci=foci).shares == {"energy": 0.5, "health": 0.5}


def test_places_are_all_areas_an_organisation_lies_in():
    profile = mexico(regions=("MX-NLE",), blocs=("latam",))
    assert profile.places == {"MX", "MX-NLE", "latam"}
    assert TREE.path("auto-parts") == ("auto-parts", "automotive", "mobility")
