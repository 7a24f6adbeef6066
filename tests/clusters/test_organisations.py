"""From draft to archive: who may move a profile, and what is refused."""

import itertools

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from clusters import actions
from clusters.choices import ORGANISATION_MOVES, OrganisationStatus
from clusters.models import FieldStatement, Message, Organisation
from clusters.validators import Refused
from tests.cast import (
    CitationFactory,
    CountryFactory,
    OrganisationFactory,
    RegionFactory,
    SectorFactory,
    UserFactory,
)

MOVES = {
    "submitted": actions.submit_organisation,
    "draft": actions.send_back_organisation,
    "listed": actions.list_organisation,
    "archived": actions.archive_organisation,
}


@pytest.fixture
def complete(galician):
    """Ana's profile with all that a listing needs, as a draft."""
    galician.status = "draft"
    galician.aim_en = "Bring Galician suppliers abroad."
    galician.website = "https://cluster.example"
    galician.save()
    galician.sector_foci.create(sector=SectorFactory())
    return galician


def history(organisation):
    """Actions and actors that the history of a profile names, oldest first."""
    rows = organisation.history.order_by("pgh_id").select_related("pgh_context")
    return [
        (row.pgh_context.metadata["action"], row.pgh_context.metadata["user"])
        for row in rows
        if row.pgh_context
    ]


def test_ana_submits_and_clara_lists(complete, ana, clara):
    actions.submit_organisation(complete, actor=ana)
    listed = actions.list_organisation(complete, actor=clara)
    assert listed.status == "listed"
    assert history(complete)[-2:] == [
        ("submit_organisation", ana.pk),
        ("list_organisation", clara.pk),
    ]
    message = Message.objects.get()
    assert message.recipient == ana
    assert message.template == "organisation_listed"


def test_clara_sends_back_with_a_reason_and_lists_later(complete, ana, clara):
    actions.submit_organisation(complete, actor=ana)
    sent_back = actions.send_back_organisation(complete, reason="Which region?", actor=clara)
    assert sent_back.status == "draft"
    assert Message.objects.get().context["reason"] == "Which region?"
    actions.submit_organisation(complete, actor=ana)
    actions.send_back_organisation(complete, reason="Still the region.", actor=clara)
    assert Message.objects.count() == 2, "each time sent back is a cause of its own"


def test_an_incomplete_draft_is_not_submitted(galician, ana):
    Organisation.objects.update(status="draft")
    with pytest.raises(Refused) as refused:
        actions.submit_organisation(galician, actor=ana)
    assert refused.value.code == "incomplete"
    assert "the aim" in refused.value.text
    assert "a country" not in refused.value.text
    galician.refresh_from_db()
    assert galician.status == "draft"


@pytest.mark.parametrize(("now", "to"), list(itertools.product(OrganisationStatus.values, MOVES)))
def test_only_the_moves_of_the_table_are_possible(complete, system, now, to):
    Organisation.objects.filter(pk=complete.pk).update(status=now)
    if to in ORGANISATION_MOVES[now]:
        assert MOVES[to](complete, actor=system).status == to
    else:
        with pytest.raises(Refused) as refused:
            MOVES[to](complete, actor=system)
        assert refused.value.code == "state"


@pytest.mark.parametrize("move", ["draft", "listed", "archived"])
def test_only_curators_decide(complete, ana, carla, move):
    for person in (ana, carla):
        with pytest.raises(PermissionDenied):
            MOVES[move](complete, actor=person)


def test_neither_a_member_nor_an_outsider_submits(complete, beto, carla):
    for person in (beto, carla):
        with pytest.raises(PermissionDenied):
            actions.submit_organisation(complete, actor=person)


def test_whoever_creates_a_profile_owns_it(carla):
    spain = CountryFactory(code="ES")
    made = actions.create_organisation(
        name="Clúster Ñandú",
        kind="cluster",
        side="eu",
        countries=[spain],
        values={"aim_es": " Volar. "},
        actor=carla,
    )
    assert (made.slug, made.status, made.aim_es) == ("cluster-nandu", "draft", "Volar.")
    assert list(made.countries.all()) == [spain]
    assert made.representatives.get().role == "owner"
    again = actions.create_organisation(
        name="Cluster Nandu", kind="cluster", side="mx", actor=carla
    )
    assert again.slug == "cluster-nandu-2"


def test_curators_create_profiles_without_owning_them(clara):
    made = actions.create_organisation(
        name="日本", slug="nihon", kind="agency", side="third", actor=clara
    )
    assert not made.representatives.exists()


def test_a_name_without_latin_letters_still_gets_an_address(clara):
    made = actions.create_organisation(name="日本", kind="agency", side="third", actor=clara)
    assert made.slug == "organisation"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"slug": "galician-cluster"}, "slug"),
        ({"slug": "Not A Slug"}, None),
        ({"kind": "circus"}, "kind"),
        ({"side": "moon"}, "side"),
        ({"name": ""}, "name"),
    ],
)
def test_bad_input_creates_nothing(galician, clara, values, field):
    given = {"name": "New", "kind": "cluster", "side": "eu", **values}
    with pytest.raises(ValidationError) as error:
        actions.create_organisation(**given, actor=clara)
    if field:
        assert field in error.value.message_dict
    assert Organisation.objects.count() == 1


