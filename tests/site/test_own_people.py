"""Colleagues, invitations and claims: who joins an organisation, and how."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from clusters import actions
from clusters.choices import CLAIM, OrganisationStatus, Role
from clusters.models import ChangeSuggestion, Invitation, Message, Organisation, User
from tests.cast import PASSWORD, RepresentativeFactory, UserFactory

BACKEND = "django.contrib.auth.backends.ModelBackend"
PEOPLE = "/profile/people/"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, BACKEND)
    return client


def text_of(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.fixture
def link(galician: Organisation, ana: User) -> str:
    """The link of Ana's invitation to Dario."""
    _row, secret = actions.invite(
        galician, email="dario@galician.example", role=Role.EDITOR, actor=ana
    )
    return f"/invitation/{secret}/"


@pytest.fixture
def dario(db: None) -> User:
    return UserFactory(name="Dario", email="dario@galician.example")


def test_ana_invites_a_colleague_and_sees_the_open_invitation(
    galician: Organisation, ana: User
) -> None:
    client = signed_in(ana)
    answer = client.post(PEOPLE, {"email": "Dario@Galician.example ", "role": "editor"})
    assert answer.status_code == 302
    assert "dario@galician.example" in text_of(client, PEOPLE)
    assert Message.objects.get().template == "invitation"


def test_the_mail_of_an_invitation_holds_a_link_that_opens(
    galician: Organisation, ana: User, system: User, client: Client
) -> None:
    actions.invite(galician, email="dario@galician.example", role=Role.EDITOR, actor=ana)
    actions.deliver_message(Message.objects.get(), actor=system)
    found = re.search(r"/invitation/[^/\s]+/", str(mail.outbox[0].body))
    assert found
    assert "Act for Galician cluster" in text_of(client, found.group())


def test_somebody_new_is_led_to_sign_up_with_the_address_filled_in(
    link: str, client: Client
) -> None:
    html = text_of(client, link)
    found = re.search(r'href="(/accounts/signup/[^"]+)"', html)
    assert found
    form = text_of(client, found.group(1).replace("&amp;", "&"))
    assert 'value="dario@galician.example"' in form
    assert f'name="next" value="{link}"' in form


def test_somebody_new_signs_up_confirms_and_comes_back_to_the_invitation(
    link: str, client: Client, galician: Organisation
) -> None:
    answer = client.post(
        f"/accounts/signup/?next={link}",
        {"name": "Dario", "email": "dario@galician.example", "password1": PASSWORD, "next": link},
        headers={"accept-language": "es"},
    )
    assert answer.status_code == 302
    dario = User.objects.get(email="dario@galician.example")
    assert (dario.name, dario.language) == ("Dario", "es")
    found = re.search(r"^\s*([A-Z0-9]{4}-[A-Z0-9]{4})\s*$", str(mail.outbox[0].body), re.MULTILINE)
    assert found
    answer = client.post(answer["Location"], {"code": found.group(1)})
    assert answer["Location"] == link
    assert client.post(link, {"accept": "1"})["Location"] == "/home/"
    assert galician.representatives.get(user=dario).role == Role.EDITOR


def test_dario_accepts_and_acts_for_the_organisation(
    link: str, dario: User, galician: Organisation
) -> None:
    client = signed_in(dario)
    assert "Accept the invitation" in text_of(client, link)
    assert client.post(link, {"accept": "1"}).status_code == 302
    assert galician.representatives.get(user=dario).role == Role.EDITOR


def test_accepting_twice_says_so_and_adds_nobody(
    link: str, dario: User, galician: Organisation, ana: User
) -> None:
    client = signed_in(dario)
    client.post(link, {"accept": "1"})
    assert client.post(link, {"accept": "1"}).status_code == 409
    assert galician.representatives.count() == 2
    assert "You have accepted it" in text_of(client, link)


def test_a_used_invitation_tells_others_to_ask_for_a_new_one(
    link: str, dario: User, carla: User
) -> None:
    signed_in(dario).post(link, {"accept": "1"})
    assert "was used already" in text_of(signed_in(carla), link)


def test_an_invitation_for_another_address_lets_nobody_in(
    link: str, carla: User, galician: Organisation
) -> None:
    client = signed_in(carla)
    assert "This invitation is for dario@galician.example" in text_of(client, link)
    answer = client.post(link, {"accept": "1"})
    assert answer.status_code == 409
    assert not galician.representatives.filter(user=carla).exists()


def test_an_expired_invitation_says_when_it_ended(link: str, dario: User) -> None:
    Invitation.objects.update(expires_at=timezone.now() - dt.timedelta(days=1))
    client = signed_in(dario)
    assert "This invitation ended on" in text_of(client, link)
    assert client.post(link, {"accept": "1"}).status_code == 409


def test_a_revoked_invitation_says_so(link: str, ana: User, dario: User) -> None:
    owner = signed_in(ana)
    row = Invitation.objects.get()
    assert owner.post(f"{PEOPLE}invitations/{row.pk}/revoke/").status_code == 302
    assert "was taken back" in text_of(signed_in(dario), link)


def test_a_link_that_nobody_sent_is_not_found(db: None, client: Client) -> None:
    assert client.get("/invitation/made-up-secret/").status_code == 404


