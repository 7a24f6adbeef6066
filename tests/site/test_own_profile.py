"""My profile: what is missing and what that is worth, and each section changed without losing a word."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clusters import actions
from clusters.choices import Direction, OrganisationKind, OrganisationStatus, Role, Side, Stance
from clusters.models import (
    CooperationInterest,
    FieldStatement,
    InternationalTarget,
    Organisation,
    User,
)
from events.models import Event
from matchmaking.actions import start_reach
from matchmaking.management.commands.run_jobs import run_waiting_jobs
from matchmaking.reads.own.worth import worth
from tests.cast import (
    CountryFactory,
    DelegateFactory,
    InterestFactory,
    KindFactory,
    OrganisationFactory,
    RegistrationFactory,
    RepresentativeFactory,
    SectorFactory,
    SectorFocusFactory,
    TargetFactory,
    UserFactory,
)

BACKEND = "django.contrib.auth.backends.ModelBackend"
SECTIONS = ["who", "sectors", "targets", "interests", "labels", "relations"]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, BACKEND)
    return client


def text_of(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return re.sub(r"\s+", " ", answer.content.decode())


def hidden(client: Client, path: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text_of(client, path))
    assert found
    return found.group(1)


def who(client: Client, **changed: object) -> dict[str, object]:
    """The form of the plain fields as the browser would send it back."""
    given = {"name": "Galician cluster", "kind": OrganisationKind.CLUSTER}
    path = "/profile/who/"
    return {**given, "seen_at": hidden(client, path, "seen_at"), **changed}


@pytest.fixture
def market(galician: Organisation, nuevo_leon: Organisation) -> list[Organisation]:
    """Five Mexican clusters in two sectors, so that there is something to rank."""
    mexico = CountryFactory(code="MX")
    others = [
        OrganisationFactory(name=f"Mexican cluster {n}", side=Side.MX, countries=[mexico])
        for n in range(4)
    ]
    found = [nuevo_leon, *others]
    for number, one in enumerate(found):
        code = "automotive" if number % 2 else "food"
        SectorFocusFactory(organisation=one, sector=SectorFactory(code=code))
        Organisation.objects.filter(pk=one.pk).update(languages=["es"])
    return found


# -- seeing it


def test_my_profile_says_what_is_missing_and_what_it_is_worth(
    galician: Organisation, ana: User, market: list[Organisation]
) -> None:
    html = text_of(signed_in(ana), "/profile/")
    assert "the aim in one sentence or two" in html
    assert "A sector would move 5 of your 5 best matches." in html


def test_the_worth_is_measured_by_scoring_again(
    galician: Organisation, market: list[Organisation]
) -> None:
    (found,) = worth(galician, {"sectors"})
    assert (found.section, found.of) == ("sectors", 5)
    assert found.moved == 5, "every range narrows once a sector is known"
    SectorFocusFactory(organisation=galician, sector=SectorFactory(code="food"))
    (known,) = worth(galician, {"languages"})
    assert known.moved <= known.of


def test_an_answer_that_moves_nothing_is_worth_nothing(
    galician: Organisation, market: list[Organisation]
) -> None:
    Organisation.objects.filter(pk=galician.pk).update(languages=["en", "es"])
    galician.refresh_from_db()
    (found,) = worth(galician, {"languages"})
    assert found.moved == 0


def test_a_draft_has_no_matches_and_says_nothing_about_worth(
    galician: Organisation, ana: User, market: list[Organisation]
) -> None:
    Organisation.objects.filter(pk=galician.pk).update(status=OrganisationStatus.DRAFT)
    assert worth(galician, {"sectors"}) == ()
    html = text_of(signed_in(ana), "/profile/")
    assert "would move" not in html.replace("an answer would move", "")
    assert "This is a draft" in html


def test_the_page_asks_as_often_for_a_full_profile_as_for_a_poor_one(
    galician: Organisation, ana: User, market: list[Organisation]
) -> None:
    client = signed_in(ana)
    SectorFocusFactory(organisation=galician, sector=SectorFactory(code="one"))
    InterestFactory(organisation=galician, kind=KindFactory(code="one"))
    TargetFactory(organisation=galician, country=CountryFactory(code="FR"))
    client.get("/profile/")
    with CaptureQueriesContext(connection) as poor:
        client.get("/profile/")
    for number in range(12):
        SectorFocusFactory(organisation=galician, sector=SectorFactory(code=f"s-{number}"))
        InterestFactory(organisation=galician, kind=KindFactory(code=f"k-{number}"))
        TargetFactory(organisation=galician, country=CountryFactory(code=f"{number:02d}"))
    client.get("/profile/")
    with CaptureQueriesContext(connection) as rich:
        client.get("/profile/")
    assert len(rich) == len(poor)
    assert len(rich) <= 32


@pytest.mark.parametrize("section", SECTIONS)
def test_beto_reads_the_profile_and_changes_nothing(
    galician: Organisation, beto: User, section: str
) -> None:
    client = signed_in(beto)
    assert f'href="/profile/{section}/"' not in text_of(client, "/profile/")
    assert client.get(f"/profile/{section}/").status_code == 403
    assert client.post(f"/profile/{section}/", {}).status_code == 403


@pytest.mark.parametrize("section", SECTIONS)
def test_ana_opens_every_section(galician: Organisation, ana: User, section: str) -> None:
    client = signed_in(ana)
    assert f'href="/profile/{section}/"' in text_of(client, "/profile/")
    text_of(client, f"/profile/{section}/")


def test_strangers_sign_in_first_and_newcomers_are_told_what_to_do(
    db: None, client: Client
) -> None:
    assert client.get("/profile/").status_code == 302
    newcomer = UserFactory(name="Newcomer")
    assert "You act for no organisation yet" in text_of(signed_in(newcomer), "/profile/")


@pytest.mark.parametrize("viewer", ["public", "member", "partner"])
def test_the_preview_shows_no_private_part_even_of_a_draft(
    galician: Organisation, nuevo_leon: Organisation, ana: User, viewer: str
) -> None:
    Organisation.objects.filter(pk=galician.pk).update(status=OrganisationStatus.DRAFT)
    actions.add_relation(galician, kind="partner_of", other=nuevo_leon, actor=ana)
    html = text_of(signed_in(ana), f"/profile/as/{viewer}/")
    assert "Your profile as" in html
    assert "Waiting for the other side" not in html


def test_the_preview_names_whom_a_partner_could_write_to(
    event: Event, galician: Organisation, ana: User, client: Client
) -> None:
    partner = "/profile/as/partner/"
    assert "You have named no delegate at a running event" in text_of(signed_in(ana), partner)
    registration = RegistrationFactory(event=event, organisation=galician)
    DelegateFactory(registration=registration, name="Ana Torres", email="ana@gac.example")
    html = text_of(signed_in(ana), partner)
    assert "Ana Torres" in html
    assert "ana@gac.example" in html
    for other in ("/profile/as/public/", "/profile/as/member/", galician.get_absolute_url()):
        assert "ana@gac.example" not in text_of(signed_in(ana), other)


# -- plain fields


def test_ana_changes_the_plain_fields_and_her_word_is_the_source(
    galician: Organisation, ana: User
) -> None:
    client = signed_in(ana)
    given = who(
        client, aliases="GAC\n\nGalicia Auto\nGAC", aim_en="Cars & more <b>", aim_es="Coches",
        website="https://gac.example", languages=["es", "gl"], time_zone="Europe/Madrid",
        member_count="140", is_public_body="no",
    )  # fmt: skip
    answer = client.post("/profile/who/", given)
    assert answer["Location"] == "/profile/#who"
    galician.refresh_from_db()
    assert galician.aliases == ["GAC", "Galicia Auto"]
    assert (galician.member_count, galician.is_public_body) == (140, False)
    said = FieldStatement.objects.get(field="member_count")
    assert said.citations.get().source.kind == "owner"
    assert "Cars &amp; more &lt;b&gt;" in text_of(client, "/profile/")


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("aim_en", "x" * 1501, "at most 1500"),
        ("aim_en", "Cars\u202egnp", "invisible control character"),
        ("aliases", "y" * 151, "at most 150"),
        ("website", "javascript:alert(1)", "web address"),
        ("contact_mailbox", "not-an-address", "valid email"),
        ("time_zone", "Europe/Atlantis", "no time zone we know"),
        ("member_count", "-1", "greater than or equal to 0"),
        ("member_count", "9" * 30, "less than or equal to"),
        ("languages", "klingon", "not one of the available choices"),
        ("name", "", "This field is required"),
        ("region", "999999", "not one of the available choices"),
    ],
)
def test_bad_input_is_refused_next_to_its_field_and_nothing_is_lost(
    galician: Organisation, ana: User, field: str, value: str, says: str
) -> None:
    client = signed_in(ana)
    answer = client.post("/profile/who/", who(client, aim_es="Se queda", **{field: value}))
    html = answer.content.decode()
    assert answer.status_code == 400
    assert says in html
    assert "Se queda" in html, "what was typed elsewhere stays"
    galician.refresh_from_db()
    assert galician.aim_es == ""


def test_emoji_and_right_to_left_text_are_kept(galician: Organisation, ana: User) -> None:
    client = signed_in(ana)
    client.post("/profile/who/", who(client, aim_en="🚗 عربي and עברית"))
    galician.refresh_from_db()
    assert galician.aim_en == "🚗 عربي and עברית"


def test_a_stale_form_is_refused_with_what_changed_and_can_be_saved_knowingly(
    galician: Organisation, ana: User, clara: User
) -> None:
    client = signed_in(ana)
    given = who(client, aim_en="Ana's aim")
    actions.change_organisation(
        galician, values={"aim_en": "Clara's aim", "member_count": 90}, actor=clara
    )
    answer = client.post("/profile/who/", given)
    html = re.sub(r"\s+", " ", answer.content.decode())
    assert answer.status_code == 409
    assert "Changed by somebody else meanwhile" in html
    assert 'Aim, in English: <span class="wrap">Clara&#x27;s aim' in html
    assert "Ana&#x27;s aim" in html, "her text stands in the form"
    seen = re.search(r'name="seen_at" value="([^"]*)"', html)
    assert seen
    again = client.post("/profile/who/", {**given, "seen_at": seen.group(1)})
    assert again.status_code == 302
    galician.refresh_from_db()
    assert galician.aim_en == "Ana's aim"


# -- sectors, stances, interests


def test_ana_chooses_sectors_and_the_main_one(galician: Organisation, ana: User) -> None:
    cars, food, steel = (SectorFactory(code=code) for code in ("cars", "food", "steel"))
    SectorFocusFactory(organisation=galician, sector=food)
    client, path = signed_in(ana), "/profile/sectors/"
    given = {"sectors": [cars.pk], "main": steel.pk, "seen": hidden(client, path, "seen")}
    assert client.post(path, given)["Location"] == "/profile/#sectors"
    rows = {focus.sector.code: focus.is_main for focus in galician.sector_foci.all()}
    assert rows == {"cars": False, "steel": True}, "food is gone, the main one needs no tick"


def test_sectors_that_stay_keep_their_source(galician: Organisation, ana: User) -> None:
    food = SectorFocusFactory(organisation=galician, sector=SectorFactory(code="food"))
    client, path = signed_in(ana), "/profile/sectors/"
    given = {"sectors": [food.sector_id], "main": "", "seen": hidden(client, path, "seen")}
    client.post(path, given)
    assert not food.citations.exists(), "nobody restated it"


def test_two_editors_of_a_section_do_not_overwrite_each_other(
    galician: Organisation, ana: User
) -> None:
    cars, food = SectorFactory(code="cars"), SectorFactory(code="food")
    client, path = signed_in(ana), "/profile/sectors/"
    seen = hidden(client, path, "seen")
    actions.set_sector(galician, sector=food, actor=ana)
    answer = client.post(path, {"sectors": [cars.pk], "main": "", "seen": seen})
    html = re.sub(r"\s+", " ", answer.content.decode())
    assert answer.status_code == 409
    assert "As it is now:" in html
    assert "<li>Food</li>" in html
    assert f'value="{cars.pk}" checked' in html, "her choice stays"
    assert list(galician.sectors.all()) == [food]


def test_sending_a_section_twice_is_refused_the_second_time(
    galician: Organisation, ana: User
) -> None:
    cars = SectorFactory(code="cars")
    client, path = signed_in(ana), "/profile/sectors/"
    given = {"sectors": [cars.pk], "main": "", "seen": hidden(client, path, "seen")}
    assert client.post(path, given).status_code == 302
    assert client.post(path, given).status_code == 409
    assert galician.sectors.count() == 1


def test_a_sector_that_does_not_exist_is_refused(galician: Organisation, ana: User) -> None:
    client, path = signed_in(ana), "/profile/sectors/"
    given = {"sectors": ["99999", "x"], "seen": hidden(client, path, "seen")}
    assert client.post(path, given).status_code == 400


def test_ana_states_where_she_wants_to_go_beside_what_others_say(
    galician: Organisation, ana: User
) -> None:
    mexico, chile = CountryFactory(code="MX"), CountryFactory(code="CL")
    TargetFactory(organisation=galician, country=mexico, stance=Stance.ACTIVE)
    client, path = signed_in(ana), "/profile/targets/"
    assert "another source: active" in text_of(client, path)
    given = {"to-MX": "not_now", "add": chile.pk, "add_stance": "exploring"}
    client.post(path, {**given, "seen": hidden(client, path, "seen")})
    own = InternationalTarget.objects.filter(is_own_statement=True)
    assert {(one.country, one.stance) for one in own} == {
        (mexico, Stance.NOT_NOW),
        (chile, Stance.EXPLORING),
    }
    assert galician.targets.filter(is_own_statement=False).get().stance == Stance.ACTIVE


def test_taking_a_stance_back_means_not_said(galician: Organisation, ana: User) -> None:
    actions.set_target(galician, stance=Stance.ACTIVE, country=CountryFactory(code="MX"), actor=ana)
    client, path = signed_in(ana), "/profile/targets/"
    client.post(path, {"to-MX": "", "add_stance": "active", "seen": hidden(client, path, "seen")})
    assert not galician.targets.exists()


def test_a_mexican_cluster_speaks_of_the_union_and_of_its_members(
    nuevo_leon: Organisation, carla: User
) -> None:
    CountryFactory(code="ES")
    client, path = signed_in(carla), "/profile/targets/"
    html = text_of(client, path)
    assert "EU member states" in html
    assert "Spain" in html
    client.post(path, {"to-all": "active", "seen": hidden(client, path, "seen")})
    assert nuevo_leon.targets.get().scope == "eu"


def test_a_stance_nobody_knows_is_refused(galician: Organisation, ana: User) -> None:
    CountryFactory(code="MX")
    client, path = signed_in(ana), "/profile/targets/"
    given = {"to-MX": "maybe", "seen": hidden(client, path, "seen")}
    assert client.post(path, given).status_code == 400


def test_ana_seeks_one_kind_and_offers_another_in_a_sector(
    galician: Organisation, ana: User
) -> None:
    KindFactory(code="training")
    transfer, cars = KindFactory(code="transfer"), SectorFactory(code="cars")
    client, path = signed_in(ana), "/profile/interests/"
    given = {
        "training-seeks": "on", "training-words": "apprentices",
        "transfer-offers": "on", "transfer-seeks": "on", "transfer-sector": cars.pk,
    }  # fmt: skip
    answer = client.post(path, {**given, "seen": hidden(client, path, "seen")})
    assert answer["Location"] == "/profile/#interests"
    rows = {
        (one.kind.code, one.direction, one.description, one.sector)
        for one in galician.interests.all()
    }
    assert rows == {
        ("training", Direction.SEEKS, "apprentices", None),
        ("transfer", Direction.BOTH, "", cars),
    }
    more = {"transfer.cars-seeks": "on", "transfer.cars-sector": cars.pk, "more": transfer.pk}
    more |= {"more-offers": "on"}
    client.post(path, {**more, "seen": hidden(client, path, "seen")})
    found = CooperationInterest.objects.filter(organisation=galician)
    assert {(one.direction, one.sector) for one in found} == {
        (Direction.SEEKS, cars),
        (Direction.OFFERS, None),
    }


def test_one_kind_twice_in_the_same_sector_is_refused(galician: Organisation, ana: User) -> None:
    kind = KindFactory(code="training")
    client, path = signed_in(ana), "/profile/interests/"
    given = {"training-seeks": "on", "more": kind.pk, "more-offers": "on"}
    answer = client.post(path, {**given, "seen": hidden(client, path, "seen")})
    assert answer.status_code == 400
    assert "stands twice" in answer.content.decode()


def test_somebody_of_two_organisations_keeps_the_one_chosen(
    galician: Organisation, nuevo_leon: Organisation, ana: User
) -> None:
    RepresentativeFactory(organisation=nuevo_leon, user=ana, role=Role.MEMBER)
    client = signed_in(ana)
    client.post("/act-for/", {"organisation": nuevo_leon.slug})
    assert "<h1>Nuevo León cluster</h1>" in text_of(client, "/profile/")
    assert client.get("/profile/who/").status_code == 403


def test_how_many_lists_show_us_is_said_once_it_was_counted(
    galician: Organisation, ana: User, clara: User, system: User
) -> None:
    OrganisationFactory(side="mx")
    assert "of the other sides show you" not in text_of(signed_in(ana), "/profile/")
    start_reach(policy="default", actor=clara)
    run_waiting_jobs()
    html = text_of(signed_in(ana), "/profile/")
    assert "<b>1 of 1</b> lists of the best 20" in html
