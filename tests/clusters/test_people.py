"""Who acts for an organisation: roles, invitations, lists, tokens, suggestions."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from clusters import actions
from clusters.models import ChangeSuggestion, FieldStatement, Invitation, Message, Token
from clusters.reads import find_invitation
from clusters.reads.sections import interests_state
from clusters.validators import Refused
from tests.cast import InterestFactory, OrganisationFactory, UserFactory


def refusal(act, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        act(*args, **kwargs)
    return refused.value.code


def test_beto_becomes_editor_and_leaves(galician, ana, beto):
    mine = galician.representatives.get(user=beto)
    assert actions.change_role(mine, role="editor", actor=ana).role == "editor"
    with pytest.raises(PermissionDenied):
        actions.change_role(mine, role="owner", actor=beto)
    actions.remove_representative(mine, actor=beto)
    assert refusal(actions.change_role, mine, role="owner", actor=ana) == "gone"


def test_the_last_owner_stays(galician, ana, beto):
    mine = galician.representatives.get(user=ana)
    assert refusal(actions.change_role, mine, role="member", actor=ana) == "last_owner"
    assert refusal(actions.remove_representative, mine, actor=ana) == "last_owner"
    actions.change_role(mine, role="owner", actor=ana)
    actions.change_role(galician.representatives.get(user=beto), role="owner", actor=ana)
    assert actions.change_role(mine, role="member", actor=ana).role == "member"


def test_clara_gives_a_claimed_profile_its_owner(galician, clara, carla):
    added = actions.add_representative(galician, user=carla, role="owner", actor=clara)
    assert added.role == "owner"
    again = {"user": carla, "role": "member", "actor": clara}
    assert refusal(actions.add_representative, galician, **again) == "already"
    with pytest.raises(ValidationError):
        actions.add_representative(galician, user=clara, role="king", actor=clara)


def test_members_and_outsiders_manage_nobody(galician, beto, carla):
    for person in (beto, carla):
        with pytest.raises(PermissionDenied):
            actions.invite(galician, email="x@people.example", role="member", actor=person)
        with pytest.raises(PermissionDenied):
            actions.add_representative(galician, user=person, role="owner", actor=person)


def test_an_invitation_works_once_for_its_address(galician, ana, carla):
    invitation, secret = actions.invite(
        galician, email=" Nora@People.example ", role="editor", actor=ana
    )
    assert Message.objects.get().invitation == invitation
    assert find_invitation(secret) == invitation
    assert find_invitation(secret[:-1]) is None
    assert secret not in Invitation.objects.values_list("token_hash", flat=True)
    nora = UserFactory(name="Nora", email="nora@people.example")
    assert refusal(actions.accept_invitation, invitation, actor=carla) == "other_address"
    joined = actions.accept_invitation(invitation, actor=nora)
    assert (joined.user, joined.role) == (nora, "editor")
    assert refusal(actions.accept_invitation, invitation, actor=nora) == "used"
    assert refusal(actions.revoke_invitation, invitation, actor=ana) == "used"


def test_inviting_again_replaces_the_open_invitation(galician, ana):
    first, _secret = actions.invite(galician, email="n@people.example", role="member", actor=ana)
    second, _secret = actions.invite(galician, email="n@people.example", role="editor", actor=ana)
    assert list(galician.invitations.pending()) == [second]
    nora = UserFactory(name="Nora", email="n@people.example")
    assert refusal(actions.accept_invitation, first, actor=nora) == "revoked"


def test_old_and_revoked_invitations_are_refused(galician, ana):
    nora = UserFactory(name="Nora")
    old, _secret = actions.invite(galician, email=nora.email, role="member", days=0, actor=ana)
    assert refusal(actions.accept_invitation, old, actor=nora) == "expired"
    new, _secret = actions.invite(galician, email=nora.email, role="member", actor=ana)
    actions.revoke_invitation(new, actor=ana)
    actions.revoke_invitation(new, actor=ana)
    assert refusal(actions.accept_invitation, new, actor=nora) == "revoked"


def test_somebody_who_is_there_is_neither_invited_nor_joins_twice(galician, ana, beto):
    told: dict[str, Any] = {"role": "editor", "actor": ana}
    assert refusal(actions.invite, galician, email=beto.email.upper(), **told) == "already"
    nora = UserFactory(name="Nora")
    invitation, _secret = actions.invite(galician, email=nora.email, **told)
    galician.representatives.create(user=nora)
    assert refusal(actions.accept_invitation, invitation, actor=nora) == "already"
    wrongs: list[dict[str, Any]] = [
        {"email": "nobody", "role": "editor"},
        {"email": "a@b.example", "role": "x"},
    ]
    for wrong in wrongs:
        with pytest.raises(ValidationError):
            actions.invite(galician, **wrong, actor=ana)


def test_lists_are_kept_alone_or_shared(galician, nuevo_leon, ana, beto, carla):
    mine = actions.create_shortlist(galician, name=" Autumn ", actor=ana)
    shared = actions.create_shortlist(galician, name="Ours", is_shared=True, actor=ana)
    assert mine.name == "Autumn"
    actions.add_to_shortlist(shared, organisation=nuevo_leon, note="Call", actor=beto)
    entry = actions.add_to_shortlist(shared, organisation=nuevo_leon, note="Write", actor=ana)
    assert (shared.entries.get(), entry.note) == (entry, "Write")
    with pytest.raises(PermissionDenied):
        actions.add_to_shortlist(mine, organisation=nuevo_leon, actor=beto)
    for person in (carla, UserFactory()):
        with pytest.raises(PermissionDenied):
            actions.remove_from_shortlist(shared, organisation=nuevo_leon, actor=person)
    actions.remove_from_shortlist(shared, organisation=nuevo_leon, actor=beto)
    actions.remove_from_shortlist(shared, organisation=nuevo_leon, actor=beto)
    assert not shared.entries.exists()


def test_lists_need_a_name_of_their_own_and_hold_what_one_may_see(galician, ana, carla):
    mine = actions.create_shortlist(galician, name="Autumn", actor=ana)
    assert refusal(actions.create_shortlist, galician, name="Autumn", actor=ana) == "twice"
    with pytest.raises(ValidationError):
        actions.create_shortlist(galician, name="  ", actor=ana)
    with pytest.raises(PermissionDenied):
        actions.create_shortlist(galician, name="Mine", actor=carla)
    draft = OrganisationFactory(status="draft")
    with pytest.raises(PermissionDenied):
        actions.add_to_shortlist(mine, organisation=draft, actor=ana)


def test_a_token_is_shown_once_and_only_its_hash_is_kept(ana):
    token, secret = actions.create_token(
        ana, name=" script ", scopes=["write", "read"], expires_at=None, actor=ana
    )
    assert secret.startswith("puente_")
    assert (token.name, token.scopes) == ("script", ["read", "write"])
    assert secret not in token.token_hash
    actions.revoke_token(token, actor=ana)
    actions.revoke_token(token, actor=ana)
    assert not Token.objects.exists()


def test_tokens_are_ones_own_and_well_formed(ana, carla):
    good: dict[str, Any] = {"name": "script", "scopes": ["read"], "expires_at": None}
    token, _secret = actions.create_token(ana, **good, actor=ana)
    with pytest.raises(PermissionDenied):
        actions.create_token(ana, **good, actor=carla)
    with pytest.raises(PermissionDenied):
        actions.revoke_token(token, actor=carla)
    past = timezone.now() - dt.timedelta(days=1)
    bads: list[dict[str, Any]] = [
        {"name": " "},
        {"scopes": []},
        {"scopes": ["root"]},
        {"expires_at": past},
    ]
    for bad in bads:
        with pytest.raises(ValidationError):
            actions.create_token(ana, **{**good, **bad}, actor=ana)


def test_an_accepted_suggestion_changes_the_profile(galician, ana, carla):
    told = actions.suggest_change(
        galician, field="website", value=" https://new.example ", reason="Seen.", actor=carla
    )
    again = actions.suggest_change(
        galician, field="website", value="https://new.example", actor=carla
    )
    assert again == told, "a double submit is one suggestion"
    assert Message.objects.get().recipient == ana
    decided = actions.decide_suggestion(told, accept=True, actor=ana)
    galician.refresh_from_db()
    assert galician.website == "https://new.example"
    assert FieldStatement.objects.get().field == "website"
    assert (decided.status, decided.decided_by) == ("accepted", ana)
    assert Message.objects.get(template="suggestion_decided").recipient == carla
    assert refusal(actions.decide_suggestion, told, accept=False, actor=ana) == "decided"


def test_what_is_no_plain_text_is_applied_by_hand(galician, clara, carla):
    told = actions.suggest_change(galician, field="countries", value="Portugal", actor=carla)
    assert actions.decide_suggestion(told, accept=True, actor=clara).status == "accepted"
    assert galician.countries.get().code == "ES"


def test_rejecting_changes_nothing_and_nobody_writes_to_themselves(galician, ana):
    told = actions.suggest_change(galician, field="aim_en", value="Sell.", actor=ana)
    actions.decide_suggestion(told, accept=False, actor=ana)
    galician.refresh_from_db()
    assert galician.aim_en == ""
    assert not Message.objects.exists()


def test_a_suggestion_that_cannot_be_applied_stays_open(galician, ana, carla):
    told = actions.suggest_change(
        galician, field="website", value="javascript:alert(1)", actor=carla
    )
    with pytest.raises(ValidationError):
        actions.decide_suggestion(told, accept=True, actor=ana)
    assert ChangeSuggestion.objects.open().get() == told


def test_suggestions_need_a_visible_profile_and_something_to_say(galician, beto, carla):
    draft = OrganisationFactory(status="draft")
    with pytest.raises(PermissionDenied):
        actions.suggest_change(draft, field="name", value="x", actor=carla)
    for bad in ({"field": "password", "value": "x"}, {"field": "name", "value": " "}):
        with pytest.raises(ValidationError):
            actions.suggest_change(galician, **bad, actor=carla)
    told = actions.suggest_change(galician, field="other", value="x", actor=carla)
    with pytest.raises(PermissionDenied):
        actions.decide_suggestion(told, accept=True, actor=beto)


def test_the_database_knows_a_message_goes_to_one_of_the_two(ana):
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.create(cause="nobody", template="t")


def test_saying_the_same_interests_again_writes_nothing(galician, ana):
    kind = InterestFactory(organisation=galician, direction="seeks").kind
    before = galician.interests.get()
    actions.set_interests(
        galician,
        choices=[actions.InterestChoice(kind, "seeks", description=before.description)],
        seen=interests_state(galician),
        actor=ana,
    )
    assert galician.interests.get().pk == before.pk
    assert before.history.count() == 1, "only as it was made"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("language", "klingon"),
        ("name", "Ana\nof Galicia"),
        ("name", "A\u202ena"),
        ("time_zone", ""),
        ("time_zone", "Mars/Olympus"),
    ],
)
def test_an_account_says_which_field_is_wrong(ana, field, value):
    with pytest.raises(ValidationError) as refused:
        actions.change_account(ana, values={"mail_news": False, field: value}, actor=ana)
    assert list(refused.value.message_dict) == [field]
    ana.refresh_from_db()
    assert ana.mail_news, "nothing of it is kept"


def test_a_claim_says_what_one_does_there(galician, carla):
    with pytest.raises(ValidationError) as refused:
        actions.claim_organisation(galician, value="  ", actor=carla)
    assert list(refused.value.message_dict) == ["value"]
    assert not ChangeSuggestion.objects.exists()


def test_whoever_was_let_in_meanwhile_keeps_that_role(galician, ana, carla):
    claim = actions.claim_organisation(galician, value="Director", actor=carla)
    actions.add_representative(galician, user=carla, role="editor", actor=ana)
    actions.decide_suggestion(claim, accept=True, actor=ana)
    assert galician.representatives.get(user=carla).role == "editor"
