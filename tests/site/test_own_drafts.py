"""A profile that is not listed yet: started, and handed in."""

from clusters import actions
from clusters.choices import OrganisationStatus, Role, Side
from clusters.models import Organisation, User
from tests.cast import (
    CountryFactory,
    SectorFactory,
    UserFactory,
)
from tests.site.test_own_profile import signed_in, text_of


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
