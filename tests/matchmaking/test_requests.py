"""Asking for meetings and answering, as Ana and Carla live it."""

import datetime as dt
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from clusters.choices import RelationKind, Side, Stance, TargetScope
from clusters.models import Organisation, User
from events.choices import ANSWER_PHASES, Asking, EventStatus, RegistrationStatus
from events.models import Event, Registration
from matchmaking import actions
from matchmaking.actions import requests
from matchmaking.choices import REQUEST_MOVES, RequestStatus
from matchmaking.models import MeetingRequest
from tests.cast import (
    CountryFactory,
    EventFactory,
    OrganisationFactory,
    RegistrationFactory,
    RelationFactory,
    RepresentativeFactory,
    RequestFactory,
    TargetFactory,
    TeamFactory,
)
from tests.matchmaking.stories import mails
from tests.refusals import refused
from tests.sure import sure

pytestmark = pytest.mark.django_db


# -- asking


def test_ana_asks_carla_with_a_reason(
    anas: Registration, carlas: Registration, ana: User, event: Event
) -> None:
    before = timezone.now()
    request = actions.ask_for_meeting(
        anas, to=carlas, reason="need", message=" We seek moulds. ", priority=3, actor=ana
    )
    request.refresh_from_db()
    assert request.status == RequestStatus.SENT
    assert (request.reason, request.message) == ("need", "We seek moulds.")
    assert (request.sender_priority, request.receiver_priority) == (3, 2)
    assert request.written_by == ana
    deadline = request.answer_by - before
    assert event.answer_within <= deadline < event.answer_within + dt.timedelta(minutes=1)


def test_the_answer_is_due_before_the_first_meeting(
    anas: Registration, carlas: Registration, ana: User, event: Event
) -> None:
    first = sure(event.slots.first())
    first.starts_at = timezone.now() + dt.timedelta(hours=5)
    first.ends_at = first.starts_at + dt.timedelta(minutes=20)
    first.save()
    assert actions.ask_for_meeting(anas, to=carlas, actor=ana).answer_by == first.starts_at


def test_an_event_that_has_begun_gives_the_usual_time(
    anas: Registration, carlas: Registration, ana: User, event: Event
) -> None:
    first = sure(event.slots.first())
    first.starts_at = timezone.now() - dt.timedelta(hours=1)
    first.ends_at = timezone.now()
    first.save()
    assert actions.ask_for_meeting(anas, to=carlas, actor=ana).answer_by > timezone.now()


def test_a_colleague_may_ask_an_outsider_may_not(
    anas: Registration, carlas: Registration, beto: User, carla: User
) -> None:
    with pytest.raises(PermissionDenied):
        actions.ask_for_meeting(anas, to=carlas, actor=carla)
    assert actions.ask_for_meeting(anas, to=carlas, actor=beto).written_by == beto


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("reason", {"reason": "friendship"}),
        ("message", {"message": "x" * 1001}),
        ("message", {"message": "a\u202eb"}),
        ("priority", {"priority": 4}),
        ("priority", {"priority": 0}),
    ],
)
def test_wrong_words_are_named(
    anas: Registration, carlas: Registration, ana: User, field: str, words: dict
) -> None:
    with pytest.raises(ValidationError) as caught:
        actions.ask_for_meeting(anas, to=carlas, actor=ana, **words)
    assert list(caught.value.error_dict) == [field]
    assert not MeetingRequest.objects.exists()


def test_nobody_asks_oneself(anas: Registration, ana: User) -> None:
    with refused("oneself"):
        actions.ask_for_meeting(anas, to=anas, actor=ana)


def test_both_must_be_accepted_at_the_same_event(
    anas: Registration, carlas: Registration, ana: User
) -> None:
    elsewhere = RegistrationFactory(organisation=carlas.organisation, event=EventFactory())
    with refused("other_event"):
        actions.ask_for_meeting(anas, to=elsewhere, actor=ana)
    for registration in (anas, carlas):
        registration.status = RegistrationStatus.APPLIED
        registration.save()
        with refused("not_accepted") as refusal:
            actions.ask_for_meeting(anas, to=carlas, actor=ana)
        assert registration.organisation.name in refusal.text
        registration.status = RegistrationStatus.ACCEPTED
        registration.save()


def test_the_event_says_who_may_ask_whom(anas: Registration, event: Event, ana: User) -> None:
    neighbour = RegistrationFactory(event=event, organisation=OrganisationFactory(side=Side.EU))
    with refused("same_side"):
        actions.ask_for_meeting(anas, to=neighbour, actor=ana)
    event.asking = Asking.ANYBODY
    event.save()
    assert actions.ask_for_meeting(anas, to=neighbour, actor=ana).pk


