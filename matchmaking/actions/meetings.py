"""What happens to meetings on the day."""

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusters.models import Organisation, User
from clusters.validators import Refused
from events.choices import EventStatus, RegistrationStatus
from events.models import Delegate
from matchmaking.actions._places import _free_place, _keep_place
from matchmaking.actions._rows import (
    _cancel,
    _lock,
    _lock_meeting,
    _mail_participants,
    _move_meeting,
)
from matchmaking.actions.requests import _withdraw
from matchmaking.choices import MeetingStatus
from matchmaking.models import CheckIn, Lateness, Meeting
from matchmaking.policies import require, side_of, sits_in
from matchmaking.validators import check_open, refused_meeting_state

LATE_MINUTES = range(1, 61)


def mark_held(meeting: Meeting, *, actor: User) -> Meeting:
    """Note that the two met. A "missed" by mistake is corrected so."""
    require(actor, "matchmaking.mark_meeting", meeting)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="mark_held"):
        row = _lock_meeting(meeting)
        _refuse_early(row)
        _refuse_given_away(row)
        _move_meeting(row, MeetingStatus.HELD)
        _not_missed(row)
    return row


def mark_missed(meeting: Meeting, *, by: Organisation | None, actor: User) -> Meeting:
    """Note that `by`, one of the two organisations, did not come to the meeting."""
    require(actor, "matchmaking.mark_meeting", meeting)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="mark_missed"):
        row = _lock_meeting(meeting)
        if by is None or by not in _organisations(row):
            raise ValidationError(
                {"by": ValidationError(_("Choose one of the two organisations."), code="side")}
            )
        _refuse_early(row)
        _move_meeting(row, MeetingStatus.MISSED)
        row.missed_by = by
        row.save(update_fields=["status", "missed_by", "updated_at"])
        _free_place(row)
    return row


def unmark_meeting(meeting: Meeting, *, actor: User) -> Meeting:
    """Take "held" or "missed" back: nobody has said yet what became of the meeting."""
    require(actor, "matchmaking.mark_meeting", meeting)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="unmark_meeting"):
        row = _lock_meeting(meeting)
        _refuse_given_away(row)
        if row.status == MeetingStatus.CANCELLED:
            raise refused_meeting_state(row)
        if row.outcomes.exists():
            raise Refused(
                _("One of the two has said what came of this meeting, so it was held."),
                code="has_outcome",
            )
        _move_meeting(row, MeetingStatus.CONFIRMED)
        _not_missed(row)
    return row


def say_late(
    meeting: Meeting, *, minutes: int, actor: User, organisation: Organisation | None = None
) -> Lateness:
    """Tell the other side that one comes late. Said again, the newer minutes count.

    `organisation` names who is late; without it, the side that `actor` speaks for.
    """
    require(actor, "matchmaking.mark_meeting", meeting)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="say_late"):
        row = _lock_meeting(meeting)
        late = _late_side(row, organisation, actor)
        if minutes not in LATE_MINUTES:
            raise ValidationError(
                {"minutes": ValidationError(_("Choose 1 to 60 minutes."), code="minutes")}
            )
        if row.status != MeetingStatus.CONFIRMED:
            raise refused_meeting_state(row)
        if row.slot.ends_at <= timezone.now():
            raise Refused(_("The time of this meeting is over."), code="over")
        before = Lateness.objects.filter(meeting=row, organisation=late).first()
        if before is not None and before.minutes == minutes:
            return before  # they know
        said, _new = Lateness.objects.update_or_create(
            meeting=row, organisation=late, defaults={"minutes": minutes, "said_by": actor}
        )
        for side in (row.request.sender, row.request.receiver):
            if side.organisation != late:
                _mail_participants(
                    side,
                    f"late-{row.pk}-{late.pk}-{said.said_at:%Y%m%d%H%M%S%f}",
                    "partner_late",
                    actor,
                    event=row.event,
                    late=late,
                    slot=row.slot,
                    minutes=minutes,
                )
    return said


def take_back_late(
    meeting: Meeting, *, actor: User, organisation: Organisation | None = None
) -> None:
    """Come in time after all. Who is not late changes nothing."""
    require(actor, "matchmaking.mark_meeting", meeting)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="take_back_late"):
        row = _lock_meeting(meeting)
        late = _late_side(row, organisation, actor)
        Lateness.objects.filter(meeting=row, organisation=late).delete()


def cancel_meeting(meeting: Meeting, *, actor: User, is_final: bool = True) -> Meeting:
    """Cancel a planned meeting; seats and table are free at once and both sides are told.

    It is final: the request is withdrawn, too. Organisers may keep the request (`is_final=False`), so
    that the planner can place it again.
    """
    require(actor, "matchmaking.cancel_meeting", meeting)
    if not is_final:
        require(actor, "events.plan_event", meeting.event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="cancel_meeting"):
        row = _lock_meeting(meeting)
        request = row.request
        if is_final:
            check_open(request)
            _move_meeting(row, MeetingStatus.CANCELLED)
            _withdraw(request, actor)
            row.refresh_from_db()
            return row
        _cancel(row)
        for side in (request.sender, request.receiver):
            if side != side_of(actor, request):
                _mail_participants(
                    side,
                    f"meeting-cancelled-{row.pk}-{row.sequence}",
                    "meeting_cancelled",
                    actor,
                    request=request,
                )
    return row


def check_in(delegate: Delegate, *, actor: User) -> CheckIn:
    """Note that somebody has arrived. A second time changes nothing."""
    require(actor, "events.receive_people", delegate.registration.event)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="check_in"):
        row = _lock(delegate)
        registration = row.registration
        if registration.status != RegistrationStatus.ACCEPTED:
            raise Refused(
                _("%(organisation)s is not among the accepted participants of this event."),
                code="not_accepted",
                params={"organisation": registration.organisation.name},
            )
        if registration.event.status not in (EventStatus.PUBLISHED, EventStatus.LIVE):
            raise Refused(
                _("People check in once the schedule is published, until the event is closed."),
                code="not_open",
            )
        arrival, _new = CheckIn.objects.get_or_create(delegate=row, defaults={"by": actor})
    return arrival


def _organisations(meeting: Meeting) -> tuple[Organisation, Organisation]:
    request = meeting.request
    return request.sender.organisation, request.receiver.organisation


def _late_side(meeting: Meeting, organisation: Organisation | None, actor: User) -> Organisation:
    """Who is late: one's own side, or the side that somebody who sees both names."""
    found = organisation
    if found is None:
        own = side_of(actor, meeting.request)
        found = own.organisation if own else sits_in(actor, meeting)
    if found is None or found not in _organisations(meeting):
        raise ValidationError(
            {"by": ValidationError(_("Choose one of the two organisations."), code="side")}
        )
    return found


def _not_missed(meeting: Meeting) -> None:
    """Save a meeting that nobody missed; its place is no longer offered."""
    meeting.missed_by = None
    meeting.save(update_fields=["status", "missed_by", "updated_at"])
    _keep_place(meeting)


def _refuse_given_away(meeting: Meeting) -> None:
    if meeting.is_given_away:
        raise Refused(
            _("Another pair met at this place instead. What happened stays."), code="given_away"
        )


def _refuse_early(meeting: Meeting) -> None:
    if meeting.slot.starts_at > timezone.now():
        raise Refused(
            _("This meeting has not begun. Cancel it if it will not take place."), code="too_early"
        )
