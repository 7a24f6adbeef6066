"""Public pages in a browser: readable for everybody, at both widths, in both schemes and languages."""

from collections.abc import Callable

import pytest

from clusters.choices import LabelLevel
from clusters.models import Contradiction, FieldStatement, Figure, Organisation
from tests.browser.conftest import Visitor
from tests.cast import (
    CitationFactory,
    CountryFactory,
    InterestFactory,
    LabelFactory,
    RegionFactory,
    RelationFactory,
    SectorFocusFactory,
    StoryFactory,
    TargetFactory,
)

Visit = Callable[..., Visitor]
PAGES = {
    "/": "Puente",
    "/how-it-works/": "Puente",
    "/about-the-data/": "Puente",
    "/privacy/": "Puente",
    "/stories/": "Puente",
    "/stories/campus/": "A campus",
    "/organisations/galician-cluster/": "Galician cluster",
}


@pytest.fixture
def told(galician: Organisation, nuevo_leon: Organisation) -> None:
    """Something to show on every page."""
    mexico = CountryFactory(code="MX")
    mexico.latitude, mexico.longitude = 23.9, -102.5
    mexico.save()
    for one, code, latitude, longitude in (
        (galician, "ES11", 42.8, -7.9),
        (nuevo_leon, "MX-NLE", 25.6, -99.9),
    ):
        one.region = RegionFactory(code=code, latitude=latitude, longitude=longitude)
        one.save()
    story = StoryFactory(code="campus", title="A campus", objective="Training.", results=["Built."])
    story.partners.add(galician, nuevo_leon)
    gap = Contradiction.objects.create(code="K01", what="Two dates.", is_inferred=True)
    gap.organisations.add(galician)
    FieldStatement.objects.create(organisation=galician, field="member_count", value="100")
    FieldStatement.objects.create(organisation=galician, field="member_count", value="140")
    InterestFactory(organisation=galician)
    facts = [
        RelationFactory(organisation=galician, other=nuevo_leon),
        TargetFactory(organisation=galician, country=mexico),
        SectorFocusFactory(organisation=galician),
        LabelFactory(organisation=galician, level=LabelLevel.GOLD),
        Figure.objects.create(organisation=galician, label="Jobs", value=5, unit="people"),
        story,
        gap,
    ]
    for number, fact in enumerate(facts):
        basis = "inferred" if number % 2 else "stated"
        fact.citations.add(CitationFactory(basis=basis))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_public_pages_are_accessible_and_fit(
    told: None, visitor: Visit, width: int, scheme: str
) -> None:
    visit = visitor(width=width, scheme=scheme)
    for path, title in PAGES.items():
        page = visit.go(path, title=title)
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        visit.assert_accessible()
        visit.assert_fits()


def test_public_pages_fit_in_spanish(told: None, visitor: Visit, width: int) -> None:
    visit = visitor(width=width, language="es")
    for path, title in PAGES.items():
        assert visit.go(path, title=title).locator("html").get_attribute("lang") == "es"
        visit.assert_accessible()
        visit.assert_fits()


@pytest.mark.parametrize(("window", "shown"), [(390, "tall"), (768, "middle"), (1440, "wide")])
def test_one_map_is_shown_and_its_names_are_legible(
    told: None, visitor: Visit, window: int, shown: str
) -> None:
    page = visitor(width=window).go("/", title="Puente")
    visible = [
        one for one in ("tall", "middle", "wide") if page.locator(f".map-{one}").is_visible()
    ]
    assert visible == [shown]
    heights = page.locator(f".map-{shown} .pin-text").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().height)"
    )
    assert len(heights) == 3
    assert min(heights) >= 11


def test_the_text_behind_the_map_opens_without_a_script(told: None, visitor: Visit) -> None:
    page = visitor(javascript=False).go("/", title="Puente")
    page.get_by_text("Solid: cooperation on record").click()
    assert page.get_by_role("cell", name="target: active").is_visible()


def test_a_fact_s_source_is_one_click_away(told: None, visitor: Visit) -> None:
    page = visitor(javascript=False).go(
        "/organisations/galician-cluster/", title="Galician cluster"
    )
    page.locator(".stance .cite").first.click()
    assert page.locator(".sources li:target").count() == 1