@pytest.mark.parametrize("phase", [one for one in EventStatus if one != EventStatus.BOOKING])
def test_requests_have_their_phase(
    anas: Registration, carlas: Registration, ana: User, event: Event, phase: str
) -> None:
    event.status = phase
    event.save()
    with refused("asking_closed"):
        actions.ask_for_meeting(anas, to=carlas, actor=ana)


def test_requests_have_their_last_day(
    anas: Registration, carlas: Registration, ana: User, event: Event
) -> None:
    event.ask_until = timezone.now() + dt.timedelta(hours=1)
    event.save()
    request = actions.ask_for_meeting(anas, to=carlas, actor=ana)
    actions.withdraw_request(request, actor=ana)
    event.ask_until = timezone.now()
    event.save()
    with refused("asking_over"):
        actions.ask_for_meeting(anas, to=carlas, actor=ana)


def test_asking_twice_changes_nothing(asked: MeetingRequest, ana: User, carla: User) -> None:
    with refused("asked_before"):
        actions.ask_for_meeting(asked.sender, to=asked.receiver, actor=ana)
    actions.accept_request(asked, actor=carla)
    for one, other, actor in [
        (asked.sender, asked.receiver, ana),
        (asked.receiver, asked.sender, carla),
    ]:
        with refused("agreed_before"):
            actions.ask_for_meeting(one, to=other, actor=actor)
    assert MeetingRequest.objects.count() == 1


def test_if_both_ask_the_interest_is_mutual_at_once(asked: MeetingRequest, carla: User) -> None:
    answer = actions.ask_for_meeting(asked.receiver, to=asked.sender, priority=3, actor=carla)
    asked.refresh_from_db()
    assert answer == asked
    assert asked.is_mutual
    assert (asked.status, asked.receiver_priority) == (RequestStatus.ACCEPTED, 3)
    assert mails("request_accepted") == ["Ana"]


def test_quota_counts_what_is_open(anas: Registration, event: Event, ana: User) -> None:
    event.request_quota = 2
    event.save()
    others = [
        RegistrationFactory(event=event, organisation=OrganisationFactory(side=Side.MX))
        for _n in range(3)
    ]
    first, _second = (actions.ask_for_meeting(anas, to=one, actor=ana) for one in others[:2])
    with refused("quota") as refusal:
        actions.ask_for_meeting(anas, to=others[2], actor=ana)
    assert "2" in refusal.text
    actions.withdraw_request(first, actor=ana)
    assert actions.ask_for_meeting(anas, to=others[2], actor=ana)


def test_what_others_ask_does_not_count(
    anas: Registration, carlas: Registration, event: Event, ana: User, carla: User
) -> None:
    event.request_quota = 1
    event.save()
    actions.ask_for_meeting(carlas, to=anas, actor=carla)
    other = RegistrationFactory(event=event, organisation=OrganisationFactory(side=Side.MX))
    assert actions.ask_for_meeting(anas, to=other, actor=ana)


def test_no_is_no_but_they_may_change_their_mind(
    asked: MeetingRequest, ana: User, carla: User
) -> None:
    actions.decline_request(asked, actor=carla)
    with refused("declined_before"):
        actions.ask_for_meeting(asked.sender, to=asked.receiver, actor=ana)
    assert actions.ask_for_meeting(asked.receiver, to=asked.sender, actor=carla).pk != asked.pk


# -- public blocks


def test_a_stance_not_now_stated_by_its_owner_blocks(
    anas: Registration, carlas: Registration, ana: User, carla: User
) -> None:
    target = TargetFactory(
        organisation=carlas.organisation,
        country=CountryFactory(code="ES"),
        stance=Stance.NOT_NOW,
        is_own_statement=True,
    )
    for one, other, actor in [(anas, carlas, ana), (carlas, anas, carla)]:
        with refused("block_not_now") as refusal:
            actions.ask_for_meeting(one, to=other, actor=actor)
        assert refusal.text.startswith("Nuevo León cluster")
    target.is_own_statement = False
    target.save()
    assert actions.ask_for_meeting(anas, to=carlas, actor=ana)


def test_not_now_towards_the_eu_blocks_members_only(
    anas: Registration, carlas: Registration, carla: User
) -> None:
    TargetFactory(
        organisation=carlas.organisation,
        country=None,
        scope=TargetScope.EU,
        stance=Stance.NOT_NOW,
        is_own_statement=True,
    )
    with refused("block_not_now"):
        actions.ask_for_meeting(carlas, to=anas, actor=carla)


