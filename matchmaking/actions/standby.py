"""Freed places offered to the next pair: chains, offers, and the meeting that comes of them.

An offer holds nothing: the pair has the place when both agreed and the database let both sit there. Rows are
locked in the order event, registrations, request, missed meeting, chain, offer. What gives a place away waits
for the event, so that no release is published and nothing is called off meanwhile.
"""

import datetime as dt

import pghistory
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusters.models import Organisation, User
from clusters.policies import role_of
from clusters.validators import Refused
from events.choices import EventStatus
from events.models import Event, Registration, Slot, Table
from events.querysets import locked
from matchmaking import jobs
from matchmaking.actions._places import _stop
from matchmaking.actions._rows import (
    _lock,
    _lock_event,
    _lock_registrations,
    _lock_request,
    _mail_participants,
)
from matchmaking.actions.requests import _answer, _insert, _open_requests
from matchmaking.choices import CHAIN_MOVES, ChainStatus, MeetingStatus, OfferStatus, RequestStatus
from matchmaking.models import (
    DaySettings,
    Exclusion,
    Meeting,
    MeetingRequest,
    MeetingSeat,
    StandbyChain,
    StandbyOffer,
    TableUse,
)
from matchmaking.policies import require, side_of
from matchmaking.reads.blocks import public_block
from matchmaking.reads.day_settings import day_settings
from matchmaking.reads.people import wants_to_hear
from matchmaking.reads.standby import (
    Candidate,
    latest_start,
    next_pair,
    place_is_free,
    still_fits,
)
from matchmaking.validators import (
    answer_deadline,
    check_pair,
    refuse_block,
)

DAY_FIELDS = frozenset({"fills_freed_places", "offer_minutes", "screen", "screen_shows_names"})


def change_day(event: Event, *, values: dict[str, object], actor: User) -> DaySettings:
    """Change how the day of an event is run. ValidationError by field."""
    require(actor, "events.change_setup", event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="change_day"):
        row = day_settings(_lock_event(event))
        for name in DAY_FIELDS & values.keys():
            setattr(row, name, values[name])
        row.full_clean()
        row.save()
    return row


def start_standby(slot: Slot, *, actor: User, table: Table | None = None) -> StandbyChain:
    """Offer a place that is free anyway. Without a table, to pairs that meet by video."""
    require(actor, "events.plan_event", slot.event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="start_standby"):
        slot = _lock(slot)
        chain = _new_chain(slot, table)
        jobs.tend_standby()
    return chain


def stop_standby(chain: StandbyChain, *, actor: User) -> StandbyChain:
    """Offer a place no further; what is offered right now is called back."""
    require(actor, "events.plan_event", chain.event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="stop_standby"):
        row = _lock(chain)
        _check_move(row, ChainStatus.STOPPED)
        _stop(row)
    return row


def resume_standby(chain: StandbyChain, *, actor: User) -> StandbyChain:
    """Go on offering a place; pairs that were asked are not asked again."""
    require(actor, "events.plan_event", chain.event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="resume_standby"):
        _lock(chain.slot)
        row = _lock(chain)
        _check_move(row, ChainStatus.RUNNING)
        _check_place(row)
        row.status = ChainStatus.RUNNING
        row.save(update_fields=["status"])
        jobs.tend_standby()
    return row


def advance_standby(chain: StandbyChain, *, actor: User) -> StandbyChain:
    """Bring a running chain on: end an offer whose time is over, make the next one, or end the chain.

    Chains of one slot wait for each other, so that nobody is asked twice for one time.
    """
    require(actor, "matchmaking.run_jobs")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="advance_standby"):
        _lock(chain.slot)
        row = _lock(chain)
        if row.status == ChainStatus.RUNNING:
            _advance(row, actor)
    return row


