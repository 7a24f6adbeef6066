"""Forms of the day: how it is run, and who walks in."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from clusters.choices import OrganisationKind, Side
from clusters.models import Organisation
from clusters.reads.find_by_name import organisations_named
from matchmaking.actions import NewProfile
from matchmaking.choices import ScreenAccess
from matchmaking.forms.countries import CountryField
from matchmaking.models import DaySettings


class DayForm(forms.Form):
    """How an event's day is run."""

    fills_freed_places = forms.BooleanField(
        label=_("Offer places that become free to the next pair"), required=False
    )
    offer_minutes = forms.IntegerField(
        label=_("Minutes to answer an offer"), min_value=1, max_value=120
    )
    screen = forms.ChoiceField(
        label=_("Who may open the big screen"),
        choices=ScreenAccess.choices,
        widget=forms.RadioSelect,
    )
    screen_shows_names = forms.BooleanField(
        label=_("The big screen names the organisations at each table"),
        required=False,
        help_text=_("Never people. Without it, it shows times and tables."),
    )

    def __init__(self, settings: DaySettings, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={name: getattr(settings, name) for name in self.base_fields})


class WalkInForm(forms.Form):
    """An organisation at the door, by name, and its person."""

    name = forms.CharField(
        label=_("Organisation"),
        max_length=200,
        help_text=_("If it has a profile, its name is enough; you can then choose it."),
    )
    chosen = forms.ChoiceField(label=_("Which one"), required=False, widget=forms.RadioSelect)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=OrganisationKind.choices, initial=OrganisationKind.COMPANY
    )
    side = forms.ChoiceField(label=_("Side"), choices=Side.choices, initial=Side.MX)
    country = CountryField(label=_("Country"), required=False, empty_label=_("choose"))
    person = forms.CharField(label=_("Person"), max_length=150)
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("For a new profile: the person is invited to complete it."),
    )
    job_title = forms.CharField(label=_("Job title"), max_length=150, required=False)

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.near: list[Organisation] = []
        name = str(data.get("name", "")).strip() if data else ""
        if name:
            exact, near = organisations_named(name)
            self.near = list(dict.fromkeys([*exact, *near]))
        if self.near:
            options = [(one.slug, one.name) for one in self.near]
            field = cast(forms.ChoiceField, self.fields["chosen"])
            field.choices = [*options, ("new", _("none of these, a new profile"))]
            field.required = True
        else:
            del self.fields["chosen"]

    @property
    def organisation(self) -> Organisation | NewProfile:
        """The one chosen, or what is written down of a new one."""
        chosen = self.cleaned_data.get("chosen")
        for one in self.near:
            if one.slug == chosen:
                return one
        data = self.cleaned_data
        countries = [data["country"]] if data["country"] else []
        return NewProfile(data["name"].strip(), data["kind"], data["side"], countries)

    @property
    def values(self) -> dict[str, str]:
        """The person as `add_delegate` takes it."""
        data = self.cleaned_data
        return {"name": data["person"], "email": data["email"], "job_title": data["job_title"]}
