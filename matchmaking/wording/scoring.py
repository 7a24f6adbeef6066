"""Reasons of a score in words. One template per evidence code, in the reader's language.

Templates speak of an organisation by its short name and never of "you": the same sentence stands on both
organisations' pages.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Protocol

from babel import Locale
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import get_language, ngettext_lazy, pgettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy


class Named(Protocol):
    """Look-ups from code to name in the reader's language."""

    def organisation(self, key: str) -> str: ...
    def sector(self, code: str) -> str: ...
    def place(self, code: str) -> str: ...
    def country(self, code: str) -> str: ...
    def kind(self, code: str) -> str: ...
    def kind_of_cooperation(self, code: str) -> str: ...
    def label(self, scheme: str, level: str) -> str: ...


class Reason(Protocol):
    """What the engine says: a code and its parameters."""

    @property
    def code(self) -> str: ...
    @property
    def params(self) -> Mapping[str, Any]: ...


CRITERIA: Mapping[str, tuple[Promise, Promise]] = {
    "sector": (lazy("Sector"), lazy("does the other work in our fields?")),
    "target": (lazy("Target"), lazy("do the two target each other’s country?")),
    "need": (lazy("Need"), lazy("does the other offer what we seek?")),
    "kind": (lazy("Kind"), lazy("is it a kind that usually works with ours?")),
    "record": (lazy("Record"), lazy("worked with us or our side before?")),
    "circle": (lazy("Circle"), lazy("do its partners work in what we need?")),
    "practice": (lazy("Practice"), lazy("can the two talk?")),
}

ANSWERS: Mapping[str, Promise] = {
    "active": lazy("Active"),
    "exploring": lazy("Exploring"),
    "not_now": lazy("Not now"),
    "yes": lazy("Yes"),
    "no": lazy("No"),
}

EXCLUSIONS: Mapping[str, Promise] = {
    "partner": lazy("Set aside by you: already a partner."),
    "competitor": lazy("Set aside by you: competitor."),
    "not_now": lazy("Set aside by you: not now."),
}

KINDS_ON_RECORD = ngettext_lazy(
    "In these fields %(among)d of %(count)d partner on record of “%(kind)s” is of the kind “%(other)s”.",
    "In these fields %(among)d of %(count)d partners on record of “%(kind)s” are of the kind “%(other)s”.",
    "count",
)