def test_posting_without_signing_in_accepts_nothing(link: str, client: Client) -> None:
    client.post(link, {"accept": "1"})
    assert Invitation.objects.get().accepted_at is None


def test_an_address_that_is_none_is_refused_next_to_its_field(
    galician: Organisation, ana: User
) -> None:
    answer = signed_in(ana).post(PEOPLE, {"email": "<script>", "role": "editor"})
    assert answer.status_code == 400
    assert not Invitation.objects.exists()
    assert b"<script>alert" not in answer.content


def test_beto_sees_his_colleagues_and_may_only_leave(
    galician: Organisation, ana: User, beto: User
) -> None:
    beto.language = "en"
    beto.save()
    client = signed_in(beto)
    html = text_of(client, PEOPLE)
    assert "Ana" in html
    assert "Change role" not in html
    assert "Invite a colleague" not in html
    assert client.post(PEOPLE, {"email": "x@y.example", "role": "owner"}).status_code == 403
    mine = galician.representatives.get(user=beto)
    boss = galician.representatives.get(user=ana)
    assert client.post(f"{PEOPLE}{mine.pk}/role/", {"role": "owner"}).status_code == 403
    assert client.post(f"{PEOPLE}{boss.pk}/remove/").status_code == 403
    assert client.post(f"{PEOPLE}{mine.pk}/remove/").status_code == 302
    assert not galician.representatives.filter(user=beto).exists()


def test_ana_changes_a_role_and_removes_a_colleague(
    galician: Organisation, ana: User, beto: User
) -> None:
    client, row = signed_in(ana), galician.representatives.get(user=beto)
    client.post(f"{PEOPLE}{row.pk}/role/", {"role": "editor"})
    row.refresh_from_db()
    assert row.role == Role.EDITOR
    assert "Beto no longer acts for Galician cluster." in text_of(client, PEOPLE)
    client.post(f"{PEOPLE}{row.pk}/remove/")
    assert not galician.representatives.filter(user=beto).exists()


def test_the_only_owner_cannot_leave(galician: Organisation, ana: User) -> None:
    client, row = signed_in(ana), galician.representatives.get(user=ana)
    assert "name another one before leaving" in text_of(client, PEOPLE)
    answer = client.post(f"{PEOPLE}{row.pk}/remove/")
    assert answer.status_code == 409
    assert "An organisation needs an owner" in answer.content.decode()


def test_colleagues_of_another_organisation_are_out_of_reach(
    galician: Organisation, ana: User, carla: User
) -> None:
    row = galician.representatives.get(user=ana)
    client = signed_in(carla)
    assert client.post(f"{PEOPLE}{row.pk}/remove/").status_code == 404
    assert client.post(f"{PEOPLE}{row.pk}/role/", {"role": "member"}).status_code == 404


def test_the_page_asks_as_often_for_many_colleagues_as_for_few(
    galician: Organisation, ana: User, beto: User, django_assert_max_num_queries
) -> None:
    client = signed_in(ana)
    for _n in range(20):
        RepresentativeFactory(organisation=galician, role=Role.MEMBER)
    client.get(PEOPLE)
    with django_assert_max_num_queries(9):
        client.get(PEOPLE)


def test_somebody_without_an_organisation_is_told_what_to_do(dario: User) -> None:
    assert "You act for no organisation yet" in text_of(signed_in(dario), PEOPLE)


def test_dario_claims_a_profile_nobody_acts_for_and_clara_lets_him_in(
    galician: Organisation, dario: User, clara: User
) -> None:
    client = signed_in(dario)
    path = "/organisations/galician-cluster/claim/"
    assert "Nobody acts for it yet" in text_of(client, path)
    assert client.post(path, {"value": "Manager", "reason": "See our team page"}).status_code == 302
    assert client.post(path, {"value": "Manager"}).status_code == 302, "twice changes nothing"
    claim = ChangeSuggestion.objects.get()
    assert claim.field == CLAIM
    assert "nobody has decided yet" in text_of(client, path)
    actions.decide_suggestion(claim, accept=True, actor=clara)
    assert galician.representatives.get(user=dario).role == Role.OWNER
    assert "You act for this organisation already" in text_of(client, path)
    assert client.post(path, {"value": "Manager"}).status_code == 409


def test_a_claim_on_an_owned_profile_makes_a_member_and_needs_an_owner(
    galician: Organisation, ana: User, beto: User, dario: User
) -> None:
    actions.change_role(galician.representatives.get(user=beto), role=Role.EDITOR, actor=ana)
    claim = actions.claim_organisation(galician, value="Assistant", actor=dario)
    with pytest.raises(Exception, match="manage_people"):
        actions.decide_suggestion(claim, accept=True, actor=beto)
    actions.decide_suggestion(claim, accept=True, actor=ana)
    assert galician.representatives.get(user=dario).role == Role.MEMBER


def test_a_draft_cannot_be_claimed(galician: Organisation, dario: User) -> None:
    Organisation.objects.update(status=OrganisationStatus.DRAFT)
    path = "/organisations/galician-cluster/claim/"
    assert signed_in(dario).get(path).status_code == 404
