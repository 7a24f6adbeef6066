"""My profile: its sections with what is missing, what that is worth, and what changed when."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pghistory.models
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _

from clusters.models import ChangeSuggestion, Organisation, Relation, User
from clusters.reads.completeness import Section
from matchmaking.models import ReachCount
from matchmaking.reads.own.worth import Worth, worth
from matchmaking.reads.profiles import FullProfile, full_profile
from matchmaking.reads.reach import own_count

HISTORY_ROWS = 100
# Fields that only machines read, or that say the same as another one.
UNTOLD = frozenset({"id", "code", "updated_at", "created_at", "organisation", "organisation_id"})
VALUE_LENGTH = 120


@dataclass(frozen=True)
class SectionBlock:
    """A section of the profile and what answering its gap is worth; None where that is not measured."""

    section: Section
    worth: tuple[Worth, ...]


@dataclass(frozen=True)
class MyProfile:
    """The page on which an organisation keeps its own profile."""

    full: FullProfile
    blocks: dict[str, SectionBlock]
    waiting: tuple[Relation, ...]
    suggestions: int
    reach: ReachCount | None
    may_change: bool

    @property
    def organisation(self) -> Organisation:
        """Whose profile it is, with everything loaded."""
        return self.full.profile.organisation

    @property
    def answered(self) -> int:
        """Questions answered, of all sections."""
        return sum(block.section.answered for block in self.blocks.values())

    @property
    def asked(self) -> int:
        """Questions of all sections."""
        return sum(block.section.asked for block in self.blocks.values())


@dataclass(frozen=True)
class HistoryLine:
    """One change: when, by whom (empty: by a program), to what, from what to what."""

    at: dt.datetime
    who: str
    what: str
    kind: str
    fields: tuple[tuple[str, str, str], ...]


def my_profile(own: Organisation, reader: User) -> MyProfile:
    """Everything the page shows to somebody who acts for `own`."""
    full = full_profile(own, reader)
    page = full.profile
    measured = {one.section: one for one in worth(page.organisation, _lacks(full))}
    parts = {"who": ("languages",), "sectors": ("sectors",), "targets": ("targets",)}
    parts["interests"] = ("interests",)
    blocks = {
        section.code: SectionBlock(
            section,
            tuple(measured[code] for code in parts.get(section.code, ()) if code in measured),
        )
        for section in page.sections
    }
    return MyProfile(
        full=full,
        blocks=blocks,
        waiting=tuple(row for row in page.unconfirmed if row.other_id == own.pk),
        suggestions=ChangeSuggestion.objects.open().filter(organisation=own).count(),
        reach=own_count(own),
        may_change=page.may_change,
    )


def as_others_see_it(own: Organisation) -> FullProfile:
    """The profile as visitors see it; other members see the same and their match."""
    return full_profile(own, AnonymousUser())


def history(own: Organisation) -> tuple[HistoryLine, ...]:
    """The last changes of the profile and its facts, newest first."""
    rows = pghistory.models.Events.objects.references(own)  # type: ignore[no-untyped-call]  # pghistory has no types
    rows = rows.filter(pgh_model__startswith="clusters.")
    events = list(rows.order_by("-pgh_created_at", "-pgh_slug")[:HISTORY_ROWS])
    ids = {int((one.pgh_context or {}).get("user") or 0) for one in events}
    people = {user.pk: str(user) for user in User.objects.filter(pk__in=ids)}
    names: dict[tuple[Any, Any], str] = {}
    lines = (_line(one, people, names) for one in events)
    return tuple(line for line in lines if line.fields or line.kind != "update")


def _lacks(full: FullProfile) -> set[str]:
    """Sections without an answer, as far as their worth is measured."""
    page = full.profile
    lacks = {
        "sectors": not page.sectors,
        "targets": bool(full.silent_towards) or not page.targets,
        "interests": not (page.seeks and page.offers),
        "languages": not page.organisation.languages,
    }
    return {code for code, is_missing in lacks.items() if is_missing}


def _line(event: Any, people: dict[int, str], names: dict[tuple[Any, Any], str]) -> HistoryLine:
    model = apps.get_model(event.pgh_model).pgh_tracked_model
    name = "" if model is Organisation else _about(event.pgh_data, model, names)
    title = str(model._meta.verbose_name)
    told = event.pgh_context or {}
    changed = event.pgh_diff if event.pgh_label == "update" else {}
    return HistoryLine(
        at=event.pgh_created_at,
        who=people.get(int(told.get("user") or 0), ""),
        what=_("%(kind)s: %(name)s") % {"kind": title, "name": name} if name else title,
        kind=event.pgh_label,
        fields=tuple(_fields(model, changed or {})),
    )


def _about(data: dict[str, Any], model: Any, names: dict[tuple[Any, Any], str]) -> str:
    """What a fact speaks of: the organisation, place, kind or sector it names, each looked up once."""
    for field in ("other", "country", "region", "user", "kind", "sector"):
        pk = data.get(f"{field}_id")
        if pk is not None:
            related = model._meta.get_field(field).related_model
            if (related, pk) not in names:
                names[related, pk] = str(related._default_manager.filter(pk=pk).first() or "")
            return names[related, pk]
    return str(data.get("field") or data.get("level") or "")


def _fields(model: Any, changed: dict[str, Iterable[Any]]) -> Iterator[tuple[str, str, str]]:
    for name, (before, after) in changed.items():
        if name not in UNTOLD:
            try:
                label = str(model._meta.get_field(name.removesuffix("_id")).verbose_name)
            except FieldDoesNotExist:
                label = name
            yield label, _shown(before), _shown(after)


def _shown(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value or "–")
    return text if len(text) <= VALUE_LENGTH else f"{text[:VALUE_LENGTH]}…"
