"""What came of a meeting, as one side says it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from matchmaking.actions.outcomes import NEXT_LENGTH, NOTE_LENGTH
from matchmaking.choices import OutcomeStep
from matchmaking.models import Outcome

STEPS = [
    (OutcomeStep.HELD, _("We met")),
    (OutcomeStep.FOLLOW_UP, _("Follow-up: we wrote or spoke again")),
    (OutcomeStep.LETTER, _("Letter or memorandum: an intention in writing")),
    (OutcomeStep.PROJECT, _("Project: work that both do together")),
    (OutcomeStep.TRADE, _("Trade: something was bought, sold, licensed or invested")),
]


class OutcomeForm(forms.Form):
    """How far things came, what was said, and what is to be done next."""

    step = forms.ChoiceField(
        label=_("How far you have come"),
        choices=STEPS,
        initial=OutcomeStep.HELD,
        widget=forms.RadioSelect,
        help_text=_(
            "The other side sees this step and says its own. Once both have said it, it is confirmed."
        ),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For your own organisation only."),
    )
    next_step = forms.CharField(
        label=_("Next step"),
        required=False,
        max_length=NEXT_LENGTH,
        help_text=_("For instance “send the sample drawings”. For your own organisation only."),
    )
    next_on = forms.DateField(
        label=_("To be done on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("You are mailed once, on the morning of that day."),
    )


def outcome_initial(outcome: Outcome | None) -> dict[str, object]:
    """What one's side said before."""
    if outcome is None:
        return {}
    return {name: getattr(outcome, name) for name in OutcomeForm.base_fields}