def accept_offer(
    offer: StandbyOffer, *, actor: User, organisation: Organisation | None = None
) -> StandbyOffer:
    """Agree for one's side. With the second yes the two have the place, unless it was lost meanwhile.

    `organisation` names the side for the front desk, and for somebody who acts for both.
    """
    require(actor, "matchmaking.answer_offer", offer)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="accept_offer"):
        _lock_event(offer.request.event)
        row = _lock_offer(offer)
        side = _side_of_offer(row, organisation, actor)
        _check_open(row)
        _agree(row, side)
        if row.sender_agreed_at and row.receiver_agreed_at:
            _take(row, actor)
    if row.status == OfferStatus.VOID:
        raise Refused(
            _("Somebody else was quicker: this place or one of you is no longer free."),
            code="place_gone",
        )
    return row


def decline_offer(
    offer: StandbyOffer, *, actor: User, organisation: Organisation | None = None
) -> StandbyOffer:
    """Say no for one's side; the place goes to the next pair. The request stays as it is."""
    require(actor, "matchmaking.answer_offer", offer)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="decline_offer"):
        row = _lock_offer(offer)
        _side_of_offer(row, organisation, actor)
        _check_open(row)
        _end(row, OfferStatus.DECLINED, actor)
        jobs.tend_standby()
    return row


def offer_meeting(
    registration: Registration,
    *,
    to: Registration,
    slot: Slot,
    actor: User,
    table: Table | None = None,
) -> StandbyOffer:
    """At the desk: offer `to` a meeting with somebody who is here and wants it, at a free place.

    The request is recorded for the organisation that wants it. Its side has agreed; the other one answers
    as to any offer. What the other side set aside in private changes nothing that could be seen here.
    """
    require(actor, "events.receive_people", registration.event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="offer_meeting"):
        _lock_event(registration.event)
        sender, receiver = _lock_registrations(registration, to)
        if _set_aside(sender.organisation, receiver.organisation):
            raise _no_fit()  # the desk learns nothing of what an organisation set aside in private
        request = _request_between(sender, receiver, actor)
        chain = _new_chain(_lock(slot), table)
        pair = still_fits(_unsaved_offer(chain, request, timezone.now()), timezone.now())
        if pair is None:
            raise _no_fit()
        row = _offer(chain, pair, actor)
        _agree(row, sender)
        if row.sender_agreed_at and row.receiver_agreed_at:
            _take(row, actor)
    return row


# -- chains


def _new_chain(slot: Slot, table: Table | None) -> StandbyChain:
    chain = StandbyChain(event=slot.event, slot=slot, table=table)
    _check_place(chain)
    closed = table is not None and table.closed_slots.filter(pk=slot.pk).exists()
    if closed or slot.is_closed:
        raise Refused(_("There are no meetings at this place and time."), code="place_closed")
    running = StandbyChain.objects.filter(slot=slot, table=table, status=ChainStatus.RUNNING)
    if table is not None and running.exists():
        raise Refused(_("This place is being offered already."), code="offered_before")
    chain.save()
    return chain


def _check_place(chain: StandbyChain) -> None:
    """The event is live, there is time, and the place is free."""
    if chain.event.status != EventStatus.LIVE:
        raise Refused(_("Places are offered while the event is live."), code="not_live")
    if timezone.now() >= latest_start(chain.slot):
        raise Refused(_("It is too late for a meeting at this time."), code="too_late")
    if chain.table is not None and chain.table.event_id != chain.event_id:
        raise ValidationError({"table": ValidationError(_("Choose a table."), code="table")})
    if not place_is_free(chain):
        raise Refused(_("This table is taken at that time."), code="place_taken")


def _check_move(chain: StandbyChain, to: ChainStatus) -> None:
    if to not in CHAIN_MOVES[chain.status]:
        raise Refused(
            _("This chain is “%(now)s” already. Load the page again."),
            code="state",
            params={"now": chain.get_status_display()},
        )


