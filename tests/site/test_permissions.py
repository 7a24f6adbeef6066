"""Who may open which address: every address of the site, every role, in one table.

A visitor is sent to sign in (302) or told so (401); strangers find nothing (404); colleagues and others
who may see but not do are refused (403). 405 is the wrong method, 400 and 409 are reached only by those
who may: the form they send here is empty, or the state forbids it.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from clusters.actions import create_token
from clusters.choices import Role
from clusters.models import ChangeSuggestion, Invitation, User
from clusters.reads.invitations import hashed
from clusters.reads.mail import mail_settings_link
from events.choices import EventStatus
from events.models import Event, Registration
from matchmaking.actions import create_feed, exclude_organisation
from matchmaking.models import DraftMeeting, FactRequest, Meeting, MeetingRequest
from tests.cast import (
    DelegateFactory,
    LabelFactory,
    OrganisationFactory,
    RelationFactory,
    SectorFactory,
    ShortlistFactory,
    StoryFactory,
)
from tests.matchmaking.stories import agree, draft, participant, publish
from tests.site.api_callers import signed_in
from tests.site.permissions_table import TABLE

ROLES = ("visitor", "ana", "beto", "carla", "olga", "clara")
# Pages of packages: allauth's own tests hold theirs, tests/clusters/test_admin.py the admin's.
FOREIGN = ("accounts/", "admin/")


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Name and route of every address."""
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, route)
        elif isinstance(pattern, URLPattern) and not route.startswith(FOREIGN):
            yield str(pattern.name), route


def test_every_address_is_in_the_table() -> None:
    there = [name for name, _route in patterns(get_resolver())]
    assert len(there) == len(set(there)), "a name stands for one address"
    assert {name for name, _method in TABLE} == set(there)


@dataclass
class World:
    """Ana's and Carla's organisations at Olga's event, planned and published once."""

    people: dict[str, User]
    kwargs: dict[str, dict[str, Any]]

    def address(self, name: str) -> str:
        return reverse(name, kwargs=self.kwargs.get(name))

    def client(self, role: str) -> Client:
        return Client() if role == "visitor" else signed_in(self.people[role])


