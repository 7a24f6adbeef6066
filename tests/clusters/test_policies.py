"""Who may do what; what a list shows and what a permission says never differ."""

import itertools
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clusters.choices import OrganisationStatus, Role
from clusters.models import ChangeSuggestion, Organisation, Shortlist
from clusters.policies import require, role_of
from clusters.reads import act_for, acting_organisation, representations
from tests.cast import OrganisationFactory, RepresentativeFactory, ShortlistFactory, UserFactory


@pytest.fixture
def anybody(db):
    """Every kind of user: a visitor, and people with each role, privilege and both."""
    people = [AnonymousUser()]
    homes = [OrganisationFactory(status=status) for status in OrganisationStatus.values]
    privileges = [(False, False), (True, False), (False, True)]
    for role, (staff, power) in itertools.product([None, *Role.values], privileges):
        user = UserFactory(is_staff=staff, is_superuser=power)
        if role:
            for home in homes[::2]:
                RepresentativeFactory(organisation=home, user=user, role=role)
        people.append(user)
    return people


def test_lists_show_exactly_what_the_permission_allows(anybody):
    authors = anybody[1:]
    for organisation, author in zip(Organisation.objects.all(), authors, strict=False):
        ChangeSuggestion.objects.create(organisation=organisation, field="name", author=author)
        for shared in (True, False):
            ShortlistFactory(organisation=organisation, owner=author, is_shared=shared)
    checks: list[tuple[Any, str]] = [
        (Organisation, "clusters.view_organisation"),
        (ChangeSuggestion, "clusters.view_suggestion"),
        (Shortlist, "clusters.view_shortlist"),
    ]
    for user in anybody:
        for model, permission in checks:
            shown = set(model.objects.visible_to(user))
            allowed = {row for row in model.objects.all() if user.has_perm(permission, row)}
            assert shown == allowed, (user, model)


STATUSES = st.sampled_from(OrganisationStatus.values)
ROLES = st.sampled_from([None, *Role.values])


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(st.tuples(STATUSES, ROLES), max_size=4), is_staff=st.booleans())
def test_a_profile_is_listed_for_whom_it_opens(db, rows, is_staff):
    user = UserFactory(is_staff=is_staff)
    made = [OrganisationFactory(status=status) for status, _role in rows]
    for organisation, (_status, role) in zip(made, rows, strict=True):
        if role:
            RepresentativeFactory(organisation=organisation, user=user, role=role)
    shown = set(Organisation.objects.visible_to(user))
    may = {one for one in made if user.has_perm("clusters.view_organisation", one)}
    assert shown & set(made) == may
    acted = set(Organisation.objects.acted_for_by(user))
    assert acted == {one for one in made if role_of(user, one)}
    owned = set(Organisation.objects.acted_for_by(user, Role.OWNER))
    assert owned == {one for one in made if role_of(user, one) == "owner"}


def test_visitors_act_for_nobody(galician):
    assert not Organisation.objects.acted_for_by(AnonymousUser())
    assert role_of(AnonymousUser(), galician) is None
    assert representations(AnonymousUser()) == []


TABLE = {
    "clusters.view_organisation": "ana beto carla clara",
    "clusters.change_organisation": "ana clara",
    "clusters.manage_people": "ana clara",
    "clusters.view_people": "ana beto clara",
    "clusters.act_for_organisation": "ana beto",
    "clusters.suggest_change": "ana beto carla clara",
    "clusters.curate": "clara",
}


@pytest.mark.parametrize("permission", TABLE)
def test_the_table_of_permissions(permission, galician, ana, beto, carla, clara):
    people = {"ana": ana, "beto": beto, "carla": carla, "clara": clara}
    for name, person in people.items():
        assert person.has_perm(permission, galician) == (name in TABLE[permission].split()), name


def test_nothing_is_allowed_on_nothing(ana):
    for permission in TABLE:
        assert not ana.has_perm(permission), permission
    for permission in (
        "clusters.change_representative",
        "clusters.delete_representative",
        "clusters.view_suggestion",
        "clusters.confirm_relation",
        "clusters.delete_relation",
        "clusters.change_shortlist",
        "clusters.delete_token",
        "clusters.add_token",
    ):
        assert not ana.has_perm(permission), permission


def test_the_system_may_do_what_nobody_else_may(system, ana):
    require(system, "clusters.curate")
    for person in (ana, AnonymousUser()):
        with pytest.raises(PermissionDenied):
            require(person, "clusters.curate")


def page(user, session=None):
    request = RequestFactory().get("/")
    request.user = user
    if session is not None:
        request.session = session
    return request


def test_one_acts_for_the_chosen_organisation_else_for_the_one_with_the_highest_role(
    galician, nuevo_leon, ana, django_assert_num_queries
):
    RepresentativeFactory(organisation=nuevo_leon, user=ana, role="member")
    assert [row.role for row in representations(ana)] == ["owner", "member"]
    request = page(ana, {})
    with django_assert_num_queries(1):
        assert acting_organisation(request) == galician
        assert acting_organisation(request) == galician
    act_for(request, nuevo_leon)
    assert acting_organisation(request) == nuevo_leon
    with django_assert_num_queries(1):
        assert acting_organisation(page(ana, request.session)) == nuevo_leon


def test_a_choice_that_is_no_longer_ours_is_forgotten(galician, nuevo_leon, ana, carla):
    assert acting_organisation(page(ana, {"acting_organisation": nuevo_leon.pk})) == galician
    assert acting_organisation(page(ana)) == galician, "programs have no session"
    assert acting_organisation(page(AnonymousUser(), {})) is None
