"""A form and the action behind it: what the action refuses stands next to the form."""

from collections.abc import Callable

from django import forms
from django.core.exceptions import ValidationError

from clusters.validators import Refused

DONE, WRONG, REFUSED = 200, 400, 409


def attempt(form: forms.Form, act: Callable[[], object]) -> int:
    """Act if the form is valid. Returns the status: 200 done, 400 wrong input, 409 refused by a rule."""
    if not form.is_valid():
        return WRONG
    try:
        act()
    except ValidationError as error:
        add_errors(form, error)
        return REFUSED if isinstance(error, Refused) else WRONG
    return DONE


def add_errors(form: forms.Form, error: ValidationError) -> None:
    """Each error next to its field; above the form where it has no such field."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, ValidationError(errors))
