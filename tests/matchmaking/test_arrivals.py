"""The door: check-in and its undo, walk-ins, who is late, and taps that were wrong."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from clusters.choices import OrganisationStatus
from clusters.models import Country, Invitation, Organisation, User
from events.choices import EventStatus, RegistrationStatus, TeamRole
from events.models import Delegate, Event, Registration, Slot
from matchmaking import actions
from matchmaking.choices import MeetingStatus
from matchmaking.models import CheckIn, Lateness, Meeting, MeetingRequest, Outcome
from tests.cast import CountryFactory, OrganisationFactory, RegistrationFactory, TeamFactory
from tests.matchmaking.stories import mails, publish
from tests.refusals import refused

pytestmark = pytest.mark.django_db
PERSON = {"name": "Wanda", "email": "wanda@walk-in.example"}


@pytest.fixture
def planned(agreed: MeetingRequest, event: Event, olga: User) -> Meeting:
    """Ana and Carla are to meet in the first slot."""
    publish(event, olga, (agreed, 0, 0))
    return Meeting.objects.get()


@pytest.fixture
def begun(planned: Meeting) -> Meeting:
    start = timezone.now() - dt.timedelta(minutes=5)
    Slot.objects.filter(pk=planned.slot_id).update(
        starts_at=start, ends_at=start + dt.timedelta(minutes=20)
    )
    return Meeting.objects.get()


@pytest.fixture
def desk(event: Event) -> User:
    """Works at the front desk of Olga's event."""
    return TeamFactory(event=event, role=TeamRole.FRONT_DESK, user__name="Desk").user


@pytest.fixture
def open_door(planned: Meeting) -> Event:
    """The schedule is published: people may come."""
    return Event.objects.get(pk=planned.event_id)


def test_a_wrong_check_in_is_taken_back(
    planned: Meeting, delegates: list[Delegate], desk: User, ana: User
) -> None:
    actions.check_in(delegates[0], actor=desk)
    with pytest.raises(PermissionDenied):
        actions.undo_check_in(delegates[0], actor=ana)
    actions.undo_check_in(delegates[0], actor=desk)
    actions.undo_check_in(delegates[0], actor=desk)
    assert not CheckIn.objects.exists()


# -- taps that were wrong


def test_held_and_missed_are_taken_back(
    begun: Meeting, ana: User, nuevo_leon: Organisation
) -> None:
    for mark in (
        lambda: actions.mark_held(begun, actor=ana),
        lambda: actions.mark_missed(begun, by=nuevo_leon, actor=ana),
    ):
        row = actions.unmark_meeting(mark(), actor=ana)
        assert (row.status, row.missed_by) == (MeetingStatus.CONFIRMED, None)
    with refused("state"):
        actions.unmark_meeting(begun, actor=ana)


def test_what_has_an_outcome_or_was_cancelled_stays(
    begun: Meeting, ana: User, galician: Organisation
) -> None:
    held = actions.mark_held(begun, actor=ana)
    Outcome.objects.create(meeting=held, organisation=galician)
    with refused("has_outcome"):
        actions.unmark_meeting(held, actor=ana)
    Meeting.objects.update(status=MeetingStatus.CANCELLED)
    with refused("state"):
        actions.unmark_meeting(held, actor=ana)


# -- late


def test_ana_says_that_she_is_late_and_carla_is_told(
    begun: Meeting, ana: User, galician: Organisation
) -> None:
    said = actions.say_late(begun, minutes=5, actor=ana)
    assert (said.organisation, said.minutes) == (galician, 5)
    assert mails("partner_late") == ["Carla"]
    actions.say_late(begun, minutes=10, actor=ana)
    assert Lateness.objects.get().minutes == 10
    assert mails("partner_late") == ["Carla"] * 2
    actions.say_late(begun, minutes=10, actor=ana)
    assert len(mails("partner_late")) == 2, "they know"
    actions.say_late(begun, minutes=5, actor=ana)
    assert len(mails("partner_late")) == 3, "the last word counts"
    actions.take_back_late(begun, actor=ana)
    assert not Lateness.objects.exists()


def test_the_desk_says_who_is_late(begun: Meeting, desk: User, nuevo_leon: Organisation) -> None:
    with pytest.raises(ValidationError):
        actions.say_late(begun, minutes=5, actor=desk)
    said = actions.say_late(begun, minutes=5, organisation=nuevo_leon, actor=desk)
    assert said.organisation == nuevo_leon
    assert mails("partner_late") == ["Ana"]
    with pytest.raises(ValidationError):
        actions.say_late(begun, minutes=5, organisation=OrganisationFactory(), actor=desk)


