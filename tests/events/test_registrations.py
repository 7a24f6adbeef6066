"""Coming to an event: applying, being accepted, naming people and their times."""

import datetime as dt
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from clusters.choices import OrganisationStatus, Role
from clusters.models import Message, Organisation, User
from events import actions
from events.choices import APPLY_PHASES, REGISTRATION_MOVES, EventStatus, RegistrationStatus
from events.models import Delegate, Event, Registration
from matchmaking.models import Meeting, MeetingSeat
from tests.cast import (
    DelegateFactory,
    RegistrationFactory,
    RepresentativeFactory,
    RequestFactory,
    SlotFactory,
    TeamFactory,
    UserFactory,
)
from tests.refusals import refused
from tests.sure import sure

pytestmark = pytest.mark.django_db


@pytest.fixture
def anas(event: Event, galician: Organisation, ana: User) -> Registration:
    """The Galician cluster's registration, accepted."""
    return RegistrationFactory(event=event, organisation=galician)


@pytest.fixture
def delegate(anas: Registration) -> Delegate:
    """Who comes for the Galician cluster."""
    return DelegateFactory(registration=anas, name="Delia")


@pytest.fixture
def seated(anas: Registration, delegate: Delegate, event: Event) -> MeetingSeat:
    """Delia has a meeting in the first slot."""
    request = RequestFactory(sender=anas, status="accepted")
    slot = sure(event.slots.first())
    meeting = Meeting.objects.create(event=event, request=request, slot=slot)
    return MeetingSeat.objects.create(meeting=meeting, slot=slot, delegate=delegate)


# -- applying


def test_ana_applies_with_her_colleague(
    event: Event, galician: Organisation, ana: User, beto: User
) -> None:
    registration = actions.apply_to_event(
        event,
        organisation=galician,
        attendance="remote",
        formats=["C2C"],
        parallel=2,
        max_meetings=8,
        max_per_day=4,
        motivation=" Suppliers ",
        delegates=[{"name": "Ana", "email": "ana@galician.example"}, {"name": "Delia"}],
        actor=ana,
    )
    registration.refresh_from_db()
    assert registration.status == RegistrationStatus.APPLIED
    assert (registration.formats, registration.parallel) == (["C2C"], 2)
    assert registration.motivation == "Suppliers"
    first, second = registration.delegates.order_by("pk")
    assert (first.user, second.user) == (ana, None)
    assert len(first.code) == 6


def test_taking_part_is_for_owners_and_editors_to_promise(
    event: Event, galician: Organisation, beto: User, carla: User
) -> None:
    for actor in (beto, carla):
        with pytest.raises(PermissionDenied):
            actions.apply_to_event(event, organisation=galician, actor=actor)


@pytest.mark.parametrize("phase", list(EventStatus))
def test_applications_have_their_phases(
    event: Event, galician: Organisation, ana: User, phase: str
) -> None:
    event.status = phase
    event.save()
    if phase in APPLY_PHASES:
        assert actions.apply_to_event(event, organisation=galician, actor=ana).pk
    else:
        with refused("call_closed"):
            actions.apply_to_event(event, organisation=galician, actor=ana)


def test_a_call_ends(event: Event, galician: Organisation, ana: User) -> None:
    event.apply_until = timezone.now()
    event.save()
    with refused("call_over"):
        actions.apply_to_event(event, organisation=galician, actor=ana)
    event.apply_until = timezone.now() + dt.timedelta(hours=1)
    event.save()
    assert actions.apply_to_event(event, organisation=galician, actor=ana).pk


def test_only_listed_organisations_apply(event: Event, galician: Organisation, ana: User) -> None:
    galician.status = OrganisationStatus.DRAFT
    galician.save()
    with refused("not_listed"):
        actions.apply_to_event(event, organisation=galician, actor=ana)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("applied", "applied_before"),
        ("accepted", "applied_before"),
        ("rejected", "rejected_before"),
        ("withdrawn", "withdrawn_before"),
    ],
)
def test_an_organisation_applies_once(
    anas: Registration, ana: User, status: str, code: str
) -> None:
    anas.status = status
    anas.save()
    with refused(code) as refusal:
        actions.apply_to_event(anas.event, organisation=anas.organisation, actor=ana)
    assert "Galician cluster" in refusal.text


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("attendance", {"attendance": "by post"}),
        ("formats", {"formats": ["D2D"]}),
        ("formats", {"formats": ["C2C", "C2C"]}),
        ("formats", {"formats": ["B2B"]}),
        ("parallel", {"parallel": 0}),
        ("max_meetings", {"max_meetings": 0}),
        ("max_per_day", {"max_meetings": 3, "max_per_day": 4}),
        ("motivation", {"motivation": "x" * 1501}),
        ("name", {"delegates": [{"email": "a@b.example"}]}),
        ("email", {"delegates": [{"name": "A", "email": "nobody"}]}),
        ("languages", {"delegates": [{"name": "A", "languages": ["xx"]}]}),
    ],
)
def test_wrong_fields_are_named_and_nothing_is_half_written(
    event: Event, galician: Organisation, ana: User, field: str, values: dict
) -> None:
    with pytest.raises(ValidationError) as caught:
        actions.apply_to_event(event, organisation=galician, actor=ana, **values)
    assert list(caught.value.error_dict) == [field]
    assert not Registration.objects.exists()


