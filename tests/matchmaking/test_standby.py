"""A place becomes free on the day and goes to the next pair: who is asked, in which order, and who is not."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from clusters.models import Message, Organisation, User
from events.choices import Attendance, EventStatus, TeamRole
from events.models import Delegate, Event, Registration, Slot, Unavailability
from matchmaking import actions, tasks
from matchmaking.choices import ChainStatus, MeetingStatus, OfferStatus, RequestStatus
from matchmaking.models import (
    CheckIn,
    DaySettings,
    Exclusion,
    Meeting,
    MeetingRequest,
    MeetingSeat,
    StandbyChain,
    StandbyOffer,
    TableUse,
)
from matchmaking.reads.standby import offers_for
from tests.cast import (
    DelegateFactory,
    RepresentativeFactory,
    RequestFactory,
    TableFactory,
    TeamFactory,
    UserFactory,
)
from tests.matchmaking.stories import agree, mails, participant, publish
from tests.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def live(agreed: MeetingRequest, event: Event, olga: User) -> Meeting:
    """Ana and Carla meet in the first slot at T1; T2 is closed; the event is live."""
    publish(event, olga, (agreed, 0, 0))
    event.tables.get(name="T2").delete()
    Event.objects.filter(pk=event.pk).update(status=EventStatus.LIVE)
    return Meeting.objects.get()


@pytest.fixture
def waiting(live: Meeting) -> MeetingRequest:
    """Puebla and Vigo agreed to meet and have no place."""
    event = live.event
    return agree(participant(event, "Vigo", "eu"), participant(event, "Puebla", "mx"))


def tended() -> StandbyChain:
    """The newest chain after the job has run."""
    tasks.tend_standby(timestamp=0)
    return StandbyChain.objects.latest("pk")


def offered() -> StandbyOffer:
    """What is offered after the job has run."""
    return tended().offers.get(status=OfferStatus.OPEN)


def owner(registration: Registration) -> User:
    """Somebody who owns the registered organisation, and is told of what happens."""
    there = registration.organisation.representatives.first()
    if there is not None:
        return there.user
    user = UserFactory(name=registration.organisation.name)
    RepresentativeFactory(organisation=registration.organisation, user=user)
    return user


def both_agree(offer: StandbyOffer) -> StandbyOffer:
    actions.accept_offer(offer, actor=owner(offer.request.sender))
    return actions.accept_offer(offer, actor=owner(offer.request.receiver))


def begin(slot: Slot, *, minutes_ago: int) -> None:
    start = timezone.now() - dt.timedelta(minutes=minutes_ago)
    Slot.objects.filter(pk=slot.pk).update(
        starts_at=start, ends_at=start + dt.timedelta(minutes=20)
    )


# -- the place goes on


def test_a_cancelled_place_goes_to_the_pair_that_waits(
    live: Meeting, waiting: MeetingRequest, ana: User
) -> None:
    vigo, puebla = owner(waiting.sender), owner(waiting.receiver)
    actions.cancel_meeting(live, actor=ana)
    offer = offered()
    assert offer.request == waiting
    assert mails("standby_offered") == ["Puebla", "Vigo"]
    half = actions.accept_offer(offer, actor=vigo)
    assert half.status == OfferStatus.OPEN
    done = actions.accept_offer(offer, actor=puebla)
    assert (done.status, done.chain.status) == (OfferStatus.TAKEN, ChainStatus.FILLED)
    meeting = Meeting.objects.get(request=waiting)
    assert (meeting.slot, meeting.table, meeting.is_locked) == (live.slot, live.table, True)
    assert MeetingSeat.objects.filter(meeting=meeting).count() == 2
    assert TableUse.objects.get().meeting == meeting
    assert mails("standby_placed") == ["Vigo"]  # Puebla said the second yes and sees it


@pytest.mark.parametrize("leaves", ["request", "registration"])
def test_whoever_leaves_frees_the_place(
    live: Meeting, waiting: MeetingRequest, ana: User, anas: Registration, leaves: str
) -> None:
    if leaves == "request":
        actions.withdraw_request(live.request, actor=ana)
    else:
        actions.withdraw_registration(anas, actor=ana)
    assert offered().request == waiting


def test_before_the_day_and_where_it_is_switched_off_nothing_is_offered(
    live: Meeting, waiting: MeetingRequest, olga: User, event: Event
) -> None:
    actions.change_day(event, values={"fills_freed_places": False}, actor=olga)
    actions.cancel_meeting(live, is_final=False, actor=olga)
    assert not StandbyChain.objects.exists()


def test_a_published_event_is_repaired_by_the_planner(
    live: Meeting, waiting: MeetingRequest, ana: User
) -> None:
    Event.objects.update(status=EventStatus.PUBLISHED)
    actions.cancel_meeting(Meeting.objects.get(), actor=ana)
    assert not StandbyChain.objects.exists()


def test_who_waits_in_vain_meets_somebody_else(
    live: Meeting, ana: User, anas: Registration, carlas: Registration, nuevo_leon: Organisation
) -> None:
    """Carla does not come; Ana is free and so is the table."""
    other = agree(anas, participant(live.event, "Puebla", "mx"))
    carla_too = agree(carlas, participant(live.event, "Lugo", "eu"))
    begin(live.slot, minutes_ago=3)
    actions.mark_missed(Meeting.objects.get(), by=nuevo_leon, actor=ana)
    offer = offered()
    assert offer.request == other
    assert offer.request != carla_too
    both_agree(offer)
    live.refresh_from_db()
    assert (live.status, live.is_given_away) == (MeetingStatus.MISSED, True)
    assert not live.seats.exists()
    for action in (actions.mark_held, actions.unmark_meeting):
        with refused("given_away"):
            action(live, actor=ana)


def test_missed_by_mistake_calls_the_offer_back(
    live: Meeting, ana: User, anas: Registration, nuevo_leon: Organisation
) -> None:
    agree(anas, participant(live.event, "Puebla", "mx"))
    begin(live.slot, minutes_ago=3)
    missed = actions.mark_missed(Meeting.objects.get(), by=nuevo_leon, actor=ana)
    offer = offered()
    actions.mark_held(missed, actor=ana)
    offer.refresh_from_db()
    assert (offer.status, offer.chain.status) == (OfferStatus.VOID, ChainStatus.STOPPED)
    with refused("offer_over"):
        actions.accept_offer(offer, actor=ana)


def test_after_half_of_the_time_a_meeting_is_not_worth_it(
    live: Meeting, waiting: MeetingRequest, ana: User, nuevo_leon: Organisation
) -> None:
    begin(live.slot, minutes_ago=11)
    actions.mark_missed(Meeting.objects.get(), by=nuevo_leon, actor=ana)
    assert not StandbyChain.objects.exists()


# -- who comes first


def test_agreed_requests_come_before_those_that_wait_for_an_answer(
    live: Meeting, ana: User, system: User
) -> None:
    event = live.event
    asked = RequestFactory(
        sender=participant(event, "Vigo", "eu"), receiver=participant(event, "Puebla", "mx")
    )
    agreed = agree(participant(event, "Lugo", "eu"), participant(event, "Sonora", "mx"))
    MeetingRequest.objects.filter(pk=asked.pk).update(sender_priority=3, receiver_priority=3)
    actions.cancel_meeting(live, actor=ana)
    first = offered()
    assert first.request == agreed
    actions.decline_offer(first, actor=owner(agreed.sender))
    second = offered()
    assert second.request == asked
    both_agree(second)
    asked.refresh_from_db()
    assert asked.status == RequestStatus.ACCEPTED


def test_higher_priorities_come_first(live: Meeting, ana: User) -> None:
    event = live.event
    agree(participant(event, "Vigo", "eu"), participant(event, "Puebla", "mx"))
    dear = agree(participant(event, "Lugo", "eu"), participant(event, "Sonora", "mx"))
    MeetingRequest.objects.filter(pk=dear.pk).update(sender_priority=3)
    actions.cancel_meeting(live, actor=ana)
    assert offered().request == dear


def _busy(request: MeetingRequest) -> None:
    slot = request.event.slots.first()
    other = agree(request.sender, participant(request.event, "Oaxaca", "mx"))
    there = Meeting.objects.create(event=request.event, request=other, slot=slot)
    MeetingSeat.objects.create(meeting=there, slot=slot, delegate=request.sender.delegates.get())


def _away(request: MeetingRequest) -> None:
    Unavailability.objects.create(
        delegate=request.receiver.delegates.get(), slot=request.event.slots.first()
    )


def _set_aside(request: MeetingRequest) -> None:
    Exclusion.objects.create(
        organisation=request.receiver.organisation,
        other=request.sender.organisation,
        reason="competitor",
    )


def _full(request: MeetingRequest) -> None:
    Registration.objects.filter(pk=request.sender_id).update(max_meetings=0)


def _full_today(request: MeetingRequest) -> None:
    Registration.objects.filter(pk=request.sender_id).update(max_per_day=0)


def _other_format(request: MeetingRequest) -> None:
    Registration.objects.filter(pk=request.sender_id).update(formats=["B2B"])


def _at_night(request: MeetingRequest) -> None:
    Registration.objects.filter(pk=request.sender_id).update(attendance=Attendance.REMOTE)
    Event.objects.update(decent_from=dt.time(20), decent_until=dt.time(21))


def _nobody(request: MeetingRequest) -> None:
    request.receiver.delegates.all().delete()


def _left(request: MeetingRequest) -> None:
    Registration.objects.filter(pk=request.sender_id).update(status="withdrawn")


def _met(request: MeetingRequest) -> None:
    Meeting.objects.create(
        event=request.event, request=request, slot=request.event.slots.all()[3], status="held"
    )


def _late_answer(request: MeetingRequest) -> None:
    MeetingRequest.objects.filter(pk=request.pk).update(
        status="sent", answer_by=timezone.now() - dt.timedelta(minutes=1)
    )


def _not_arrived(request: MeetingRequest) -> None:
    begin(request.event.slots.first(), minutes_ago=-20)
    CheckIn.objects.create(delegate=request.receiver.delegates.get())


@pytest.mark.parametrize(
    "hindrance",
    [
        _busy, _away, _set_aside, _full, _full_today, _other_format, _at_night, _nobody, _left,
        _met, _late_answer, _not_arrived,
    ],
)  # fmt: skip
def test_nobody_is_asked_who_cannot_or_does_not_want_to(
    live: Meeting, waiting: MeetingRequest, ana: User, hindrance
) -> None:
    hindrance(waiting)
    actions.cancel_meeting(Meeting.objects.get(pk=live.pk), actor=ana)
    assert tended().status == ChainStatus.ENDED
    assert not StandbyOffer.objects.exists()


def test_people_who_have_arrived_are_asked(
    live: Meeting, waiting: MeetingRequest, ana: User
) -> None:
    _not_arrived(waiting)
    CheckIn.objects.create(delegate=waiting.sender.delegates.get())
    actions.cancel_meeting(Meeting.objects.get(), actor=ana)
    assert offered().request == waiting


def test_the_pair_that_cancelled_is_not_asked_for_its_own_place(live: Meeting, olga: User) -> None:
    actions.cancel_meeting(live, is_final=False, actor=olga)
    assert tended().status == ChainStatus.ENDED


def test_a_video_place_goes_to_a_pair_by_video_only(
    live: Meeting, waiting: MeetingRequest, ana: User, olga: User
) -> None:
    TableUse.objects.all().delete()
    Meeting.objects.update(table=None)
    actions.cancel_meeting(Meeting.objects.get(), actor=ana)
    assert tended().status == ChainStatus.ENDED
    Registration.objects.filter(pk=waiting.sender_id).update(attendance=Attendance.REMOTE)
    actions.resume_standby(StandbyChain.objects.get(), actor=olga)
    both_agree(offered())
    assert Meeting.objects.get(request=waiting).table is None


def test_two_places_at_one_time_are_not_offered_to_one_person(
    live: Meeting, waiting: MeetingRequest, ana: User, olga: User
) -> None:
    table = TableFactory(event=live.event, name="T9")
    agree(waiting.sender, participant(live.event, "Sonora", "mx"))
    actions.cancel_meeting(live, actor=ana)
    actions.start_standby(live.slot, table=table, actor=olga)
    tasks.tend_standby(timestamp=0)
    assert StandbyOffer.objects.count() == 1


# -- time, no, and lost places


def test_time_goes_by_and_the_next_pair_is_asked(
    live: Meeting, waiting: MeetingRequest, ana: User
) -> None:
    vigo = owner(waiting.sender)
    second = agree(participant(live.event, "Lugo", "eu"), participant(live.event, "Sonora", "mx"))
    actions.cancel_meeting(live, actor=ana)
    first = offered()
    assert first.until - first.offered_at == dt.timedelta(minutes=5)
    actions.accept_offer(first, actor=vigo)
    StandbyOffer.objects.update(until=timezone.now())
    with refused("offer_over"):
        actions.accept_offer(first, actor=vigo)
    assert offered().request == second
    first.refresh_from_db()
    assert first.status == OfferStatus.EXPIRED
    assert mails("standby_over") == ["Vigo"]


def test_who_agreed_learns_that_it_is_over_and_not_why(
    live: Meeting, waiting: MeetingRequest, ana: User
) -> None:
    vigo, puebla = owner(waiting.sender), owner(waiting.receiver)
    actions.cancel_meeting(live, actor=ana)
    offer = offered()
    actions.accept_offer(offer, actor=vigo)
    declined = actions.decline_offer(offer, actor=puebla)
    assert declined.status == OfferStatus.DECLINED
    (message,) = Message.objects.filter(template="standby_over")
    assert message.recipient == vigo
    assert tended().status == ChainStatus.ENDED
    waiting.refresh_from_db()
    assert waiting.status == RequestStatus.ACCEPTED


def test_a_place_taken_meanwhile_is_not_given_twice(
    live: Meeting, waiting: MeetingRequest, ana: User
) -> None:
    actions.cancel_meeting(live, actor=ana)
    offer = offered()
    other = agree(participant(live.event, "Lugo", "eu"), participant(live.event, "Sonora", "mx"))
    there = Meeting.objects.create(
        event=live.event, request=other, slot=live.slot, table=live.table
    )
    TableUse.objects.create(meeting=there, slot=live.slot, table=live.table)
    actions.accept_offer(offer, actor=owner(waiting.sender))
    with refused("place_gone"):
        actions.accept_offer(offer, actor=owner(waiting.receiver))
    offer.refresh_from_db()
    assert offer.status == OfferStatus.VOID
    assert not Meeting.objects.filter(request=waiting).exists()
    assert tended().status == ChainStatus.ENDED


def test_the_database_has_the_last_word(
    live: Meeting, waiting: MeetingRequest, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where every check before it were blind."""
    actions.cancel_meeting(live, actor=ana)
    offer = offered()
    _busy(waiting)
    fits = actions.standby.Candidate(
        waiting, offer.sender_delegate, offer.receiver_delegate, needs_table=True
    )
    monkeypatch.setattr(actions.standby, "still_fits", lambda *_a, **_k: fits)
    actions.accept_offer(offer, actor=owner(waiting.sender))
    with refused("place_gone"):
        actions.accept_offer(offer, actor=owner(waiting.receiver))
    assert not Meeting.objects.filter(request=waiting).exists()


def test_a_cancelled_meeting_may_come_back_this_way(
    live: Meeting, waiting: MeetingRequest, ana: User, olga: User
) -> None:
    both = Meeting.objects.create(
        event=live.event, request=waiting, slot=live.slot, status=MeetingStatus.CANCELLED
    )
    actions.cancel_meeting(live, actor=ana)
    both_agree(offered())
    uid = both.uid
    both.refresh_from_db()
    assert (both.status, both.uid, both.sequence) == (MeetingStatus.CONFIRMED, uid, 1)


def test_the_next_plan_keeps_what_was_given_on_the_day(
    live: Meeting, waiting: MeetingRequest, ana: User, olga: User, event: Event
) -> None:
    actions.cancel_meeting(live, actor=ana)
    both_agree(offered())
    event.refresh_from_db()
    with refused("outdated"):
        publish(event, olga)
    release = publish(event, olga, (waiting, 0, 0))
    assert release.number == 2


# -- who may what


def test_the_front_desk_answers_for_who_stands_there(
    live: Meeting, waiting: MeetingRequest, ana: User
) -> None:
    desk = TeamFactory(event=live.event, role=TeamRole.FRONT_DESK).user
    actions.cancel_meeting(live, actor=ana)
    offer = offered()
    with pytest.raises(PermissionDenied):
        actions.accept_offer(offer, actor=desk)
    for side in (waiting.sender, waiting.receiver):
        offer = actions.accept_offer(offer, organisation=side.organisation, actor=desk)
    assert offer.status == OfferStatus.TAKEN


def test_a_delegate_answers_for_her_own_side(
    live: Meeting, waiting: MeetingRequest, ana: User
) -> None:
    user, other = UserFactory(), UserFactory()
    Delegate.objects.filter(registration=waiting.sender).update(user=user)
    Delegate.objects.filter(registration=waiting.receiver).update(user=other)
    actions.cancel_meeting(live, actor=ana)
    offer = offered()
    (line,) = offers_for(user, None, live.event)
    assert (line.own, line.other) == (
        waiting.sender.organisation, waiting.receiver.organisation
    )  # fmt: skip
    assert line.slot == live.slot
    with pytest.raises(PermissionDenied):
        actions.accept_offer(offer, organisation=waiting.receiver.organisation, actor=user)
    actions.accept_offer(offer, organisation=waiting.sender.organisation, actor=user)
    (mine,), (theirs,) = (offers_for(one, None, live.event) for one in (user, other))
    assert (mine.has_agreed, theirs.has_agreed) == (True, False)
    assert actions.accept_offer(offer, actor=other).status == OfferStatus.TAKEN
    assert offers_for(user, None, live.event) == []


def test_strangers_answer_nothing(live: Meeting, waiting: MeetingRequest, ana: User) -> None:
    actions.cancel_meeting(live, actor=ana)
    offer = offered()
    for action in (actions.accept_offer, actions.decline_offer):
        with pytest.raises(PermissionDenied):
            action(offer, actor=ana)
    assert offers_for(ana, None, live.event) == []


