"""What people decide about their own account: how they are called, what they read, what they are mailed."""

from collections.abc import Mapping
from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clusters.models import User
from clusters.policies import require
from clusters.validators import check_text, check_time_zone

NAME_LENGTH = 150
ACCOUNT_FIELDS = frozenset({"name", "language", "time_zone", "mail_reminders", "mail_news"})


def change_account(user: User, *, values: Mapping[str, Any], actor: User) -> User:
    """Change name, language, time zone, or which mails somebody gets. ValidationError by field."""
    require(actor, "clusters.change_account", user)
    _check(values)
    with transaction.atomic(), pghistory.context(user=actor.pk, action="change_account"):
        row = User.objects.select_for_update().get(pk=user.pk)
        for name, value in values.items():
            setattr(row, name, value.strip() if isinstance(value, str) else value)
        row.save(update_fields=list(values))
    return row


def _check(values: Mapping[str, Any]) -> None:
    if unknown := values.keys() - ACCOUNT_FIELDS:
        raise ValidationError(
            _("An account has no field %(names)s."),
            code="field",
            params={"names": ", ".join(sorted(unknown))},
        )
    languages = dict(User._meta.get_field("language").flatchoices)
    if values.get("language", "en") not in languages:
        raise ValidationError({"language": _("Choose English or Spanish.")})
    for name, check in (("name", _check_name), ("time_zone", _check_zone)):
        if name in values:
            _by_field(name, check, values[name])


def _by_field(name: str, check: Any, value: str) -> None:
    try:
        check(value)
    except ValidationError as error:
        raise ValidationError({name: error.error_list}) from error


def _check_name(value: str) -> None:
    check_text(value, most=NAME_LENGTH)
    if any(sign in value for sign in "\n\r\t"):
        raise ValidationError(_("Write the name on one line."), code="line")


def _check_zone(value: str) -> None:
    if not value:
        raise ValidationError(_("Choose a time zone."), code="time_zone")
    check_time_zone(value)
