"""Query sets and permissions give the same answers; nobody has a right over nothing."""

from typing import Any

import pytest
import rules
from django.contrib.auth.models import AnonymousUser

from clusters.choices import Role
from clusters.models import Organisation, User
from events.choices import TeamRole
from events.models import Event
from matchmaking.models import Meeting, MeetingRequest, ScheduleRun
from tests.cast import (
    DelegateFactory,
    RegistrationFactory,
    RepresentativeFactory,
    TeamFactory,
    UserFactory,
)
from tests.matchmaking.stories import publish

pytestmark = pytest.mark.django_db
# What needs no target: to start, to run by itself, to curate.
WITHOUT_TARGET = {
    "events.add_event",
    "matchmaking.count_reach",
    "matchmaking.run_jobs",
    "matchmaking.save_policy",
}
OURS = [
    name
    for name in rules.permissions.permissions
    if name.startswith(("events.", "matchmaking.")) and name not in WITHOUT_TARGET
]


@pytest.fixture
def everybody(event: Event, galician: Organisation, dora: User) -> list[User | AnonymousUser]:
    """One of every kind."""
    kinds: list[User | AnonymousUser] = [AnonymousUser(), dora]
    kinds += [UserFactory(), UserFactory(is_staff=True)]
    kinds += [RepresentativeFactory(organisation=galician, role=role).user for role in Role]
    kinds += [TeamFactory(event=event, role=role).user for role in TeamRole]
    fellow = RegistrationFactory(event=event)
    kinds.append(RepresentativeFactory(organisation=fellow.organisation).user)
    return kinds


def test_what_is_seen_is_what_may_be_seen(
    agreed: MeetingRequest, event: Event, olga: User, everybody: list[User]
) -> None:
    seated = UserFactory()
    agreed.sender.delegates.all().delete()
    DelegateFactory(registration=agreed.sender, user=seated)
    run = publish(event, olga, (agreed, 0, 0)).run
    seen = set()
    for user in [*everybody, seated]:
        for row, permission in (
            (agreed, "matchmaking.view_request"),
            (Meeting.objects.get(), "matchmaking.view_meeting"),
            (run, "matchmaking.view_run"),
        ):
            model: Any = type(row)
            rows = model.objects.visible_to(user).filter(pk=row.pk)
            may = bool(user.has_perm(permission, row))
            assert rows.exists() == may, (user, permission)
            seen.add((permission, may))
    assert len(seen) == 6  # each is seen by some and not by others
    assert list(ScheduleRun.objects.of_event(event)) == [run]


@pytest.mark.parametrize("permission", OURS)
def test_over_nothing_there_is_no_right(permission: str) -> None:
    for user in (AnonymousUser(), UserFactory(), UserFactory(is_staff=True)):
        if user.is_staff and permission == "events.view_event":
            continue  # curators see all events, so the question is moot
        assert not user.has_perm(permission, None)


def test_requests_by_organisation(agreed: MeetingRequest, galician: Organisation) -> None:
    rows = MeetingRequest.objects
    assert list(rows.of(galician).sent_by(galician).accepted()) == [agreed]
    assert not rows.received_by(galician).exists()
    assert not Meeting.objects.of(galician).exists()
