"""Forms of incidents: what happened, in terms of organisations, tables, and slots to come."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.models import Event, Registration, Session, Slot, Table
from matchmaking.reads.clocks import day_and_time

CHOOSE = _("choose")
EARLIEST, LATEST = _("the first to come"), _("the last")


class _IncidentForm(forms.Form):
    """Fields of one event; `values` are what actions and pages need."""

    def __init__(self, event: Event, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.event = event
        for name, rows in self._choices().items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]  # a ModelChoiceField
        for name in {"first", "last"} & self.fields.keys():
            field: Any = self.fields[name]
            field.label_from_instance = lambda slot: day_and_time(slot.starts_at, event.zone)

    def _choices(self) -> dict[str, Any]:
        event = self.event
        registrations = Registration.objects.accepted().filter(event=event)
        rows = {
            "registration": registrations.select_related("organisation").order_by(
                "organisation__name"
            ),
            "session": Session.objects.filter(event=event, slots__in=self._to_come()).distinct(),
            "first": self._to_come(),
            "last": self._to_come(),
        }
        tables = Table.objects.filter(event=event).order_by("position", "name")
        rows |= dict.fromkeys(("table", "one", "other"), tables)
        return {name: row for name, row in rows.items() if name in self.fields}

    def _to_come(self) -> Any:
        slots = Slot.objects.filter(event=self.event, is_closed=False)
        return slots.filter(starts_at__gt=timezone.now()).order_by("starts_at")

    def _between(self, slots: Sequence[Slot], *, inside: bool) -> list[Slot]:
        """The slots from the first to the last chosen one, or those around them."""
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        found = [
            slot
            for slot in slots
            if (
                (first is None or slot.starts_at >= first.starts_at)
                and (last is None or slot.starts_at <= last.starts_at)
            )
            == inside
        ]
        if not found:
            raise ValidationError(_("That leaves no slot. Choose other times."), code="no_slots")
        return found

    @property
    def values(self) -> dict[str, Any]:
        """The checked fields, with the slots they stand for."""
        used = ("registration", "session", "table", "one", "other", "slots")
        return {name: self.cleaned_data[name] for name in used if name in self.cleaned_data}


class CancelForm(_IncidentForm):
    """An organisation that does not come."""

    registration = forms.ModelChoiceField(
        Registration.objects.none(), label=_("Organisation"), empty_label=CHOOSE
    )

    def __init__(self, event: Event, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(event, data)
        _by_name(self)


class AbsenceForm(_IncidentForm):
    """An organisation that is there for a part of the time only."""

    registration = forms.ModelChoiceField(
        Registration.objects.none(), label=_("Organisation"), empty_label=CHOOSE
    )
    first = forms.ModelChoiceField(
        Slot.objects.none(), label=_("There from"), required=False, empty_label=EARLIEST
    )
    last = forms.ModelChoiceField(
        Slot.objects.none(), label=_("There until, with"), required=False, empty_label=LATEST
    )

    def __init__(self, event: Event, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(event, data)
        _by_name(self)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["slots"] = self._between(list(self._to_come()), inside=False)
        return cleaned


class TableLostForm(_IncidentForm):
    """A table that is not there for a while."""

    table = forms.ModelChoiceField(
        Table.objects.none(), label=pgettext_lazy("place to meet", "Table"), empty_label=CHOOSE
    )
    first = forms.ModelChoiceField(
        Slot.objects.none(), label=_("Closed from"), required=False, empty_label=EARLIEST
    )
    last = forms.ModelChoiceField(
        Slot.objects.none(), label=_("Closed until, with"), required=False, empty_label=LATEST
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["slots"] = self._between(list(self._to_come()), inside=True)
        return cleaned


class SessionForm(_IncidentForm):
    """A session that begins later or is over earlier."""

    session = forms.ModelChoiceField(Session.objects.none(), label=_("Session"), empty_label=CHOOSE)
    first = forms.ModelChoiceField(
        Slot.objects.none(), label=_("Begins with"), required=False, empty_label=EARLIEST
    )
    last = forms.ModelChoiceField(
        Slot.objects.none(), label=_("Ends with"), required=False, empty_label=LATEST
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "session" in cleaned:
            slots = list(self._to_come().filter(session=cleaned["session"]))
            cleaned["slots"] = self._between(slots, inside=False)
        return cleaned


class RoomsForm(_IncidentForm):
    """Two tables that change places."""

    one = forms.ModelChoiceField(Table.objects.none(), label=_("One"), empty_label=CHOOSE)
    other = forms.ModelChoiceField(Table.objects.none(), label=_("The other"), empty_label=CHOOSE)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("one") is not None and cleaned.get("one") == cleaned.get("other"):
            self.add_error("other", ValidationError(_("Choose another one."), code="same"))
        return cleaned


FORMS: dict[str, type[_IncidentForm]] = {
    "cancel": CancelForm,
    "absence": AbsenceForm,
    "table": TableLostForm,
    "session": SessionForm,
    "rooms": RoomsForm,
}


def _by_name(form: forms.Form) -> None:
    field: Any = form.fields["registration"]
    field.label_from_instance = lambda row: row.organisation.name
