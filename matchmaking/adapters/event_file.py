"""The open file of an event: rows to plain values and back, with every fault named by its path.

What the format holds is written down in docs/integrators/event-file.md. Numbers that tie the parts of a file
together are the file's own; keys of the database are never in it.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from clusters.models import Organisation
from events.models import (
    Delegate,
    Event,
    FloorPlan,
    OnBehalf,
    Registration,
    Session,
    Slot,
    Table,
    TableSpot,
)
from matchmaking.models import (
    AskedScore,
    DaySettings,
    DraftMeeting,
    Introduction,
    Lateness,
    Meeting,
    MeetingRequest,
    Outcome,
    Release,
    ScheduleRun,
    ScoringPolicy,
    StandbyChain,
    StandbyOffer,
)

FORMAT, VERSION = "puente-event", 2
VERSIONS = (1, 2)
"""Those that are read. What an older version lacks takes its default."""

CONTAINERS = (models.JSONField, ArrayField)
Row = TypeVar("Row", bound=models.Model)
Plain = dict[str, Any]

FIELDS: Mapping[type[models.Model], tuple[str, ...]] = {
    Event: (
        *("slug", "name", "description", "purpose", "outcome", "status", "time_zone", "city"),
        *("venue", "starts_on", "ends_on", "printed_date", "apply_until", "ask_until"),
        *("answer_within_hours", "request_quota", "asking", "max_meetings", "places_eu"),
        *("places_mx", "fills_places", "keeps_timetable", "decent_from"),
        *("decent_until", "scoring_policy", "score_share", "unknown_score", "mutual_bonus"),
        *("cancelled_because", "retention_days", "is_demo", "note"),
    ),
    Organisation: (
        *("slug", "name", "aliases", "kind", "side", "side_reason", "aim_en", "aim_es"),
        *("description_en", "description_es", "website", "languages", "time_zone"),
        *("is_public_body", "member_count", "employee_count", "status", "is_demo"),
    ),
    Session: ("name", "format", "starts_at", "ends_at", "slot_minutes", "break_minutes"),
    DaySettings: ("fills_freed_places", "offer_minutes", "screen", "screen_shows_names"),
    ScoringPolicy: ("name", "version", "title", "weights", "priors", "note"),
    Slot: ("starts_at", "ends_at", "is_closed"),
    FloorPlan: ("name",),
    TableSpot: ("x", "y"),
    Table: ("name", "kind", "position"),
    Registration: (
        *("status", "attendance", "formats", "parallel", "max_meetings", "max_per_day"),
        *("applied_at", "decided_at", "is_demo"),
    ),
    OnBehalf: ("deed", "at"),
    Delegate: ("code", "person_since", "erased_at"),
    MeetingRequest: (
        *("status", "reason", "sender_priority", "receiver_priority", "is_mutual"),
        *("sent_at", "answer_by", "answered_at"),
    ),
    AskedScore: ("policy", "score", "own", "theirs"),
    Introduction: ("made_at",),
    ScheduleRun: (
        *("number", "name", "state", "seed", "seconds", "is_fair", "keep_weight", "value", "bound"),
        *("elapsed", "stats", "track", "created_at", "started_at", "finished_at"),
    ),
    DraftMeeting: ("weight", "is_locked"),
    Release: ("number", "published_at", "note", "code"),
    Meeting: ("status", "is_locked", "is_given_away", "uid", "sequence"),
    Lateness: ("minutes", "said_at"),
    StandbyChain: ("status", "created_at"),
    StandbyOffer: ("status", "offered_at", "until", "sender_agreed_at", "receiver_agreed_at"),
    Outcome: ("step", "next_on", "next_done_at", "recorded_at"),
}
"""The plain fields of each part of a file."""

PERSONAL: Mapping[type[models.Model], tuple[str, ...]] = {
    Delegate: ("name", "email", "phone", "job_title", "languages"),
    Registration: ("motivation",),
    OnBehalf: ("about", "asked_by"),
    MeetingRequest: ("message", "answer_note"),
}
"""What people are or wrote; below `personal`, and only in a file that says so."""


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a file, and where: "registrations[3].status"."""

    path: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}: {self.text}"


class EventFileError(ValueError):
    """A file that cannot be taken in, with all its faults."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


@dataclass
class Faults:
    """Faults as they are found."""

    found: list[Fault] = field(default_factory=list)

    def add(self, path: str, text: str) -> None:
        """Note one."""
        self.found.append(Fault(path, text))

    def raise_any(self) -> None:
        """Stop here if there are any."""
        if self.found:
            raise EventFileError(self.found)


def plain(row: models.Model, fields: Iterable[str]) -> Plain:
    """Fields of a row as values that JSON holds; times in UTC."""
    return {name: _plain_value(getattr(row, name)) for name in fields}


def _plain_value(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value


def read_row(model: type[Row], data: Any, path: str, faults: Faults, *other: str) -> Row:
    """An unsaved row of the plain fields in `data`; `other` names keys that are read elsewhere.

    A field that is missing takes its default; a key nobody knows is a fault, for it may be misspelt.
    """
    row = model()
    if not isinstance(data, dict):
        faults.add(path, _("This must be an object."))
        return row
    personal = data.get("personal", {})
    if not isinstance(personal, dict):
        faults.add(f"{path}.personal", _("This must be an object."))
        personal = {}
    allowed, private = FIELDS[model], PERSONAL.get(model, ())
    for key in data.keys() - {*allowed, *other, *(["personal"] if private else [])}:
        faults.add(f"{path}.{key}", _("Nobody knows this field."))
    for key in personal.keys() - set(private):
        faults.add(f"{path}.personal.{key}", _("Nobody knows this field."))
    given = {name: (data[name], f"{path}.{name}") for name in allowed if name in data}
    given |= {
        name: (personal[name], f"{path}.personal.{name}") for name in private if name in personal
    }
    for name, (value, where) in given.items():
        _set(row, name, value, where, faults)
    return row


def _set(row: models.Model, name: str, value: Any, path: str, faults: Faults) -> None:
    column: Any = row._meta.get_field(name)
    try:
        setattr(row, name, _cleaned(column, value, row))
    except ValidationError as error:
        faults.add(path, " ".join(error.messages))
    except (TypeError, ValueError, ArithmeticError):
        faults.add(path, _("This is not a value of the right kind."))


def _cleaned(column: Any, value: Any, row: models.Model) -> Any:
    """The value as the database takes it: no NUL in a text, a moment on a known clock that UTC has, too."""
    if isinstance(column, ArrayField) and not isinstance(value, list | None):
        raise TypeError("no list")
    # Pages may not leave a container blank; a program may have found nothing to put into it.
    is_empty = isinstance(column, CONTAINERS) and value in ({}, [])
    found = column.to_python(value) if is_empty else column.clean(value, row)
    if isinstance(found, str) and "\x00" in found:
        raise ValueError("NUL")
    if isinstance(found, dt.datetime):
        if found.tzinfo is None:
            raise ValidationError(_("Say on which clock, as in 2031-03-10T09:00:00Z."))
        found.astimezone(dt.UTC)  # an OverflowError before year 1 and after year 9999
    return found


def items(
    data: Mapping[str, Any], key: str, faults: Faults, path: str = ""
) -> list[tuple[Any, str]]:
    """The members of a list with the path of each; none where there is no such list."""
    found = data.get(key) or []
    where = f"{path}.{key}" if path else key
    if not isinstance(found, list):
        faults.add(where, _("This must be a list."))
        return []
    return [(one, f"{where}[{at}]") for at, one in enumerate(found)]


def look_up(known: Mapping[Any, Row], key: Any, path: str, faults: Faults) -> Row | None:
    """The row that a file means by `key`; a fault where it means none."""
    try:
        return known[key]
    except (KeyError, TypeError):
        faults.add(path, _("“%(key)s” stands for nothing in this file.") % {"key": str(key)[:60]})
        return None
