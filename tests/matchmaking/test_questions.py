"""Questions for facts, calendar addresses, scoring policies."""

import datetime as dt

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from clusters.actions import add_relation
from clusters.choices import OrganisationStatus, RelationKind
from clusters.models import InternationalTarget, Organisation, Relation, User
from clusters.reads.invitations import hashed
from events.models import Event
from matchmaking import actions, tasks
from matchmaking.actions.facts import REPEAT
from matchmaking.choices import FactRequestStatus
from matchmaking.models import CalendarFeed, FactRequest, ScoringPolicy
from matchmaking.scoring import CRITERIA, PART_CODES, SHIPPED
from tests.cast import CountryFactory
from tests.matchmaking.stories import mails
from tests.refusals import refused
from tests.sure import sure

pytestmark = pytest.mark.django_db

TARGET = next(code for code in PART_CODES if code.startswith("target."))
OTHER = next(code for code in PART_CODES if not code.startswith("target."))


@pytest.fixture
def question(
    galician: Organisation, nuevo_leon: Organisation, ana: User, carla: User
) -> FactRequest:
    """Ana asks whether Carla's cluster looks for partners in Spain."""
    return actions.ask_fact(galician, about=nuevo_leon, criterion=TARGET, actor=ana)


def test_an_answer_updates_the_profile_and_the_asker_is_told(
    question: FactRequest, nuevo_leon: Organisation, carla: User, system: User
) -> None:
    assert question.subject == "ES"
    tasks.announce_question.func(question.pk)
    assert mails("fact_asked") == ["Carla"]
    answered = actions.answer_fact(question, answer="exploring", actor=carla)
    assert (answered.status, answered.answered_by) == (FactRequestStatus.ANSWERED, carla)
    target = InternationalTarget.objects.get(organisation=nuevo_leon)
    assert (target.stance, sure(target.country).code, target.is_own_statement) == (
        "exploring",
        "ES",
        True,
    )
    assert mails("fact_answered") == ["Ana"]
    with refused("state"):
        actions.answer_fact(question, answer="active", actor=carla)


def test_a_yes_says_nothing_about_targets(
    galician: Organisation, nuevo_leon: Organisation, ana: User, carla: User
) -> None:
    question = actions.ask_fact(galician, about=nuevo_leon, criterion=OTHER, actor=ana)
    assert question.subject == ""
    assert actions.answer_fact(question, answer="yes", actor=carla).answer == "yes"
    assert not InternationalTarget.objects.exists()


def test_an_open_question_is_not_asked_again_however_old_it_is(
    question: FactRequest, galician: Organisation, nuevo_leon: Organisation, ana: User
) -> None:
    FactRequest.objects.update(asked_at=timezone.now() - dt.timedelta(days=900))
    with refused("asked_before"):
        actions.ask_fact(galician, about=nuevo_leon, criterion=TARGET, actor=ana)
    assert FactRequest.objects.get() == question


def test_a_yes_to_having_worked_together_adds_no_second_relation(
    galician: Organisation, nuevo_leon: Organisation, ana: User, carla: User
) -> None:
    question = actions.ask_fact(galician, about=nuevo_leon, criterion=REPEAT, actor=ana)
    add_relation(nuevo_leon, other=galician, kind=RelationKind.COOPERATES_WITH, actor=carla)
    actions.answer_fact(question, answer="yes", actor=carla)
    assert Relation.objects.count() == 1


def test_a_question_may_be_left_unanswered(
    question: FactRequest, carla: User, system: User
) -> None:
    assert actions.dismiss_fact(question, actor=carla).status == FactRequestStatus.DISMISSED
    actions.announce_question(question, actor=system)
    assert mails("fact_asked") == mails("fact_answered") == []


def test_who_set_the_asker_aside_is_not_mailed(
    question: FactRequest,
    galician: Organisation,
    nuevo_leon: Organisation,
    carla: User,
    system: User,
) -> None:
    actions.exclude_organisation(nuevo_leon, other=galician, reason="partner", actor=carla)
    actions.announce_question(question, actor=system)
    assert mails("fact_asked") == []


def test_what_is_no_question(
    question: FactRequest, galician: Organisation, nuevo_leon: Organisation, ana: User, beto: User
) -> None:
    with refused("asked_before"):
        actions.ask_fact(galician, about=nuevo_leon, criterion=TARGET, actor=beto)
    with refused("oneself"):
        actions.ask_fact(galician, about=galician, criterion=TARGET, actor=ana)
    with pytest.raises(ValidationError):
        actions.ask_fact(galician, about=nuevo_leon, criterion="weather", actor=ana)
    nuevo_leon.status = OrganisationStatus.ARCHIVED
    nuevo_leon.save()
    with refused("not_listed"):
        actions.ask_fact(galician, about=nuevo_leon, criterion=OTHER, actor=ana)


