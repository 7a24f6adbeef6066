"""Forms of meeting requests."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from matchmaking.reads.asking import AskPage
from matchmaking.validators import MESSAGE_LENGTH, NOTE_LENGTH


class AskForm(forms.Form):
    """Why to meet: one of the reasons that match, and own words."""

    reason = forms.ChoiceField(
        label=_("The reason that matters most"), required=False, widget=forms.RadioSelect
    )
    message = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=MESSAGE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What would you talk about? They see this beside the reason."),
    )

    def __init__(self, *args: Any, page: AskPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = [(line.code, line.name) for line in page.reasons]
        cast(forms.ChoiceField, self.fields["reason"]).choices = [
            *reasons,
            ("", _("Another reason")),
        ]
        self.fields["reason"].initial = reasons[0][0] if reasons else ""


class AnswerForm(forms.Form):
    """A word with the answer, if one likes."""

    note = forms.CharField(
        label=_("A word to them"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
