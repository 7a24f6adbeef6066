"""Forms of an event's set-up. Times are typed and shown on the event's clock."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from clusters.models import User
from events.actions import TEMPLATES
from events.choices import Asking, Format, TableKind, TeamRole
from events.models import Event, Session, Slot, Table
from events.validators import moment_in
from matchmaking.forms.countries import CountryField
from matchmaking.forms.plans import PlanForm

# The zones of both sides first; whoever needs another one types it.
ZONES = (
    "America/Mexico_City", "America/Monterrey", "America/Tijuana", "America/Cancun",
    "America/Hermosillo", "Europe/Madrid", "Europe/Paris", "Europe/Berlin", "Europe/Brussels",
    "Europe/Rome", "Europe/Warsaw", "Europe/Lisbon", "Europe/Helsinki", "UTC",
)  # fmt: skip
DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
CLOCK = {"type": "time"}


class ZoneWidget(forms.TextInput):
    """A text field; the page offers usual zones in a data list."""

    def __init__(self) -> None:
        super().__init__({"list": "zones", "autocomplete": "off", "spellcheck": "false"})


class EventMoment(forms.DateTimeField):
    """A moment typed on the event's clock; `zone` is set by the form."""

    zone = ZoneInfo("UTC")
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def to_python(self, value: object) -> dt.datetime | None:
        if not value:
            return None
        try:
            clock = dt.datetime.fromisoformat(str(value).strip())
        except ValueError as error:
            raise ValidationError(
                _("Enter day and time, such as 2031-03-10 09:00."), code="moment"
            ) from error
        return clock if clock.tzinfo else moment_in(self.zone, clock)

    def prepare_value(self, value: object) -> object:
        if isinstance(value, dt.datetime) and value.tzinfo:
            return value.astimezone(self.zone).replace(tzinfo=None)
        return value


class NewEventForm(forms.Form):
    """What a new event needs; the rest is in its set-up."""

    zones = ZONES

    template = forms.ChoiceField(
        label=_("Start from"), choices=[], widget=forms.RadioSelect, initial="b2b_day"
    )
    name = forms.CharField(label=_("Name"), max_length=200)
    starts_on = forms.DateField(label=_("First day"), widget=DATE)
    time_zone = forms.CharField(
        label=_("Time zone"), widget=ZoneWidget(), initial="America/Mexico_City"
    )
    city = forms.CharField(label=_("City"), max_length=100, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (code, one.label) for code, one in TEMPLATES.items()
        ]

    def clean_starts_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["starts_on"]
        # A day behind the server's: it is still yesterday somewhere.
        if day < timezone.now().date() - dt.timedelta(days=1):
            raise ValidationError(
                _("This day has passed. An event begins today or later."), code="past"
            )
        return day

    def clean_time_zone(self) -> str:
        return known_zone(self.cleaned_data["time_zone"])