def test_only_who_is_asked_answers_and_only_with_an_answer(
    question: FactRequest, ana: User, carla: User
) -> None:
    with pytest.raises(PermissionDenied):
        actions.answer_fact(question, answer="active", actor=ana)
    with pytest.raises(PermissionDenied):
        actions.dismiss_fact(question, actor=ana)
    with pytest.raises(ValidationError):
        actions.answer_fact(question, answer="perhaps", actor=carla)


def test_a_cluster_of_two_countries_asks_about_one(
    galician: Organisation, nuevo_leon: Organisation, ana: User
) -> None:
    galician.countries.add(CountryFactory(code="PT"))
    asked = actions.ask_fact(galician, about=nuevo_leon, criterion=TARGET, subject="PT", actor=ana)
    assert asked.subject == "PT"
    assert actions.ask_fact(galician, about=nuevo_leon, criterion=TARGET, actor=ana).subject == ""


# -- calendar addresses


def test_a_new_address_replaces_the_old_one(event: Event, ana: User, carla: User) -> None:
    feed, secret = actions.create_feed(event, actor=ana)
    assert feed.token_hash == hashed(secret)
    again, other = actions.create_feed(event, actor=ana)
    assert again.pk == feed.pk
    assert other != secret
    with pytest.raises(PermissionDenied):
        actions.revoke_feed(feed, actor=carla)
    actions.revoke_feed(feed, actor=ana)
    assert not CalendarFeed.objects.exists()
    actions.revoke_feed(feed, actor=ana)


# -- policies


def test_each_change_of_a_policy_is_a_version(clara: User) -> None:
    weights = dict.fromkeys(CRITERIA, 1.0)
    versions = [
        actions.save_policy(
            name="careful", title="Careful", weights=weights, note="why", actor=clara
        ).version
        for _n in range(2)
    ]
    assert versions == [1, 2]
    shipped = actions.save_policy(
        name=next(iter(SHIPPED)), title="Ours", weights=weights, actor=clara
    )
    assert shipped.version == 2


@pytest.mark.parametrize(
    "values",
    [
        {"name": "No Slug"},
        {"name": "new"},
        {"title": " "},
        {"title": "x" * 121},
        {"weights": {"beauty": 1.0}},
        {"weights": {"sector": -1.0}},
        {"priors": {"sector": 2.0}},
        {"note": "x" * 2001},
    ],
)
def test_a_policy_that_nobody_can_use_is_refused(clara: User, values: dict) -> None:
    usual = {"name": "careful", "title": "Careful", "weights": {"sector": 1.0}}
    with pytest.raises(ValidationError):
        actions.save_policy(**{**usual, **values}, actor=clara)


def test_only_curators_weigh(ana: User) -> None:
    with pytest.raises(PermissionDenied):
        actions.save_policy(name="mine", title="Mine", weights={"sector": 1.0}, actor=ana)


ADD_POLICY = "/admin/matchmaking/scoringpolicy/add/"


@pytest.mark.parametrize(
    "weights", ['{"beauty": 1}', '{"sector": -1}', '{"sector": "much"}', "[1, 2]", "{}", "no json"]
)
def test_the_admin_refuses_what_would_stop_every_score(
    clara: User, client: Client, weights: str
) -> None:
    client.force_login(clara, settings.AUTHENTICATION_BACKENDS[-1])
    values = {"name": "default", "title": "Ours", "weights": weights, "priors": "{}", "note": ""}
    assert client.post(ADD_POLICY, values).status_code == 200
    assert not ScoringPolicy.objects.exists()


def test_the_admin_numbers_versions_as_the_action_does(clara: User, client: Client) -> None:
    client.force_login(clara, settings.AUTHENTICATION_BACKENDS[-1])
    values = {"name": "default", "title": "Ours", "weights": '{"sector": 1}', "priors": ""}
    assert client.post(ADD_POLICY, values).status_code == 302
    row = ScoringPolicy.objects.get()
    assert (row.name, row.version, row.weights) == ("default", 2, {"sector": 1})
    page = client.get(f"/admin/matchmaking/scoringpolicy/{row.pk}/change/")
    assert page.status_code == 200