def test_planners_start_stop_and_resume(
    live: Meeting, waiting: MeetingRequest, olga: User, event: Event
) -> None:
    desk = TeamFactory(event=event, role=TeamRole.FRONT_DESK).user
    later, table = event.slots.all()[2], live.table
    with pytest.raises(PermissionDenied):
        actions.start_standby(later, table=table, actor=desk)
    chain = actions.start_standby(later, table=table, actor=olga)
    with refused("offered_before"):
        actions.start_standby(later, table=table, actor=olga)
    offer = offered()
    actions.stop_standby(chain, actor=olga)
    offer.refresh_from_db()
    assert offer.status == OfferStatus.VOID
    with refused("state"):
        actions.stop_standby(chain, actor=olga)
    assert actions.advance_standby(chain, actor=User.objects.system()).status == "stopped"
    actions.resume_standby(chain, actor=olga)
    assert offered().request == waiting


def test_places_that_are_none_are_not_offered(
    live: Meeting, event: Event, olga: User, ana: User
) -> None:
    slot, table = live.slot, live.table
    with refused("place_taken"):
        actions.start_standby(slot, table=table, actor=olga)
    later = event.slots.all()[2]
    later_table = TableFactory(event=event, name="T7")
    later_table.closed_slots.add(later)
    with refused("place_closed"):
        actions.start_standby(later, table=later_table, actor=olga)
    with pytest.raises(ValidationError):
        actions.start_standby(later, table=TableFactory(), actor=olga)
    begin(later, minutes_ago=12)
    with refused("too_late"):
        actions.start_standby(event.slots.get(pk=later.pk), table=table, actor=olga)
    Event.objects.update(status=EventStatus.CLOSED)
    with refused("not_live"):
        actions.start_standby(event.slots.all()[3], actor=olga)


