"""Forms of saved searches."""

from django import forms
from django.utils.translation import gettext_lazy as _

from matchmaking.actions.searches import NAME_LENGTH


class SearchForm(forms.Form):
    """A saved search: its name, and whether news of it are mailed."""

    name = forms.CharField(label=_("Name of the search"), max_length=NAME_LENGTH)
    is_mailed = forms.BooleanField(
        label=_("Mail me what is new, at most once a week"), required=False
    )


class NewSearchForm(SearchForm):
    """The same with the filter it keeps, as the find page hands it over."""

    query = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)
