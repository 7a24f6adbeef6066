"""A place becomes free on the day and goes to the next pair: who is asked, in which order, and who is not."""

import datetime as dt

import pytest
from django.utils import timezone

from clusters.models import Message, Organisation, User
from events.choices import Attendance, EventStatus
from events.models import Event, Registration, Slot, Unavailability
from matchmaking import actions, tasks
from matchmaking.choices import ChainStatus, MeetingStatus, OfferStatus, RequestStatus
from matchmaking.models import (
    CheckIn,
    Exclusion,
    Meeting,
    MeetingRequest,
    MeetingSeat,
    StandbyChain,
    StandbyOffer,
    TableUse,
)
from matchmaking.reads.standby import Candidate
from tests.cast import RequestFactory, TableFactory
from tests.matchmaking.standby import begin, both_agree, offered, owner, tended
from tests.matchmaking.stories import agree, mails, participant, publish
from tests.refusals import refused

pytestmark = pytest.mark.django_db


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


def first_slot(request: MeetingRequest) -> Slot:
    slot = request.event.slots.first()
    assert slot is not None
    return slot


def _busy(request: MeetingRequest) -> None:
    slot = first_slot(request)
    other = agree(request.sender, participant(request.event, "Oaxaca", "mx"))
    there = Meeting.objects.create(event=request.event, request=other, slot=slot)
    MeetingSeat.objects.create(meeting=there, slot=slot, delegate=request.sender.delegates.get())


def _away(request: MeetingRequest) -> None:
    Unavailability.objects.create(
        delegate=request.receiver.delegates.get(), slot=first_slot(request)
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
    begin(first_slot(request), minutes_ago=-20)
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
    assert live.slot is not None
    assert live.table is not None
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
    fits = Candidate(waiting, offer.sender_delegate, offer.receiver_delegate, needs_table=True)
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
