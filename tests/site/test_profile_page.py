"""The page of an organisation: what strangers, colleagues and curators see of it."""

import datetime as dt
import re

import pytest
from django.test import Client

from clusters.choices import LabelLevel, OrganisationStatus, RelationKind, Side, Stance, TargetScope
from clusters.models import (
    Contradiction,
    FieldStatement,
    Figure,
    Organisation,
    User,
)
from matchmaking.choices import ExclusionReason
from matchmaking.models import Exclusion
from matchmaking.reads.profiles import full_profile
from tests.cast import (
    CitationFactory,
    CountryFactory,
    InterestFactory,
    LabelFactory,
    OrganisationFactory,
    RegionFactory,
    RelationFactory,
    SectorFocusFactory,
    StoryFactory,
    TargetFactory,
)

PATH = "/organisations/galician-cluster/"
BACKEND = "django.contrib.auth.backends.ModelBackend"


def page_of(client: Client, path: str = PATH) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def make_draft(organisation: Organisation) -> None:
    Organisation.objects.filter(pk=organisation.pk).update(status=OrganisationStatus.DRAFT)


@pytest.mark.parametrize("slug", ["basque-energy-cluster", "claut", "cluster-auto-guanajuato"])
def test_profiles_of_the_report_are_whole(report: None, client: Client, slug: str) -> None:
    html = page_of(client, f"/organisations/{slug}/")
    assert html.count("<h1") == 1
    wanted = set(re.findall(r'href="#(cite-[^"]+)"', html))
    assert wanted, "facts carry citations"
    assert wanted <= set(re.findall(r'id="([^"]+)"', html)), "one click from their source"


def test_the_report_s_basque_cluster_says_what_the_mock_up_shows(
    report: None, client: Client
) -> None:
    html = page_of(client, "/organisations/basque-energy-cluster/")
    assert "Cluster de Energía" in html
    assert "section 4.3, fn 47, inferred" in html
    assert "REINA PLUS" in html
    assert "Nobody has dated these facts" in html


def test_strangers_do_not_find_a_draft(galician: Organisation, carla: User, client: Client) -> None:
    make_draft(galician)
    assert client.get(PATH).status_code == 404
    client.force_login(carla, BACKEND)
    assert client.get(PATH).status_code == 404


@pytest.mark.parametrize("who", ["ana", "beto", "clara"])
def test_those_concerned_see_a_draft(
    galician: Organisation, who: str, client: Client, request: pytest.FixtureRequest
) -> None:
    make_draft(galician)
    user = request.getfixturevalue(who)
    user.language = "en"
    user.save()
    client.force_login(user, BACKEND)
    assert "Only your organisation and curators see this page" in page_of(client)


def test_an_unknown_organisation_is_not_found(db: None, client: Client) -> None:
    assert client.get("/organisations/nobody/").status_code == 404


def test_nothing_said_is_never_no(galician: Organisation, client: Client) -> None:
    html = page_of(client)
    assert "0 stated or inferred" not in html, "kind and side are known"
    assert "Mexico</b>" in html, "the stance towards the other side is open"
    assert "not said, which is not “no”" in html
    assert "neither what they seek nor what they offer" in html
    assert "no partner, member or network is on record" in html


def test_a_stance_towards_the_other_side_ends_the_silence(galician: Organisation, client) -> None:
    TargetFactory(organisation=galician, country=CountryFactory(code="FR"))
    assert "not said, which is" in page_of(client), "France is not the other side"
    TargetFactory(organisation=galician, stance=Stance.NOT_NOW)
    assert "not said, which is" not in page_of(client)


@pytest.mark.parametrize(
    ("scope", "country", "region"),
    [
        (TargetScope.EU, None, None),
        (TargetScope.COUNTRY, "ES", None),
        (TargetScope.REGION, None, "ES11"),
    ],
)
def test_a_mexican_cluster_may_mean_the_union_a_country_or_a_region(
    nuevo_leon: Organisation, carla: User, scope: str, country: str | None, region: str | None
) -> None:
    assert full_profile(nuevo_leon, carla).silent_towards == "EU member states"
    TargetFactory(
        organisation=nuevo_leon,
        scope=scope,
        country=CountryFactory(code=country) if country else None,
        region=RegionFactory(code=region) if region else None,
    )
    assert full_profile(nuevo_leon, carla).silent_towards == ""


def test_a_third_country_has_no_other_side(db: None, ana: User) -> None:
    assert full_profile(OrganisationFactory(side=Side.THIRD), ana).silent_towards == ""


def test_every_section_shows_its_facts(galician: Organisation, client: Client) -> None:
    SectorFocusFactory(organisation=galician, is_main=True, note="As printed.")
    InterestFactory(organisation=galician, description="presses")
    LabelFactory(organisation=galician, level=LabelLevel.SILVER, valid_until=dt.date(2040, 3, 1))
    Figure.objects.create(organisation=galician, label="Turnover", value=12, unit="million EUR")
    story = StoryFactory(title="A campus")
    story.partners.add(galician)
    html = page_of(client)
    for text in (
        "Automotive",
        "(main)",
        "As printed.",
        "technology transfer",
        ": presses",
        "ECEI Silver",
        "valid to Mar 2040",
        "12 million EUR",
        "A campus",
    ):
        assert text in html