def _advance(chain: StandbyChain, actor: User) -> None:
    """End an overdue offer of a locked chain and make the next one, or end the chain."""
    now = timezone.now()
    over = chain.event.status != EventStatus.LIVE or now >= latest_start(chain.slot)
    for offer in locked(chain.offers.filter(status=OfferStatus.OPEN)):
        if offer.until > now and not over:
            return
        _end(offer, OfferStatus.VOID if offer.until > now else OfferStatus.EXPIRED, actor)
    pair = None if over or not place_is_free(chain) else next_pair(chain, now)
    if pair is None:
        chain.status = ChainStatus.ENDED
        chain.save(update_fields=["status"])
        return
    _offer(chain, pair, actor)


# -- offers


def _unsaved_offer(chain: StandbyChain, request: MeetingRequest, now: dt.datetime) -> StandbyOffer:
    minutes = dt.timedelta(minutes=day_settings(chain.event).offer_minutes)
    until = min(now + minutes, latest_start(chain.slot))
    return StandbyOffer(chain=chain, request=request, offered_at=now, until=until)


def _offer(chain: StandbyChain, pair: Candidate, actor: User) -> StandbyOffer:
    """Offer the chain's place to a pair and tell both; an asked side that set the other aside hears nothing."""
    row = _unsaved_offer(chain, pair.request, timezone.now())
    row.sender_delegate, row.receiver_delegate = pair.sender, pair.receiver
    row.save()
    deaf = None if wants_to_hear(pair.request) else pair.request.receiver
    _tell(row, "standby_offered", actor, besides=deaf)
    return row


def _tell(
    row: StandbyOffer,
    template: str,
    actor: User,
    *,
    agreed_only: bool = False,
    besides: Registration | None = None,
) -> None:
    """Mail the people of both sides, or only of those who agreed; never those of `besides`."""
    request = row.request
    sides = (
        (request.sender, request.receiver, row.sender_agreed_at),
        (request.receiver, request.sender, row.receiver_agreed_at),
    )
    for side, other, agreed in sides:
        if side != besides and (agreed or not agreed_only):
            _mail_participants(
                side,
                f"{template}-{row.pk}",
                template,
                actor,
                offer=row,
                event=request.event,
                other=other.organisation,
                slot=row.chain.slot,
            )


def _end(row: StandbyOffer, status: OfferStatus, actor: User) -> None:
    """End an open offer without a meeting; who agreed is told, and not why."""
    row.status = status
    row.save(update_fields=["status"])
    _tell(row, "standby_over", actor, agreed_only=True)


def _lock_offer(offer: StandbyOffer) -> StandbyOffer:
    """The offer as it is now, after locking registrations, request, missed meeting and chain."""
    request = _lock_request(offer.request)
    if offer.chain.after_id is not None:
        locked(Meeting.objects.filter(pk=offer.chain.after_id))
    chain = _lock(offer.chain)
    row = _lock(offer)
    row.request, row.chain = request, chain
    return row


def _side_of_offer(
    row: StandbyOffer, organisation: Organisation | None, actor: User
) -> Registration:
    """The side that `actor` speaks for. The front desk names one; nobody else speaks for the other side."""
    request = row.request
    sides = {one.organisation: one for one in (request.sender, request.receiver)}
    if organisation is None:
        found = side_of(actor, request) or _delegates_side(row, actor)
    else:
        found = sides.get(organisation)
        speaks = found is not None and (
            role_of(actor, found.organisation) is not None
            or _delegates_side(row, actor) == found
            or actor.is_system
            or actor.has_perm("events.receive_people", request.event)
        )
        found = found if speaks else None
    if found is None:
        raise PermissionDenied("matchmaking.answer_offer")
    return found


def _delegates_side(row: StandbyOffer, actor: User) -> Registration | None:
    if row.sender_delegate.user_id == actor.pk:
        return row.request.sender
    return row.request.receiver if row.receiver_delegate.user_id == actor.pk else None


def _check_open(row: StandbyOffer) -> None:
    is_live = row.chain.event.status == EventStatus.LIVE
    if row.status != OfferStatus.OPEN or timezone.now() >= row.until or not is_live:
        raise Refused(
            _("This offer is over. If another place becomes free, you are asked again."),
            code="offer_over",
        )