class EventForm(forms.Form):
    """The fields of an event. Hidden copies tell what the editor saw, so that nothing is lost."""

    zones = ZONES

    name = forms.CharField(label=_("Name"), max_length=200, show_hidden_initial=True)
    description = forms.CharField(
        label=_("Description"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        show_hidden_initial=True,
    )
    starts_on = forms.DateField(label=_("First day"), widget=DATE, show_hidden_initial=True)
    ends_on = forms.DateField(label=_("Last day"), widget=DATE, show_hidden_initial=True)
    time_zone = forms.CharField(label=_("Time zone"), widget=ZoneWidget(), show_hidden_initial=True)
    city = forms.CharField(
        label=_("City"), max_length=100, required=False, show_hidden_initial=True
    )
    venue = forms.CharField(
        label=_("Venue"), max_length=200, required=False, show_hidden_initial=True
    )
    country = CountryField(label=_("Country"), required=False, show_hidden_initial=True)
    asking = forms.ChoiceField(
        label=_("Who may ask whom"), choices=Asking.choices, show_hidden_initial=True
    )
    request_quota = forms.IntegerField(
        label=_("Open requests per organisation"),
        min_value=1,
        max_value=200,
        help_text=_("Requests that wait for an answer or were accepted count."),
        show_hidden_initial=True,
    )
    answer_within_hours = forms.IntegerField(
        label=_("Hours to answer a request"),
        min_value=1,
        max_value=1440,
        help_text=_("After that a request expires by itself."),
        show_hidden_initial=True,
    )
    max_meetings = forms.IntegerField(
        label=_("Most meetings per organisation"),
        min_value=1,
        max_value=200,
        required=False,
        show_hidden_initial=True,
    )
    places_eu = forms.IntegerField(
        label=_("Places for European organisations"),
        min_value=1,
        max_value=5000,
        required=False,
        help_text=_("Empty: as many as you accept."),
        show_hidden_initial=True,
    )
    places_mx = forms.IntegerField(
        label=_("Places for Mexican organisations"),
        min_value=1,
        max_value=5000,
        required=False,
        show_hidden_initial=True,
    )
    fills_places = forms.BooleanField(
        label=_("The reserve list moves up by itself"),
        required=False,
        help_text=_(
            "When a place is free while requests are open, whoever waits longest on that side is "
            "accepted and mailed."
        ),
        show_hidden_initial=True,
    )
    keeps_timetable = forms.BooleanField(
        label=_("Move through the phases by the dates"),
        required=False,
        help_text=_(
            "Requests open and close by the dates below, the event goes live on its first day and "
            "closes after its last."
        ),
        show_hidden_initial=True,
    )
    apply_until = EventMoment(
        label=_("Applications until"), required=False, show_hidden_initial=True
    )
    ask_until = EventMoment(label=_("Requests until"), required=False, show_hidden_initial=True)
    decent_from = forms.TimeField(
        label=_("By video: not before"),
        required=False,
        widget=forms.TimeInput(attrs=CLOCK, format="%H:%M"),
        help_text=_("On the clock of whoever takes part by video."),
        show_hidden_initial=True,
    )
    decent_until = forms.TimeField(
        label=_("By video: not after"),
        required=False,
        widget=forms.TimeInput(attrs=CLOCK, format="%H:%M"),
        show_hidden_initial=True,
    )
    seen_at = forms.DateTimeField(widget=forms.HiddenInput)

    def __init__(self, event: Event, data: Mapping[str, Any] | None = None) -> None:
        self.event = event
        initial = {name: getattr(event, name) for name in self.base_fields if name != "seen_at"}
        initial["country"] = event.country_id
        super().__init__(data, initial={**initial, "seen_at": event.updated_at.isoformat()})
        for name in ("apply_until", "ask_until"):
            self.fields[name].zone = event.zone  # type: ignore[attr-defined]  # an EventMoment

    def clean_time_zone(self) -> str:
        return known_zone(self.cleaned_data["time_zone"])

    @property
    def values(self) -> dict[str, Any]:
        """The checked fields of the event."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen_at"}


class SessionForm(forms.Form):
    """A session by its day and hours on the event's clock."""

    name = forms.CharField(label=_("Name"), max_length=120)
    format = forms.ChoiceField(
        label=_("Format"), choices=[("", _("every format")), *Format.choices], required=False
    )
    day = forms.DateField(label=_("Day"), widget=DATE)
    start = forms.TimeField(
        label=_("Starts"), widget=forms.TimeInput(attrs=CLOCK, format="%H:%M"), initial=dt.time(9)
    )
    end = forms.TimeField(
        label=_("Ends"), widget=forms.TimeInput(attrs=CLOCK, format="%H:%M"), initial=dt.time(12)
    )
    slot_minutes = forms.IntegerField(
        label=_("Minutes a meeting"), min_value=5, max_value=180, initial=20
    )
    break_minutes = forms.IntegerField(
        label=_("Minutes between meetings"), min_value=0, max_value=120, initial=0
    )

    # Where refusals of the action belong in this form.
    FIELDS: Mapping[str, str] = {
        "starts_at": "start",
        "ends_at": "end",
        "outside_days": "day",
        "no_days": "day",
        "overlap": "start",
        "slots_in_use": "start",
    }

    def __init__(
        self,
        event: Event,
        data: Mapping[str, Any] | None = None,
        *,
        session: Session | None = None,
    ) -> None:
        self.event = event
        super().__init__(data, initial=_session_fields(session) if session else None)
        if session is None:
            self.initial["day"] = event.starts_on
        days = {"min": event.starts_on, "max": event.ends_on}
        for name, day in days.items():
            if day is not None:
                self.fields["day"].widget.attrs[name] = day.isoformat()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "day" in cleaned:
            for name in ("start", "end"):
                self._place(cleaned, name)
        return cleaned

    def _place(self, cleaned: dict[str, Any], name: str) -> None:
        """Turn an hour of the event's clock into a moment."""
        if name not in cleaned:
            return
        try:
            clock = dt.datetime.combine(cleaned["day"], cleaned[name])
            cleaned[f"{name}s_at"] = moment_in(self.event.zone, clock)
        except ValidationError as error:
            self.add_error(name, error)

    @property
    def values(self) -> dict[str, Any]:
        """The session's fields as the actions take them."""
        names = ("name", "format", "starts_at", "ends_at", "slot_minutes", "break_minutes")
        return {name: self.cleaned_data[name] for name in names}


class TablesForm(forms.Form):
    """Some more tables, numbered on."""

    count = forms.IntegerField(label=_("How many"), min_value=1, max_value=500, initial=5)
    prefix = forms.CharField(  # type: ignore[assignment]  # a field, as the action calls it
        label=_("Name before the number"), max_length=20, initial="T"
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=TableKind.choices)


class TableForm(forms.Form):
    """One table: its name, its kind, and when it does not exist."""

    name = forms.CharField(label=_("Name"), max_length=40)
    kind = forms.ChoiceField(label=_("Kind"), choices=TableKind.choices)
    closed_slots = forms.ModelMultipleChoiceField(
        Slot.objects.none(),
        label=_("Closed at"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nobody is placed here at these times."),
    )

    def __init__(self, table: Table, data: Mapping[str, Any] | None = None) -> None:
        self.table = table
        closed = [slot.pk for slot in table.closed_slots.all()]
        super().__init__(
            data, initial={"name": table.name, "kind": table.kind, "closed_slots": closed}
        )
        field = self.fields["closed_slots"]
        zone = table.event.zone
        field.queryset = table.event.slots.all()  # type: ignore[attr-defined]  # a ModelMultipleChoiceField
        field.label_from_instance = lambda slot: (  # type: ignore[attr-defined]  # as above
            date_format(slot.starts_at.astimezone(zone), pgettext("date format", "D j M, H:i"))
        )

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        others = Table.objects.filter(event=self.table.event_id, name=name)
        if others.exclude(pk=self.table.pk).exists():
            raise ValidationError(
                _("Another table is called “%(name)s”. Choose a name of its own."),
                code="name_taken",
                params={"name": name},
            )
        return name


class TeamForm(forms.Form):
    """Somebody for the team, by e-mail."""

    email = forms.EmailField(label=_("E-mail"))
    role = forms.ChoiceField(label=_("Role"), choices=TeamRole.choices, initial=TeamRole.PLANNER)

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).strip()
        self.user = User.objects.filter(email__iexact=email, is_active=True).first()
        if self.user is None:
            raise ValidationError(
                _("Nobody signs in with %(email)s. Ask the person to create an account first."),
                code="no_account",
                params={"email": email},
            )
        return email


class CallOffForm(forms.Form):
    """Why an event is called off, for the mail and the event's page."""

    reason = forms.CharField(
        label=_("Why, in a sentence or two (optional)"),
        help_text=_("Stands in the mail and on the event's page."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@dataclass(frozen=True)
class SetupForms:
    """The forms of the set-up page; the one that was posted is bound."""

    fields: EventForm
    session: SessionForm
    tables: TablesForm
    plan: PlanForm
    team: TeamForm
    call_off: CallOffForm


def setup_forms(event: Event, **bound: forms.Form) -> SetupForms:
    """All forms of the page, fresh but for those in `bound`."""
    fresh: dict[str, Any] = {
        "fields": EventForm(event),
        "session": SessionForm(event),
        "tables": TablesForm(),
        "plan": PlanForm(),
        "team": TeamForm(),
        "call_off": CallOffForm(),
    }
    return SetupForms(**{**fresh, **bound})


def known_zone(name: str) -> str:
    """A name of the time zone database. Raises ValidationError for another text."""
    if name not in available_timezones():
        raise ValidationError(
            _("“%(value)s” is no time zone we know. Choose one such as Europe/Madrid."),
            code="time_zone",
            params={"value": name},
        )
    return name


def _session_fields(session: Session) -> dict[str, Any]:
    zone = session.event.zone
    starts, ends = session.starts_at.astimezone(zone), session.ends_at.astimezone(zone)
    return {
        "name": session.name,
        "format": session.format,
        "day": starts.date(),
        "start": starts.time(),
        "end": ends.time(),
        "slot_minutes": session.slot_minutes,
        "break_minutes": session.break_minutes,
    }
