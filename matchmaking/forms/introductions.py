"""Which introductions an organiser ticked."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from matchmaking.reads.introductions import Pair, pair


class IntroductionsForm(forms.Form):
    """Pairs as "12-34", each the keys of two registrations."""

    pairs = forms.Field(widget=forms.MultipleHiddenInput, required=False)

    def clean_pairs(self) -> set[Pair]:
        """At least one pair. Words that are none come from no page of ours and are left out."""
        found = set()
        for text in self.cleaned_data["pairs"] or ():
            one, _dash, other = text.partition("-")
            if one.isdecimal() and other.isdecimal():
                found.add(pair(int(one), int(other)))
        if not found:
            raise ValidationError(_("Tick at least one introduction."), code="required")
        return found
