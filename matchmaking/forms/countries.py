"""Choosing a country: the names stand in the order of the reader's own alphabet."""

from typing import Any

from django import forms
from django.utils.translation import get_language

from clusters.models import Country
from clusters.querysets import Fold


def _in_order(field: forms.ModelChoiceField) -> None:
    name = "name_es" if (get_language() or "en").startswith("es") else "name_en"
    field.queryset = Country.objects.order_by(Fold(name))


class CountryField(forms.ModelChoiceField):
    """One country. Forms copy their fields for each reader; that is when the order is known."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Country.objects.all(), **kwargs)

    def __deepcopy__(self, memo: Any) -> "CountryField":
        copied: CountryField = super().__deepcopy__(memo)
        _in_order(copied)
        return copied


class CountriesField(forms.ModelMultipleChoiceField):
    """Any number of countries, in the same order."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Country.objects.all(), **kwargs)

    def __deepcopy__(self, memo: Any) -> "CountriesField":
        copied: CountriesField = super().__deepcopy__(memo)
        _in_order(copied)
        return copied
