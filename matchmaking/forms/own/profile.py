"""Forms of one's own profile: plain fields, a new profile, labels, relations, suggested changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from babel import Locale
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clusters.choices import LabelLevel, OrganisationKind, RelationKind
from clusters.models import Country, Organisation, Region, Sector
from clusters.reads.find_by_name import organisations_named
from matchmaking.forms.countries import CountriesField, CountryField
from matchmaking.forms.setup import DATE, ZONES, ZoneWidget

LANGUAGES = ("es", "en", "fr", "de", "it", "pt", "nl", "pl", "ca", "eu", "gl")
LINES = forms.Textarea(attrs={"rows": 3})
LONG = forms.Textarea(attrs={"rows": 6})
PUBLIC_BODY = [("", _("not said")), ("yes", _("yes")), ("no", _("no"))]
YES_NO = {"": None, "yes": True, "no": False}
# Fields whose text somebody may propose; "other" is for everything else.
SUGGESTABLE = (
    "name", "aim_en", "aim_es", "description_en", "description_es", "website", "contact_mailbox",
    "time_zone", "aliases", "languages", "member_count", "employee_count", "countries", "region",
)  # fmt: skip


class WhoForm(forms.Form):
    """The plain fields of a profile. Hidden copies tell what the editor saw."""

    zones = ZONES

    name = forms.CharField(label=_("Name"), max_length=200)
    aliases = forms.CharField(
        label=_("Also called"), required=False, widget=LINES,
        help_text=_("One name a line: acronym, former name, name in another language."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("Kind"), choices=OrganisationKind.choices)
    aim_en = forms.CharField(
        label=_("Aim, in English"), required=False, max_length=1500, widget=LINES,
        help_text=_("One or two sentences: what you do, and for whom."),
    )  # fmt: skip
    aim_es = forms.CharField(
        label=_("Aim, in Spanish"), required=False, max_length=1500, widget=LINES
    )
    description_en = forms.CharField(
        label=_("Description, in English"), required=False, max_length=6000, widget=LONG
    )
    description_es = forms.CharField(
        label=_("Description, in Spanish"), required=False, max_length=6000, widget=LONG
    )
    countries = CountriesField(
        label=_("Countries"), required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text=_("Where you are at home. Hold Ctrl or ⌘ to choose more than one."),
    )  # fmt: skip
    region = forms.ModelChoiceField(
        Region.objects.select_related("country"), label=_("Region"), required=False,
        empty_label=_("not said"),
    )  # fmt: skip
    website = forms.CharField(label=_("Website"), required=False, max_length=300)
    contact_mailbox = forms.EmailField(
        label=_("Shared mailbox"), required=False,
        help_text=_("A role address of the organisation, not a person’s."),
    )  # fmt: skip
    languages = forms.MultipleChoiceField(
        label=_("Working languages"), required=False, widget=forms.CheckboxSelectMultiple
    )
    time_zone = forms.CharField(
        label=_("Time zone"), required=False, max_length=63, widget=ZoneWidget()
    )
    member_count = forms.IntegerField(
        label=_("Members"), required=False, min_value=0, max_value=2_000_000
    )
    employee_count = forms.IntegerField(
        label=_("Employees"), required=False, min_value=0, max_value=10_000_000
    )
    is_public_body = forms.ChoiceField(
        label=_("Public body"), required=False, choices=PUBLIC_BODY, widget=forms.RadioSelect
    )
    seen_at = forms.DateTimeField(widget=forms.HiddenInput)

    def __init__(self, own: Organisation, data: Mapping[str, Any] | None = None) -> None:
        self.own = own
        super().__init__(data, initial=who_values(own))
        for name, field in self.fields.items():
            field.show_hidden_initial = name != "seen_at"
        spoken = dict.fromkeys((*LANGUAGES, *own.languages))
        names = Locale.parse(get_language() or "en", sep="-").languages
        languages = cast(forms.MultipleChoiceField, self.fields["languages"])
        languages.choices = [(code, names.get(code, code)) for code in spoken]
        region = cast("forms.ModelChoiceField[Region]", self.fields["region"])
        region.choices = grouped_regions()

    def clean_aliases(self) -> list[str]:
        """One a line, each once."""
        lines = (line.strip() for line in str(self.cleaned_data["aliases"]).splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def clean_is_public_body(self) -> bool | None:
        """Not said is None."""
        return YES_NO[self.cleaned_data["is_public_body"]]

    def values(self) -> dict[str, Any]:
        """What the action takes; countries as a list."""
        rest = {name: value for name, value in self.cleaned_data.items() if name != "seen_at"}
        return {**rest, "countries": list(rest["countries"])}


@dataclass(frozen=True)
class Change:
    """A field that somebody else changed since the form was shown."""

    label: str
    now: str


def reread(form: WhoForm) -> tuple[WhoForm, tuple[Change, ...]]:
    """The editor's text over the profile as it is now, and what is different since it was shown.

    Saving the result is saving knowingly.
    """
    own = Organisation.objects.get(pk=form.own.pk)
    fresh, data, changes = WhoForm(own), form.data.copy(), []  # type: ignore[attr-defined]  # a QueryDict
    for name, field in fresh.fields.items():
        if name == "seen_at":
            continue
        bound = fresh[name]
        now = bound.field.hidden_widget().format_value(bound.field.prepare_value(bound.initial))
        values = [str(one) for one in now] if isinstance(now, list) else [now or ""]
        if _said(values) != _said(data.getlist(f"initial-{name}")):
            changes.append(Change(str(field.label), ", ".join(filter(None, values)) or "–"))
        data.setlist(f"initial-{name}", values)
    data["seen_at"] = own.updated_at.isoformat()
    again = WhoForm(own, data)
    for error in form.non_field_errors():
        again.add_error(None, str(error))
    return again, tuple(changes)


def _said(values: list[str]) -> list[str]:
    """Browsers send line ends in their own way, and empty values or none."""
    return sorted(filter(None, (" ".join(value.split()) for value in values)))


def who_values(own: Organisation) -> dict[str, Any]:
    """What the form starts from."""
    plain = (
        "name", "kind", "aim_en", "aim_es", "description_en", "description_es", "website",
        "contact_mailbox", "languages", "time_zone", "member_count", "employee_count",
    )  # fmt: skip
    said = {True: "yes", False: "no", None: ""}
    return {
        **{name: getattr(own, name) for name in plain},
        "aliases": "\n".join(own.aliases),
        "countries": [country.pk for country in own.countries.all()],
        "region": own.region_id,
        "is_public_body": said[own.is_public_body],
        "seen_at": own.updated_at.isoformat(),
    }


def grouped_regions() -> list[Any]:
    """Regions below the name of their country, wider ones before those inside them."""
    groups: dict[str, list[tuple[int, str]]] = {}
    rows = Region.objects.select_related("country").order_by("country__name_en", "code")
    for region in rows:
        name = f"{region.name} ({region.code})"
        groups.setdefault(region.country.name, []).append((region.pk, name))
    return [("", _("not said")), *groups.items()]


class NewOrganisationForm(forms.Form):
    """The least that makes a useful profile; the rest is asked on the profile's own page."""

    name = forms.CharField(label=_("Name of the organisation"), max_length=200)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=OrganisationKind.choices, initial=OrganisationKind.CLUSTER
    )
    country = CountryField(label=_("Country"), empty_label=_("choose"))
    aim = forms.CharField(
        label=_("Aim"), max_length=1500, widget=LINES,
        help_text=_("One or two sentences: what you do, and for whom. In the language of this page."),
    )  # fmt: skip
    sector = forms.ModelChoiceField(
        Sector.objects.all(), label=_("Main sector"), empty_label=_("choose")
    )
    website = forms.CharField(label=_("Website"), max_length=300)
    is_new = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def values(self) -> dict[str, Any]:
        """What create_organisation takes. The side follows from the country of a new profile."""
        given = self.cleaned_data
        country: Country = given["country"]
        field = "aim_es" if (get_language() or "en").startswith("es") else "aim_en"
        return {
            "name": given["name"],
            "kind": given["kind"],
            "side": country.default_side,
            "countries": [country],
            "values": {field: given["aim"], "website": given["website"],
                       "time_zone": country.time_zone},
        }  # fmt: skip


class LabelForm(forms.Form):
    """A management label with its dates."""

    level = forms.ChoiceField(label=_("Level"), choices=LabelLevel.choices)
    awarded_on = forms.DateField(label=_("Awarded"), required=False, widget=DATE)
    valid_until = forms.DateField(label=_("Valid until"), required=False, widget=DATE)


class RelationForm(forms.Form):
    """Whom one works with: an organisation by its name, or a country."""

    kind = forms.ChoiceField(label=_("Your organisation"), choices=RelationKind.choices)
    other = forms.CharField(
        label=_("Organisation"), required=False, max_length=200,
        help_text=_("Its name or acronym, as it stands here."),
    )  # fmt: skip
    country = CountryField(label=_("or a country"), required=False, empty_label=_("none"))
    since = forms.CharField(label=_("Since"), required=False, max_length=40)

    def clean_other(self) -> Organisation | None:
        """The organisation of that name; several or none are named in the error."""
        name = str(self.cleaned_data["other"]).strip()
        if not name:
            return None
        exact, near = organisations_named(name)
        if len(exact) == 1:
            return exact[0]
        if near:
            raise ValidationError(
                _("Which one? There are: %(names)s."),
                params={"names": "; ".join(one.name for one in near)},
            )
        raise ValidationError(_("No listed organisation has this name."))


class SuggestForm(forms.Form):
    """A correction with its source."""

    field = forms.ChoiceField(label=_("What is wrong"))
    value = forms.CharField(label=_("What it should be"), max_length=3000, widget=LINES)
    reason = forms.CharField(
        label=_("How you know"), max_length=2000, widget=LINES,
        help_text=_("A page, a document, or that you work there."),
    )  # fmt: skip

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        field = cast(forms.ChoiceField, self.fields["field"])
        field.choices = [(name, suggestable_label(name)) for name in (*SUGGESTABLE, "other")]


def suggestable_label(name: str) -> str:
    """What a field of a suggestion is called."""
    if name in WhoForm.base_fields:
        return str(WhoForm.base_fields[name].label)
    return str(_("Somebody asks to act for you") if name == "claim" else _("Something else"))


class UndoForm(forms.Form):
    """The button that takes a change back."""

    change = forms.CharField(max_length=200, widget=forms.HiddenInput)