def test_an_event_without_sessions_takes_every_format(
    galician: Organisation, ana: User, event: Event
) -> None:
    event.sessions.all().delete()
    assert actions.apply_to_event(event, organisation=galician, formats=["B2B"], actor=ana).pk


def test_ana_changes_what_she_applied_for(
    anas: Registration, ana: User, beto: User, olga: User
) -> None:
    changed = actions.change_registration(anas, values={"parallel": 3}, actor=ana)
    assert changed.parallel == 3
    assert actions.change_registration(anas, values={"parallel": 1}, actor=olga).parallel == 1
    with pytest.raises(PermissionDenied):
        actions.change_registration(anas, values={"parallel": 2}, actor=beto)
    with pytest.raises(ValidationError):
        actions.change_registration(anas, values={"status": "accepted"}, actor=ana)
    anas.status = RegistrationStatus.WITHDRAWN
    anas.save()
    with refused("not_taking_part"):
        actions.change_registration(anas, values={"parallel": 2}, actor=ana)


# -- deciding


@pytest.mark.parametrize(
    ("now", "to"), list(product(RegistrationStatus, RegistrationStatus)), ids="-".join
)
def test_a_registration_moves_along_its_table_only(
    anas: Registration, olga: User, now: str, to: str
) -> None:
    anas.status = now
    anas.save()
    if to in REGISTRATION_MOVES[now] and to != RegistrationStatus.WITHDRAWN:
        decided = actions.decide_registration(anas, status=to, actor=olga)
        assert decided.status == to
        assert decided.decided_at is not None
        message = Message.objects.get(template="registration_decided")
        assert sure(message.recipient).name == "Ana"
    else:
        with refused("state"):
            actions.decide_registration(anas, status=to, actor=olga)
        assert not Message.objects.exists()


@pytest.mark.parametrize("status", ["closed", "archived", "cancelled"])
def test_what_is_over_is_decided(anas: Registration, event: Event, olga: User, status: str) -> None:
    event.status = status
    event.save()
    with refused("event_over"):
        actions.decide_registration(anas, status="accepted", actor=olga)


@pytest.mark.parametrize("role", ["front_desk", "viewer"])
def test_owners_and_planners_decide(anas: Registration, event: Event, ana: User, role: str) -> None:
    for actor in (ana, TeamFactory(event=event, role=role).user):
        with pytest.raises(PermissionDenied):
            actions.decide_registration(anas, status="accepted", actor=actor)


# -- people


def test_a_colleagues_account_is_linked_by_e_mail(
    anas: Registration, ana: User, beto: User
) -> None:
    delegate = actions.add_delegate(anas, name="Beto", email="Beto@galician.example", actor=ana)
    assert delegate.user == beto
    again = actions.add_delegate(anas, name="B.", email="beto@galician.example", actor=ana)
    assert again.user is None
    stranger = actions.add_delegate(anas, name="C.", email="carla@nuevo-leon.example", actor=ana)
    assert stranger.user is None


def test_only_a_colleagues_account_is_linked(
    anas: Registration, ana: User, carla: User, beto: User
) -> None:
    with pytest.raises(ValidationError) as caught:
        actions.add_delegate(anas, name="Carla", user=carla, actor=ana)
    assert list(caught.value.error_dict) == ["user"]
    actions.add_delegate(anas, name="Beto", user=beto, actor=ana)
    with pytest.raises(ValidationError):
        actions.add_delegate(anas, name="Beto again", user=beto, actor=ana)


def test_a_member_names_delegates_an_outsider_does_not(
    anas: Registration, beto: User, carla: User
) -> None:
    assert actions.add_delegate(anas, name="Delia", languages=["es"], actor=beto).languages == [
        "es"
    ]
    with pytest.raises(PermissionDenied):
        actions.add_delegate(anas, name="Carla", actor=carla)


def test_a_registration_has_room_for_twenty(anas: Registration, ana: User) -> None:
    for _n in range(20):
        DelegateFactory(registration=anas)
    with refused("delegates_full"):
        actions.add_delegate(anas, name="One more", actor=ana)


@pytest.mark.parametrize("status", ["withdrawn", "rejected"])
def test_who_does_not_come_names_nobody(anas: Registration, ana: User, status: str) -> None:
    anas.status = status
    anas.save()
    with refused("not_taking_part"):
        actions.add_delegate(anas, name="Delia", actor=ana)