def _agree(row: StandbyOffer, side: Registration) -> None:
    field = "sender_agreed_at" if side == row.request.sender else "receiver_agreed_at"
    setattr(row, field, getattr(row, field) or timezone.now())
    row.save(update_fields=[field])


def _set_aside(own: Organisation, other: Organisation) -> bool:
    return Exclusion.objects.in_force().filter(organisation=own, other=other).exists()


def _no_fit() -> Refused:
    return Refused(
        _("The two cannot meet there: one of them is busy, away or full at that time."),
        code="no_fit",
    )


def _request_between(sender: Registration, receiver: Registration, actor: User) -> MeetingRequest:
    """The open request of the two, whoever wrote it, or a new one."""
    check_pair(sender, receiver)
    block = public_block(sender.organisation, receiver.organisation)
    refuse_block(block, sender.organisation, receiver.organisation)
    there = _open_requests(sender, receiver).first()
    if there is not None:
        request = _lock_request(there)
        if Meeting.objects.active().filter(request=request).exists():
            raise Refused(_("The two have a meeting already."), code="placed")
        return request
    now = timezone.now()
    request = MeetingRequest(
        event=sender.event,
        sender=sender,
        receiver=receiver,
        written_by=actor,
        answer_by=answer_deadline(sender.event, now),
    )
    _insert(request)
    return request


# -- the meeting


def _take(row: StandbyOffer, actor: User) -> None:
    """Give the pair the place. Where it or one of the two is taken meanwhile, the offer is void."""
    pair = still_fits(row, timezone.now()) if _is_still_there(row) else None
    if pair is not None and _place(row, pair, actor):
        _tell(row, "standby_placed", actor)
        return
    _end(row, OfferStatus.VOID, actor)
    jobs.tend_standby()


def _is_still_there(row: StandbyOffer) -> bool:
    return row.chain.status == ChainStatus.RUNNING and place_is_free(row.chain)


def _place(row: StandbyOffer, pair: Candidate, actor: User) -> bool:
    """Write the meeting; False where the database knows better who sits there."""
    try:
        with transaction.atomic():  # a savepoint, so that a lost race leaves the rest
            _write_meeting(row, pair, actor)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except IntegrityError:
        return False
    return True


def _write_meeting(row: StandbyOffer, pair: Candidate, actor: User) -> None:
    chain, request = row.chain, row.request
    _give_away(chain)
    if request.status == RequestStatus.SENT:
        _answer(request, RequestStatus.ACCEPTED, actor)
    meeting = Meeting.objects.filter(request=request).first() or Meeting(
        event=request.event, request=request, sequence=-1
    )
    meeting.status, meeting.is_locked = MeetingStatus.CONFIRMED, True
    meeting.slot, meeting.table = chain.slot, chain.table if pair.needs_table else None
    meeting.sequence += 1
    meeting.save()
    MeetingSeat.objects.bulk_create(
        MeetingSeat(meeting=meeting, slot=chain.slot, delegate=one)
        for one in (pair.sender, pair.receiver)
    )
    if meeting.table is not None:
        TableUse.objects.create(meeting=meeting, slot=chain.slot, table=meeting.table)
    row.status = OfferStatus.TAKEN
    row.sender_delegate, row.receiver_delegate = pair.sender, pair.receiver
    row.save()
    chain.status = ChainStatus.FILLED
    chain.save(update_fields=["status"])


def _give_away(chain: StandbyChain) -> None:
    """The place of a meeting that was missed: its seats and table are free for others."""
    after = chain.after
    if after is not None and after.status == MeetingStatus.MISSED:
        MeetingSeat.objects.filter(meeting=after).delete()
        TableUse.objects.filter(meeting=after).delete()
        after.is_given_away = True
        after.save(update_fields=["is_given_away", "updated_at"])
