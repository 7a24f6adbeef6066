"""Checks that pages, API, imports and actions share. Each raises with a sentence that says how to mend it."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from babel import Locale
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

SLUG_LENGTH = 80
# Pages that stand where a profile's page would.
RESERVED_SLUGS = frozenset({"new"})
WEBSITE_LENGTH = 300
LONGEST_NUMBER = 18
# They turn the direction of what follows them, so that a text can pose as another one.
DIRECTION_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
HOST_NAME = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_](?:[\w-]{0,61}[^\W_])")


class Refused(ValidationError):
    """A state or a rule forbids what was asked, though the input itself is well formed.

    `code` names the rule for programs (API: 409); the message tells a person how to go on.
    """

    def __init__(self, message: Any, code: str, params: dict[str, Any] | None = None) -> None:
        super().__init__(message, code=code, params=params)

    @property
    def text(self) -> str:
        """The sentence for people, in the language that is active."""
        return str(self.messages[0])


def check_slug(value: str) -> None:
    """Lower-case letters a to z, digits and single hyphens, up to 80 characters."""
    if not value or len(value) > SLUG_LENGTH or slugify(value) != value or "_" in value:
        raise ValidationError(
            _("Use small letters from a to z, digits and hyphens, at most %(most)d characters."),
            code="slug",
            params={"most": SLUG_LENGTH},
        )
    if value in RESERVED_SLUGS:
        raise ValidationError(_("Another page has this address. Choose another one."), code="slug")


def check_website(value: str) -> None:
    """An address as people write it: a host name with or without http(s), never another scheme."""
    if not value:
        return
    check_characters(value)
    check_length(value, WEBSITE_LENGTH)
    parts = urlsplit(value if "://" in value else f"//{value}")
    if parts.scheme not in {"", "http", "https"} or re.match(r"[\w+.-]+:(?!//|\d)", value):
        raise ValidationError(
            _("Enter a web address that begins with https:// or http://."), code="website_scheme"
        )
    if any(c.isspace() for c in value) or not HOST_NAME.fullmatch(parts.hostname or ""):
        raise ValidationError(
            _("Enter a web address such as https://www.example.org."), code="website"
        )


def website_link(value: str) -> str:
    """The address a browser can follow, or "" where the text is none that we would link to."""
    try:
        check_website(value)
    except ValidationError:
        return ""
    return value if not value or "://" in value else f"https://{value}"


def check_time_zone(value: str) -> None:
    """A name of the IANA time zone database, or empty for "not said"."""
    if value and value not in _time_zones():
        raise ValidationError(
            _("“%(value)s” is no time zone we know. Choose one such as Europe/Madrid."),
            code="time_zone",
            params={"value": value},
        )


def check_languages(values: Iterable[str]) -> None:
    """ISO 639 codes that have a name, each once."""
    values = list(values)
    unknown = [value for value in values if value not in _languages()]
    if unknown:
        raise ValidationError(
            _("We do not know the language code %(codes)s. Use codes such as en, es or gl."),
            code="language",
            params={"codes": ", ".join(unknown)},
        )
    if len(set(values)) != len(values):
        raise ValidationError(_("Name each language once."), code="language_twice")


def check_length(value: str, most: int) -> None:
    """At most `most` characters, counted as a reader would after joining accents to letters."""
    length = len(unicodedata.normalize("NFC", value))
    if length > most:
        raise ValidationError(
            ngettext_lazy(
                "Shorten this text by %(over)d character (at most %(most)d).",
                "Shorten this text by %(over)d characters (at most %(most)d).",
                "over",
            ),
            code="too_long",
            params={"over": length - most, "most": most},
        )


def check_characters(value: str) -> None:
    """No control characters and no direction overrides; line breaks and tabs are fine."""
    for character in value:
        if character in "\n\r\t":
            continue
        if unicodedata.category(character) in {"Cc", "Cs"} or character in DIRECTION_OVERRIDES:
            raise ValidationError(
                _("This text holds an invisible control character. Type it again without it."),
                code="control_character",
            )


def whole_number(text: str) -> int | None:
    """What a form or an address writes in digits, such as a key; None for anything else and beyond any key."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else None


def check_text(value: str, *, most: int) -> None:
    """What every free text must pass: readable characters and a bounded length."""
    check_characters(value)
    check_length(value, most)


def check_fields(values: Mapping[str, Any]) -> None:
    """Check plain fields of an organisation, by name. Raises one ValidationError with all of them by field."""
    errors: dict[str, list[ValidationError]] = {}
    for name, value in values.items():
        try:
            _check_field(name, value)
        except ValidationError as error:
            errors[name] = error.error_list
    if errors:
        raise ValidationError(errors)


def _check_field(name: str, value: Any) -> None:
    if name in TEXT_LIMITS:
        check_text(value, most=TEXT_LIMITS[name])
    elif name == "aliases":
        for alias in value:
            check_text(alias, most=ALIAS_LENGTH)
    elif name in FIELD_CHECKS:
        FIELD_CHECKS[name](value)


TEXT_LIMITS = {
    "name": 200,
    "printed_kind": 150,
    "side_reason": 300,
    "aim_en": 1500,
    "aim_es": 1500,
    "description_en": 6000,
    "description_es": 6000,
    "note": 6000,
}
ALIAS_LENGTH = 150
FIELD_CHECKS: dict[str, Callable[[Any], None]] = {
    "slug": check_slug,
    "website": check_website,
    "time_zone": check_time_zone,
    "languages": check_languages,
}


@lru_cache(maxsize=1)
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


@lru_cache(maxsize=1)
def _languages() -> frozenset[str]:
    return frozenset(str(code) for code in Locale.parse("en").languages if len(str(code)) <= 5)
