"""Starting a count of everybody's best lists."""

from django import forms
from django.utils.translation import gettext_lazy as _

from matchmaking.reads.policies import policy_titles


class ReachForm(forms.Form):
    """By which policy the lists are ranked."""

    policy = forms.ChoiceField(label=_("Scoring policy"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as they are
        self.fields["policy"].choices = list(policy_titles().items())  # type: ignore[attr-defined]  # a choice field
