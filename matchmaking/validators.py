"""Checks of requests that pages, API and actions share. Each sentence says how to go on."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from clusters.models import Organisation
from clusters.validators import Refused, check_text
from events.choices import ANSWER_PHASES, ASK_PHASES, Asking, RegistrationStatus
from events.models import Event, Registration, Slot
from matchmaking.choices import OPEN_REQUESTS, RequestStatus
from matchmaking.models import Exclusion, Meeting, MeetingRequest
from matchmaking.scoring import CRITERIA, Block, Policy, PolicyError

MESSAGE_LENGTH, NOTE_LENGTH = 1000, 500
PRIORITIES = (1, 2, 3)


def check_words(*, reason: str, message: str) -> None:
    """The reason is a criterion of the score, or empty; the message a bounded text."""
    if reason and reason not in CRITERIA:
        raise ValidationError(
            {"reason": ValidationError(_("Choose one of the reasons."), code="reason")}
        )
    _check_field("message", message, MESSAGE_LENGTH)


def check_note(note: str) -> None:
    """A note with an answer."""
    _check_field("note", note, NOTE_LENGTH)


def check_priority(priority: int) -> None:
    """1 (would be nice) to 3 (must meet)."""
    if priority not in PRIORITIES:
        raise ValidationError(
            {"priority": ValidationError(_("Choose a priority from 1 to 3."), code="priority")}
        )


def check_policy(name: str, weights: Any, priors: Any) -> None:
    """Weights and priors by criterion with which scores can be made: numbers the engine knows."""
    _check_weights(weights)
    try:
        Policy(name, dict(weights), priors=dict(priors))
    except (PolicyError, TypeError, ValueError) as error:
        raise ValidationError({"weights": ValidationError(str(error), code="policy")}) from error


def _check_weights(weights: Any) -> None:
    """What people get wrong most, in their language: below zero, or nothing at all."""
    values = weights.values() if isinstance(weights, dict) else ()
    figures = [value for value in values if isinstance(value, int | float)]
    if any(value < 0 for value in figures):
        text = _("A weight cannot be below zero: no fact counts against somebody.")
        raise ValidationError({"weights": ValidationError(text, code="negative")})
    if figures and not any(figures):
        text = _("Give at least one criterion a weight above zero, or nothing could be ranked.")
        raise ValidationError({"weights": ValidationError(text, code="all_zero")})


def check_asking_open(event: Event) -> None:
    """Requests may be sent now."""
    if event.status not in ASK_PHASES:
        raise Refused(_("Requests for meetings are closed at the moment."), code="asking_closed")
    if event.ask_until is not None and timezone.now() > event.ask_until:
        raise Refused(
            _("Requests closed on %(day)s. You can still answer those that wait for you."),
            code="asking_over",
            params={"day": _day(event.ask_until, event)},
        )


def check_pair(sender: Registration, receiver: Registration) -> None:
    """Two different accepted participants of one event, of sides that may ask each other."""
    if sender.organisation_id == receiver.organisation_id:
        raise Refused(_("An organisation cannot ask itself for a meeting."), code="oneself")
    if sender.event_id != receiver.event_id:
        raise Refused(_("Both organisations must take part in the same event."), code="other_event")
    for registration in (sender, receiver):
        if registration.status != RegistrationStatus.ACCEPTED:
            raise Refused(
                _("%(organisation)s is not among the accepted participants of this event."),
                code="not_accepted",
                params={"organisation": registration.organisation.name},
            )
    same_side = sender.organisation.side == receiver.organisation.side
    if sender.event.asking == Asking.OTHER_SIDE and same_side:
        raise Refused(
            _("At this event you can ask organisations of the other side only."), code="same_side"
        )


def check_own_exclusion(sender: Organisation, receiver: Organisation) -> None:
    """One's own exclusion must be lifted first. The receiver's is none of the sender's business."""
    if Exclusion.objects.in_force().filter(organisation=sender, other=receiver).exists():
        raise Refused(
            _("You have set %(organisation)s aside. Lift that first, then ask."),
            code="excluded_by_you",
            params={"organisation": receiver.name},
        )


def refuse_block(block: Block | None, sender: Organisation, receiver: Organisation) -> None:
    """Say aloud what blocks the pair in public."""
    if block is None:
        return
    names = {sender.slug: sender.name, receiver.slug: receiver.name}
    who = names.pop(block.by)
    whom = names.popitem()[1]
    if block.code == "not_now":
        text = _(
            "%(who)s states that it does not look for partners in the country of %(whom)s now."
        )
    else:
        text = _("%(who)s is part of %(whom)s; they need no meeting here.")
    raise Refused(text, code=f"block_{block.code}", params={"who": who, "whom": whom})


