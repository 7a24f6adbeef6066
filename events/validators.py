"""Checks of events that pages, API, imports and actions share."""

import datetime as dt
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from clusters.choices import OrganisationStatus
from clusters.models import Organisation
from clusters.validators import Refused
from events.choices import APPLY_PHASES, Format, RegistrationStatus
from events.models import Event, Registration, Session, Slot

Times = tuple[dt.datetime, dt.datetime]
MOST_DELEGATES = 20
"""People on one registration."""


def moment_in(zone: ZoneInfo, clock: dt.datetime) -> dt.datetime:
    """The moment in UTC at which clocks of `zone` show `clock` (naive).

    Raises ValidationError for a time that the spring change skips. Of a time that comes twice in
    autumn, the first is meant.
    """
    moment = clock.replace(tzinfo=zone, fold=0).astimezone(dt.UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != clock:
        raise ValidationError(
            _("This time does not exist: clocks are put forward that night. Choose another one."),
            code="skipped_time",
        )
    return moment


def slot_times(
    starts_at: dt.datetime, ends_at: dt.datetime, *, slot_minutes: int, break_minutes: int
) -> list[Times]:
    """Start and end of every slot that fits, on the time line of UTC: no clock change bends them."""
    length = dt.timedelta(minutes=slot_minutes)
    step = length + dt.timedelta(minutes=break_minutes)
    start, end = starts_at.astimezone(dt.UTC), ends_at.astimezone(dt.UTC)
    times = []
    while start + length <= end:
        times.append((start, start + length))
        start += step
    return times


def check_session(session: Session) -> None:
    """A session ends after it starts, and one meeting fits in."""
    if session.ends_at <= session.starts_at:
        raise ValidationError(
            {"ends_at": ValidationError(_("A session ends after it starts."), code="ends_first")}
        )
    if session.ends_at - session.starts_at < dt.timedelta(minutes=session.slot_minutes):
        raise ValidationError(
            {
                "ends_at": ValidationError(
                    _("No meeting fits into this session. End it later or shorten the meetings."),
                    code="no_slot",
                )
            }
        )


def check_within_days(event: Event, session: Session) -> None:
    """A session lies on the days of its event, by the event's clock."""
    if event.starts_on is None or event.ends_on is None:
        raise Refused(
            _("Set the first and the last day of the event before you add sessions."),
            code="no_days",
        )
    first = session.starts_at.astimezone(event.zone).date()
    # A session may end at midnight of the last day.
    last = (session.ends_at.astimezone(event.zone) - dt.timedelta(microseconds=1)).date()
    if first < event.starts_on or last > event.ends_on:
        raise Refused(
            _("The event takes place from %(first)s to %(last)s; put the session on these days."),
            code="outside_days",
            params={"first": _day(event.starts_on), "last": _day(event.ends_on)},
        )


def check_free(event: Event, times: Sequence[Times], *, besides: Session | None = None) -> None:
    """None of `times` overlaps a slot of another session of the event."""
    others = Slot.objects.filter(event=event).select_related("session").order_by("starts_at")
    if besides is not None:
        others = others.exclude(session=besides)
    for other in others:
        for start, end in times:
            if start < other.ends_at and other.starts_at < end:
                raise Refused(
                    _(
                        "A meeting at %(time)s would overlap one of “%(session)s”. "
                        "Start later, or change that session first."
                    ),
                    code="overlap",
                    params={
                        "time": start.astimezone(event.zone).strftime("%H:%M"),
                        "session": other.session.name,
                    },
                )


def check_formats(event: Event, formats: Iterable[str]) -> None:
    """Formats that exist and, once the event has sessions, that one of them offers."""
    chosen = list(formats)
    known = [value for value in chosen if value in Format.values]
    if known != chosen or len(set(chosen)) != len(chosen):
        raise ValidationError(
            {"formats": ValidationError(_("Choose each format once."), code="format")}
        )
    offered = set(Session.objects.filter(event=event).values_list("format", flat=True))
    missing = [value for value in chosen if offered and "" not in offered and value not in offered]
    if missing:
        raise ValidationError(
            {
                "formats": ValidationError(
                    _("This event has no session for %(formats)s."),
                    code="format_not_offered",
                    params={"formats": ", ".join(missing)},
                )
            }
        )


def check_can_apply(event: Event, organisation: Organisation) -> None:
    """The call is open, the organisation is listed, and it has not applied before."""
    if event.status not in APPLY_PHASES:
        raise Refused(_("This event takes no applications at the moment."), code="call_closed")
    if event.apply_until is not None and timezone.now() > event.apply_until:
        raise Refused(
            _("Applications closed on %(day)s. Write to the organisers if you still want to come."),
            code="call_over",
            params={"day": _day(event.apply_until.astimezone(event.zone).date())},
        )
    if organisation.status != OrganisationStatus.LISTED:
        raise Refused(
            _("Only listed organisations can apply. Complete your profile and submit it first."),
            code="not_listed",
        )
    before = Registration.objects.filter(event=event, organisation=organisation).first()
    if before is not None:
        raise applied_before(before)


def applied_before(registration: Registration) -> Refused:
    """What to raise when an organisation has a registration already: whom to ask, by its state."""
    params = {"organisation": registration.organisation.name}
    if registration.status == RegistrationStatus.WITHDRAWN:
        return Refused(
            _("%(organisation)s withdrew from this event. Ask the organisers to let you back in."),
            code="withdrawn_before",
            params=params,
        )
    if registration.status == RegistrationStatus.REJECTED:
        return Refused(
            _(
                "The organisers rejected an application of %(organisation)s. Ask them for the reason."
            ),
            code="rejected_before",
            params=params,
        )
    return Refused(
        _("%(organisation)s has applied to this event already. Change that application instead."),
        code="applied_before",
        params=params,
    )


def _day(day: dt.date) -> str:
    return date_format(day, "DATE_FORMAT")
