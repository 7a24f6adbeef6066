"""The mails that organisers send to participants: whom they are for, how they begin, where they lead."""

import re
from dataclasses import dataclass

from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clusters.models import User
from events.models import Mailing, Registration

FIELDS = ("person", "organisation", "event")
"""What a text may hold in braces; filled in for each recipient."""
_FIELD = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Audience:
    """Who is written to, the text it starts from, and the one thing the mail asks them to do."""

    label: Promise
    subject: Promise
    body: Promise
    action: Promise
    route: str
    is_of_event: bool = True
    """Whether the address of `route` holds the event's short name."""


_OPENING = _("Open the event")
AUDIENCES: dict[str, Audience] = {
    "no_delegate": Audience(
        _("No delegate named"),
        _("{event}: who comes for {organisation}?"),
        _(
            "{organisation} takes part in {event}, but nobody is named yet who sits at the table. "
            "Without a delegate we cannot plan your meetings."
        ),
        _("Name your delegates"),
        "registration_delegates",
    ),
    "no_time": Audience(
        _("No time left"),
        _("{event}: {organisation} has no free time"),
        _(
            "The delegates of {organisation} are away in every slot of {event}, so no meeting can be "
            "planned. Please look at the times once more."
        ),
        _("Say when you can meet"),
        "registration_availability",
    ),
    "no_interests": Audience(
        _("No interests said"),
        _("{event}: say what {organisation} seeks"),
        _(
            "Others at {event} cannot see yet what {organisation} seeks or offers. Two minutes on "
            "your profile bring you better requests."
        ),
        _("Say what you seek and offer"),
        "my_interests",
        is_of_event=False,
    ),
    "unanswered": Audience(
        _("Requests not answered"),
        _("{event}: others wait for {organisation}"),
        _(
            "Organisations asked {organisation} for a meeting at {event} and wait for your answer. "
            "A request that nobody answers expires."
        ),
        _("Answer your requests"),
        "inbox",
        is_of_event=False,
    ),
    "no_requests": Audience(
        _("No requests at all"),
        _("{event}: no meeting for {organisation} yet"),
        _(
            "As it stands {organisation} would have no meeting at {event}. The event's page suggests "
            "partners who fit you; asking takes a minute."
        ),
        _("See who fits you"),
        "suggestions",
    ),
    "too_many": Audience(
        _("More agreed than they have room for"),
        _("{event}: which meetings matter most to {organisation}?"),
        _(
            "{organisation} agreed to more meetings at {event} than there is time for. Tell us which "
            "matter most, or name another delegate, before we plan."
        ),
        _("Set your priorities"),
        "inbox",
        is_of_event=False,
    ),
    "accepted": Audience(
        _("Everybody who takes part"),
        _("{event}: news for participants"),
        _("Here is what {organisation} should know about {event}."),
        _OPENING,
        "event",
    ),
    "applied": Audience(
        _("Everybody who applied and waits"),
        _("{event}: your application"),
        _("A word about the application of {organisation} to {event}."),
        _OPENING,
        "event",
    ),
    "reserve": Audience(
        _("Everybody on the reserve list"),
        _("{event}: the reserve list"),
        _("A word about the place of {organisation} on the reserve list of {event}."),
        _OPENING,
        "event",
    ),
}


@dataclass(frozen=True)
class Letter:
    """A mailing as one person reads it."""

    subject: str
    paragraphs: tuple[str, ...]
    action: str
    path: str


def first_texts(audience: str) -> dict[str, str]:
    """The texts a new mailing starts from, by the names of the mailing's fields."""
    words = AUDIENCES[audience]
    found: dict[str, str] = {}
    for language, suffix in (("en", ""), ("es", "_es")):
        with translation.override(language):
            found |= {f"subject{suffix}": str(words.subject), f"body{suffix}": str(words.body)}
    return found


def unknown_fields(text: str) -> list[str]:
    """What stands in braces and cannot be filled in."""
    return [name for name in _FIELD.findall(text) if name not in FIELDS]


def letter(mailing: Mailing, registration: Registration, person: User) -> Letter:
    """What `person` reads of a mailing, in the language that is active."""
    words = AUDIENCES[mailing.audience]
    is_spanish = translation.get_language() == "es"
    subject = (is_spanish and mailing.subject_es) or mailing.subject
    body = (is_spanish and mailing.body_es) or mailing.body
    values = {
        "person": person.name,
        "organisation": registration.organisation.name,
        "event": registration.event.name,
    }
    filled = _fill(body, values)
    args = [registration.event.slug] if words.is_of_event else []
    return Letter(
        subject=_fill(subject, values),
        paragraphs=tuple(part.strip() for part in filled.split("\n\n") if part.strip()),
        action=str(words.action),
        path=reverse(words.route, args=args),
    )


def _fill(text: str, values: dict[str, str]) -> str:
    """In one pass, so that a name in braces inside a value stays what it is."""
    return _FIELD.sub(lambda found: values.get(found[1], found[0]), text)
