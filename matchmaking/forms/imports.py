"""Forms of an import of registrations: the file, what its columns mean, whose rows they are."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from clusters.choices import OrganisationKind, Side
from events.adapters import MOST_BYTES, read_table
from events.choices import RegistrationStatus
from events.models import RegistrationImport
from events.reads.importing.columns import FIELDS
from events.reads.importing.plan import NEW_PROFILE, SKIP, Line

DECISION = "whose:"


class UploadForm(forms.Form):
    """A list of another tool."""

    file = forms.FileField(
        label=_("List"),
        help_text=_("CSV or XLSX, headings in the first row; at most 5 MB and 5,000 rows."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
    )

    def clean_file(self) -> "UploadedFile[Any]":
        """The file; what stands in it is in `table`."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        # One byte more than allowed is enough to see that it is too large.
        self.table = read_table(file.read(MOST_BYTES + 1))
        return file


class ColumnsForm(forms.Form):
    """Which column holds what, and what holds for all rows."""

    status = forms.ChoiceField(
        label=_("Import as"),
        choices=[
            (RegistrationStatus.APPLIED, _("applied: you decide on each in the call")),
            (RegistrationStatus.ACCEPTED, _("accepted: they take part at once")),
        ],
        initial=RegistrationStatus.APPLIED,
        widget=forms.RadioSelect,
    )
    unknown = forms.ChoiceField(
        label=_("Organisations without a profile"),
        choices=[
            (SKIP, _("leave their rows out")),
            (NEW_PROFILE, _("start a draft profile for the curators, and register it")),
        ],
        initial=SKIP,
        widget=forms.RadioSelect,
    )
    kind = forms.ChoiceField(
        label=_("Kind of new profiles"),
        choices=OrganisationKind.choices,
        initial=OrganisationKind.COMPANY,
    )
    side = forms.ChoiceField(
        label=_("Side of new profiles without a country"),
        choices=[("", _("none: such a row is wrong")), *Side.choices],
        required=False,
    )
    mail = forms.BooleanField(
        label=_("Mail whoever manages a new registration, and invite people to new profiles"),
        required=False,
        help_text=_("Without it nobody is told; you can write to them later."),
    )

    def __init__(
        self, row: RegistrationImport, columns: Mapping[str, int], data: Any = None
    ) -> None:
        options = {**row.options, "mail": bool(row.options.get("mail"))} if row.options else {}
        super().__init__(data, initial={**options, **columns})
        choices = [("", _("not in the file")), *enumerate(row.headings)]
        for name, label in FIELDS.items():
            self.fields[name] = forms.TypedChoiceField(
                label=str(label), choices=choices, required=False, coerce=int, empty_value=None
            )

    @property
    def column_fields(self) -> list[forms.BoundField]:
        """The fields that name a column."""
        return [self[name] for name in FIELDS]

    @property
    def columns(self) -> dict[str, int]:
        """The number of the column by field."""
        found = {name: self.cleaned_data[name] for name in FIELDS}
        return {name: at for name, at in found.items() if at is not None}

    @property
    def options(self) -> dict[str, str]:
        """What holds for all rows."""
        names = ("status", "unknown", "kind", "side")
        mail = "yes" if self.cleaned_data["mail"] else ""
        return {**{name: self.cleaned_data[name] for name in names}, "mail": mail}


class DecisionsForm(forms.Form):
    """Whose rows they are, for each name that only resembles a profile."""

    def __init__(
        self, lines: Iterable[Line], decisions: Mapping[str, str], data: Any = None
    ) -> None:
        super().__init__(data)
        for line in lines:
            near = [(one.slug, one.name) for one in line.near]
            self.fields[DECISION + line.key] = forms.ChoiceField(
                label=line.cells.name,
                choices=[
                    ("", _("decide")),
                    *near,
                    (NEW_PROFILE, _("none of these: a draft profile")),
                    (SKIP, _("none of these: leave out")),
                ],
                required=False,
                initial=decisions.get(line.key, ""),
            )

    @property
    def decisions(self) -> dict[str, str]:
        """What was chosen, by name."""
        return {name.removeprefix(DECISION): one for name, one in self.cleaned_data.items()}


class ApplyForm(forms.Form):
    """The last step."""

    skip_broken = forms.BooleanField(
        label=_("Leave out the rows that are wrong or undecided"), required=False
    )
