"""What has to be planned: the schedule format, version 1, as frozen dataclasses.

Everything is named by string ids, exactly as in the exchange format; the engine's own integer form
is `model.Model`. Times are aware datetimes in UTC. A value of `None` always means "no such rule".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Session:
    """A part of the programme; `format` (such as C2C or B2B) restricts which wishes it takes."""

    id: str
    format: str | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """One time in which meetings can take place; slots never overlap and come in time order."""

    id: str
    day: str
    session: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Table:
    """A place for one meeting at a time; `slots` are those in which it exists (None: all)."""

    id: str
    slots: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Organisation:
    """A participant: when it can meet, how many meetings at once, a day and in all.

    `parallel_in` overrides `parallel` in single slots (0: none). `decent_hours` are local times
    "HH:MM" at `utc_offset_minutes` from UTC, for those who take part from another continent.
    """

    id: str
    available: frozenset[str]
    parallel: int = 1
    parallel_in: Mapping[str, int] = field(default_factory=dict)
    max_meetings: int | None = None
    max_per_day: int | None = None
    remote: bool = False
    utc_offset_minutes: int | None = None
    decent_hours: tuple[str, str] | None = None
    side: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """A mutual wish of `a` and `b` to meet, worth `weight` points (0 to 100)."""

    id: str
    a: str
    b: str
    weight: int
    format: str | None = None
    needs_table: bool = True


@dataclass(frozen=True, slots=True)
class Lock:
    """This wish must be placed in this slot, at this table (None: any table, or by video)."""

    wish: str
    slot: str
    table: str | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """A meeting: a wish with its slot and its table (None: by video)."""

    wish: str
    slot: str
    table: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A whole event to plan. `previous` is an earlier schedule, which may be impossible now."""

    id: str
    sessions: tuple[Session, ...]
    slots: tuple[Slot, ...]
    tables: tuple[Table, ...]
    organisations: tuple[Organisation, ...]
    wishes: tuple[Wish, ...]
    locks: tuple[Lock, ...] = ()
    previous: tuple[Placed, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a problem: where (`wishes[3].a`) and what, in a sentence."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class InvalidProblem(ValueError):
    """The problem breaks the format; `faults` names every break by its path."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults
