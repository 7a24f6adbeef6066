"""The pages of one's account."""

from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from clusters.models import Representative, User
from clusters.reads import representations


@dataclass(frozen=True)
class SettingsPage:
    """Who somebody is here: address, and for whom they act."""

    email: str
    roles: tuple[Representative, ...]


def settings_page(user: User) -> SettingsPage:
    """One query."""
    return SettingsPage(user.email, tuple(representations(user)))


def saved_in(language: str) -> str:
    """The confirmation in the language that was just chosen."""
    with translation.override(language):
        return _("Saved.")
