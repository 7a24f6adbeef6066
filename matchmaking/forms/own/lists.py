"""Forms of shortlists."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ShortlistForm(forms.Form):
    """A list: its name, and whether colleagues see and change it."""

    name = forms.CharField(label=_("Name of the list"), max_length=100)
    is_shared = forms.BooleanField(
        label=_("Shared with colleagues"),
        required=False,
        help_text=_("They can read it, add and remove organisations, and change notes."),
    )


class NoteForm(forms.Form):
    """A note on an organisation of a list."""

    note = forms.CharField(label=_("Note"), required=False, max_length=500)