def test_nobody_is_late_for_what_is_over(begun: Meeting, ana: User) -> None:
    with pytest.raises(ValidationError):
        actions.say_late(begun, minutes=0, actor=ana)
    past = timezone.now() - dt.timedelta(hours=1)
    Slot.objects.filter(pk=begun.slot_id).update(
        starts_at=past, ends_at=past + dt.timedelta(minutes=20)
    )
    with refused("over"):
        actions.say_late(Meeting.objects.get(), minutes=5, actor=ana)
    actions.mark_held(Meeting.objects.get(), actor=ana)
    with refused("state"):
        actions.say_late(Meeting.objects.get(), minutes=5, actor=ana)


def test_a_stranger_is_late_for_nobody(begun: Meeting, clara: User) -> None:
    for action in (
        lambda: actions.say_late(begun, minutes=5, actor=clara),
        lambda: actions.take_back_late(begun, actor=clara),
        lambda: actions.unmark_meeting(begun, actor=clara),
    ):
        with pytest.raises(PermissionDenied):
            action()


# -- walk-ins


def test_a_listed_organisation_walks_in(open_door: Event, desk: User) -> None:
    vigo = OrganisationFactory(name="Vigo")
    delegate = actions.register_walk_in(open_door, organisation=vigo, person=PERSON, actor=desk)
    registration = delegate.registration
    assert (registration.organisation, registration.status) == (vigo, "accepted")
    assert (delegate.name, delegate.check_in.by) == ("Wanda", desk)
    assert registration.decided_at is not None
    assert len(delegate.badge_code) == 6


def test_somebody_elses_draft_does_not_walk_in(open_door: Event, desk: User) -> None:
    draft = OrganisationFactory(name="Vigo", status="draft")
    with refused("not_listed"):
        actions.register_walk_in(open_door, organisation=draft, person=PERSON, actor=desk)
    RegistrationFactory(event=open_door, organisation=draft)
    actions.register_walk_in(open_door, organisation=draft, person=PERSON, actor=desk)


def test_who_applied_is_accepted_at_the_door(open_door: Event, desk: User) -> None:
    waits = RegistrationFactory(event=open_door, status=RegistrationStatus.APPLIED)
    actions.register_walk_in(open_door, organisation=waits.organisation, person=PERSON, actor=desk)
    waits.refresh_from_db()
    assert waits.status == RegistrationStatus.ACCEPTED


def test_one_more_person_of_who_is_here(open_door: Event, desk: User, anas: Registration) -> None:
    actions.register_walk_in(open_door, organisation=anas.organisation, person=PERSON, actor=desk)
    assert anas.delegates.count() == 2


@pytest.mark.parametrize("status", ["rejected", "withdrawn"])
def test_who_was_turned_away_is_not_let_in_by_the_desk(
    open_door: Event, desk: User, status: str
) -> None:
    away = RegistrationFactory(event=open_door, status=status)
    with refused("not_taking_part"):
        actions.register_walk_in(
            open_door, organisation=away.organisation, person=PERSON, actor=desk
        )


def test_an_unknown_organisation_gets_a_draft_profile_and_an_invitation(
    open_door: Event, desk: User
) -> None:
    new = actions.NewProfile("Walk in Ltd", "company", "eu", [CountryFactory(code="ES")])
    delegate = actions.register_walk_in(open_door, organisation=new, person=PERSON, actor=desk)
    made = delegate.registration.organisation
    assert (made.name, made.status, made.side) == ("Walk in Ltd", OrganisationStatus.DRAFT, "eu")
    assert list(made.countries.all()) == [Country.objects.get(code="ES")]
    assert not made.representatives.exists()
    assert Invitation.objects.get().email == "wanda@walk-in.example"


def test_without_an_address_nobody_is_invited(open_door: Event, desk: User) -> None:
    new = actions.NewProfile("Walk in Ltd", "company", "eu")
    actions.register_walk_in(open_door, organisation=new, person={"name": "W"}, actor=desk)
    assert not Invitation.objects.exists()


def test_a_known_organisation_is_not_written_down_again(
    open_door: Event, desk: User, galician: Organisation
) -> None:
    new = actions.NewProfile("galician CLUSTER", "company", "eu")
    with pytest.raises(ValidationError) as caught:
        actions.register_walk_in(open_door, organisation=new, person=PERSON, actor=desk)
    assert "Galician cluster" in str(caught.value)


def test_the_door_opens_with_the_schedule_and_for_the_team(
    open_door: Event, desk: User, ana: User
) -> None:
    vigo = OrganisationFactory(name="Vigo")
    with pytest.raises(PermissionDenied):
        actions.register_walk_in(open_door, organisation=vigo, person=PERSON, actor=ana)
    Event.objects.update(status=EventStatus.CLOSED)
    with refused("not_open"):
        actions.register_walk_in(open_door, organisation=vigo, person=PERSON, actor=desk)
