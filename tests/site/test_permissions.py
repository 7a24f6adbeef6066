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

from clusters.actions import create_token, set_logo
from clusters.choices import Role
from clusters.models import ChangeSuggestion, Invitation, Organisation, User
from clusters.reads.invitations import hashed
from clusters.reads.mail import mail_settings_link
from events.actions import add_floor_plan, map_columns, upload_registrations
from events.adapters import read_table
from events.choices import EventStatus
from events.models import Delegate, Event, Registration
from matchmaking.actions import (
    create_feed,
    exclude_organisation,
    order_printout,
    save_search,
)
from matchmaking.actions.mailings import prepare_mailing
from matchmaking.models import (
    DraftMeeting,
    FactRequest,
    Meeting,
    MeetingRequest,
    StandbyChain,
    StandbyOffer,
)
from matchmaking.reads.searches import stop_link
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
from tests.pictures import png
from tests.site.api_callers import signed_in
from tests.site.permissions_table import TABLE

ROLES = ("visitor", "ana", "beto", "carla", "olga", "clara")
PLAN_DEEDS = ("_remove", "_place", "_take_off")
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
def people(ana: User, beto: User, carla: User, olga: User, clara: User) -> dict[str, User]:
    return {"ana": ana, "beto": beto, "carla": carla, "olga": olga, "clara": clara}


@pytest.fixture
def world(
    anas: Registration, carlas: Registration, asked: MeetingRequest, people: dict[str, User]
) -> World:
    cache.clear()
    SectorFactory(code="automotive")
    StoryFactory(code="gemex")
    OrganisationFactory(name="Unclaimed")
    DelegateFactory(registration=carlas)
    kwargs = {
        **by_route(anas.event, carlas.organisation, asked),
        **of_the_schedule(anas, people),
        **of_the_event(anas, carlas, people),
        **of_the_profile(anas.organisation, carlas.organisation, people),
        **of_the_account(anas.event, people["ana"]),
        **of_the_api(anas, carlas),
    }
    return World(people, kwargs)


Addresses = dict[str, dict[str, Any]]


def by_route(event: Event, other: Organisation, asked: MeetingRequest) -> Addresses:
    """What addresses that begin alike have in common."""
    begins: dict[tuple[str, ...], dict[str, Any]] = {
        ("organise/<slug:slug>", "events/<slug:slug>", "agenda/<slug:slug>"): {"slug": event.slug},
        ("match/<slug:slug>", "organisations/<slug:slug>"): {"slug": other.slug},
        ("requests/<int:pk>",): {"pk": asked.pk},
    }
    found = {
        name: values
        for name, route in patterns(get_resolver())
        for start, values in begins.items()
        if route.startswith(start)
    }
    actions = ("detail", "accept", "decline", "withdraw")
    return {**found, **{f"api-request-{action}": {"pk": asked.pk} for action in actions}}


def of_the_schedule(anas: Registration, people: dict[str, User]) -> Addresses:
    """Release 1 with one meeting of Ana's and a third organisation's, and a draft of the next."""
    event = anas.event
    mine = DelegateFactory(registration=anas, user=people["ana"])
    third = participant(event, "Third", "mx")
    request = agree(anas, third)
    Event.objects.filter(pk=event.pk).update(status=EventStatus.PLANNING)
    event.refresh_from_db()
    publish(event, people["olga"], (request, 0, 0))
    Event.objects.filter(pk=event.pk).update(status=EventStatus.BOOKING)
    event.refresh_from_db()
    run = draft(event, (request, 1, 0))
    exclude_organisation(
        anas.organisation, other=third.organisation, reason="partner", until=None,
        actor=people["ana"],
    )  # fmt: skip
    meeting, at_event = {"pk": Meeting.objects.get(request=request).pk}, {"slug": event.slug}
    release = event.releases.get()
    printout = order_printout(
        event, release=release, kind="book", paper="a4", language="en", actor=people["olga"]
    )
    of_draft = {**at_event, "pk": DraftMeeting.objects.get(run=run).pk}
    starts: Addresses = {
        "organise/<slug:slug>/runs/": {**at_event, "pk": run.pk},
        "organise/<slug:slug>/meetings/": of_draft,
        "organise/<slug:slug>/print/<int:pk>/": {**at_event, "pk": printout.pk},
        "paper/": {"code": release.code},
        "organise/<slug:slug>/day/people/": {**at_event, "pk": mine.pk},
        "meetings/<int:pk>/": meeting,
        **of_registrations(mine, people["olga"]),
    }
    one = {**starts["organise/<slug:slug>/registrations/"], "person": mine.pk}
    of_delegate = {**at_event, "pk": mine.pk}
    return {
        **{
            name: values for name, route in patterns(get_resolver())
            for start, values in starts.items() if route.startswith(start)
        },
        "organiser_release": {**at_event, "number": 1},
        **of_the_day(request, mine, third),
        "organiser_delegate": one, "organiser_delegate_remove": one,
        "organiser_request": {**at_event, "pk": anas.pk, "number": request.pk},
        "outcome": meeting, "next_step_done": meeting,
        "delegate_change": of_delegate, "delegate_remove": of_delegate,
        "exclusion_lift": {"slug": third.organisation.slug},
        "policy": {"name": "default"}, "policy_change": {"name": "default"},
    }  # fmt: skip


def of_registrations(mine: Delegate, olga: User) -> Addresses:
    """A list that was uploaded, and Ana's registration as organisers see it; by how routes begin."""
    at_event = {"slug": mine.registration.event.slug}
    row = upload_registrations(
        mine.registration.event, table=read_table(b"Organisation\nNobody"), file_name="list.csv",
        actor=olga,
    )  # fmt: skip
    options = {"status": "applied", "unknown": "skip"}
    map_columns(row, columns=row.columns, options=options, actor=olga)
    return {
        "organise/<slug:slug>/import/<int:pk>/": {**at_event, "pk": row.pk},
        "organise/<slug:slug>/registrations/": {**at_event, "pk": mine.registration.pk},
    }


