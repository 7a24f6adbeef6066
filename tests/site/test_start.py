"""The start page: figures, stories and links, all from the data and with their sources."""

import re

import pytest
from django.test import Client

from clusters.choices import OrganisationStatus, RelationKind, Side, SourceKind, Stance, TargetScope
from clusters.models import Organisation
from matchmaking.reads.start import start_page
from tests.cast import (
    CitationFactory,
    CountryFactory,
    OrganisationFactory,
    RegionFactory,
    RelationFactory,
    SourceFactory,
    StoryFactory,
    TargetFactory,
)

QUERIES = 9


@pytest.fixture
def placed(galician: Organisation, nuevo_leon: Organisation) -> tuple[Organisation, Organisation]:
    """The two clusters with a place on the map."""
    for one, code, place in (
        (galician, "ES11", (42.8, -7.9)),
        (nuevo_leon, "MX-NLE", (25.6, -99.9)),
    ):
        latitude, longitude = place
        one.region = RegionFactory(code=code, latitude=latitude, longitude=longitude)
        one.save()
    return galician, nuevo_leon


def test_the_report_fills_the_page(report: None, client: Client) -> None:
    page = start_page()
    assert [figure.value for figure in page.figures] == [14, 56, 26, 31]
    assert page.contradictions == 35
    assert {str(cite.footnote) for cite in page.figure_citations} == {"d35 fn 49", "d35 fn 3"}
    html = client.get("/").content.decode()
    assert "1 gold, 4 silver, 26 bronze" in html
    assert 'href="/about-the-data/#fn-49"' in html
    assert "Guanajuato Auto Cluster" in html


def test_the_report_s_links_are_told_and_drawn(report: None) -> None:
    page = start_page()
    told = {(link.who.text, link.is_wish): link for link in page.links}
    guanajuato = told["Guanajuato Auto Cluster", False]
    assert [end.text for end in guanajuato.others] == [
        "Germany",
        "Italy",
        "France",
        "United Kingdom",
        "Netherlands",
        "Switzerland",
        "Sweden",
    ]
    assert told["Galician Automotive Cluster Foundation", True].is_drawn
    assert not told["ProMexico", False].is_drawn, "a platform has no single place"
    assert not told["Biocluster de Nuevo León", True].is_drawn, "a wish for all member states"
    assert all(link.citations for link in page.links)
    drawing = page.drawings[0]
    assert [arc.is_wish for arc in drawing.arcs].count(True) == 2
    assert len(drawing.labels) == len(drawing.pins), "every place has its name on the wide map"


def test_a_plant_abroad_is_no_cooperation(report: None) -> None:
    assert "Boeing" not in {link.who.text for link in start_page().links}


def test_solid_is_cooperation_and_dotted_a_target(
    placed: tuple[Organisation, Organisation], client: Client
) -> None:
    galician, nuevo_leon = placed
    RelationFactory(organisation=galician, other=nuevo_leon, kind=RelationKind.PARTNER_OF)
    mexico = CountryFactory(code="MX", latitude=23.9, longitude=-102.5)
    mexico.latitude, mexico.longitude = 23.9, -102.5
    mexico.save()
    TargetFactory(organisation=galician, country=mexico, stance=Stance.EXPLORING)
    drawing = start_page().drawings[0]
    assert [arc.is_wish for arc in drawing.arcs] == [False, True]
    assert all(arc.gradient == "tie-wide-mx-eu" for arc in drawing.arcs), "led from Mexico"
    html = client.get("/").content.decode()
    assert html.count('class="tie tie-wish"') == len(start_page().drawings)
    assert "target: exploring" in html


def test_not_now_is_no_wish(placed: tuple[Organisation, Organisation]) -> None:
    TargetFactory(organisation=placed[0], stance=Stance.NOT_NOW)
    assert start_page().links == ()


def test_links_on_one_side_do_not_cross_the_ocean(galician: Organisation) -> None:
    neighbour = OrganisationFactory(side=Side.EU)
    RelationFactory(organisation=galician, other=neighbour)
    TargetFactory(organisation=galician, scope=TargetScope.EU, country=None)
    assert start_page().links == ()


def test_what_is_not_listed_is_not_told(placed: tuple[Organisation, Organisation]) -> None:
    galician, nuevo_leon = placed
    RelationFactory(organisation=galician, other=nuevo_leon)
    RelationFactory(organisation=galician, other=nuevo_leon, is_confirmed=False, kind="hosts")
    assert len(start_page().links) == 1
    Organisation.objects.filter(pk=nuevo_leon.pk).update(status=OrganisationStatus.DRAFT)
    assert start_page().links == ()


def test_what_is_invented_is_no_record(placed: tuple[Organisation, Organisation]) -> None:
    galician, nuevo_leon = placed
    demo = SourceFactory(code="demo", kind=SourceKind.DEMO)
    invented = RelationFactory(organisation=galician, other=nuevo_leon)
    invented.citations.add(CitationFactory(source=demo))
    TargetFactory(organisation=OrganisationFactory(is_demo=True))
    RelationFactory(organisation=galician, other=OrganisationFactory(side=Side.MX, is_demo=True))
    assert start_page().links == ()
    TargetFactory(organisation=galician)
    assert len(start_page().links) == 1


def test_an_empty_database_makes_a_calm_page(db: None, client: Client) -> None:
    html = client.get("/").content.decode()
    assert "No link between the two sides is recorded yet" in html
    assert "No success story is recorded yet" in html
    assert '<dl class="figures">' not in html


@pytest.mark.parametrize("times", [1, 3])
def test_the_page_takes_the_same_queries_whatever_it_holds(
    placed: tuple[Organisation, Organisation],
    times: int,
    client: Client,
    django_assert_num_queries,
) -> None:
    for _ in range(times):
        other = OrganisationFactory(side=Side.MX, countries=[CountryFactory(code="MX")])
        relation = RelationFactory(organisation=placed[0], other=other)
        relation.citations.add(CitationFactory())
        TargetFactory(organisation=placed[0]).citations.add(CitationFactory())
        story = StoryFactory()
        story.partners.add(other, placed[0])
        story.citations.add(CitationFactory())
    with django_assert_num_queries(QUERIES):
        html = client.get("/").content.decode()
    assert html.count("<article") == times


def test_a_visitor_s_page_says_what_it_is(db: None, client: Client) -> None:
    html = client.get("/").content.decode()
    assert '<meta name="description" content="Puente matches' in html
    assert '<meta property="og:title"' in html
    assert html.count("<h1") == 1
    assert html.count('role="img" aria-label="Map of Mexico and Europe') == 3


def test_how_it_works_needs_no_data(db: None, client: Client, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        html = client.get("/how-it-works/").content.decode()
    assert "geometric mean" in html
    assert "An example with invented numbers" in html


def test_privacy_names_whom_to_ask(db: None, client: Client, settings) -> None:
    settings.CONTACT_EMAIL = "keeper@puente.example"
    html = client.get("/privacy/").content.decode()
    assert 'href="mailto:keeper@puente.example"' in html
    assert html.count("<h1") == 1


def test_the_map_keeps_decimal_points_in_spanish(
    placed: tuple[Organisation, Organisation], client: Client
) -> None:
    galician, nuevo_leon = placed
    RelationFactory(organisation=galician, other=nuevo_leon, kind=RelationKind.PARTNER_OF)
    page = client.get("/", headers={"accept-language": "es"}).content.decode()
    assert '<html lang="es">' in page
    assert re.search(r'cx="\d+\.\d"', page)
    assert not re.findall(r' (?:c?[xyr][12]?|d|width|height)="[^"]*\d,\d[^"]*"', page)
