"""Which changes of a profile can be taken back as things stand, and what that would write."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pghistory.models
from django.apps import apps
from django.db.models import QuerySet
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from clusters.models import (
    CooperationInterest,
    InternationalTarget,
    Label,
    Organisation,
    SectorFocus,
)

# Columns that an organisation's own people change.
RESTORED = (
    "name", "aliases", "kind", "region_id", "aim_en", "aim_es", "description_en", "description_es",
    "website", "contact_mailbox", "languages", "time_zone", "is_public_body", "member_count",
    "employee_count",
)  # fmt: skip
# Facts that they change: the columns that name one, and the columns that it says.
FACTS: dict[Any, tuple[tuple[str, ...], tuple[str, ...]]] = {
    SectorFocus: (("sector_id",), ("is_main",)),
    InternationalTarget: (
        ("scope", "country_id", "region_id", "sector_id", "is_own_statement"),
        ("stance",),
    ),
    CooperationInterest: (("kind_id", "sector_id"), ("direction", "description")),
    Label: (("scheme", "level", "awarded_on"), ("valid_until",)),
}


@dataclass(frozen=True)
class Present:
    """A profile as it stands: its row, and its facts by model and by what names them."""

    organisation: Organisation
    facts: Mapping[Any, Mapping[tuple[Any, ...], Any]]

    @classmethod
    def of(cls, organisation: Organisation) -> "Present":
        """Four queries."""
        facts = {
            model: {
                tuple(_plain(getattr(row, name)) for name in key): row
                for row in model.objects.filter(organisation=organisation)
            }
            for model, (key, _told) in FACTS.items()
        }
        return cls(organisation, facts)


@dataclass(frozen=True)
class Undo:
    """What takes a change back.

    `values` maps columns to what they say again; None takes the fact off, which is `fact`. `why_not` is
    the reason why it does not fit any more, in the reader's language.
    """

    model: Any
    values: Mapping[str, Any] | None
    fact: Any = None
    why_not: str = ""


def changes_of(organisation: Organisation) -> QuerySet[Any]:
    """All recorded changes of the profile and its facts, newest first; `pgh_slug` names one."""
    rows = pghistory.models.Events.objects.references(organisation)  # type: ignore[no-untyped-call]  # pghistory has no types
    found: QuerySet[Any] = rows.filter(pgh_model__startswith="clusters.")
    # Changes of one moment: the slug ends in a number, of which the longer one is the later.
    return found.order_by("-pgh_created_at", Length("pgh_slug").desc(), "-pgh_slug")


def undoing(event: Any, present: Present) -> Undo | None:
    """How to take back a change of `changes_of`; None for one that is no matter of undo."""
    model = apps.get_model(event.pgh_model).pgh_tracked_model
    if model is Organisation and event.pgh_label == "update":
        return _fields_again(event, present.organisation)
    return _fact_again(event, model, present) if model in FACTS else None


def _fields_again(event: Any, row: Organisation) -> Undo | None:
    diff = {name: pair for name, pair in (event.pgh_diff or {}).items() if name in RESTORED}
    if not diff:
        return None
    fits = all(_plain(getattr(row, name)) == after for name, (_before, after) in diff.items())
    return Undo(Organisation, {name: pair[0] for name, pair in diff.items()}, row, _reason(fits))


def _fact_again(event: Any, model: Any, present: Present) -> Undo | None:
    key, told = FACTS[model]
    data = event.pgh_data
    if not data.get("is_own_statement", True):
        return None  # another source's word is not the organisation's to take back
    now = present.facts[model].get(tuple(data[name] for name in key))
    if event.pgh_label == "delete":
        return Undo(model, data, None, _reason(now is None))
    fits = now is not None and all(_plain(getattr(now, name)) == data[name] for name in told)
    if event.pgh_label == "insert":
        return Undo(model, None, now, _reason(fits))
    diff = event.pgh_diff or {}
    if diff.keys().isdisjoint(told) or not diff.keys().isdisjoint(key):
        return None
    return Undo(model, {**data, **{name: diff[name][0] for name in diff}}, now, _reason(fits))


def _reason(fits: bool) -> str:
    return "" if fits else _("It was changed again since. Take back the newer change first.")


def _plain(value: Any) -> Any:
    """A value as the history keeps it."""
    return value.isoformat() if isinstance(value, dt.date) else value
