"""A small market taken from the report: stated partners and targets rank where a careful reader puts them.

Written by hand from the report's statements; nothing the report does not say is filled in.
"""

from typing import Any

import pytest

from matchmaking.scoring import (
    DEFAULT,
    Activity,
    Label,
    LabelState,
    Market,
    Profile,
    Relation,
    Scope,
    SectorFocus,
    Stance,
    Target,
    rank,
    score_pair,
)
from tests.sure import sure

TREE = {
    "mobility": None,
    "automotive": "mobility",
    "logistics": "mobility",
    "aerospace-defence": None,
    "aerospace": "aerospace-defence",
    "defence": "aerospace-defence",
    "energy": None,
    "renewables": "energy",
    "geothermal": "renewables",
    "health": None,
    "biotechnology": "health",
    "animal-health": "biotechnology",
}

TOWARDS_MEXICO = (Target(stance=Stance.ACTIVE, scope=Scope.COUNTRY, place="MX"),)
PARTNERS_OF_GUANAJUATO = ("DE", "IT", "FR", "GB", "NL", "CH", "SE")


def org(key: str, side: str, country: str, kind: str, *sectors: str, **more: Any) -> Profile:
    return Profile(
        key=key,
        side=side,
        kind=kind,
        countries=(country,) if country else (),
        foci=tuple(SectorFocus(sector=sector) for sector in sectors),
        **more,
    )


def part_of(*others: str) -> tuple[Relation, ...]:
    return tuple(Relation(kind="member_of", other=other) for other in others)


ORGANISATIONS = [
    org("claut", "mx", "MX", "cluster", "automotive",
        labels=(Label(scheme="ESCA", level="gold", state=LabelState.VALID),)),
    org("auto-queretaro", "mx", "MX", "cluster", "automotive",
        labels=(Label(scheme="ESCA", level="bronze", state=LabelState.VALID),)),
    org("auto-guanajuato", "mx", "MX", "cluster", "automotive",
        relations=tuple(
            Relation(kind="cooperates_with", country=code) for code in PARTNERS_OF_GUANAJUATO
        )),
    org("aerospace-bc", "mx", "MX", "cluster", "aerospace",
        labels=(Label(scheme="ESCA", level="bronze", state=LabelState.VALID),)),
    org("biocluster-nl", "mx", "MX", "cluster", "biotechnology",
        targets=(Target(stance=Stance.ACTIVE, scope=Scope.EU),)),
    org("unam", "mx", "MX", "university", "biotechnology"),
    org("umsnh", "mx", "MX", "university", "renewables"),
    org("unaq", "mx", "MX", "university", "aerospace"),
    org("conalep", "mx", "MX", "college", "aerospace"),
    org("cemie-geo", "mx", "MX", "alliance", "renewables", "geothermal",
        relations=part_of("sener", "conacyt")),
    org("sener", "mx", "MX", "ministry", "renewables"),
    org("conacyt", "mx", "MX", "agency"),
    org("ina", "mx", "MX", "association", "automotive"),
    org("promexico", "mx", "MX", "agency",
        relations=(Relation(kind="memorandum", other="eccp"),)),
    org("ceaga", "eu", "ES", "cluster", "automotive", targets=TOWARDS_MEXICO),
    org("basque-energy", "eu", "ES", "cluster", "renewables", targets=TOWARDS_MEXICO),
    org("aerospace-valley", "eu", "FR", "cluster", "aerospace"),
    org("pole-safe", "eu", "FR", "cluster", "aerospace"),
    org("pirbright", "eu", "GB", "institute", "biotechnology", "animal-health"),
    org("isciii", "eu", "ES", "institute", "biotechnology"),
    org("gfz", "eu", "DE", "institute", "renewables"),
    org("safran", "eu", "FR", "company", "aerospace", "defence",
        relations=part_of("aerospace-valley")),
    org("airbus-helicopters", "eu", "FR", "company", "aerospace",
        relations=part_of("pole-safe"), parent="airbus"),
    org("airbus", "eu", "FR", "company", "aerospace"),
    org("aernnova", "eu", "ES", "company", "aerospace"),
    org("pirelli", "eu", "IT", "company", "automotive",
        relations=(Relation(kind="hosts", other="auto-guanajuato"),)),
    org("merck", "eu", "DE", "company", "biotechnology"),
    org("bayer", "eu", "DE", "company", "biotechnology"),
    org("novartis", "third", "CH", "company", "biotechnology"),
    org("eccp", "eu", "", "platform"),
    org("eacp", "eu", "", "network", "aerospace", targets=TOWARDS_MEXICO),
    org("abroad", "eu", "", "partnership", "aerospace", targets=TOWARDS_MEXICO, parent="eacp"),
    org("reina-plus", "eu", "", "partnership", "renewables", targets=TOWARDS_MEXICO,
        relations=(Relation(kind="coordinates", other="basque-energy"),)),
]  # fmt: skip

