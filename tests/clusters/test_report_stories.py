"""What the report tells beyond single organisations: events, stories, figures; and that no person is in it.

Expected values stand with the section of the report that holds them.
"""

import re

import pytest

from clusters.models import (
    Contradiction,
    Figure,
    PolicyInstrument,
    Region,
    Representative,
    Sector,
    SuccessStory,
    User,
)
from events.choices import EventStatus
from events.models import Delegate, Event
from tests.clusters.report_loaded import FILES, cited, organisation

pytestmark = pytest.mark.usefixtures("report")


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