# A value is a sentence, or an ngettext template over the parameter named in PLURAL_BY.
TEMPLATES: Mapping[str, Promise] = {
    "sector.shared": ngettext_lazy(
        "Field in common: %(sectors)s.", "Fields in common: %(sectors)s.", "fields"
    ),
    "sector.near": lazy("%(own)s and %(other)s are close fields."),
    "sector.none": lazy("No field in common."),
    "sector.unknown": lazy("No source says in which field %(who)s works."),
    "target.active": lazy("%(who)s targets %(place)s."),
    "target.active_in": lazy("%(who)s targets %(place)s (field: %(sector)s)."),
    "target.exploring": lazy("%(who)s is exploring %(place)s as a target."),
    "target.exploring_in": lazy("%(who)s is exploring %(place)s as a target (field: %(sector)s)."),
    "target.not_now": lazy("%(who)s is said not to look to %(place)s now."),
    "target.not_now_in": lazy("%(who)s is said not to look to %(place)s now (field: %(sector)s)."),
    "target.unknown": lazy("Whether %(who)s targets %(country)s is not said."),
    "target.unknown_place": lazy("Neither the country of %(whom)s nor whether %(who)s targets it is said."),
    "need.gets.met": lazy("%(whom)s offers what %(who)s seeks: %(kinds)s."),
    "need.gets.met_in_part": lazy("%(who)s seeks: %(asked)s. Of that, %(whom)s offers: %(kinds)s."),
    "need.gets.none": lazy("%(who)s seeks: %(asked)s. %(whom)s offers none of that."),
    "need.gives.met": lazy("%(who)s offers what %(whom)s seeks: %(kinds)s."),
    "need.gives.met_in_part": lazy("%(who)s offers: %(asked)s. Of that, %(whom)s seeks: %(kinds)s."),
    "need.gives.none": lazy("%(who)s offers: %(asked)s. %(whom)s seeks none of that."),
    "need.gets.unknown": lazy("What %(who)s seeks or offers is not said."),
    "need.gives.unknown": lazy("What %(who)s offers or seeks is not said."),
    "kind.wished": lazy("%(who)s looks for this kind: %(kind)s."),
    "kind.not_wished": lazy("%(who)s looks for other kinds than this: %(kind)s."),
    "kind.usual": KINDS_ON_RECORD,
    "kind.unusual": KINDS_ON_RECORD,
    "kind.no_record": lazy("With whom this kind of organisation works in the field is not on record: %(kind)s."),
    "kind.unknown": lazy("What kind of organisation %(who)s is, is not said."),
    "record.unknown": lazy("Nothing that %(who)s did with others is on record; that does not mean there was nothing."),
    "record.repeat": ngettext_lazy(
        "The two are linked by %(count)d record.", "The two are linked by %(count)d records.", "count"
    ),
    "record.no_repeat": lazy("%(who)s and %(whom)s have not worked together on record."),
    "record.country": ngettext_lazy(
        "%(who)s has %(in_country)d record with %(country)s.",
        "%(who)s has %(in_country)d records with %(country)s.",
        "in_country",
    ),
    "record.side": ngettext_lazy(
        "%(who)s has %(count)d record with organisations of that side.",
        "%(who)s has %(count)d records with organisations of that side.",
        "count",
    ),
    "record.no_side": lazy("%(who)s has no record with organisations of that side."),
    "record.side_eu": ngettext_lazy(
        "%(who)s has %(count)d record with organisations of the EU side.",
        "%(who)s has %(count)d records with organisations of the EU side.",
        "count",
    ),
    "record.no_side_eu": lazy("%(who)s has no record with organisations of the EU side."),
    "record.side_mx": ngettext_lazy(
        "%(who)s has %(count)d record with organisations of the Mexican side.",
        "%(who)s has %(count)d records with organisations of the Mexican side.",
        "count",
    ),
    "record.no_side_mx": lazy("%(who)s has no record with organisations of the Mexican side."),
    "record.side_third": ngettext_lazy(
        "%(who)s has %(count)d record with organisations of third countries.",
        "%(who)s has %(count)d records with organisations of third countries.",
        "count",
    ),
    "record.no_side_third": lazy("%(who)s has no record with organisations of third countries."),
    "record.track": ngettext_lazy(
        "%(who)s has %(count)d joint activity in the field.",
        "%(who)s has %(count)d joint activities in the field.",
        "count",
    ),
    "record.no_track": lazy("%(who)s has no joint activity in the field on record."),
    "record.track_unknown": lazy("Joint activities of %(who)s are not on record; that does not mean there were none."),
    "circle.active": ngettext_lazy(
        "%(count)d partner of %(who)s on record works in the field: %(names)s.",
        "%(count)d partners of %(who)s on record work in the field, such as %(names)s.",
        "count",
    ),
    "circle.elsewhere": lazy("The partners of %(who)s on record work in other fields."),
    "circle.unknown": lazy("No member or partner of %(who)s is named."),
    "circle.unknown_fields": lazy("No source says in which field %(who)s works."),
    "practice.language": lazy("Common language: %(languages)s."),
    "practice.no_language": lazy("No common language: %(own)s on one side, %(other)s on the other."),
    "practice.language_unknown": lazy("The working languages of %(who)s are not said."),
    "practice.hours": lazy("%(hours)s office hours in common each day."),
    "practice.hour": lazy("One office hour in common each day."),
    "practice.no_hours": lazy("No office hours in common."),
    "practice.hours_unknown": lazy("The time zone of %(who)s is not said."),
    "practice.label_valid": lazy("%(who)s holds the %(label)s."),
    "practice.label_lapsed_renewable": lazy("%(who)s held the %(label)s. It has lapsed and can be renewed."),
    "practice.label_lapsed": lazy("%(who)s held the %(label)s. It has lapsed."),
    "practice.label_unknown": lazy("Whether %(who)s holds a label is not said."),
    "block.same": lazy("This is the same organisation."),
    "block.parent": lazy("%(who)s is part of %(whom)s."),
    "block.not_now": lazy("%(who)s itself says “not now” to %(place)s."),
    "ask.sector": lazy("In which fields does %(who)s work?"),
    "ask.target.wants": lazy("Does %(who)s target %(country)s?"),
    "ask.target.wanted": lazy("Does %(who)s target %(country)s?"),
    "ask.target_place": lazy("Does %(who)s target the country of %(whom)s?"),
    "ask.need.gets": lazy("Do %(who)s and %(whom)s seek and offer the same kind of cooperation?"),
    "ask.need.gives": lazy("Do %(who)s and %(whom)s seek and offer the same kind of cooperation?"),
    "ask.kind": lazy("Is %(who)s the kind of organisation that %(whom)s works with?"),
    "ask.record.repeat": lazy("Has %(who)s worked with %(whom)s before?"),
    "ask.record.side": lazy("Has %(who)s worked with the side of %(whom)s before?"),
    "ask.record.track": lazy("Has %(who)s worked with others in the fields of %(whom)s?"),
    "ask.circle": lazy("Do partners of %(who)s work in the fields of %(whom)s?"),
    "ask.practice.language": lazy("Do %(who)s and %(whom)s share a working language?"),
    "ask.practice.hours": lazy("Do %(who)s and %(whom)s share office hours?"),
    "ask.practice.label": lazy("Does %(who)s hold a management label?"),
}  # fmt: skip


def criterion_name(code: str) -> str:
    """Name of a criterion."""
    return _criterion_name(code, get_language())


@cache
def _criterion_name(code: str, _language: str | None) -> str:
    # A list of partners names hundreds of criteria.
    return str(CRITERIA[code][0])


