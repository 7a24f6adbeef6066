"""What the frame around every page needs: who acts, and where one can go from here."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class NavItem:
    """One entry of the main navigation; `current` on its page and on the pages below it."""

    label: str
    href: str
    current: bool


class Shell:
    """The frame of one request; everything is looked up when a template first asks for it."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def organisation(self) -> Any:
        """The organisation the user acts for, or None."""
        return getattr(self._request, "organisation", None)

    @cached_property
    def sections(self) -> list[NavItem]:
        """The main navigation, by what the user is."""
        user = self._request.user
        entries = self._member_entries() if user.is_authenticated else self._visitor_entries()
        items = (self._item(name, label) for name, label in entries)
        return [item for item in items if item is not None]

    def _visitor_entries(self) -> list[tuple[str, str]]:
        return [
            ("how_it_works", _("How it works")),
            ("find", _("Organisations")),
            ("event_list", _("Events")),
            ("stories", _("Success stories")),
            ("about_data", _("About the data")),
        ]

    def _member_entries(self) -> list[tuple[str, str]]:
        entries = [
            ("home", _("Home")),
            ("find", _("Find partners")),
            ("event_list", _("Events")),
            ("inbox", _("Requests")),
            ("agenda", _("Agenda")),
        ]
        if self._request.user.is_staff:
            entries.append(("admin:index", _("Curation")))
        return entries

    def _item(self, name: str, label: str) -> NavItem | None:
        try:
            href = reverse(name)
        except NoReverseMatch:  # an event's own page, or a part that is not installed
            return None
        path = self._request.path
        return NavItem(label, href, path == href or (href != "/" and path.startswith(href)))


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `shell` in every template; costs nothing where it is not used."""
    return {"shell": SimpleLazyObject(lambda: Shell(request))}