def check_quota(sender: Registration) -> None:
    """Requests that wait or were accepted count; declined, expired and withdrawn ones do not."""
    used = quota_used(sender)
    if used >= sender.event.request_quota:
        raise Refused(
            _(
                "You have %(used)d open requests, the most at this event. One becomes free when a "
                "request is declined, expires or is withdrawn."
            ),
            code="quota",
            params={"used": used},
        )


def quota_used(sender: Registration) -> int:
    """How many of its requests count against the quota of a registration."""
    return MeetingRequest.objects.open().filter(sender=sender).count()


def check_not_declined(sender: Registration, receiver: Registration) -> None:
    """Who declined once at an event is not asked again there; it may ask itself."""
    before = MeetingRequest.objects.filter(
        sender=sender, receiver=receiver, status=RequestStatus.DECLINED
    )
    if before.exists():
        raise Refused(
            _("%(organisation)s declined. If they change their mind, they can ask you."),
            code="declined_before",
            params={"organisation": receiver.organisation.name},
        )


def refuse_open_request(request: MeetingRequest, sender: Registration) -> None:
    """There is an open request of the pair that asking cannot turn into a mutual one."""
    other = request.receiver if request.sender_id == sender.pk else request.sender
    if request.status == RequestStatus.ACCEPTED:
        text = _("You and %(organisation)s have agreed to meet already.")
        code = "agreed_before"
    else:
        text = _("You have asked %(organisation)s already. The request waits for an answer.")
        code = "asked_before"
    raise Refused(text, code=code, params={"organisation": other.organisation.name})


def check_can_answer(request: MeetingRequest) -> None:
    """The request waits, its time is not over, and both sides still take part."""
    check_waits(request)
    event = request.event
    if event.status not in ANSWER_PHASES:
        raise Refused(_("Requests can no longer be answered at this event."), code="answers_closed")
    if timezone.now() >= request.answer_by:
        raise Refused(
            _("The time to answer ended on %(day)s. You can ask them yourself."),
            code="answer_late",
            params={"day": _day(request.answer_by, event)},
        )
    for registration in (request.sender, request.receiver):
        if registration.status != RegistrationStatus.ACCEPTED:
            raise Refused(
                _("%(organisation)s does not take part any more."),
                code="not_accepted",
                params={"organisation": registration.organisation.name},
            )


def check_waits(request: MeetingRequest) -> None:
    """The request is neither answered nor withdrawn."""
    if request.status != RequestStatus.SENT:
        raise refused_state(request)


def check_open(request: MeetingRequest) -> None:
    """The request waits or was accepted."""
    if request.status not in OPEN_REQUESTS:
        raise refused_state(request)


def check_not_met(request: MeetingRequest) -> None:
    """The meeting of the request has not taken place, or failed to: that cannot be withdrawn any more."""
    if Meeting.objects.over().filter(request=request).exists():
        raise Refused(
            _("The time of this meeting is over. What came of it stays."), code="took_place"
        )


def refused_state(request: MeetingRequest) -> Refused:
    """What to raise when a request has moved on meanwhile."""
    return Refused(
        _("This request is “%(status)s” already. Load the page again."),
        code="state",
        params={"status": request.get_status_display()},
    )


def refused_meeting_state(meeting: Meeting) -> Refused:
    """What to raise when a meeting has moved on meanwhile."""
    return Refused(
        _("This meeting is “%(now)s” already. Load the page again."),
        code="state",
        params={"now": meeting.get_status_display()},
    )


def answer_deadline(event: Event, now: dt.datetime) -> dt.datetime:
    """Until when a request sent `now` waits: the event's hours, at most until its first slot."""
    deadline = now + event.answer_within
    first = Slot.objects.filter(event=event).order_by("starts_at").first()
    if first is not None and now < first.starts_at:
        return min(deadline, first.starts_at)
    return deadline


def _check_field(name: str, value: str, most: int) -> None:
    try:
        check_text(value, most=most)
    except ValidationError as error:
        raise ValidationError({name: error.error_list}) from error


def _day(moment: dt.datetime, event: Event) -> str:
    return date_format(moment.astimezone(event.zone), "DATETIME_FORMAT")
