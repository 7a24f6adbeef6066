"""Shortlists, and changes that others suggest: who sees them, who decides."""

import re

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clusters import actions
from clusters.choices import OrganisationStatus, Role, SuggestionStatus
from clusters.models import ChangeSuggestion, Message, Organisation, Shortlist, User
from tests.cast import OrganisationFactory, UserFactory

BACKEND = "django.contrib.auth.backends.ModelBackend"
LISTS = "/shortlists/"
SUGGEST = "/organisations/galician-cluster/suggest/"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, BACKEND)
    return client


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.fixture
def english_beto(beto: User) -> User:
    return actions.change_account(beto, values={"language": "en"}, actor=beto)


@pytest.fixture
def fairs(galician: Organisation, nuevo_leon: Organisation, ana: User) -> Shortlist:
    """Ana's list with Carla's cluster on it."""
    row = actions.create_shortlist(galician, name="For the fair", actor=ana)
    actions.add_to_shortlist(row, organisation=nuevo_leon, note="met in 2019", actor=ana)
    return row


# -- shortlists


def test_ana_makes_a_list_and_writes_a_note(
    galician: Organisation, nuevo_leon: Organisation, ana: User
) -> None:
    client = signed_in(ana)
    assert "No list yet" in text_of(client, LISTS)
    assert client.post(LISTS, {"name": "For the fair"}).status_code == 302
    row = Shortlist.objects.get()
    actions.add_to_shortlist(row, organisation=nuevo_leon, actor=ana)
    client.post(f"{LISTS}{row.pk}/{nuevo_leon.slug}/note/", {"note": "ask about <steel>"})
    assert "ask about &lt;steel&gt;" in text_of(client, LISTS)
    client.post(f"{LISTS}{row.pk}/{nuevo_leon.slug}/remove/")
    assert not row.entries.exists()


def test_a_list_is_private_until_it_is_shared(
    fairs: Shortlist, ana: User, english_beto: User
) -> None:
    colleague = signed_in(english_beto)
    assert "For the fair" not in text_of(colleague, LISTS)
    assert colleague.post(f"{LISTS}{fairs.pk}/remove/").status_code == 404
    signed_in(ana).post(f"{LISTS}{fairs.pk}/", {"name": "Fair 2031", "is_shared": "on"})
    html = text_of(colleague, LISTS)
    assert "Fair 2031" in html
    assert "kept by Ana" in html
    assert "met in 2019" in html


def test_a_colleague_adds_notes_to_a_shared_list_but_does_not_unshare_it(
    fairs: Shortlist, nuevo_leon: Organisation, ana: User, english_beto: User
) -> None:
    actions.change_shortlist(fairs, name="For the fair", is_shared=True, actor=ana)
    colleague = signed_in(english_beto)
    path = f"{LISTS}{fairs.pk}/"
    colleague.post(f"{path}{nuevo_leon.slug}/note/", {"note": "Beto knows them"})
    assert fairs.entries.get().note == "Beto knows them"
    assert colleague.post(path, {"name": "Mine"}).status_code == 403
    assert colleague.post(f"{path}remove/").status_code == 403
    assert "Remove the list" not in text_of(colleague, LISTS)


def test_lists_of_another_organisation_are_out_of_reach(
    fairs: Shortlist, nuevo_leon: Organisation, ana: User, carla: User
) -> None:
    actions.change_shortlist(fairs, name="For the fair", is_shared=True, actor=ana)
    outsider = signed_in(carla)
    assert "For the fair" not in text_of(outsider, LISTS)
    for path in ("", "remove/", f"{nuevo_leon.slug}/note/", f"{nuevo_leon.slug}/remove/"):
        assert outsider.post(f"{LISTS}{fairs.pk}/{path}", {"name": "x"}).status_code == 404


def test_ana_removes_a_list_with_its_notes(fairs: Shortlist, ana: User) -> None:
    client = signed_in(ana)
    assert "with 1 organisation and its note is thrown away" in text_of(client, LISTS)
    assert client.post(f"{LISTS}{fairs.pk}/remove/").status_code == 302
    assert not Shortlist.objects.exists()