@pytest.mark.parametrize("is_child", [True, False])
def test_parent_and_child_need_no_meeting(
    anas: Registration, carlas: Registration, ana: User, is_child: bool
) -> None:
    child, parent = (anas, carlas) if is_child else (carlas, anas)
    RelationFactory(
        organisation=child.organisation, other=parent.organisation, kind=RelationKind.PART_OF
    )
    with refused("block_parent") as refusal:
        actions.ask_for_meeting(anas, to=carlas, actor=ana)
    assert refusal.text.startswith(child.organisation.name)


# -- answering


@pytest.mark.parametrize(
    ("now", "to"), list(product(RequestStatus, [*RequestStatus][1:])), ids="-".join
)
def test_a_request_moves_along_its_table_only(
    asked: MeetingRequest, ana: User, carla: User, system: User, now: str, to: str
) -> None:
    asked.status = now
    asked.save()
    move = {
        RequestStatus.ACCEPTED: lambda: actions.accept_request(asked, actor=carla),
        RequestStatus.DECLINED: lambda: actions.decline_request(asked, actor=carla),
        RequestStatus.WITHDRAWN: lambda: actions.withdraw_request(asked, actor=ana),
        RequestStatus.EXPIRED: lambda: expire(asked, system),
    }[RequestStatus(to)]
    if to in REQUEST_MOVES[now]:
        move()
        now = to
    elif to == RequestStatus.EXPIRED:
        move()
    else:
        with refused("state"):
            move()
    asked.refresh_from_db()
    assert asked.status == now


def expire(request: MeetingRequest, system: User) -> int:
    """Let the time of a request run out."""
    MeetingRequest.objects.filter(pk=request.pk).update(answer_by=timezone.now())
    return actions.expire_requests(actor=system)


def test_carla_accepts_with_a_note(asked: MeetingRequest, carla: User) -> None:
    actions.accept_request(asked, note="See you there", actor=carla)
    asked.refresh_from_db()
    assert (asked.answer_note, asked.answered_by) == ("See you there", carla)
    assert asked.answered_at is not None
    assert not asked.is_mutual
    assert mails("request_accepted") == ["Ana"]


def test_carla_declines_and_ana_is_told(asked: MeetingRequest, carla: User) -> None:
    actions.decline_request(asked, note="Next year", actor=carla)
    assert mails("request_declined") == ["Ana"]


def test_only_the_asked_side_answers(asked: MeetingRequest, ana: User) -> None:
    for answer in (actions.accept_request, actions.decline_request):
        with pytest.raises(PermissionDenied):
            answer(asked, actor=ana)


def test_a_note_is_short(asked: MeetingRequest, carla: User) -> None:
    with pytest.raises(ValidationError) as caught:
        actions.decline_request(asked, note="x" * 501, actor=carla)
    assert list(caught.value.error_dict) == ["note"]


def test_too_late_is_too_late_even_before_the_clock_work(
    asked: MeetingRequest, carla: User
) -> None:
    MeetingRequest.objects.filter(pk=asked.pk).update(answer_by=timezone.now())
    with refused("answer_late"):
        actions.accept_request(asked, actor=carla)
    with refused("answer_late"):
        actions.ask_for_meeting(asked.receiver, to=asked.sender, actor=carla)


@pytest.mark.parametrize("phase", list(EventStatus))
def test_answers_have_their_phases(
    asked: MeetingRequest, carla: User, event: Event, phase: str
) -> None:
    event.status = phase
    event.save()
    if phase in ANSWER_PHASES:
        actions.accept_request(asked, actor=carla)
    else:
        with refused("answers_closed"):
            actions.accept_request(asked, actor=carla)


def test_nobody_agrees_to_meet_who_left(asked: MeetingRequest, carla: User) -> None:
    Registration.objects.filter(pk=asked.sender_id).update(status=RegistrationStatus.WITHDRAWN)
    with refused("not_accepted"):
        actions.accept_request(asked, actor=carla)


def test_the_sender_withdraws_what_waits(asked: MeetingRequest, ana: User, carla: User) -> None:
    with pytest.raises(PermissionDenied):
        actions.withdraw_request(asked, actor=carla)
    actions.withdraw_request(asked, actor=ana)
    assert not mails("meeting_cancelled")


def test_either_side_withdraws_what_was_agreed(
    asked: MeetingRequest, ana: User, carla: User
) -> None:
    actions.accept_request(asked, actor=carla)
    asked.refresh_from_db()
    actions.withdraw_request(asked, actor=carla)
    assert mails("meeting_cancelled") == ["Ana"]


