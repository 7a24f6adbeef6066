"""Asking for meetings and answering.

Both registrations are locked first, so that quota, pair and state are checked against what is true. What
an organisation excluded in private changes nothing here that the other side could see or time: the request
is written, its time runs out, and whether the asked side is mailed is decided by a job later.
"""

import datetime as dt

import pghistory
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusters.models import Organisation, User
from clusters.validators import Refused
from events.models import Delegate, Registration
from events.reads.people import people_to_mail
from matchmaking import jobs
from matchmaking.actions._places import _call_back
from matchmaking.actions._rows import (
    _cancel_meeting_of,
    _lock,
    _lock_registrations,
    _lock_request,
    _mail,
    _mail_participants,
    _mail_people,
    _own_side,
)
from matchmaking.choices import MeetingStatus, RequestStatus
from matchmaking.models import AskedScore, Meeting, MeetingRequest, MeetingSeat
from matchmaking.policies import require, side_of
from matchmaking.reads.blocks import public_block
from matchmaking.reads.people import wants_to_hear
from matchmaking.reads.scores import asked_values
from matchmaking.validators import (
    answer_deadline,
    check_asking_open,
    check_can_answer,
    check_not_declined,
    check_not_met,
    check_note,
    check_open,
    check_own_exclusion,
    check_pair,
    check_priority,
    check_quota,
    check_waits,
    check_words,
    refuse_block,
    refuse_open_request,
)

# Requests are expired this many at a time, so that no transaction holds many rows for long.
BATCH = 200
# A reminder comes a day before the end, or at half time where the whole time is shorter than two days.
REMIND_BEFORE = dt.timedelta(hours=24)


def ask_for_meeting(
    registration: Registration,
    *,
    to: Registration,
    actor: User,
    reason: str = "",
    message: str = "",
    priority: int = 2,
) -> MeetingRequest:
    """Ask the registration `to` for a meeting; a request that waits the other way is accepted instead.

    `reason` is a criterion of the score that matters most to the sender, or empty. Raises
    ValidationError by field; refused by quota, phase, sides, a public block or one's own exclusion.
    """
    require(actor, "matchmaking.ask", registration)
    check_words(reason=reason, message=message)
    check_priority(priority)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="ask_for_meeting"):
        if registration.pk == to.pk:
            check_pair(registration, to)
        sender, receiver = _lock_registrations(registration, to)
        _check_may_ask(sender, receiver)
        waiting = _open_request(sender, receiver)
        if waiting is not None:
            return _make_mutual(waiting, sender, priority, actor)
        check_not_declined(sender, receiver)
        check_quota(sender)
        request = MeetingRequest(
            event=sender.event,
            sender=sender,
            receiver=receiver,
            reason=reason,
            message=message.strip(),
            sender_priority=priority,
            written_by=actor,
            answer_by=answer_deadline(sender.event, timezone.now()),
        )
        _insert(request)
        jobs.announce_request(request.pk)
    return request


def accept_request(request: MeetingRequest, *, actor: User, note: str = "") -> MeetingRequest:
    """Agree to meet. From now on both sides may see the contact details of each other's delegates."""
    require(actor, "matchmaking.answer_request", request)
    check_note(note)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="accept_request"):
        row = _lock_request(request)
        check_can_answer(row)
        _accept(row, actor, note=note)
    return row


def decline_request(request: MeetingRequest, *, actor: User, note: str = "") -> MeetingRequest:
    """Say no, with a word to the sender if one likes. The sender's quota gets its place back."""
    require(actor, "matchmaking.answer_request", request)
    check_note(note)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="decline_request"):
        row = _lock_request(request)
        check_waits(row)
        _answer(row, RequestStatus.DECLINED, actor, note=note)
        _call_back(row)
        _mail_people(
            row.sender, f"request-declined-{row.pk}", "request_declined", actor, request=row
        )
    return row


def withdraw_request(request: MeetingRequest, *, actor: User) -> MeetingRequest:
    """Take a request back; of an accepted one either side may, which cancels its meeting.

    Refused once that was held or missed.
    """
    require(actor, "matchmaking.withdraw_request", request)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="withdraw_request"):
        row = _lock_request(request)
        check_open(row)
        check_not_met(row)
        # What was allowed for an accepted request need not be for one that waits.
        require(actor, "matchmaking.withdraw_request", row)
        _withdraw(row, actor)
    return row


def expire_requests(*, actor: User) -> int:
    """End all requests whose time is over, and tell their senders. Returns how many."""
    require(actor, "matchmaking.run_jobs")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="expire_requests"):
        # Somebody who answers right now holds the row; the next run takes what is left.
        overdue = MeetingRequest.objects.overdue().order_by("pk")
        rows = list(overdue.select_for_update(skip_locked=True, no_key=True)[:BATCH])
        for row in rows:
            row.status = RequestStatus.EXPIRED
            row.answered_at = timezone.now()
            row.save(update_fields=["status", "answered_at"])
            _mail_people(
                row.sender, f"request-expired-{row.pk}", "request_expired", actor, request=row
            )
    return len(rows)


def remind_of_requests(*, actor: User) -> int:
    """Remind the asked side once of each request whose time is nearly over. Returns how many."""
    require(actor, "matchmaking.run_jobs")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="remind_of_requests"):
        now = timezone.now()
        near = MeetingRequest.objects.filter(
            status=RequestStatus.SENT, answer_by__gt=now, answer_by__lte=now + REMIND_BEFORE
        )
        rows = [row for row in near.with_parties() if _is_time(row, now) and wants_to_hear(row)]
        for row in rows:
            _mail(
                people_to_mail(row.receiver.organisation),
                f"request-reminder-{row.pk}",
                "request_reminder",
                actor,
                {"request": row},
                about="reminders",
            )
    return len(rows)


def announce_request(request: MeetingRequest, *, actor: User) -> None:
    """Mail the asked side, unless it set the sender aside or the request has been answered.

    What the score says is kept with the request, so that later facts do not judge it.
    """
    require(actor, "matchmaking.run_jobs")
    with transaction.atomic(), pghistory.context(user=actor.pk, action="announce_request"):
        row = MeetingRequest.objects.with_parties().get(pk=request.pk)
        _keep_score(row)
        if row.status == RequestStatus.SENT and wants_to_hear(row):
            _mail_people(
                row.receiver, f"request-received-{row.pk}", "request_received", actor, request=row
            )


def _keep_score(request: MeetingRequest) -> None:
    values = asked_values(request)
    if values is not None:
        AskedScore.objects.get_or_create(request=request, defaults=values)


def set_priority(
    request: MeetingRequest,
    *,
    priority: int,
    actor: User,
    organisation: Organisation | None = None,
) -> MeetingRequest:
    """Say how much one's side wants the meeting, 1 to 3; the planner weighs it.

    `organisation` names the side for somebody who acts for both.
    """
    require(actor, "matchmaking.prioritise_request", request)
    check_priority(priority)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="set_priority"):
        row = _lock_request(request)
        check_open(row)
        side = _own_side(row, organisation, actor)
        field = "sender_priority" if side == row.sender else "receiver_priority"
        setattr(row, field, priority)
        row.save(update_fields=[field])
    return row


def name_delegate(
    request: MeetingRequest,
    *,
    delegate: Delegate,
    actor: User,
    organisation: Organisation | None = None,
) -> MeetingRequest:
    """Say who of one's side takes the meeting: a colleague instead of whoever is free.

    A planned meeting is handed over at once, and its calendar entries move; the schedule keeps the wish
    when it is published again. Refused for somebody who sits elsewhere or cannot come at that time.
    """
    require(actor, "matchmaking.prioritise_request", request)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="name_delegate"):
        row = _lock_request(request)
        check_open(row)
        side = _own_side(row, organisation, actor)
        if delegate.registration_id != side.pk or delegate.erased_at is not None:
            raise ValidationError(
                {"delegate": ValidationError(_("Choose one of your delegates."), code="delegate")}
            )
        field = "sender_delegate" if side == row.sender else "receiver_delegate"
        setattr(row, field, delegate)
        row.save(update_fields=[field])
        meeting = Meeting.objects.filter(request=row, status=MeetingStatus.CONFIRMED).first()
        if meeting is not None:
            _hand_over(meeting, side, delegate)
        told = [delegate.user] if delegate.user and delegate.user != actor else []
        cause = f"delegate-named-{row.pk}-{delegate.pk}"
        other = row.receiver if side == row.sender else row.sender
        _mail(told, cause, "delegate_named", actor, {"request": row, "other": other.organisation})
    return row


def _hand_over(meeting: Meeting, side: Registration, delegate: Delegate) -> None:
    """Give the side's seats of a planned meeting to one delegate."""
    row = _lock(meeting)
    if row.slot.starts_at <= timezone.now():
        return
    ours = row.seats.filter(delegate__registration=side)
    if list(ours.values_list("delegate", flat=True)) == [delegate.pk]:
        return
    busy = MeetingSeat.objects.filter(delegate=delegate, slot=row.slot).exclude(meeting=row)
    if busy.exists() or delegate.unavailabilities.filter(slot=row.slot).exists():
        raise Refused(
            _("%(name)s sits elsewhere or cannot come at that time. Choose somebody else."),
            code="busy",
            params={"name": delegate.name},
        )
    ours.delete()
    MeetingSeat.objects.create(meeting=row, slot=row.slot, delegate=delegate)
    row.sequence += 1
    row.save(update_fields=["sequence", "updated_at"])


def _check_may_ask(sender: Registration, receiver: Registration) -> None:
    check_asking_open(sender.event)
    check_pair(sender, receiver)
    check_own_exclusion(sender.organisation, receiver.organisation)
    block = public_block(sender.organisation, receiver.organisation)
    refuse_block(block, sender.organisation, receiver.organisation)


def _open_requests(one: Registration, other: Registration) -> QuerySet[MeetingRequest]:
    """The open request of a pair, whoever wrote it: at most one, a constraint says."""
    pair = [one.pk, other.pk]
    return MeetingRequest.objects.open().filter(sender__in=pair, receiver__in=pair)


def _open_request(one: Registration, other: Registration) -> MeetingRequest | None:
    """The open request of a pair as it is now, locked."""
    row = _open_requests(one, other).first()
    return _lock_request(row) if row is not None else None


def _make_mutual(
    waiting: MeetingRequest, sender: Registration, priority: int, actor: User
) -> MeetingRequest:
    """Both asked: the request that waits for the second one is accepted at once."""
    if waiting.status != RequestStatus.SENT or waiting.sender_id == sender.pk:
        refuse_open_request(waiting, sender)
    check_can_answer(waiting)
    waiting.is_mutual = True
    waiting.receiver_priority = priority
    _accept(waiting, actor)
    return waiting


def _accept(
    row: MeetingRequest, actor: User, *, note: str = "", by_organisers: bool = False
) -> None:
    _answer(row, RequestStatus.ACCEPTED, actor, note=note)
    _mail_people(
        row.sender,
        f"request-accepted-{row.pk}",
        "request_accepted",
        actor,
        request=row,
        by_organisers=by_organisers,
    )


def _answer(row: MeetingRequest, status: RequestStatus, actor: User, *, note: str = "") -> None:
    row.status = status
    row.answered_at = timezone.now()
    row.answered_by = actor
    row.answer_note = note.strip()
    row.save(
        update_fields=[
            "status",
            "answered_at",
            "answered_by",
            "answer_note",
            "is_mutual",
            "receiver_priority",
        ]
    )


def _withdraw(row: MeetingRequest, actor: User, *, leaving: Registration | None = None) -> None:
    """Withdraw a locked open request; the other side of an agreed meeting is told."""
    leaving = leaving or side_of(actor, row)
    was_agreed = row.status == RequestStatus.ACCEPTED
    row.status = RequestStatus.WITHDRAWN
    row.save(update_fields=["status"])
    _cancel_meeting_of(row)
    _call_back(row)
    if was_agreed:
        for side in (row.sender, row.receiver):
            if side != leaving:
                _mail_participants(
                    side, f"request-withdrawn-{row.pk}", "meeting_cancelled", actor, request=row
                )


def _insert(request: MeetingRequest) -> None:
    """Save a new request. The constraint has the last word on "one open request per pair"."""
    try:
        with transaction.atomic():  # a savepoint, so that what stands there can be read
            request.save()
    except IntegrityError:
        there = _open_requests(request.sender, request.receiver).get()
        refuse_open_request(there, request.sender)


def _is_time(row: MeetingRequest, now: dt.datetime) -> bool:
    """At most a day before the end, and not before half of the time is over."""
    whole = row.answer_by - row.sent_at
    return now >= row.answer_by - min(REMIND_BEFORE, whole / 2)