def of_the_day(request: MeetingRequest, mine: Delegate, third: Registration) -> Addresses:
    """A free place that is offered to Ana's and the third organisation."""
    at_event, now = {"slug": request.event.slug}, timezone.now()
    chain = StandbyChain.objects.create(event=request.event, slot=request.event.slots.all()[3])
    offer = StandbyOffer.objects.create(
        chain=chain, request=request, sender_delegate=mine, receiver_delegate=third.delegates.get(),
        offered_at=now, until=now + dt.timedelta(hours=1),
    )  # fmt: skip
    return {
        "organiser_chain": {**at_event, "pk": chain.pk},
        "standby_answer": {"pk": offer.pk},
        "badge": {"code": mine.badge_code},
        "screen": at_event,
        "screen_secret": {**at_event, "key": "key"},
    }


def of_the_event(anas: Registration, carlas: Registration, people: dict[str, User]) -> Addresses:
    event = anas.event
    at_event = {"slug": event.slug}
    session = {**at_event, "pk": event.sessions.get().pk}
    table = {**at_event, "pk": event.tables.all()[0].pk}
    mailing = prepare_mailing(
        event, audience="accepted", texts={"subject": "News", "body": "Come."},
        registrations=[anas], actor=people["olga"],
    )  # fmt: skip
    plan = add_floor_plan(event, name="Hall A", content=png(), actor=people["olga"])
    mails = ("", "_change", "_send", "_discard")
    return {
        **{f"organiser_mailing{one}": {**at_event, "pk": mailing.pk} for one in mails},
        "organiser_mailing_new": {**at_event, "audience": "accepted"},
        "ask": {**at_event, "other": carlas.organisation.slug},
        "organiser_session": session, "organiser_session_remove": session,
        "organiser_session_reopen": session, "organiser_incident": {**at_event, "kind": "table"},
        "organiser_table": table, "organiser_table_remove": table,
        **{f"organiser_plan{one}": {**at_event, "pk": plan.pk} for one in ("", *PLAN_DEEDS)},
        "event_plan": at_event, "event_plan_picture": {**at_event, "pk": plan.pk},
        "organiser_team_remove": {**at_event, "pk": people["olga"].pk},
    }  # fmt: skip


def of_the_profile(own: Organisation, other: Organisation, people: dict[str, User]) -> Addresses:
    """Rows about Ana's organisation: what it says, who acts for it, what others ask and propose."""
    invitation = Invitation.objects.create(
        organisation=own, email="new@galician.example", role=Role.MEMBER, invited_by=people["ana"],
        token_hash=hashed("secret"), expires_at=timezone.now() + dt.timedelta(days=7),
    )  # fmt: skip
    set_logo(own, content=png(), actor=people["ana"])
    question = FactRequest.objects.create(asker=other, about=own, criterion="target.wants")
    suggestion = ChangeSuggestion.objects.create(
        organisation=own, field="website", value="https://galician.example", author=people["carla"]
    )
    shortlist = ShortlistFactory(organisation=own, owner=people["ana"])
    shortlist.entries.create(organisation=other)
    entry = {"pk": shortlist.pk, "slug": other.slug}
    relation = {"pk": RelationFactory(organisation=other, other=own, is_confirmed=False).pk}
    beto = {"pk": own.representatives.get(user=people["beto"]).pk}
    return {
        "invitation": {"secret": "secret"}, "invitation_revoke": {"pk": invitation.pk},
        "suggestion_decide": {"pk": suggestion.pk},
        "shortlist_change": {"pk": shortlist.pk}, "shortlist_remove": {"pk": shortlist.pk},
        "entry_note": entry, "entry_remove": entry,
        "fact_answer": {"pk": question.pk},
        "label_remove": {"pk": LabelFactory(organisation=own).pk},
        "relation_confirm": relation, "relation_remove": relation,
        "role_change": beto, "person_remove": beto,
        "claim": {"slug": "unclaimed"},
        "logo": {"slug": own.slug},
    }  # fmt: skip


def of_the_account(event: Event, ana: User) -> Addresses:
    _feed, secret = create_feed(event, actor=ana)
    token, _ = create_token(ana, name="Mine", scopes=["read"], expires_at=None, actor=ana)
    own = ana.representations.get().organisation
    search = save_search(own, name="Cars", query="q=car", actor=ana)
    return {
        "search_change": {"pk": search.pk},
        "search_remove": {"pk": search.pk},
        "search_stop": {"signed": stop_link(search).rstrip("/").rpartition("/")[2]},
        "agenda_feed": {"secret": secret},
        "token_revoke": {"pk": token.pk},
        "mail_settings": {"signed": mail_settings_link(ana).rstrip("/").rpartition("/")[2]},
    }


def of_the_api(anas: Registration, carlas: Registration) -> Addresses:
    own, other = {"slug": anas.organisation.slug}, {"other": carlas.organisation.slug}
    at_event, mine = {"slug": anas.event.slug}, {"pk": anas.pk}
    return {
        "story": {"code": "gemex"},
        "api-organisation-detail": own, "api-organisation-matches": own,
        "api-organisation-match": {**own, **other},
        "api-sector-detail": {"code": "automotive"}, "api-story-detail": {"code": "gemex"},
        "api-event-detail": at_event, "api-event-apply": at_event,
        "api-registration-detail": mine, "api-registration-withdraw": mine,
    }  # fmt: skip


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