def criterion_question(code: str) -> str:
    """The question a criterion answers, as said by the side that gains."""
    return str(CRITERIA[code][1])


def answer_text(code: str) -> str:
    """An answer to the pivotal question."""
    return str(ANSWERS[code])


def question_text(question: Reason, names: Named) -> str:
    """The pivotal fact as a question to one of the two sides."""
    return reason_text(question, names)


def reason_text(reason: Reason, names: Named) -> str:
    """One reason as a sentence. Raises KeyError for a code that has no template."""
    if reason.code == "block.excluded":
        return str(EXCLUSIONS[str(reason.params["reason"])])
    values = {name: _say(name, value, names) for name, value in reason.params.items()}
    if reason.code.startswith("practice.label_") and "scheme" in reason.params:
        label = names.label(str(reason.params["scheme"]), str(reason.params["level"]))
        values["label"] = _in_sentence(label)
    if "sectors" in reason.params:
        values["fields"] = len(reason.params["sectors"])
    return str(TEMPLATES[_template(reason)] % values)


def _template(reason: Reason) -> str:
    """The template of a reason; some codes read differently with a parameter missing or partly met."""
    code, params = reason.code, reason.params
    if code in {"target.unknown", "ask.target.wants", "ask.target.wanted"}:
        unplaced = {"target.unknown": "target.unknown_place"}.get(code, "ask.target_place")
        return code if params.get("country") else unplaced
    if code == "practice.hours":
        return {0: "practice.no_hours", 1: "practice.hour"}.get(round(params["hours"], 1), code)
    special = f"{code}_{_special(code, params)}"
    return special if special in TEMPLATES else code


def _special(code: str, params: Mapping[str, Any]) -> str:
    """The ending of a more special template, should there be one."""
    if code.startswith("target."):
        return "in" if params.get("sector") else ""
    if code in {"need.gets.met", "need.gives.met"}:
        return "in_part" if params["kinds"] != params["asked"] else ""
    return str(params.get("side", ""))


def _say(name: str, value: Any, names: Named) -> Any:
    if name in LISTS:
        return _joined([LISTS[name](names, item) for item in value])
    if name in SERIES:
        # Names with an "and" of their own need something stronger between them.
        return "; ".join(_in_sentence(names.kind_of_cooperation(item)) for item in value)
    if name in ("own", "other") and isinstance(value, tuple):
        return _joined([_language(item) for item in value])
    if name in SINGLES:
        return SINGLES[name](names, value)
    return value


def _in_sentence(name: str) -> str:
    """A label as it stands within a sentence: a small first letter, unless it begins an abbreviation."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def _place(names: Named, code: str) -> str:
    if not code:
        return _("the EU member states")
    return _with_article(code, names.place(code))


def _with_article(code: str, name: str) -> str:
    """English says "the Netherlands" in a sentence and "Netherlands" in a list."""
    in_english = (get_language() or "en").startswith("en")
    return f"the {name}" if in_english and code in WITH_ARTICLE else name


def _sector_or_kind(names: Named, code: str) -> str:
    """`own` and `other` name sectors in one criterion and kinds of organisation in another."""
    kind = names.kind(code)
    return kind if kind != code else names.sector(code)


LISTS: Mapping[str, Callable[[Named, str], str]] = {
    "sectors": lambda names, code: names.sector(code),
    "names": lambda names, key: names.organisation(key),
    "languages": lambda _names, code: _language(code),
}

SERIES = ("kinds", "asked")

WITH_ARTICLE = frozenset(
    {
        "AE", "AX", "BQ", "BS", "CC", "CF", "CK", "DO", "FK", "FO", "GB", "GM", "HM", "IM",
        "IO", "KM", "KY", "MH", "MP", "MV", "NL", "PH", "PN", "PS", "SB", "SC", "TC", "TF",
        "UM", "US", "VG", "VI",
    }
)  # fmt: skip
"""Countries whose English name takes an article."""

SINGLES: Mapping[str, Callable[[Named, Any], str]] = {
    "who": lambda names, key: names.organisation(key),
    "whom": lambda names, key: names.organisation(key),
    "own": _sector_or_kind,
    "other": _sector_or_kind,
    "kind": lambda names, code: names.kind(code),
    "sector": lambda names, code: names.sector(code),
    "place": _place,
    "country": lambda names, code: _with_article(code, names.country(code)),
    "hours": lambda _names, hours: number_format(
        round(hours, 1), decimal_pos=0 if hours == int(hours) else 1
    ),
}


def _joined(items: Sequence[str]) -> str:
    # Spanish says "e" instead of "y" before the sound of an i.
    before_i = items[-1].lower().startswith(("i", "í", "hi")) if items else False
    last = pgettext("before the sound of an i", "and") if before_i else _("and")
    return get_text_list(list(items), last)


def _language(code: str) -> str:
    reader = Locale.parse((get_language() or "en").replace("-", "_"))
    return str(reader.languages.get(code, code))
