"""Why a wish was left out, in words: one text for organisers, one for participants.

Input are the reasons of the schedule exchange format as plain dictionaries, and names by id. A
participant learns about the event and about itself; of its partner no more than that there is no
room, never availability, hours, caps or with whom it meets.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

Reason = Mapping[str, Any]
Names = Mapping[str, str]

CUT_BY = {
    "availability": _("the times at which both are there"),
    "format": _("the kind of session this meeting needs"),
    "decent_hours": _("the hours at which it is day for both"),
}
"""What can leave a pair without any slot, by the format's `cut_by`."""

ORGANISER = {
    "no_common_slot": _("There is no slot for this pair, because of %(cut_by)s."),
    "cap_full": _("%(org)s has as many meetings as it accepts (%(count)s)."),
    "seat": _("%(slot)s: %(org)s is in another meeting (%(meetings)s)."),
    "no_seat": _("%(slot)s: %(org)s takes no meetings then."),
    "tables": _("%(slot)s: all tables are taken."),
    "day_cap": _("%(slot)s: %(org)s has as many meetings that day as it accepts."),
    "proof": _(
        "The best place this meeting could have is worth %(left)s points to other meetings, "
        "its own weight is %(right)s: no best schedule contains it."
    ),
    "free": _("It could take place if %(org)s were free at %(slot)s."),
    "add_table": _("It could take place with one more table at %(slot)s."),
    "raise_cap": _("It could take place if %(org)s accepted one more meeting."),
    "swap": _("It could take place if the meeting %(meeting)s moved to %(slot)s."),
}
PARTICIPANT = {
    "no_common_slot": _("There is no time that suits both of you at this event."),
    "own_cap": _("You have as many meetings as you accept."),
    "partner_cap": _("Your partner has no room for a further meeting."),
    "own_seat": _("%(slot)s: you have another meeting."),
    "own_no_seat": _("%(slot)s: you take no meetings then."),
    "partner_seat": _("%(slot)s: your partner has another meeting."),
    "partner_no_seat": _("%(slot)s: your partner has no room."),
    "tables": _("%(slot)s: all tables are taken."),
    "own_day_cap": _("%(slot)s: you have as many meetings that day as you accept."),
    "partner_day_cap": _("%(slot)s: your partner has no room that day."),
    "free": _("It could take place if you were free at %(slot)s."),
    "raise_cap": _("It could take place if you accepted one more meeting."),
}


def for_organiser(
    reason: Reason, *, organisations: Names, slots: Names, wishes: Names
) -> list[str]:
    """Sentences for one reason; ids without a name are shown as they are."""
    code = reason["code"]
    if code == "no_common_slot":
        return [
            _text(ORGANISER[code], cut_by=_list(str(CUT_BY[rule]) for rule in reason["cut_by"]))
        ]
    if code == "cap_full":
        org, count = _name(organisations, reason["org"]), len(reason["meetings"])
        return [_text(ORGANISER[code], org=org, count=count)]
    if code == "blocked_slot":
        slot = _name(slots, reason["slot"])
        return [_blocker(entry, slot, organisations, wishes) for entry in reason["blockers"]]
    if code == "proof":
        return [_text(ORGANISER[code], left=f"{reason['left']:g}", right=f"{reason['right']:g}")]
    return [_change(reason["change"], organisations, slots, wishes)]


def _change(change: Reason, organisations: Names, slots: Names, wishes: Names) -> str:
    if "swap" in change:
        meeting = _name(wishes, change["swap"]["wish"])
        slot = _name(slots, change["swap"]["slot"])
        return _text(ORGANISER["swap"], meeting=meeting, slot=slot)
    if "add_table" in change:
        return _text(ORGANISER["add_table"], slot=_name(slots, change["add_table"]))
    if "raise_cap" in change:
        return _text(ORGANISER["raise_cap"], org=_name(organisations, change["raise_cap"]))
    org, slot = _name(organisations, change["free"]), _name(slots, change["slot"])
    return _text(ORGANISER["free"], org=org, slot=slot)


def _blocker(entry: Reason, slot: str, organisations: Names, wishes: Names) -> str:
    if "day_cap" in entry:
        org = _name(organisations, entry["day_cap"])
        return _text(ORGANISER["day_cap"], slot=slot, org=org)
    if "org" not in entry:
        return _text(ORGANISER["tables"], slot=slot)
    org = _name(organisations, entry["org"])
    if not entry["wishes"]:
        return _text(ORGANISER["no_seat"], slot=slot, org=org)
    meetings = _list(_name(wishes, wish) for wish in entry["wishes"])
    return _text(ORGANISER["seat"], slot=slot, org=org, meetings=meetings)


def for_participant(reason: Reason, *, own: str, slots: Names) -> list[str]:
    """Sentences for one reason as the organisation with the id `own` may read them.

    Reasons that are none of its business (what the partner or the organiser could change, what
    meetings are worth to others) give no sentence.
    """
    code = reason["code"]
    if code == "no_common_slot":
        return [_text(PARTICIPANT[code])]
    if code == "cap_full":
        return [_text(PARTICIPANT["own_cap" if reason["org"] == own else "partner_cap"])]
    if code == "blocked_slot":
        slot = _name(slots, reason["slot"])
        return [_text(PARTICIPANT[_kind(entry, own)], slot=slot) for entry in reason["blockers"]]
    change = reason.get("change", {})
    if change.get("free") == own:
        return [_text(PARTICIPANT["free"], slot=_name(slots, change["slot"]))]
    if change.get("raise_cap") == own:
        return [_text(PARTICIPANT["raise_cap"])]
    return []


def _kind(entry: Reason, own: str) -> str:
    if "day_cap" in entry:
        return "own_day_cap" if entry["day_cap"] == own else "partner_day_cap"
    if "org" not in entry:
        return "tables"
    side = "own" if entry["org"] == own else "partner"
    return f"{side}_seat" if entry["wishes"] else f"{side}_no_seat"


def left_out(count: int) -> str:
    """How many wishes have no place."""
    text = ngettext("%(count)s wish has no place.", "%(count)s wishes have no place.", count)
    return text % {"count": count}


def _text(template: Any, **values: object) -> str:
    return str(template) % values


def _name(names: Names, key: str) -> str:
    return names.get(key, key)


def _list(parts: Iterable[str]) -> str:
    return ", ".join(parts)
