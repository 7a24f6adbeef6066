"""What to print, on which paper, in which language, from which release."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from events.models import Event, Registration
from matchmaking.choices import Paper, PaperKind
from matchmaking.models import Release

LETTER_COUNTRIES = frozenset({"MX", "US", "CA", "CL", "CO", "CR", "DO", "GT", "NI", "PA", "SV"})
"""Where offices print on US Letter (CLDR, paper size)."""


def usual_paper(event: Event) -> str:
    """The paper of the country in which an event is held."""
    return Paper.LETTER if event.country_id and _code(event) in LETTER_COUNTRIES else Paper.A4


def _code(event: Event) -> str:
    return event.country.code if event.country else ""


class SheetForm(forms.Form):
    """What every paper is asked: which release, paper, language."""

    release = forms.ModelChoiceField(
        Release.objects.none(), label=_("Release"), to_field_name="number", empty_label=None
    )
    paper = forms.ChoiceField(label=_("Paper"), choices=Paper.choices)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def __init__(
        self, event: Event, data: Mapping[str, Any] | None = None, *, language: str = ""
    ) -> None:
        releases = Release.objects.filter(event=event).order_by("-number")
        newest = releases.values_list("number", flat=True).first()
        initial = {"release": newest, "paper": usual_paper(event), "language": language}
        super().__init__(data, initial=initial)
        field = self.fields["release"]
        field.queryset = releases  # type: ignore[attr-defined]  # a ModelChoiceField
        field.label_from_instance = _release_name  # type: ignore[attr-defined]  # as above


def _release_name(release: Release) -> str:
    return str(_("Release %(number)d")) % {"number": release.number}


class PrintForm(SheetForm):
    """A paper for the team."""

    kind = forms.ChoiceField(
        label=_("What"), choices=PaperKind.choices, initial=PaperKind.BOOK, widget=forms.RadioSelect
    )
    field_order = ("kind", "release", "paper", "language")


class AgendaForm(SheetForm):
    """One organisation's agenda."""

    registration = forms.ModelChoiceField(
        Registration.objects.none(), label=_("Organisation"), empty_label=None
    )
    field_order = ("registration", "release", "paper", "language")

    def __init__(
        self, event: Event, data: Mapping[str, Any] | None = None, *, language: str = ""
    ) -> None:
        super().__init__(event, data, language=language)
        rows = Registration.objects.accepted().filter(event=event)
        field = self.fields["registration"]
        field.queryset = rows.select_related("organisation").order_by("organisation__name")  # type: ignore[attr-defined]  # a ModelChoiceField
        field.label_from_instance = lambda row: row.organisation.name  # type: ignore[attr-defined]  # as above
