"""Who answers an offer, who starts and stops a chain, and what the front desk may offer."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from clusters.models import User
from events.choices import EventStatus, TeamRole
from events.models import Delegate, Event, Registration, Unavailability
from matchmaking import actions
from matchmaking.choices import ChainStatus, OfferStatus
from matchmaking.management.commands.run_jobs import run_waiting_jobs
from matchmaking.models import (
    DaySettings,
    Exclusion,
    Meeting,
    MeetingRequest,
    StandbyChain,
    StandbyOffer,
)
from matchmaking.reads.standby import offers_for
from tests.cast import (
    DelegateFactory,
    TableFactory,
    TeamFactory,
    UserFactory,
)
from tests.matchmaking.standby import begin, offered, owner, tended
from tests.matchmaking.stories import agree, mails, participant
from tests.refusals import refused

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize("is_set_aside", [False, True])
def test_what_was_set_aside_in_private_stays_so_at_the_desk(
    live: Meeting,
    anas: Registration,
    ana: User,
    olga: User,
    event: Event,
    is_set_aside: bool,
) -> None:
    """Ana sees and hears the same; only Puebla hears nothing of whom it set aside."""
    puebla = participant(event, "Puebla", "mx")
    theirs = owner(puebla)
    if is_set_aside:
        Exclusion.objects.create(
            organisation=puebla.organisation, other=anas.organisation, reason="competitor"
        )
    slot = event.slots.all()[1]
    offer = actions.offer_meeting(anas, to=puebla, slot=slot, table=live.table, actor=olga)
    assert offer.status == OfferStatus.OPEN
    assert "Ana" in mails("standby_offered")
    assert [line.offer for line in offers_for(ana, anas.organisation, event)] == [offer]
    heard = [] if is_set_aside else [offer]
    assert ("Puebla" in mails("standby_offered")) != is_set_aside
    assert [line.offer for line in offers_for(theirs, puebla.organisation, event)] == heard


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


def test_the_desk_asks_nobody_whom_the_asker_set_aside_and_learns_nothing_of_that(
    live: Meeting, anas: Registration, olga: User, event: Event
) -> None:
    puebla = participant(event, "Puebla", "mx")
    Exclusion.objects.create(
        organisation=anas.organisation, other=puebla.organisation, reason="competitor"
    )
    with refused("no_fit"):
        actions.offer_meeting(
            anas, to=puebla, slot=event.slots.all()[1], table=live.table, actor=olga
        )


def test_an_offer_ends_with_its_request_and_the_next_pair_is_asked(
    live: Meeting, waiting: MeetingRequest, olga: User, event: Event, ana: User
) -> None:
    actions.cancel_meeting(live, actor=ana)
    offer = offered()
    assert offer.request == waiting
    other = agree(participant(event, "Lugo", "eu"), participant(event, "Toluca", "mx"))
    actions.withdraw_registration(waiting.sender, actor=olga)
    offer.refresh_from_db()
    assert offer.status == OfferStatus.VOID
    run_waiting_jobs()
    assert StandbyOffer.objects.get(status=OfferStatus.OPEN).request == other


def test_chains_end_at_once_with_an_event_that_is_called_off(
    live: Meeting, waiting: MeetingRequest, olga: User, event: Event, ana: User
) -> None:
    actions.cancel_meeting(live, actor=ana)
    offer = offered()
    actions.cancel_event(event, actor=olga)
    offer.refresh_from_db()
    assert (offer.status, offer.chain.status) == (OfferStatus.VOID, ChainStatus.STOPPED)
