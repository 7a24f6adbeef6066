"""The admin in a real browser: it works under the strict content policy, and looks like Puente."""

import pytest

from clusters.models import Country, Organisation
from tests.cast import SectorFactory, SectorFocusFactory


def test_clara_picks_a_country_and_adds_a_missing_one(visitor, clara, galician, nuevo_leon):
    SectorFocusFactory(organisation=galician, sector=SectorFactory())
    guest = visitor()
    guest.sign_in(clara)
    page = guest.go(f"/admin/clusters/organisation/{galician.pk}/change/", title="Galician cluster")
    picker = page.locator(".field-countries .select2-search__field")
    picker.click()
    picker.press_sequentially("Mex")
    page.locator(".select2-results__option", has_text="Mexico").click()
    with page.expect_popup() as opened:
        page.click("#add_id_countries")
    popup = opened.value
    popup.fill("#id_code", "PT")
    popup.fill("#id_name_en", "Portugal")
    popup.fill("#id_name_es", "Portugal")
    popup.select_option("#id_default_side", "eu")
    popup.click("input[name=_save]")
    page.locator(".field-countries li", has_text="Portugal").wait_for()
    page.click("input[name=_save]")
    page.wait_for_url("**/organisation/")
    assert Country.objects.filter(code="PT").exists()
    codes = Organisation.objects.get(pk=galician.pk).countries.values_list("code", flat=True)
    assert set(codes) == {"ES", "MX", "PT"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_desk_and_its_pages_are_accessible(visitor, clara, galician, scheme):
    guest = visitor(scheme=scheme)
    guest.sign_in(clara)
    for path, title in (
        ("/admin/", "Site administration"),
        ("/admin/clusters/organisation/", "organisation"),
        ("/admin/clusters/organisation/import/", "Import"),
        (f"/admin/clusters/organisation/{galician.pk}/history/", "History"),
    ):
        guest.go(path, title=title)
        guest.assert_accessible()