@pytest.mark.parametrize(
    ("name", "status", "says"),
    [
        ("", 400, "This field is required"),
        ("   ", 400, "This field is required"),
        ("x" * 101, 400, "at most 100"),
        ("pay\u202eroll", 400, "invisible control character"),
        ("For the fair", 409, "already keep a list of this name"),
    ],
)
def test_names_that_cannot_be_are_refused(
    fairs: Shortlist, ana: User, name: str, status: int, says: str
) -> None:
    answer = signed_in(ana).post(LISTS, {"name": name})
    assert answer.status_code == status
    assert says in answer.content.decode()


def test_a_list_cannot_take_the_name_of_another(fairs: Shortlist, ana: User) -> None:
    other = actions.create_shortlist(fairs.organisation, name="Others", actor=ana)
    answer = signed_in(ana).post(f"{LISTS}{other.pk}/", {"name": "For the fair"})
    assert answer.status_code == 409


def test_an_overlong_note_is_refused(fairs: Shortlist, nuevo_leon: Organisation, ana: User) -> None:
    path = f"{LISTS}{fairs.pk}/{nuevo_leon.slug}/note/"
    assert signed_in(ana).post(path, {"note": "x" * 501}).status_code == 400
    assert fairs.entries.get().note == "met in 2019"


def test_an_organisation_that_is_no_longer_listed_leaves_the_page(
    fairs: Shortlist, nuevo_leon: Organisation, ana: User
) -> None:
    Organisation.objects.filter(pk=nuevo_leon.pk).update(status=OrganisationStatus.ARCHIVED)
    assert "met in 2019" not in text_of(signed_in(ana), LISTS)


def test_long_lists_take_no_more_queries(fairs: Shortlist, ana: User) -> None:
    client = signed_in(ana)
    client.get(LISTS)
    with CaptureQueriesContext(connection) as few:
        client.get(LISTS)
    for number in range(8):
        row = actions.create_shortlist(fairs.organisation, name=f"List {number}", actor=ana)
        actions.add_to_shortlist(row, organisation=OrganisationFactory(), actor=ana)
    with CaptureQueriesContext(connection) as many:
        client.get(LISTS)
    assert len(many) == len(few) <= 9


def test_whoever_acts_for_nobody_is_told_what_to_do(db: None) -> None:
    assert "You act for no organisation yet" in text_of(signed_in(UserFactory()), LISTS)


# -- suggested changes


def test_carla_suggests_ana_accepts_and_carla_is_told(
    galician: Organisation, ana: User, carla: User, system: User
) -> None:
    given = {"field": "aim_en", "value": "Cars of the north", "reason": "Their website"}
    assert signed_in(carla).post(SUGGEST, given).status_code == 302
    told = Message.objects.get(recipient=ana)
    actions.deliver_message(told, actor=system)
    assert "/profile/suggestions/" in mail.outbox[0].body
    client = signed_in(ana)
    assert "1 suggested change waits for you." in text_of(client, "/profile/")
    html = text_of(client, "/profile/suggestions/")
    assert "Aim, in English" in html
    assert "Their website" in html
    row = ChangeSuggestion.objects.get()
    assert client.post(f"/profile/suggestions/{row.pk}/", {"answer": "accept"}).status_code == 302
    galician.refresh_from_db()
    assert galician.aim_en == "Cars of the north"
    assert "accepted" in text_of(signed_in(carla), "/profile/suggestions/")
    assert client.post(f"/profile/suggestions/{row.pk}/", {"answer": "accept"}).status_code == 409


def test_ana_rejects_a_suggestion(galician: Organisation, ana: User, carla: User) -> None:
    row = actions.suggest_change(galician, field="aim_en", value="Wrong", actor=carla)
    signed_in(ana).post(f"/profile/suggestions/{row.pk}/", {"answer": "reject"})
    row.refresh_from_db()
    galician.refresh_from_db()
    assert (row.status, galician.aim_en) == (SuggestionStatus.REJECTED, "")


def test_beto_neither_sees_nor_decides_what_was_suggested(
    galician: Organisation, english_beto: User, carla: User
) -> None:
    row = actions.suggest_change(galician, field="aim_en", value="Of the north", actor=carla)
    client = signed_in(english_beto)
    assert "Of the north" not in text_of(client, "/profile/suggestions/")
    assert client.post(f"/profile/suggestions/{row.pk}/", {"answer": "accept"}).status_code == 404


def test_the_author_does_not_decide(galician: Organisation, carla: User) -> None:
    row = actions.suggest_change(galician, field="aim_en", value="Of the north", actor=carla)
    client = signed_in(carla)
    assert "not decided yet" in text_of(client, "/profile/suggestions/")
    assert client.post(f"/profile/suggestions/{row.pk}/", {"answer": "accept"}).status_code == 403


def test_an_owner_lets_a_claimant_in_from_the_list(
    galician: Organisation, ana: User, english_beto: User
) -> None:
    actions.change_role(
        galician.representatives.get(user=english_beto), role=Role.EDITOR, actor=ana
    )
    dario = UserFactory(name="Dario", email="dario@galician.example")
    row = actions.claim_organisation(galician, value="New assistant", actor=dario)
    path = f"/profile/suggestions/{row.pk}/"
    editor = signed_in(english_beto)
    assert "not decided yet" in text_of(editor, "/profile/suggestions/")
    assert editor.post(path, {"answer": "accept"}).status_code == 403
    html = text_of(signed_in(ana), "/profile/suggestions/")
    assert "Dario asks to act for you: “New assistant”" in html
    assert "dario@galician.example" in html
    signed_in(ana).post(path, {"answer": "accept"})
    assert galician.representatives.get(user=dario).role == Role.MEMBER


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"field": "slug", "value": "x", "reason": "r"}, "not one of the available choices"),
        ({"field": "name", "value": "", "reason": "r"}, "This field is required"),
        ({"field": "name", "value": "x", "reason": ""}, "This field is required"),
        ({"field": "name", "value": "x" * 3001, "reason": "r"}, "at most 3000"),
        ({"field": "name", "value": "x\u2066y", "reason": "r"}, "invisible control character"),
    ],
)
def test_suggestions_that_cannot_be_are_refused(
    galician: Organisation, carla: User, given: dict[str, str], says: str
) -> None:
    answer = signed_in(carla).post(SUGGEST, given)
    assert answer.status_code == 400
    assert says in answer.content.decode()
    assert not ChangeSuggestion.objects.exists()


def test_an_accepted_value_that_the_field_cannot_hold_is_refused_and_stays_open(
    galician: Organisation, ana: User, carla: User
) -> None:
    row = actions.suggest_change(galician, field="website", value="javascript:x", actor=carla)
    answer = signed_in(ana).post(f"/profile/suggestions/{row.pk}/", {"answer": "accept"})
    assert answer.status_code == 400
    row.refresh_from_db()
    assert row.status == SuggestionStatus.OPEN


def test_a_draft_of_others_takes_no_suggestion(galician: Organisation, carla: User) -> None:
    Organisation.objects.filter(pk=galician.pk).update(status=OrganisationStatus.DRAFT)
    assert signed_in(carla).get(SUGGEST).status_code == 404


def test_strangers_sign_in_before_they_suggest(galician: Organisation, client: Client) -> None:
    assert client.get(SUGGEST).status_code == 302


def test_many_suggestions_take_no_more_queries(
    galician: Organisation, ana: User, carla: User
) -> None:
    client, path = signed_in(ana), "/profile/suggestions/"
    actions.suggest_change(galician, field="region", value="Galicia", actor=carla)
    client.get(path)
    with CaptureQueriesContext(connection) as few:
        client.get(path)
    for number in range(8):
        actions.suggest_change(galician, field="region", value=f"R{number}", actor=carla)
    with CaptureQueriesContext(connection) as many:
        client.get(path)
    assert len(many) == len(few) <= 9


# -- ways there


def test_the_menu_leads_to_one_s_own_pages(galician: Organisation, ana: User) -> None:
    html = text_of(signed_in(ana), LISTS)
    for path in ("/profile/", "/profile/people/", LISTS, "/settings/"):
        assert f'href="{path}"' in html


def test_profiles_lead_to_suggesting_and_claiming(galician: Organisation, carla: User) -> None:
    html = text_of(signed_in(carla), "/organisations/galician-cluster/")
    assert f'href="{SUGGEST}"' in html
    assert 'href="/organisations/galician-cluster/claim/"' in html