def test_a_chain_ends_with_the_event(live: Meeting, waiting: MeetingRequest, ana: User) -> None:
    actions.cancel_meeting(live, actor=ana)
    Event.objects.update(status=EventStatus.CLOSED)
    assert tended().status == ChainStatus.ENDED


def test_only_planners_change_how_the_day_is_run(event: Event, olga: User, ana: User) -> None:
    with pytest.raises(PermissionDenied):
        actions.change_day(event, values={"offer_minutes": 3}, actor=ana)
    with pytest.raises(ValidationError) as caught:
        actions.change_day(event, values={"offer_minutes": 0, "screen": "no"}, actor=olga)
    assert set(caught.value.error_dict) == {"offer_minutes", "screen"}
    row = actions.change_day(event, values={"offer_minutes": 3}, actor=olga)
    assert DaySettings.objects.get() == row
    assert len(row.screen_key) > 12


# -- at the desk


def test_the_desk_offers_somebody_a_meeting_with_who_is_here(
    live: Meeting, anas: Registration, olga: User, event: Event
) -> None:
    puebla = participant(event, "Puebla", "mx")
    theirs = owner(puebla)
    slot = event.slots.all()[1]
    offer = actions.offer_meeting(anas, to=puebla, slot=slot, table=live.table, actor=olga)
    assert offer.sender_agreed_at is not None
    assert offer.request.written_by == olga
    assert "Puebla" in mails("standby_offered")
    assert actions.accept_offer(offer, actor=theirs).status == OfferStatus.TAKEN
    with refused("placed"):
        actions.offer_meeting(
            anas, to=puebla, slot=event.slots.all()[2], table=live.table, actor=olga
        )


