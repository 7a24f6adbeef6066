"""Forms of taking part in an event."""

from typing import Any, cast

from babel import Locale
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clusters.models import User
from events.choices import Attendance, Format
from events.models import Delegate, Event, Registration, Slot

LANGUAGES = ("es", "en", "fr", "de", "it", "pt", "nl", "pl", "ca", "eu", "gl")
MOST_PARALLEL = 20
MOTIVATION_LENGTH = 1500


class RegistrationForm(forms.Form):
    """How an organisation takes part."""

    attendance = forms.ChoiceField(
        label=_("You take part"), choices=Attendance.choices, widget=forms.RadioSelect
    )
    formats = forms.MultipleChoiceField(
        label=_("Formats"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen means every format of the event."),
    )
    parallel = forms.IntegerField(
        label=_("Meetings at the same time"),
        initial=1,
        min_value=1,
        max_value=MOST_PARALLEL,
        help_text=_("More than one needs as many delegates."),
    )
    max_meetings = forms.IntegerField(
        label=_("Most meetings in all"), required=False, validators=[MinValueValidator(1)]
    )
    max_per_day = forms.IntegerField(
        label=_("Most meetings a day"),
        required=False,
        validators=[MinValueValidator(1), MaxValueValidator(200)],
    )
    motivation = forms.CharField(
        label=_("What you want from the event"),
        required=False,
        max_length=MOTIVATION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The organisers read this when they decide."),
    )

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = set(event.sessions.values_list("format", flat=True))
        formats = cast(forms.MultipleChoiceField, self.fields["formats"])
        formats.choices = [
            (one.value, one.label)
            for one in Format
            if not offered or "" in offered or one in offered
        ]


class ApplicationForm(RegistrationForm):
    """An application with its first delegate, who is the reader unless somebody else is named."""

    attendance = forms.ChoiceField(
        label=_("You take part"),
        choices=Attendance.choices,
        initial=Attendance.ON_SITE,
        widget=forms.RadioSelect,
    )
    name = forms.CharField(label=_("First delegate"), max_length=150)
    email = forms.EmailField(label=_("E-mail of the delegate"), required=False)
    job_title = forms.CharField(label=_("Job title"), required=False, max_length=150)

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].initial = reader.name
        self.fields["email"].initial = reader.email

    def values(self) -> dict[str, Any]:
        """What `apply_to_event` takes; the delegate's fields are theirs."""
        cleaned = dict(self.cleaned_data)
        person = {name: cleaned.pop(name) for name in ("name", "email", "job_title")}
        return {**cleaned, "delegates": [person]}


class DelegateForm(forms.Form):
    """A person who comes."""

    name = forms.CharField(label=_("Name"), max_length=150)
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("A colleague's account with this e-mail sees the meetings in its agenda."),
    )
    phone = forms.CharField(label=_("Phone"), required=False, max_length=40)
    job_title = forms.CharField(label=_("Job title"), required=False, max_length=150)
    languages = forms.MultipleChoiceField(
        label=_("Languages"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = Locale.parse(get_language() or "en", sep="-").languages
        spoken = dict.fromkeys((*LANGUAGES, *self.initial.get("languages", ())))
        languages = cast(forms.MultipleChoiceField, self.fields["languages"])
        languages.choices = [(code, names.get(code, code)) for code in spoken]


def registration_values(registration: Registration) -> dict[str, Any]:
    """What the form of a registration starts from."""
    names = ("attendance", "formats", "parallel", "max_meetings", "max_per_day", "motivation")
    return {name: getattr(registration, name) for name in names}


def delegate_values(delegate: Delegate) -> dict[str, Any]:
    """What the form of a delegate starts from."""
    names = ("name", "email", "phone", "job_title", "languages")
    return {name: getattr(delegate, name) for name in names}


class AvailabilityForm(forms.Form):
    """Times at which one delegate cannot meet; all others are free, new ones too."""

    delegate = forms.ModelChoiceField(queryset=Delegate.objects.none())
    slots = forms.ModelMultipleChoiceField(queryset=Slot.objects.none(), required=False)

    def __init__(self, *args: Any, registration: Registration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Delegate.objects.filter(registration=registration)
        slots = Slot.objects.filter(event=registration.event_id)
        cast(
            "forms.ModelChoiceField[Delegate]", self.fields["delegate"]
        ).queryset = people.select_related("registration")
        cast("forms.ModelMultipleChoiceField[Slot]", self.fields["slots"]).queryset = slots


class Nothing(forms.Form):
    """A button; it carries what the action refuses."""