def test_a_stale_view_gives_no_right(asked: MeetingRequest, carla: User) -> None:
    """Carla's page showed the request as accepted; it waits, so she may decline but not withdraw."""
    asked.status = RequestStatus.ACCEPTED
    with pytest.raises(PermissionDenied):
        actions.withdraw_request(asked, actor=carla)


# -- time


def test_time_runs_out_by_itself_and_the_sender_is_told_once(
    asked: MeetingRequest, system: User
) -> None:
    assert actions.expire_requests(actor=system) == 0
    assert expire(asked, system) == 1
    assert actions.expire_requests(actor=system) == 0
    asked.refresh_from_db()
    assert asked.status == RequestStatus.EXPIRED
    assert mails("request_expired") == ["Ana"]


def test_only_the_system_lets_time_pass(olga: User, asked: MeetingRequest) -> None:
    for job in (
        lambda: actions.expire_requests(actor=olga),
        lambda: actions.remind_of_requests(actor=olga),
        lambda: actions.announce_request(asked, actor=olga),
    ):
        with pytest.raises(PermissionDenied):
            job()


def test_the_asked_side_is_reminded_once(asked: MeetingRequest, system: User) -> None:
    assert actions.remind_of_requests(actor=system) == 0
    rows = MeetingRequest.objects.filter(pk=asked.pk)
    rows.update(answer_by=timezone.now() + dt.timedelta(hours=23))
    assert actions.remind_of_requests(actor=system) == 0  # less than half of its time is over
    rows.update(sent_at=timezone.now() - dt.timedelta(days=3))
    assert actions.remind_of_requests(actor=system) == 1
    actions.remind_of_requests(actor=system)
    assert mails("request_reminder") == ["Carla"]


def test_the_asked_side_is_mailed_unless_it_answered(
    asked: MeetingRequest, carla: User, system: User
) -> None:
    actions.announce_request(asked, actor=system)
    actions.announce_request(asked, actor=system)
    assert mails("request_received") == ["Carla"]


def test_who_answered_needs_no_mail(asked: MeetingRequest, carla: User, system: User) -> None:
    actions.accept_request(asked, actor=carla)
    actions.announce_request(asked, actor=system)
    assert mails("request_received") == []


# -- priorities


def test_each_side_has_its_priority(asked: MeetingRequest, ana: User, carla: User) -> None:
    actions.set_priority(asked, priority=3, actor=ana)
    actions.set_priority(asked, priority=1, actor=carla)
    asked.refresh_from_db()
    assert (asked.sender_priority, asked.receiver_priority) == (3, 1)
    actions.decline_request(asked, actor=carla)
    with refused("state"):
        actions.set_priority(asked, priority=2, actor=ana)


def test_who_acts_for_both_names_the_side(
    asked: MeetingRequest, ana: User, carla: User, dora: User, nuevo_leon: Organisation
) -> None:
    with pytest.raises(PermissionDenied):
        actions.set_priority(asked, priority=1, organisation=nuevo_leon, actor=ana)
    RepresentativeFactory(organisation=nuevo_leon, user=ana)
    actions.set_priority(asked, priority=1, organisation=nuevo_leon, actor=ana)
    asked.refresh_from_db()
    assert (asked.sender_priority, asked.receiver_priority) == (2, 1)
    for organisation in (None, OrganisationFactory()):
        with pytest.raises(PermissionDenied):
            actions.set_priority(asked, priority=1, organisation=organisation, actor=dora)


def test_an_organiser_reads_but_does_not_answer(asked: MeetingRequest, olga: User) -> None:
    TeamFactory(user=olga)
    assert olga.has_perm("matchmaking.view_request", asked)
    with pytest.raises(PermissionDenied):
        actions.set_priority(asked, priority=3, actor=olga)


def test_a_removed_request_is_gone(asked: MeetingRequest, ana: User) -> None:
    MeetingRequest.objects.get(pk=asked.pk).delete()
    with refused("gone"):
        actions.withdraw_request(asked, actor=ana)


def test_the_constraint_has_the_last_word(
    anas: Registration, carlas: Registration, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even when the look-up missed a request that somebody wrote at the same moment."""
    RequestFactory(sender=carlas, receiver=anas, status=RequestStatus.ACCEPTED)
    monkeypatch.setattr(requests, "_open_request", lambda *_pair: None)
    with refused("agreed_before"):
        actions.ask_for_meeting(anas, to=carlas, actor=ana)
