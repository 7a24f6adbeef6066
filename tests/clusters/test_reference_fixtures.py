"""Reference data: countries, regions, sectors, kinds of cooperation; loaded with plain `loaddata`."""

from zoneinfo import ZoneInfo

import pytest

from clusters.choices import Side
from clusters.models import CooperationKind, Country, Region, Sector
from tests.clusters.report_loaded import REFERENCE, load_plainly

pytestmark = pytest.mark.usefixtures("reference")


def codes(model: type[Country | Region | Sector], **having: object) -> set[str]:
    return set(model.objects.filter(**having).values_list("code", flat=True))


def test_every_country_has_both_names() -> None:
    assert Country.objects.count() == 249
    assert not Country.objects.filter(name_en="").exists()
    assert not Country.objects.filter(name_es="").exists()
    germany = Country.objects.get(code="DE")
    assert (germany.name_en, germany.name_es) == ("Germany", "Alemania")


def test_norway_is_not_read_as_no() -> None:
    assert Country.objects.get(code="NO").name_es == "Noruega"


def test_the_27_member_states_suggest_the_eu_side_and_britain_does_not() -> None:
    assert len(codes(Country, is_eu_member=True)) == 27
    assert codes(Country, default_side=Side.EU) == codes(Country, is_eu_member=True)
    assert codes(Country, default_side=Side.MX) == {"MX"}
    assert Country.objects.get(code="GB").default_side == Side.THIRD


def test_countries_of_the_report_can_be_put_on_a_map() -> None:
    named = {
        *("AT", "BE", "DE", "DK", "ES", "FI", "FR", "GB", "GR", "HU", "IT", "NL", "PL", "PT", "SE"),
        *("CH", "IS", "NO", "RU", "MX", "BR", "CA", "CN", "JP", "MA", "US"),
    }
    assert named | codes(Country, is_eu_member=True) <= codes(Country, latitude__isnull=False)
    assert Country.objects.get(code="MX").time_zone == "America/Mexico_City"
    assert Country.objects.get(code="BE").languages == ["nl", "fr", "de"]


def test_every_time_zone_is_known_here() -> None:
    for model in (Country, Region):
        for zone in model.objects.exclude(time_zone="").values_list("time_zone", flat=True):
            ZoneInfo(zone)


@pytest.mark.parametrize(
    ("state", "zone"),
    [
        ("MX-NLE", "America/Monterrey"),
        ("MX-BCN", "America/Tijuana"),
        ("MX-SON", "America/Hermosillo"),
        ("MX-ROO", "America/Cancun"),
        ("MX-CMX", "America/Mexico_City"),
        ("MX-CHH", "America/Chihuahua"),
        ("MX-SIN", "America/Mazatlan"),
    ],
)
def test_mexican_states_keep_their_clock(state: str, zone: str) -> None:
    assert Region.objects.get(code=state).time_zone == zone


def test_there_are_32_states_with_zone_and_label_point() -> None:
    states = Region.objects.filter(scheme="iso3166-2")
    assert states.count() == 32
    assert not states.exclude(country__code="MX").exists()
    assert not states.filter(time_zone="").exists()
    assert not states.filter(latitude=None).exists()


def test_nuts_2024_counts_of_the_member_states() -> None:
    member = Region.objects.filter(scheme="nuts", country__is_eu_member=True)
    assert member.filter(level=1).count() == 92
    assert member.filter(level=2).count() == 244
    assert not Region.objects.filter(scheme="nuts", level=2, parent=None).exists()
    assert not Region.objects.filter(name__startswith="Extra-Regio").exists()


def test_greece_and_britain_hang_below_their_iso_codes() -> None:
    assert Region.objects.get(code="EL30").country.code == "GR"
    assert Region.objects.get(code="EL30").name == "Attiki"
    assert Region.objects.get(code="UKI3").country.code == "GB"


@pytest.mark.parametrize(
    ("code", "name", "parent"),
    [("ES11", "Galicia", "ES1"), ("ES21", "País Vasco", "ES2"), ("LU00", "Luxembourg", "LU0")],
)
def test_regions_of_the_report_lie_in_their_larger_region(
    code: str, name: str, parent: str
) -> None:
    region = Region.objects.get(code=code)
    assert (region.name, region.parent and region.parent.code) == (name, parent)


def test_the_14_ecosystems_are_on_top() -> None:
    assert Sector.objects.filter(is_ecosystem=True).count() == 14
    assert not Sector.objects.filter(is_ecosystem=True).exclude(parent=None).exists()


def test_sectors_hang_below_the_ecosystem_that_holds_them() -> None:
    assert set(Sector.objects.filter(is_ecosystem=False).values_list("code", "parent__code")) == {
        ("automotive", "eco-mobility"),
        ("auto-parts", "automotive"),
        ("aerospace", "eco-aerospace-defence"),
        ("aviation", "aerospace"),
        ("renewable-energy", "eco-energy-renewables"),
        ("geothermal-energy", "renewable-energy"),
        ("wind-energy", "renewable-energy"),
        ("solar-energy", "renewable-energy"),
        ("biotechnology", "eco-health"),
        ("animal-health", "biotechnology"),
        ("ict", "eco-digital"),
        ("logistics", "eco-mobility"),
        ("health", "eco-health"),
        ("defence-security", "eco-aerospace-defence"),
        ("waste-management", None),
        ("wastewater-management", None),
        ("low-carbon", None),
    }


def test_codes_are_marked_as_our_reading() -> None:
    assert not Sector.objects.filter(crosswalk_inferred=False).exists()
    assert Sector.objects.get(code="renewable-energy").nace == ["35.12"]
    assert Sector.objects.get(code="auto-parts").scian == ["3363"]
    assert codes(Sector, is_report_focus=True) == {
        *("automotive", "aerospace", "renewable-energy", "biotechnology")
    }


def test_no_two_names_of_the_tree_are_the_same() -> None:
    for field in ("name_en", "name_es"):
        names = list(Sector.objects.values_list(field, flat=True))
        assert len(names) == len(set(names))


def test_the_ten_kinds_of_cooperation_have_both_names() -> None:
    kinds = list(CooperationKind.objects.values_list("code", "name_en", "name_es"))
    assert len(kinds) == 10
    assert ("joint-rd", "Joint R&D", "I+D conjunta") in kinds


def test_a_second_load_adds_nothing() -> None:
    models = (Country, Region, Sector, CooperationKind)
    before = [set(model.objects.values_list("pk", flat=True)) for model in models]
    load_plainly(REFERENCE)
    assert [set(model.objects.values_list("pk", flat=True)) for model in models] == before
