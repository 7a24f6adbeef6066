"""The report as data: complete, cited, honest about what we inferred, and the same after every load.

Expected values stand with the section of the report that holds them.
"""

from typing import Any

import pytest
from django.db import models
from django.utils import translation

from clusters.choices import Basis, OrganisationKind, OrganisationStatus, RelationKind, Side
from clusters.models import (
    Citation,
    Claim,
    Contradiction,
    CooperationInterest,
    FieldStatement,
    Figure,
    Footnote,
    InternationalTarget,
    Label,
    Organisation,
    PolicyInstrument,
    Programme,
    Relation,
    SectorFocus,
    Source,
    SuccessStory,
)
from events.models import Event, EventTheme
from tests.clusters.report_footnotes import FOOTNOTES, SAME_AS
from tests.clusters.report_loaded import cited, organisation

FACTS: list[Any] = [
    *(SectorFocus, InternationalTarget, Label, Relation, FieldStatement, Figure),
]
RECORDS: list[Any] = [
    *(Organisation, Programme, PolicyInstrument, SuccessStory, Claim, Contradiction),
    *(Event, EventTheme),
]


pytestmark = pytest.mark.usefixtures("plain_report")


# ---------------------------------------------------------------- completeness


@pytest.mark.parametrize(
    ("model", "count"),
    [
        (Organisation, 43 + 2 + 4),
        (Programme, 7),
        (PolicyInstrument, 8),
        (SuccessStory, 3),
        (Figure, 32),
        (Claim, 33),
        (Contradiction, 35),
        (Footnote, 55),
        (Event, 3),
        (Label, 3),
        (Source, 1),
    ],
)
def test_everything_is_there(model: type[models.Model], count: int) -> None:
    assert model._default_manager.count() == count


def test_kinds_of_organisations() -> None:
    kinds = list(Organisation.objects.values_list("kind", flat=True))
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        OrganisationKind.CLUSTER: 10,
        OrganisationKind.UNIVERSITY: 3,
        OrganisationKind.RESEARCH_INSTITUTE: 3,
        OrganisationKind.VOCATIONAL_COLLEGE: 1,
        OrganisationKind.ALLIANCE: 1,
        OrganisationKind.COMPANY: 13,
        OrganisationKind.AGENCY: 3,
        OrganisationKind.MINISTRY: 4,
        OrganisationKind.BUSINESS_ASSOCIATION: 1,
        OrganisationKind.PLATFORM: 1,
        OrganisationKind.SUPPORT_PROGRAMME: 1,
        OrganisationKind.LABEL_BODY: 1,
        OrganisationKind.INTERNATIONAL_ORGANISATION: 1,
        OrganisationKind.CONSORTIUM: 2,
        OrganisationKind.PARTNERSHIP: 1,
        OrganisationKind.PARTNERSHIP_4I: 2,
        OrganisationKind.NETWORK: 1,
    }


def test_all_are_listed_and_none_is_marked_as_demo() -> None:
    assert set(Organisation.objects.values_list("status", flat=True)) == {OrganisationStatus.LISTED}
    assert not Organisation.objects.filter(is_demo=True).exists()


def test_every_value_keeps_to_the_closed_lists() -> None:
    for model in (*FACTS, *RECORDS, Citation, Footnote):
        for row in model.objects.all():
            row.clean_fields()


@pytest.mark.parametrize("number", FOOTNOTES)
def test_footnotes_are_as_printed(number: int) -> None:
    footnote = Footnote.objects.get(source__code="d35", number=number)
    section, url = FOOTNOTES[number]
    assert (footnote.section, footnote.url) == (section, url)
    assert bool(footnote.note) == (number in {30, 40, 51})
    same = footnote.same_as
    assert (same and same.number) == SAME_AS.get(number)
    assert footnote.citations.exists()


def test_repeated_footnotes_have_one_address() -> None:
    for repeat, first in SAME_AS.items():
        assert FOOTNOTES[repeat][1] == FOOTNOTES[first][1]
    assert len({url for _section, url in FOOTNOTES.values() if url}) == 45


def test_the_footnote_about_the_wrong_cluster_is_marked() -> None:
    """4.2: footnote 34 cites the page of an automotive cluster for an aerospace claim (K02)."""
    assert [f.number for f in Footnote.objects.exclude(warning="")] == [34]


# ---------------------------------------------------------------- citations


@pytest.mark.parametrize("model", [*FACTS, *RECORDS])
def test_everything_is_cited_from_the_report(model: Any) -> None:
    assert not model.objects.filter(citations=None).exists()
    assert not model.objects.exclude(citations__source__code="d35").exists()


def test_citations_are_named_by_their_place() -> None:
    for citation in Citation.objects.select_related("footnote"):
        parts = ["d35", citation.section]
        parts += [f"fn{citation.footnote.number}"] if citation.footnote else []
        parts += ["inferred"] if citation.basis == Basis.INFERRED else []
        assert citation.code == "-".join(parts)
        assert citation.footnote is None or citation.footnote.section == citation.section


def test_every_inferred_fact_gives_its_reason() -> None:
    """What we deduced is marked and explained; the marked ones are neither none nor all."""
    for model in (SectorFocus, InternationalTarget, Relation, FieldStatement):
        rows = list(model.objects.prefetch_related("citations"))
        inferred = [row for row in rows if row.is_inferred]
        assert 0 < len(inferred) < len(rows)
        assert all(row.note for row in inferred)


@pytest.mark.parametrize(
    ("slug", "field"),
    [
        ("claut", "region"),
        ("claut", "aliases"),
        ("ceaga", "countries"),
        ("basque-energy-cluster", "countries"),
        ("unam", "region"),
        ("gfz", "region"),
        ("pirelli", "countries"),
        ("ina", "countries"),
        ("lcba", "side"),
        ("lcba", "kind"),
        ("cluster-for-logistics-lu", "name"),
        ("airbus", "aliases"),
    ],
)
def test_fields_that_the_report_does_not_state_are_inferred(slug: str, field: str) -> None:
    statement = FieldStatement.objects.get(organisation__slug=slug, field=field)
    assert statement.is_inferred
    assert statement.note


def test_every_given_field_of_an_organisation_has_its_statement() -> None:
    fields = [
        *("name", "aliases", "kind", "printed_kind", "side", "region", "aim_en"),
        *("description_en", "website", "is_public_body"),
    ]
    for row in Organisation.objects.prefetch_related("statements", "countries"):
        stated = {s.field: s.value for s in row.statements.all()}
        given = {name for name in fields if getattr(row, name)}
        assert set(stated) == given | ({"countries"} if row.countries.all() else set())
        assert stated["name"] == row.name
        assert stated["side"] == row.side
        if row.aliases:
            assert stated["aliases"] == ", ".join(row.aliases)
        if row.region:
            assert stated["region"] == row.region.code


# ---------------------------------------------------------------- organisations


def test_sides_are_stored_with_their_reason() -> None:
    assert not Organisation.objects.filter(side_reason="").exists()
    sides = list(Organisation.objects.values_list("side", flat=True))
    assert (sides.count(Side.MX), sides.count(Side.THIRD)) == (17, 5)


def test_britain_counts_with_the_eu_side() -> None:
    """2.2, 3.1 and 4.3 count the United Kingdom as EU; no rule of today decides (K09)."""
    for slug in ("pirbright", "gsk"):
        row = organisation(slug)
        assert row.side == Side.EU
        assert [country.code for country in row.countries.all()] == ["GB"]
        assert "the report counts it with the EU side" in row.side_reason


def test_astrazeneca_has_two_countries() -> None:
    """4.4: from Sweden and the United Kingdom."""
    row = organisation("astrazeneca")
    assert set(row.countries.values_list("code", flat=True)) == {"SE", "GB"}


def test_the_european_consortium_keeps_norway() -> None:
    """3.2: nine countries besides Germany."""
    countries = set(organisation("gemex-eu").countries.values_list("code", flat=True))
    assert countries == {"DE", "BE", "FR", "GR", "IS", "IT", "NL", "NO", "PL", "GB"}


def test_what_the_report_does_not_say_stays_empty() -> None:
    """K20: no languages, sizes, needs or offers; no country for European bodies and partnerships."""
    assert not CooperationInterest.objects.exists()
    for row in Organisation.objects.all():
        assert (row.languages, row.time_zone, row.member_count) == ([], "", None)
        assert (row.employee_count, row.contact_mailbox, row.checked_on) == (None, "", None)
    without = Organisation.objects.filter(countries=None).values_list("slug", flat=True)
    assert set(without) == {
        *("eccp", "esca", "easa", "icao"),
        *("natureef", "eacp", "abroad", "reina-plus"),
    }


def test_aims_fall_back_to_english_for_spanish_readers() -> None:
    ceaga = organisation("ceaga")
    assert ceaga.aim_es == ""
    with translation.override("es"):
        assert ceaga.aim.startswith("Make the Galician automotive sector a global leader")


def test_esca_labels() -> None:
    """2 counts 1 gold, 4 silver and up to 26 bronze; 4.1 and 4.2 name three clusters (K05)."""
    levels = Label.objects.values_list("organisation__slug", "level")
    assert set(levels) == {
        ("claut", "gold"),
        ("cluster-auto-queretaro", "bronze"),
        ("aerospace-alliance-bc", "bronze"),
    }
    assert not Label.objects.exclude(valid_until=None).exists()
    counts = {
        figure.code: (int(figure.value), figure.qualifier)
        for figure in Figure.objects.filter(code__startswith="d35-esca")
    }
    assert counts == {
        "d35-esca-gold-mx": (1, ""),
        "d35-esca-silver-mx": (4, ""),
        "d35-esca-bronze-mx": (26, "up to"),
    }
    assert cited(Figure.objects.get(code="d35-esca-bronze-mx")) == {"d35-2-fn3"}


# ---------------------------------------------------------------- the 15 links


