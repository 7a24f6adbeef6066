"""The way through a first profile, from gap to gap."""

from clusters.choices import Direction, OrganisationStatus
from clusters.models import Organisation, User
from tests.cast import InterestFactory, SectorFactory, TargetFactory
from tests.site.test_own_profile import hidden, signed_in, text_of


def test_a_draft_leads_from_gap_to_gap_and_saves_each_step(
    galician: Organisation, ana: User
) -> None:
    Organisation.objects.filter(pk=galician.pk).update(status=OrganisationStatus.DRAFT)
    sector = SectorFactory(code="automotive")
    client = signed_in(ana)
    assert "step 2 of 5" in text_of(client, "/profile/sectors/")
    answer = client.post(
        "/profile/sectors/",
        {"sectors": [sector.pk], "seen": hidden(client, "/profile/sectors/", "seen"), "main": ""},
    )
    assert answer["Location"] == "/profile/targets/"
    assert galician.sector_foci.get().sector == sector
    TargetFactory(organisation=galician)
    InterestFactory(organisation=galician, direction=Direction.BOTH)
    assert 'href="/profile/relations/">Skip' in text_of(client, "/profile/sectors/")
    assert 'href="/profile/">Go on to your profile' in text_of(client, "/profile/relations/")


def test_a_listed_profile_is_not_led(galician: Organisation, ana: User) -> None:
    assert "step 2 of 5" not in text_of(signed_in(ana), "/profile/sectors/")
