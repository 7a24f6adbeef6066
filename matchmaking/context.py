"""What the frame around every page needs: who acts, and where one can go from here."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from clusters.models import Organisation
from clusters.reads import acted_for, acting_organisation
from events.choices import EventStatus
from events.models import Event

OVER = (EventStatus.CLOSED, EventStatus.ARCHIVED, EventStatus.CANCELLED)


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
    def organisation(self) -> Organisation | None:
        """The organisation the user acts for, or None."""
        return acting_organisation(self._request)

    @cached_property
    def others(self) -> list[Organisation]:
        """Further organisations that the user may act for instead."""
        rows = [row.organisation for row in acted_for(self._request)]
        return [one for one in rows if one != self.organisation]

    @property
    def demo(self) -> bool:
        """Whether this installation shows invented people and events."""
        return bool(settings.DEMO)

    @cached_property
    def organised(self) -> Event | None:
        """The event whose console the navigation leads to: the newest one not over yet."""
        events = Event.objects.filter(team__user=self._request.user).exclude(status__in=OVER)
        return events.order_by("-starts_on", "-pk").first()

    @cached_property
    def sections(self) -> list[NavItem]:
        """The main navigation, by what the user is."""
        signed_in = self._request.user.is_authenticated
        entries = self._member_entries() if signed_in else self._visitor_entries()
        items = (self._item(label, name, *args) for label, name, *args in entries)
        return [item for item in items if item is not None]

    def _visitor_entries(self) -> list[tuple[str, ...]]:
        return [
            (_("How it works"), "how_it_works"),
            (_("Organisations"), "find"),
            (_("Events"), "event_list"),
            (_("Success stories"), "stories"),
            (_("About the data"), "about_data"),
        ]

    def _member_entries(self) -> list[tuple[str, ...]]:
        entries: list[tuple[str, ...]] = [
            (_("Home"), "home"),
            (_("Find partners") if self.organisation else _("Organisations"), "find"),
            (_("Events"), "event_list"),
        ]
        if self.organisation:
            entries += [(_("Requests"), "inbox"), (_("Agenda"), "agenda"), (_("After"), "after")]
        if self.organised:
            entries.append((_("Organise"), "organiser", self.organised.slug))
        if getattr(self._request.user, "is_staff", False):
            entries.append((_("Curation"), "admin:index"))
        return entries

    def _item(self, label: str, name: str, *args: str) -> NavItem | None:
        try:
            href = reverse(name, args=args)
        except NoReverseMatch:  # a page that is not installed
            return None
        path = self._request.path
        return NavItem(label, href, path == href or (href != "/" and path.startswith(href)))


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `shell` in every template; costs nothing where it is not used."""
    return {"shell": SimpleLazyObject(lambda: Shell(request))}
