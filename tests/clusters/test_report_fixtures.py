"""The report as data: complete, cited, honest about what we inferred, and the same after every load.

Expected values stand with the section of the report that holds them.
"""

import re
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
    Region,
    Relation,
    Representative,
    Sector,
    SectorFocus,
    Source,
    SuccessStory,
    User,
)
from events.choices import EventStatus
from events.models import Delegate, Event, EventTheme
from tests.clusters.report_footnotes import FOOTNOTES, SAME_AS
from tests.clusters.report_loaded import FILES

FACTS: list[Any] = [
    *(SectorFocus, InternationalTarget, Label, Relation, FieldStatement, Figure),
]
RECORDS: list[Any] = [
    *(Organisation, Programme, PolicyInstrument, SuccessStory, Claim, Contradiction),
    *(Event, EventTheme),
]


pytestmark = pytest.mark.usefixtures("plain_report")


def organisation(slug: str) -> Organisation:
    return Organisation.objects.get(slug=slug)


def cited(row: Any) -> set[str]:
    return set(row.citations.values_list("code", flat=True))


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


# ---------------------------------------------------------------- events, stories, figures


def test_two_statements_on_the_october_2016_event_stand_side_by_side() -> None:
    """2.2: renewable energy and biotechnology; 4.3: waste and wastewater management (K01)."""
    event = Event.objects.get(slug="eu-mx-seminar-2016")
    themes = {
        frozenset(theme.sectors.values_list("code", flat=True)): cited(theme)
        for theme in event.themes.all()
    }
    assert themes == {
        frozenset({"renewable-energy", "biotechnology"}): {"d35-2.2-fn10"},
        frozenset({"waste-management", "wastewater-management"}): {"d35-4.3-fn49"},
    }
    assert [row.code for row in event.contradictions.all()] == ["K01"]
    assert "no biotechnology" in event.contradictions.get().outside


def test_the_october_2016_event_has_no_day() -> None:
    """2.2 and 4.3: Mexico City, October 2016; 14 clusters and 26 SMEs of the EU, 56 Mexican participants."""
    event = Event.objects.get(slug="eu-mx-seminar-2016")
    assert (event.printed_date, event.starts_on, event.city) == (
        "October 2016",
        None,
        "Mexico City",
    )
    assert set(event.organisers.values_list("slug", flat=True)) == {"eccp", "lcba", "promexico"}
    assert sorted(int(figure.value) for figure in event.figures.all()) == [14, 26, 56]


def test_the_three_events_are_archived() -> None:
    assert set(Event.objects.values_list("slug", "status")) == {
        ("eu-mx-seminar-2016", EventStatus.ARCHIVED),
        ("multisector-mission", EventStatus.ARCHIVED),
        ("lcba-events", EventStatus.ARCHIVED),
    }


def test_stories_have_their_partners_sectors_and_support() -> None:
    stories = {
        story.code: (
            set(story.partners.values_list("slug", flat=True)),
            set(story.sectors.values_list("code", flat=True)),
            set(story.programmes.values_list("code", flat=True)),
        )
        for story in SuccessStory.objects.all()
    }
    assert stories == {
        "ss1-cysticercosis": (
            {"unam", "pirbright", "isciii"},
            {"biotechnology", "animal-health"},
            {"std-eec"},
        ),
        "ss2-gemex": (
            {"gemex-mx", "gemex-eu"},
            {"renewable-energy", "geothermal-energy"},
            {"h2020", "fse"},
        ),
        "ss3-aero-campus": (
            {"unaq", "conalep-qro", "safran", "airbus-helicopters"},
            {"aerospace", "aviation"},
            set(),
        ),
    }


def test_signatories_of_the_campus_differ_from_its_partners() -> None:
    """3.3: three ministries sign, UNAQ does not (K19)."""
    parties = PolicyInstrument.objects.get(code="campus-agreement").parties
    assert set(parties.values_list("slug", flat=True)) == {
        *("sep-mx", "men-fr", "sct-mx", "conalep-qro", "safran", "airbus-helicopters")
    }


@pytest.mark.parametrize(
    ("code", "value", "unit", "euro", "citation"),
    [
        ("d35-auto-parts-rank", "5", "place", None, "d35-4.1"),
        (
            "d35-auto-parts-production-usd",
            "85000000000",
            "USD a year",
            "79000000000",
            "d35-4.1-fn30",
        ),
        ("d35-auto-parts-export-us-share", "0.9", "share", None, "d35-4.1"),
        ("d35-us-aero-fdi", "817000000", "USD", "662000000", "d35-4.2-fn40"),
        ("d35-us-aero-companies", "52", "companies", None, "d35-4.2-fn41"),
        ("d35-fta-countries", "45", "countries", None, "d35-4.2-fn37"),
        ("d35-biotech-rank-latam", "2", "place", None, "d35-4.4-fn50"),
        ("d35-biotech-cost-saving", "0.2", "share", None, "d35-4.4-fn52"),
        ("d35-unam-academics", "4316", "academics", None, "d35-3.1-fn13"),
        ("d35-safran-sales-2015", "17400000000", "EUR", None, "d35-3.3-fn24"),
        ("d35-gemex-budget", "20000000", "EUR", None, "d35-3.2-fn16"),
        ("d35-gemex-other-partners", "26", "partners", None, "d35-3.2-fn20"),
        ("d35-campus-building-m2", "4600", "m2", None, "d35-3.3-fn21"),
        ("d35-campus-hangar-m2", "5000", "m2", None, "d35-3.3-fn21"),
        ("d35-event-mx-participants", "56", "participants", None, "d35-4.3-fn49"),
        ("d35-reina-regions", "4", "regions", None, "d35-4.3"),
    ],
)
def test_figures(code: str, value: str, unit: str, euro: str | None, citation: str) -> None:
    figure = Figure.objects.get(code=code)
    assert f"{figure.value.normalize():f}" == value
    assert figure.unit == unit
    assert (f"{figure.value_eur:.0f}" if figure.value_eur else None) == euro
    assert citation in cited(figure)


def test_contradictions_name_whom_they_concern() -> None:
    codes = list(Contradiction.objects.values_list("code", flat=True))
    assert codes == [f"K{number:02}" for number in range(1, 36)]
    ceaga = set(organisation("ceaga").contradictions.values_list("code", flat=True))
    assert ceaga == {"K02", "K08", "K20"}
    assert Contradiction.objects.filter(organisations=None).count() == 7


def test_sectors_and_regions_say_where_the_report_names_them() -> None:
    """2, 4.4 and others; the four focus sectors, seven more, six sub-sectors."""
    assert Sector.objects.filter(citations__source__code="d35").distinct().count() == 11 + 6
    assert not Sector.objects.filter(is_ecosystem=True, citations__isnull=False).exists()
    assert cited(Region.objects.get(code="MX-JAL")) == {"d35-4.4-fn54"}
    assert cited(Region.objects.get(code="MX-BCN")) == {"d35-2", "d35-4.2"}


# ---------------------------------------------------------------- no person


def test_no_natural_person_is_loaded() -> None:
    assert not User.objects.filter(is_system=False).exists()
    assert not Representative.objects.exists()
    assert not Delegate.objects.exists()


def test_contacts_are_an_organisation_and_a_role_of_then() -> None:
    for story in SuccessStory.objects.all():
        assert story.contact_organisation is not None
        assert "at the time" in story.contact_role


def test_no_file_holds_an_address_or_a_telephone_number() -> None:
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        assert "@" not in text
        assert not re.search(r"\+\d{2}[ (\d]", text)
        assert not re.search(r"\b(?:Dr|Prof|Mr|Mrs|Ms|Ing|Lic)\. [A-Z]", text)