STORIES = [
    Activity(key="cysticercosis", members=("unam", "pirbright", "isciii"),
             sectors=("biotechnology", "animal-health")),
    Activity(key="gemex", members=("umsnh", "cemie-geo", "gfz"), sectors=("geothermal",)),
    Activity(key="campus", members=("unaq", "conalep", "safran", "airbus-helicopters"),
             sectors=("aerospace",)),
]  # fmt: skip


@pytest.fixture(scope="module")
def report() -> Market:
    return Market.of(ORGANISATIONS, TREE, activities=STORIES, eu_members={"ES", "FR", "DE", "IT"})


def best(report: Market, key: str, side: str, top: int) -> list[str]:
    return [pair.other_key for pair in rank(report, key, DEFAULT, top=top, side=side)]


@pytest.mark.parametrize(
    ("asker", "side", "partners"),
    [
        ("unam", "eu", {"pirbright", "isciii"}),  # story 1: partners come before all others
        ("pirbright", "mx", {"unam"}),
        ("isciii", "mx", {"unam"}),
        ("umsnh", "eu", {"gfz"}),  # story 2
        ("unaq", "eu", {"safran", "airbus-helicopters"}),  # story 3
        ("conalep", "eu", {"safran", "airbus-helicopters"}),
        ("safran", "mx", {"unaq", "conalep"}),
        ("airbus-helicopters", "mx", {"unaq", "conalep"}),
        ("promexico", "eu", {"eccp"}),  # memorandum: the only tie of either
        ("eccp", "mx", {"promexico"}),
    ],
)
def test_a_stated_partner_comes_first(report, asker, side, partners):
    assert set(best(report, asker, side, len(partners))) == partners


@pytest.mark.parametrize(
    ("asker", "first"),
    [
        # A target names only the country; within it the reader expects the asker's own field.
        ("ceaga", {"claut", "auto-queretaro", "auto-guanajuato"}),
        ("basque-energy", {"umsnh", "cemie-geo", "sener"}),
        ("eacp", {"unaq", "conalep"}),
        ("abroad", {"unaq", "conalep"}),
        ("reina-plus", {"umsnh", "cemie-geo", "sener"}),
    ],
)
def test_who_targets_mexico_finds_its_own_field_there_first(report, asker, first):
    assert set(best(report, asker, "mx", len(first))) == first


def test_the_aerospace_networks_find_the_aerospace_cluster_before_other_fields(report):
    for asker in ("eacp", "abroad"):
        assert "aerospace-bc" in best(report, asker, "mx", 3)


def test_guanajuato_finds_automotive_first_and_prefers_countries_it_works_with(report):
    order = best(report, "auto-guanajuato", "eu", 30)
    assert set(order[:2]) == {"pirelli", "ceaga"}
    side = "record.side"

    def gain(other: str) -> float:
        pair = score_pair(report, "auto-guanajuato", other, DEFAULT)
        parts = {part.code: part.value for part in pair.theirs.row("record").parts}
        return sure(parts[side])

    assert gain("bayer") > gain("aernnova")  # Germany is named among its partners, Spain is not


def test_the_biocluster_targets_the_eu_and_finds_biotechnology_in_it(report):
    order = best(report, "biocluster-nl", "eu", 4)
    assert set(order) == {"pirbright", "isciii", "merck", "bayer"}
    outside = score_pair(report, "biocluster-nl", "novartis", DEFAULT)
    inside = score_pair(report, "biocluster-nl", "pirbright", DEFAULT)
    assert outside.own.row("target").parts[0].value is None
    assert inside.own.row("target").parts[0].value == 1.0


def test_a_parent_does_not_meet_its_child(report):
    block = score_pair(report, "airbus", "airbus-helicopters", DEFAULT).block
    assert sure(block).code == "parent"
    assert "abroad" not in best(report, "eacp", "eu", 30)


def test_an_agency_without_any_field_still_gets_a_list(report):
    assert len(best(report, "conacyt", "eu", 30)) == 18