@pytest.fixture
def world(
    anas: Registration,
    carlas: Registration,
    asked: MeetingRequest,
    ana: User,
    beto: User,
    carla: User,
    olga: User,
    clara: User,
) -> World:
    cache.clear()
    event, galician, nuevo_leon = anas.event, anas.organisation, carlas.organisation
    mine, hers = DelegateFactory(registration=anas, user=ana), DelegateFactory(registration=carlas)
    assert hers
    third = participant(event, "Third", "mx")
    request = agree(anas, third)
    Event.objects.filter(pk=event.pk).update(status=EventStatus.PLANNING)
    event.refresh_from_db()
    publish(event, olga, (request, 0, 0))
    Event.objects.filter(pk=event.pk).update(status=EventStatus.BOOKING)
    event.refresh_from_db()
    run = draft(event, (request, 1, 0))
    meeting = Meeting.objects.get(request=request)
    exclude_organisation(
        galician, other=third.organisation, reason="partner", until=None, actor=ana
    )
    _feed, secret = create_feed(event, actor=ana)
    token, _ = create_token(ana, name="Mine", scopes=["read"], expires_at=None, actor=ana)
    invitation = Invitation.objects.create(
        organisation=galician, email="new@galician.example", role=Role.MEMBER, invited_by=ana,
        token_hash=hashed("secret"), expires_at=timezone.now() + dt.timedelta(days=7),
    )  # fmt: skip
    question = FactRequest.objects.create(
        asker=nuevo_leon, about=galician, criterion="target.wants"
    )
    suggestion = ChangeSuggestion.objects.create(
        organisation=galician, field="website", value="https://galician.example", author=carla
    )
    shortlist = ShortlistFactory(organisation=galician, owner=ana)
    shortlist.entries.create(organisation=nuevo_leon)
    relation = RelationFactory(organisation=nuevo_leon, other=galician, is_confirmed=False)
    label = LabelFactory(organisation=galician)
    SectorFactory(code="automotive")
    StoryFactory(code="gemex")
    OrganisationFactory(name="Unclaimed")
    at_event = {"slug": event.slug}
    of_run, of_draft = (
        {**at_event, "pk": run.pk},
        {**at_event, "pk": DraftMeeting.objects.get(run=run).pk},
    )
    session, table = event.sessions.first(), event.tables.first()
    assert session is not None
    assert table is not None
    of_delegate = {**at_event, "pk": mine.pk}
    kwargs: dict[str, dict[str, Any]] = {
        **{
            name: at_event for name, route in patterns(get_resolver())
            if route.startswith(("organise/<slug:slug>", "events/<slug:slug>", "agenda/<slug:slug>"))
        },
        **{
            name: {"slug": nuevo_leon.slug} for name, route in patterns(get_resolver())
            if route.startswith(("match/<slug:slug>", "organisations/<slug:slug>"))
        },
        **{
            name: {"pk": asked.pk} for name, route in patterns(get_resolver())
            if route.startswith("requests/<int:pk>") or name.startswith("api-request-")
        },
        **{
            name: of_run for name, route in patterns(get_resolver())
            if route.startswith("organise/<slug:slug>/runs/")
        },
        **{
            name: of_draft for name, route in patterns(get_resolver())
            if route.startswith("organise/<slug:slug>/meetings/")
        },
        "exclusion_lift": {"slug": third.organisation.slug},
        "claim": {"slug": "unclaimed"},
        "story": {"code": "gemex"},
        "ask": {**at_event, "other": nuevo_leon.slug},
        "delegate_change": of_delegate, "delegate_remove": of_delegate,
        "organiser_session": {**at_event, "pk": session.pk},
        "organiser_session_remove": {**at_event, "pk": session.pk},
        "organiser_table": {**at_event, "pk": table.pk},
        "organiser_table_remove": {**at_event, "pk": table.pk},
        "organiser_team_remove": {**at_event, "pk": olga.pk},
        "organiser_release": {**at_event, "number": 1},
        "meeting_held": {"pk": meeting.pk}, "meeting_missed": {"pk": meeting.pk},
        "agenda_feed": {"secret": secret},
        "token_revoke": {"pk": token.pk},
        "invitation": {"secret": "secret"}, "invitation_revoke": {"pk": invitation.pk},
        "suggestion_decide": {"pk": suggestion.pk},
        "shortlist_change": {"pk": shortlist.pk}, "shortlist_remove": {"pk": shortlist.pk},
        "entry_note": {"pk": shortlist.pk, "slug": nuevo_leon.slug},
        "entry_remove": {"pk": shortlist.pk, "slug": nuevo_leon.slug},
        "fact_answer": {"pk": question.pk},
        "label_remove": {"pk": label.pk},
        "relation_confirm": {"pk": relation.pk}, "relation_remove": {"pk": relation.pk},
        "role_change": {"pk": galician.representatives.get(user=beto).pk},
        "person_remove": {"pk": galician.representatives.get(user=beto).pk},
        "mail_settings": {"signed": mail_settings_link(ana).rstrip("/").rpartition("/")[2]},
        "api-organisation-detail": {"slug": galician.slug},
        "api-organisation-matches": {"slug": galician.slug},
        "api-organisation-match": {"slug": galician.slug, "other": nuevo_leon.slug},
        "api-sector-detail": {"code": "automotive"},
        "api-story-detail": {"code": "gemex"},
        "api-event-detail": at_event, "api-event-apply": at_event,
        "api-registration-detail": {"pk": anas.pk}, "api-registration-withdraw": {"pk": anas.pk},
    }  # fmt: skip
    for name in ("api-request-list",):
        kwargs.pop(name)
    people = {"ana": ana, "beto": beto, "carla": carla, "olga": olga, "clara": clara}
    return World(people, kwargs)


@pytest.mark.parametrize("role", ROLES)
def test_who_may(role: str, world: World, unhurried: None) -> None:
    """Every address in turn; what one changes is undone before the next."""
    client, got = world.client(role), {}
    for name, method in TABLE:
        with transaction.atomic():
            call = getattr(client, method.lower())
            got[name, method] = call(world.address(name)).status_code
            transaction.set_rollback(True)
    assert got == {key: codes[ROLES.index(role)] for key, codes in TABLE.items()}


def test_a_wrong_method_changes_nothing(world: World) -> None:
    """What only takes POST says so to a link."""
    client = world.client("ana")
    only_post = {name for name, _ in TABLE if (name, "GET") not in TABLE} - {"set_language"}
    assert len(only_post) > 30
    assert {client.get(world.address(name)).status_code for name in only_post} == {405}
