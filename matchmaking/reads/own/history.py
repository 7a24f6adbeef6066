"""The history of one's own profile: who changed what, and which changes can be taken back."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _

from clusters.models import Organisation, User
from clusters.reads.undo import Present, changes_of, undoing

HISTORY_ROWS = 100
# Fields that only machines read, or that say the same as another one.
UNTOLD = frozenset({"id", "code", "updated_at", "created_at", "organisation", "organisation_id"})
VALUE_LENGTH = 120
# What a fact speaks of: the first of these that it names.
SUBJECTS = ("other", "country", "region", "user", "kind", "sector")

Names = Mapping[tuple[Any, Any], str]


@dataclass(frozen=True)
class HistoryLine:
    """One change: when, by whom (empty: by a program), to what, from what to what.

    `key` names it for undo. `may_undo`: the reader may change the profile, and it can be taken back as
    things stand; `why_not` says why not, where that needs saying.
    """

    key: str
    at: dt.datetime
    who: str
    what: str
    kind: str
    fields: tuple[tuple[str, str, str], ...]
    may_undo: bool = False
    why_not: str = ""


@dataclass(frozen=True)
class HistoryPage:
    """The last changes of a profile, newest first, on the reader's clock."""

    own: Organisation
    lines: tuple[HistoryLine, ...]
    zone: str
    may_change: bool


def history_page(own: Organisation, reader: User) -> HistoryPage:
    """The last changes of the profile and its facts. A constant number of queries."""
    may_change = reader.has_perm("clusters.change_organisation", own)
    events = list(changes_of(own)[:HISTORY_ROWS])
    ids = {_actor(one) for one in events}
    people = {user.pk: str(user) for user in User.objects.filter(pk__in=ids)}
    names = _names(events)
    present = Present.of(own)
    lines = (_line(one, people, names, present, may_change=may_change) for one in events)
    told = tuple(line for line in lines if line.fields or line.kind != "update")
    return HistoryPage(own, told, reader.time_zone, may_change)


def _actor(event: Any) -> int:
    return int((event.pgh_context or {}).get("user") or 0)


def _model(event: Any) -> Any:
    return apps.get_model(event.pgh_model).pgh_tracked_model


def _line(
    event: Any, people: Mapping[int, str], names: Names, present: Present, *, may_change: bool
) -> HistoryLine:
    model = _model(event)
    name = "" if model is Organisation else _about(event.pgh_data, model, names)
    title = str(model._meta.verbose_name)
    changed = event.pgh_diff if event.pgh_label == "update" else {}
    undo = undoing(event, present)
    return HistoryLine(
        key=event.pgh_slug,
        at=event.pgh_created_at,
        who=people.get(_actor(event), ""),
        what=_("%(kind)s: %(name)s") % {"kind": title, "name": name} if name else title,
        kind=event.pgh_label,
        fields=tuple(_fields(model, changed or {}, names)),
        may_undo=may_change and undo is not None and not undo.why_not,
        why_not=undo.why_not if may_change and undo is not None else "",
    )


def _names(events: Iterable[Any]) -> Names:
    """Names of all rows that the changes speak of; one query for each kind of row."""
    wanted: dict[Any, set[Any]] = defaultdict(set)
    for event in events:
        for related, pk in _related(event):
            wanted[related].add(pk)
    return {
        (related, row.pk): str(row)
        for related, keys in wanted.items()
        for row in related._default_manager.filter(pk__in=keys)
    }


def _related(event: Any) -> Iterator[tuple[Any, Any]]:
    """The rows that a change names, now and before."""
    model, diff = _model(event), event.pgh_diff or {}
    for field in model._meta.concrete_fields:
        if field.related_model is not None and field.attname not in UNTOLD:
            for pk in (event.pgh_data.get(field.attname), *diff.get(field.attname, ())):
                if pk is not None:
                    yield field.related_model, pk


def _about(data: dict[str, Any], model: Any, names: Names) -> str:
    """What a fact speaks of: the organisation, place, kind or sector that it names."""
    for field in SUBJECTS:
        pk = data.get(f"{field}_id")
        if pk is not None:
            return names.get((model._meta.get_field(field).related_model, pk), "")
    if data.get("level"):
        return _said(model._meta.get_field("level"), data["level"], names)
    told = str(data.get("field") or "")
    columns = (*Organisation._meta.fields, *Organisation._meta.many_to_many)
    return next((str(one.verbose_name) for one in columns if one.name == told), told)


def _fields(
    model: Any, changed: Mapping[str, Iterable[Any]], names: Names
) -> Iterator[tuple[str, str, str]]:
    for name, (before, after) in changed.items():
        if name not in UNTOLD:
            try:
                field = model._meta.get_field(name.removesuffix("_id"))
            except FieldDoesNotExist:
                yield name, _shown(before), _shown(after)
                continue
            yield str(field.verbose_name), _said(field, before, names), _said(field, after, names)


def _said(field: Any, value: Any, names: Names) -> str:
    """A value in words: the name of a row, the label of a choice, else as it is."""
    if field.related_model is not None and value is not None:
        return names.get((field.related_model, value), _shown(value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return _shown(dict(field.flatchoices).get(value, value) if field.choices else value)


def _shown(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value or "–")
    return text if len(text) <= VALUE_LENGTH else f"{text[:VALUE_LENGTH]}…"