def test_ana_changes_her_profile_and_is_cited(galician, ana):
    changed = actions.change_organisation(
        galician,
        values={
            "aim_en": "Sell cars.",
            "aliases": ["CEA"],
            "member_count": 120,
            "countries": [CountryFactory(code="MX")],
            "region": RegionFactory(),
            "is_public_body": None,
        },
        actor=ana,
    )
    assert changed.aim_en == "Sell cars."
    assert [country.code for country in changed.countries.all()] == ["MX"]
    said = dict(FieldStatement.objects.values_list("field", "value"))
    assert said == {
        "aim_en": "Sell cars.",
        "aliases": "CEA",
        "countries": "MX",
        "member_count": "120",
        "region": "ES11",
    }
    citation = FieldStatement.objects.get(field="aim_en").citations.get()
    assert citation.source.kind == "owner"
    assert history(galician)[-1] == ("change_organisation", ana.pk)


def test_saying_it_again_replaces_only_ones_own_word(galician, ana, clara):
    report = CitationFactory(code="report-3-1")
    actions.change_organisation(galician, values={"member_count": 90}, source=report, actor=clara)
    actions.change_organisation(galician, values={"member_count": 120}, actor=ana)
    actions.change_organisation(galician, values={"member_count": None}, actor=ana)
    said = FieldStatement.objects.order_by("pk").values_list("value", "citations__source__kind")
    assert list(said) == [("90", "report"), ("", "owner")]


def test_emptying_the_region_is_kept_as_a_statement(galician, ana):
    galician.region = RegionFactory()
    galician.save()
    actions.change_organisation(galician, values={"region": None}, actor=ana)
    assert FieldStatement.objects.get().value == ""


def test_unchanged_values_write_no_statement(galician, ana):
    same = list(galician.countries.all())
    actions.change_organisation(
        galician, values={"name": "Galician cluster", "countries": same}, actor=ana
    )
    assert not FieldStatement.objects.exists()


def test_a_curator_without_a_source_states_nothing(galician, clara):
    actions.change_organisation(galician, values={"side_reason": "Seat in Vigo"}, actor=clara)
    assert not FieldStatement.objects.exists()


def test_only_curators_choose_side_and_address(galician, ana):
    for field in ("slug", "side", "note"):
        with pytest.raises(PermissionDenied):
            actions.change_organisation(galician, values={field: "mx"}, actor=ana)


def test_a_stale_form_is_refused(galician, ana):
    seen = galician.updated_at
    actions.change_organisation(galician, values={"aim_en": "One."}, seen_at=seen, actor=ana)
    with pytest.raises(Refused) as refused:
        actions.change_organisation(galician, values={"aim_en": "Two."}, seen_at=seen, actor=ana)
    assert refused.value.code == "stale"
    galician.refresh_from_db()
    assert galician.aim_en == "One."


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("website", "javascript:alert(1)"),
        ("website", "not a host"),
        ("time_zone", "Europe/Atlantis"),
        ("languages", ["xx-nope"]),
        ("languages", ["en", "en"]),
        ("aim_en", "a" * 1501),
        ("aim_en", "hidden\u202etext"),
        ("aliases", ["x" * 151]),
        ("contact_mailbox", "nobody"),
        ("member_count", -1),
        ("slug", "nuevo-leon-cluster"),
    ],
)
def test_each_field_says_what_is_wrong(galician, nuevo_leon, clara, field, value):
    with pytest.raises(ValidationError) as error:
        actions.change_organisation(galician, values={field: value}, actor=clara)
    assert field in error.value.message_dict
    before = galician.updated_at
    galician.refresh_from_db()
    assert galician.updated_at == before


def test_an_unknown_field_is_refused(galician, ana):
    with pytest.raises(ValidationError, match="no field"):
        actions.change_organisation(galician, values={"status": "listed"}, actor=ana)


def test_outsiders_and_members_change_nothing(galician, beto, carla):
    for person in (beto, carla):
        with pytest.raises(PermissionDenied):
            actions.change_organisation(galician, values={"aim_en": "Mine."}, actor=person)


def test_owners_but_not_the_acting_one_are_mailed(complete, ana, beto, clara):
    colleague = UserFactory(name="Eva")
    complete.representatives.create(user=colleague, role="editor")
    complete.representatives.create(user=clara, role="owner")
    actions.submit_organisation(complete, actor=ana)
    actions.list_organisation(complete, actor=clara)
    mailed = set(Message.objects.values_list("recipient__name", flat=True))
    assert mailed == {"Ana", "Eva"}


def test_two_profiles_may_share_a_name(galician, carla):
    made = actions.create_organisation(
        name="Galician cluster", kind="cluster", side="eu", actor=carla
    )
    assert made.slug == "galician-cluster-2"
    OrganisationFactory(name="Third", slug="galician-cluster-3")
    made = actions.create_organisation(
        name="Galician cluster", kind="cluster", side="eu", actor=carla
    )
    assert made.slug == "galician-cluster-4"