def test_a_place_is_handed_over_with_its_meetings(
    seated: MeetingSeat, delegate: Delegate, ana: User
) -> None:
    with refused("has_meetings") as refusal:
        actions.remove_delegate(delegate, actor=ana)
    assert "Delia" in refusal.text
    changed = actions.change_delegate(delegate, values={"name": "Elena"}, actor=ana)
    assert seated.delegate == changed
    assert changed.name == "Elena"
    seated.delete()
    actions.remove_delegate(delegate, actor=ana)
    assert not Delegate.objects.exists()


def test_with_the_place_goes_the_account(anas: Registration, ana: User, beto: User) -> None:
    """Whoever handed the place over no longer sees its meetings; the colleague does."""
    delegate = actions.add_delegate(anas, name="Ana", email=ana.email, actor=ana)
    assert delegate.user == ana
    renamed = actions.change_delegate(delegate, values={"name": "Ana María"}, actor=ana)
    assert renamed.user == ana
    to_beto = {"name": "Beto", "email": beto.email}
    assert actions.change_delegate(delegate, values=to_beto, actor=ana).user == beto
    to_nobody_known = {"name": "Delia", "email": "delia@elsewhere.example"}
    assert actions.change_delegate(delegate, values=to_nobody_known, actor=ana).user is None


# -- times


def test_delia_says_when_she_cannot(delegate: Delegate, event: Event, beto: User) -> None:
    slots = list(event.slots.all())
    actions.set_availability(delegate, unavailable=slots[:2], actor=beto)
    kept = delegate.unavailabilities.get(slot=slots[1])
    actions.set_availability(delegate, unavailable=slots[1:3], actor=beto)
    rows = delegate.unavailabilities.order_by("slot__starts_at")
    assert [row.slot for row in rows] == slots[1:3]
    assert kept in rows
    actions.set_availability(delegate, unavailable=[], actor=beto)
    assert not delegate.unavailabilities.exists()


def test_a_delegate_says_so_for_oneself_only(delegate: Delegate, event: Event, olga: User) -> None:
    delegate.user = UserFactory()
    delegate.save()
    actions.set_availability(delegate, unavailable=[sure(event.slots.first())], actor=delegate.user)
    actions.set_availability(delegate, unavailable=[], actor=olga)
    other = DelegateFactory(registration=delegate.registration)
    with pytest.raises(PermissionDenied):
        actions.set_availability(other, unavailable=[], actor=delegate.user)


def test_a_time_with_a_meeting_cannot_be_taken_out(
    seated: MeetingSeat, delegate: Delegate, ana: User
) -> None:
    with refused("has_meetings") as refusal:
        actions.set_availability(delegate, unavailable=[seated.slot], actor=ana)
    assert "09:00" in refusal.text


def test_a_slot_of_another_event_is_refused(delegate: Delegate, ana: User) -> None:
    with pytest.raises(ValidationError):
        actions.set_availability(delegate, unavailable=[SlotFactory()], actor=ana)


@pytest.mark.parametrize("status", ["closed", "archived", "cancelled"])
def test_after_the_event_nothing_changes(
    delegate: Delegate, event: Event, ana: User, status: str
) -> None:
    event.status = status
    event.save()
    with refused("not_taking_part"):
        actions.set_availability(delegate, unavailable=[], actor=ana)
    with refused("event_over"):
        actions.change_registration(delegate.registration, values={"parallel": 2}, actor=ana)


# -- who sees what: query sets and permissions say the same


def viewers(event: Event, galician: Organisation) -> list[User]:
    """One user of every kind."""
    kinds = [UserFactory(), UserFactory(is_staff=True), UserFactory(is_superuser=True)]
    kinds += [RepresentativeFactory(organisation=galician, role=role).user for role in Role]
    kinds += [TeamFactory(event=event, role=role).user for role in ("owner", "viewer")]
    fellow = RegistrationFactory(event=event)
    kinds.append(RepresentativeFactory(organisation=fellow.organisation).user)
    applicant = RegistrationFactory(event=event, status="applied")
    kinds.append(RepresentativeFactory(organisation=applicant.organisation).user)
    return kinds


@pytest.mark.parametrize("status", list(RegistrationStatus))
def test_registrations_are_seen_as_permissions_say(
    anas: Registration, event: Event, galician: Organisation, status: str
) -> None:
    anas.status = status
    anas.save()
    for user in viewers(event, galician):
        visible = Registration.objects.visible_to(user).filter(pk=anas.pk).exists()
        assert visible == user.has_perm("events.view_registration", anas)


@pytest.mark.parametrize("status", list(EventStatus))
def test_events_are_seen_as_permissions_say(
    event: Event, galician: Organisation, status: str
) -> None:
    event.status = status
    event.save()
    for user in viewers(event, galician):
        visible = Event.objects.visible_to(user).filter(pk=event.pk).exists()
        assert visible == user.has_perm("events.view_event", event)