def test_two_who_asked_each_other_for_one_place_meet_there(
    live: Meeting, waiting: MeetingRequest, olga: User, event: Event
) -> None:
    """The open request of the pair is taken, whoever wrote it."""
    slot = event.slots.all()[1]
    offer = actions.offer_meeting(
        waiting.receiver, to=waiting.sender, slot=slot, table=live.table, actor=olga
    )
    assert (offer.request, offer.receiver_agreed_at is None) == (waiting, False)
    assert offer.sender_agreed_at is None


def test_what_was_set_aside_in_private_stays_so_at_the_desk(
    live: Meeting, anas: Registration, ana: User, olga: User, event: Event
) -> None:
    puebla = participant(event, "Puebla", "mx")
    theirs = owner(puebla)
    Exclusion.objects.create(
        organisation=puebla.organisation, other=anas.organisation, reason="competitor"
    )
    slot = event.slots.all()[1]
    offer = actions.offer_meeting(anas, to=puebla, slot=slot, table=live.table, actor=olga)
    assert offer.status == OfferStatus.OPEN
    assert mails("standby_offered") == []
    assert offers_for(theirs, puebla.organisation, event) == []


def test_the_desk_cannot_offer_what_does_not_fit(
    live: Meeting, anas: Registration, olga: User, event: Event, delegates: list[Delegate]
) -> None:
    puebla = participant(event, "Puebla", "mx")
    slot = event.slots.all()[1]
    Unavailability.objects.create(delegate=delegates[0], slot=slot)
    with refused("no_fit"):
        actions.offer_meeting(anas, to=puebla, slot=slot, table=live.table, actor=olga)
    assert not StandbyChain.objects.exists()
    assert not MeetingRequest.objects.filter(receiver=puebla).exists()
    lone = TeamFactory(event=event, role=TeamRole.VIEWER).user
    DelegateFactory(registration=anas)
    with pytest.raises(PermissionDenied):
        actions.offer_meeting(anas, to=puebla, slot=slot, table=live.table, actor=lone)