@pytest.mark.parametrize(
    ("one", "other", "kind", "citation"),
    [
        ("unam", "pirbright", "joint-rd", "d35-3.1-fn12"),
        ("unam", "isciii", "joint-rd", "d35-3.1-fn12"),
        ("umsnh", "gfz", "technology-transfer", "d35-3.2-fn16"),
        ("unaq", "safran", "training", "d35-3.3-fn21"),
        ("unaq", "airbus-helicopters", "training", "d35-3.3-fn21"),
        ("conalep-qro", "safran", "training", "d35-3.3-fn21"),
        ("conalep-qro", "airbus-helicopters", "training", "d35-3.3-fn21"),
        ("promexico", "eccp", "memorandum", "d35-2.1-fn4"),
    ],
)
def test_partners_of_the_report(one: str, other: str, kind: str, citation: str) -> None:
    link = Relation.objects.get(code=f"link-{one}-{other}")
    assert link.other is not None
    assert link.cooperation is not None
    assert (link.organisation.slug, link.other.slug) == (one, other)
    assert (link.kind, link.cooperation.code) == (RelationKind.PARTNER_OF, kind)
    assert cited(link) == {citation}


@pytest.mark.parametrize(
    ("slug", "place", "citation"),
    [
        ("ceaga", "MX", "d35-4.1-fn29"),
        ("basque-energy-cluster", "MX", "d35-4.3-fn47"),
        ("eacp", "MX", "d35-4.2-fn34"),
        ("abroad", "MX", "d35-4.2-fn34"),
        ("reina-plus", "MX", "d35-4.3"),
        ("biocluster-nl", "EU", "d35-4.4-fn55"),
    ],
)
def test_targets_of_the_report(slug: str, place: str, citation: str) -> None:
    link = InternationalTarget.objects.get(code=f"link-{slug}-{place.lower()}")
    assert link.stance == "active"
    assert (link.country.code if link.country else link.scope.upper()) == place
    assert cited(link) == {citation}
    assert not link.is_inferred
    assert not link.is_own_statement


def test_the_guanajuato_cluster_works_with_clusters_of_seven_countries() -> None:
    """2.2: named by country only, Switzerland among them (K08)."""
    links = Relation.objects.filter(code__startswith="link-cluster-auto-guanajuato-")
    assert set(links.values_list("country__code", "kind")) == {
        (code, RelationKind.COOPERATES_WITH) for code in ("DE", "IT", "FR", "GB", "NL", "CH", "SE")
    }


def test_no_other_link_is_a_target_stated_by_the_report() -> None:
    """4.1 and 4.3: the other countries of CEAGA and of the Basque cluster are our reading."""
    others = InternationalTarget.objects.exclude(code__startswith="link-")
    assert {(t.organisation.slug, t.country.code) for t in others if t.country} == {
        ("ceaga", "MA"),
        ("ceaga", "JP"),
        ("ceaga", "CN"),
        ("basque-energy-cluster", "BR"),
    }
    assert all(target.is_inferred for target in others)


@pytest.mark.parametrize(
    ("slug", "kind", "others"),
    [
        ("safran", "member_of", {"aerospace-valley"}),
        ("airbus-helicopters", "member_of", {"pole-safe"}),
        ("airbus-helicopters", "part_of", {"airbus"}),
        ("abroad", "part_of", {"eacp"}),
        ("basque-energy-cluster", "coordinates", {"reina-plus"}),
        ("gfz", "coordinates", {"gemex-eu"}),
        ("umsnh", "coordinates", {"gemex-mx"}),
        ("cemie-geo", "member_of", {"gemex-mx"}),
        ("cemie-geo", "supported_by", {"sener", "conacyt"}),
        ("cluster-auto-guanajuato", "hosts", {"pirelli"}),
    ],
)
def test_other_relations(slug: str, kind: str, others: set[str]) -> None:
    rows = Relation.objects.filter(organisation__slug=slug, kind=kind)
    assert set(rows.values_list("other__slug", flat=True)) == others


@pytest.mark.parametrize(
    ("slug", "countries"),
    [
        ("ceaga", {"FR", "DE", "HU", "PT", "RU", "MX", "MA", "JP", "CN"}),
        ("basque-energy-cluster", {"AT", "DK", "FI", "FR", "GB", "MX", "BR"}),
    ],
)
def test_clusters_that_bring_others_together(slug: str, countries: set[str]) -> None:
    rows = Relation.objects.filter(organisation__slug=slug, kind=RelationKind.LINKS_FROM)
    assert set(rows.values_list("country__code", flat=True)) == countries


def test_production_in_mexico_is_stated_for_four_companies() -> None:
    """4.2 names four; for Pirelli (2.2) and the shelter companies (4.4) it is our reading."""
    rows = Relation.objects.filter(kind=RelationKind.PRODUCES_IN).prefetch_related("citations")
    stated = {row.organisation.slug for row in rows if not row.is_inferred}
    assert stated == {"airbus", "safran", "aernnova", "boeing"}
    assert len(rows) == 4 + 1 + 7
