"""Forms of what organisers do for an organisation."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from matchmaking.forms.registrations import RegistrationForm

ACCEPT, DECLINE, PRIORITY = "accept", "decline", "priority"


class TakesPartForm(RegistrationForm):
    """How an organisation takes part, as its organisers write it down."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["attendance"].label = _("It takes part")
        self.fields["motivation"].label = _("What it wants from the event")
        self.fields["motivation"].help_text = ""


class ForRequestForm(forms.Form):
    """An answer to a request, or how much it is wanted, and who of the organisation asked for it."""

    do = forms.ChoiceField(choices=[(one, one) for one in (ACCEPT, DECLINE, PRIORITY)])
    priority = forms.TypedChoiceField(
        label=_("How much it wants the meeting"),
        choices=[(1, _("1, would be nice")), (2, _("2, wants it")), (3, _("3, must meet"))],
        coerce=int,
        required=False,
        empty_value="0",
    )
    asked_by = forms.CharField(
        label=_("Who of the organisation asked you"),
        max_length=200,
        help_text=_("For example: “Marta by phone”. The organisation reads it."),
    )
