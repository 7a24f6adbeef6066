"""The form that writes a mail to participants."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from events.models import Mailing, Registration
from matchmaking.reads.organiser.mailings import WritingPage
from matchmaking.wording.mailings import first_texts

TALL = {"rows": 8}


class MailingForm(forms.Form):
    """Texts in both languages and whom they go to."""

    subject = forms.CharField(label=_("Subject in English"), max_length=200)
    body = forms.CharField(
        label=_("Text in English"), max_length=6000, widget=forms.Textarea(attrs=TALL)
    )
    subject_es = forms.CharField(label=_("Subject in Spanish"), max_length=200, required=False)
    body_es = forms.CharField(
        label=_("Text in Spanish"),
        max_length=6000,
        required=False,
        widget=forms.Textarea(attrs=TALL),
        help_text=_("Left empty, everybody reads the English one."),
    )
    registrations = forms.ModelMultipleChoiceField(
        Registration.objects.none(),
        label=_("To"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one organisation.")},
    )

    def __init__(self, page: WritingPage, data: Mapping[str, Any] | None = None) -> None:
        keys = [one.pk for one in page.candidates]
        super().__init__(data, initial=_first(page, keys))
        field = self.fields["registrations"]
        field.queryset = (  # type: ignore[attr-defined]  # a ModelMultipleChoiceField
            Registration.objects.filter(pk__in=keys)
            .select_related("organisation")
            .order_by("organisation__name")
        )
        field.label_from_instance = lambda one: one.organisation.name  # type: ignore[attr-defined]  # as above

    @property
    def values(self) -> dict[str, Any]:
        """What the actions take."""
        texts = {
            name: self.cleaned_data[name] for name in ("subject", "body", "subject_es", "body_es")
        }
        return {"texts": texts, "registrations": self.cleaned_data["registrations"]}


def _first(page: WritingPage, keys: list[int]) -> dict[str, Any]:
    mailing: Mailing | None = page.mailing
    if mailing is None:
        return {**first_texts(page.audience), "registrations": keys}
    names = ("subject", "body", "subject_es", "body_es")
    chosen = list(mailing.registrations.values_list("pk", flat=True))
    return {**{name: getattr(mailing, name) for name in names}, "registrations": chosen}