def test_stories_of_others_in_the_same_sector_are_told_apart(
    galician: Organisation, nuevo_leon: Organisation, client: Client
) -> None:
    focus = SectorFocusFactory(organisation=galician)
    mine, theirs, far = (StoryFactory(title=title) for title in ("Mine", "Theirs", "Far"))
    mine.partners.add(galician)
    mine.sectors.add(focus.sector)
    theirs.partners.add(nuevo_leon)
    theirs.sectors.add(focus.sector)
    html = page_of(client)
    assert html.index("Mine") < html.index("of others in the same sector") < html.index("Theirs")
    assert html.count(">Mine<") == 1
    assert far.title not in html


def test_sources_that_disagree_stand_side_by_side(galician: Organisation, client: Client) -> None:
    for value in ("100", "140"):
        FieldStatement.objects.create(organisation=galician, field="member_count", value=value)
    gap = Contradiction.objects.create(code="K77", what="Two dates.", outside="A third date.")
    gap.organisations.add(galician)
    html = page_of(client)
    assert "<blockquote>100</blockquote>" in html
    assert "<blockquote>140</blockquote>" in html
    assert 'href="/about-the-data/#K77"' in html
    assert "A third date." in html


def test_old_facts_look_old(galician: Organisation, client: Client) -> None:
    Organisation.objects.filter(pk=galician.pk).update(checked_on=dt.date(2017, 2, 1))
    html = page_of(client)
    assert "facts from 2017" in html
    assert "The newest date is February 2017" in html


def test_relations_are_drawn_and_listed_from_both_sides(
    galician: Organisation, nuevo_leon: Organisation, client: Client
) -> None:
    RelationFactory(organisation=galician, other=nuevo_leon, kind=RelationKind.PARTNER_OF)
    RelationFactory(organisation=nuevo_leon, other=galician, kind=RelationKind.HOSTS)
    RelationFactory(
        organisation=galician, other=None, country=CountryFactory(code="FR"), kind="links_from"
    )
    html = page_of(client)
    assert "Galician cluster and 3 relations" in html
    assert "from their side: hosts" in html
    assert html.count('class="wire"') == 3
    assert 'href="/organisations/nuevo-leon-cluster/"' in html


def test_an_inferred_relation_is_dashed(
    galician: Organisation, nuevo_leon: Organisation, client: Client
) -> None:
    relation = RelationFactory(organisation=galician, other=nuevo_leon)
    relation.citations.add(CitationFactory(basis="inferred"))
    assert "wire-inferred" in page_of(client)


def test_the_name_of_a_draft_partner_stays_unknown(
    galician: Organisation, nuevo_leon: Organisation, client: Client
) -> None:
    RelationFactory(organisation=galician, other=nuevo_leon)
    make_draft(nuevo_leon)
    assert "Nuevo León" not in page_of(client)


def test_a_relation_nobody_confirmed_is_seen_only_at_home(
    galician: Organisation, nuevo_leon: Organisation, ana: User, carla: User, client: Client
) -> None:
    RelationFactory(organisation=galician, other=nuevo_leon, is_confirmed=False)
    assert "Nuevo León cluster" not in page_of(client)
    client.force_login(ana, BACKEND)
    assert "Waiting for the other side" in page_of(client)


def test_carla_sees_what_both_would_gain(
    galician: Organisation, nuevo_leon: Organisation, carla: User, client: Client
) -> None:
    for one in (galician, nuevo_leon):
        SectorFocusFactory(organisation=one)
    client.force_login(carla, BACKEND)
    html = page_of(client)
    assert "Your match" in html
    assert 'href="/match/galician-cluster/"' in html
    assert "Nuevo León cluster gains" in html
    own = page_of(client, "/organisations/nuevo-leon-cluster/")
    assert "Your match" not in own
    assert "This is how others see it" in own


def test_a_pair_that_is_set_aside_says_why_to_its_side_only(
    galician: Organisation, nuevo_leon: Organisation, ana: User, carla: User, client: Client
) -> None:
    Exclusion.objects.create(
        organisation=nuevo_leon, other=galician, reason=ExclusionReason.values[0]
    )
    client.force_login(ana, BACKEND)
    assert "bridge-card" in page_of(client, "/organisations/nuevo-leon-cluster/")
    client.force_login(carla, BACKEND)
    assert "bridge-card" not in page_of(client)


def test_a_big_network_draws_the_first_and_counts_the_rest(
    galician: Organisation, ana: User
) -> None:
    for _ in range(20):
        RelationFactory(organisation=galician, other=OrganisationFactory())
    graph = full_profile(galician, ana).graph
    assert graph is not None
    assert len(graph.knots) == 18
    assert graph.left_out == 2
    assert len({knot.y for knot in graph.knots}) == 18


def test_only_visitors_are_asked_to_sign_in(
    galician: Organisation, carla: User, client: Client
) -> None:
    assert f"/accounts/login/?next={PATH}" in page_of(client)
    client.force_login(carla, BACKEND)
    assert "?next=" not in page_of(client)


@pytest.mark.parametrize("times", [1, 3])
def test_the_page_takes_the_same_queries_whatever_it_holds(
    galician: Organisation, times: int, client: Client, django_assert_num_queries
) -> None:
    for number in range(times):
        focus = SectorFocusFactory(organisation=galician, sector__code=f"sector-{number}")
        similar = StoryFactory()
        similar.sectors.add(focus.sector)
        similar.partners.add(OrganisationFactory())
        similar.citations.add(CitationFactory())
        TargetFactory(organisation=galician).citations.add(CitationFactory())
        RelationFactory(organisation=galician).citations.add(CitationFactory())
        story = StoryFactory()
        story.partners.add(galician)
        story.citations.add(CitationFactory())
        Contradiction.objects.create(code=f"K{number}", what="x").organisations.add(galician)
    with django_assert_num_queries(26):
        client.get(PATH)
