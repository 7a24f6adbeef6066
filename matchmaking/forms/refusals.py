"""What an action refuses, put next to the field it speaks of."""

from collections.abc import Mapping

from django import forms
from django.core.exceptions import ValidationError


def put_errors(
    form: forms.Form, error: ValidationError, fields: Mapping[str, str] | None = None
) -> None:
    """Add an action's errors to a bound form.

    `fields` maps codes of refusals, and names of fields as the action knows them, to fields of the
    form; what it leaves out and the form does not know stands above the form.
    """
    fields = fields or {}
    if hasattr(error, "error_dict"):
        for name, errors in error.error_dict.items():
            _add(form, fields.get(name, name), errors)
    else:
        for one in error.error_list:
            _add(form, fields.get(one.code or "", ""), [one])


def _add(form: forms.Form, name: str, errors: list[ValidationError]) -> None:
    form.add_error(name if name in form.fields else None, ValidationError(errors))
