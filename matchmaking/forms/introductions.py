"""Which introductions an organiser ticked."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clusters.validators import whole_number
from matchmaking.reads.introductions import Pair, pair


class IntroductionsForm(forms.Form):
    """Pairs as "12-34", each the keys of two registrations."""

    pairs = forms.Field(widget=forms.MultipleHiddenInput, required=False)

    def clean_pairs(self) -> set[Pair]:
        """At least one pair. Words that are none come from no page of ours and are left out."""
        found = set()
        for text in self.cleaned_data["pairs"] or ():
            first, _dash, second = text.partition("-")
            one, other = whole_number(first), whole_number(second)
            if one is not None and other is not None:
                found.add(pair(one, other))
        if not found:
            raise ValidationError(_("Tick at least one introduction."), code="required")
        return found
