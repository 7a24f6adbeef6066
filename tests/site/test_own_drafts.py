"""A profile that is not listed yet: started, led from gap to gap, handed in."""

from clusters import actions
from clusters.choices import Direction, OrganisationStatus, Role, Side
from clusters.models import Organisation, User
from tests.cast import (
    CountryFactory,
    InterestFactory,
    SectorFactory,
    TargetFactory,
    UserFactory,
)
from tests.site.test_own_profile import hidden, signed_in, text_of


def test_somebody_new_starts_a_profile_completes_it_and_hands_it_in(db: None, clara: User) -> None:
    newcomer = UserFactory(name="Nora")
    country, sector = CountryFactory(code="MX"), SectorFactory(code="food")
    client = signed_in(newcomer)
    text_of(client, "/organisations/new/")
    given = {
        "name": "Clúster de Alimentos", "kind": "cluster", "country": country.pk, "aim": "Food.",
        "sector": sector.pk, "website": "alimentos.example",
    }  # fmt: skip
    assert client.post("/organisations/new/", given)["Location"] == "/profile/who/"
    draft = Organisation.objects.get(name="Clúster de Alimentos")
    assert (draft.side, draft.status, draft.aim_en) == (Side.MX, OrganisationStatus.DRAFT, "Food.")
    assert draft.representatives.get(user=newcomer).role == Role.OWNER
    assert client.post("/profile/submit/").status_code == 302
    assert "Handed in; a curator looks at it." in text_of(client, "/profile/")
    assert client.post("/profile/submit/").status_code == 409, "twice"
    draft.refresh_from_db()
    actions.list_organisation(draft, actor=clara)
    assert "This is a draft" not in text_of(client, "/profile/")


def test_a_second_profile_of_a_listed_organisation_is_pointed_out_first(
    galician: Organisation,
) -> None:
    newcomer = UserFactory(name="Nora")
    country, sector = CountryFactory(code="ES"), SectorFactory(code="food")
    client = signed_in(newcomer)
    given = {
        "name": "GALICIAN Clúster", "kind": "cluster", "country": country.pk, "aim": "Cars.",
        "sector": sector.pk, "website": "cars.example",
    }  # fmt: skip
    html = client.post("/organisations/new/", given).content.decode()
    assert "Is it one of these?" in html
    assert "/organisations/galician-cluster/claim/" in html
    assert Organisation.objects.count() == 1
    client.post("/organisations/new/", {**given, "is_new": "1"})
    assert Organisation.objects.count() == 2


def test_an_unfinished_draft_is_told_what_it_lacks(galician: Organisation, ana: User) -> None:
    Organisation.objects.filter(pk=galician.pk).update(status=OrganisationStatus.DRAFT)
    answer = signed_in(ana).post("/profile/submit/")
    assert answer.status_code == 409
    assert "Before a curator can look at it, add:" in answer.content.decode()


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
