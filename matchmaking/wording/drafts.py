"""What a change to a draft does, in words."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def effect_text(
    *, points: int, idle: int, table_changes: int, without: int, tells: int | None
) -> str:
    """Differences a change makes: points, idle slots, table changes, organisations left without a meeting.

    `tells` is how many organisations the next release would have to tell; None before a first release.
    """
    parts = [
        _points(points),
        _idle(idle),
        _changes(table_changes),
        *([_without(without)] if without else []),
        *([_tells(tells)] if tells is not None else []),
    ]
    return sentence(parts)


def sentence(parts: Iterable[str]) -> str:
    """Half sentences as one."""
    return _(", ").join(parts) + "."


def _points(n: int) -> str:
    if n == 0:
        return _("0 points lost")
    if n < 0:
        return ngettext("%(n)d point lost", "%(n)d points lost", -n) % {"n": -n}
    return ngettext("%(n)d point won", "%(n)d points won", n) % {"n": n}


def _idle(n: int) -> str:
    if n == 0:
        return _("as many idle slots as before")
    if n < 0:
        return ngettext("%(n)d idle slot less", "%(n)d idle slots less", -n) % {"n": -n}
    return ngettext("%(n)d idle slot more", "%(n)d idle slots more", n) % {"n": n}


def _changes(n: int) -> str:
    if n == 0:
        return _("as many table changes as before")
    if n < 0:
        return ngettext("%(n)d table change less", "%(n)d table changes less", -n) % {"n": -n}
    return ngettext("%(n)d table change more", "%(n)d table changes more", n) % {"n": n}


def _without(n: int) -> str:
    if n < 0:
        text = ngettext(
            "%(n)d organisation gets its first meeting",
            "%(n)d organisations get their first meeting",
            -n,
        )
        return text % {"n": -n}
    text = ngettext(
        "%(n)d organisation is left without a meeting",
        "%(n)d organisations are left without a meeting",
        n,
    )
    return text % {"n": n}


def _tells(n: int) -> str:
    text = ngettext("%(n)d organisation to tell", "%(n)d organisations to tell", n)
    return text % {"n": n}


def edit_text(kind: str, meetings: Sequence[str], before: str, after: str) -> str:
    """A change by hand: its meetings by their names, the place before and after."""
    words = {
        "move": _("%(meeting)s moved from %(before)s to %(after)s"),
        "swap": _("%(meeting)s and %(other)s changed places"),
        "place": _("%(meeting)s placed at %(after)s"),
        "take_out": _("%(meeting)s taken out of %(before)s"),
        "lock": _("%(meeting)s locked at %(after)s"),
        "unlock": _("%(meeting)s unlocked at %(after)s"),
    }
    return words[kind] % {
        "meeting": meetings[0],
        "other": meetings[-1],
        "before": before,
        "after": after,
    }
