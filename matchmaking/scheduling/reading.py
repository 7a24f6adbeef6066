"""Typed reading of parsed JSON that collects faults by path instead of stopping at the first."""

import re
from datetime import UTC, datetime
from typing import TypeGuard

from matchmaking.scheduling.problem import Fault, InvalidProblem

FORMAT_TIME = "%Y-%m-%dT%H:%M:%SZ"
CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d|24:00")
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
SOME_TIME = datetime(1970, 1, 1, tzinfo=UTC)
MOST_NUMBER = 10**9
MOST_SHOWN = 60


class Rows:
    """The faults found so far."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, path: str, message: str) -> None:
        """Note a fault."""
        self.faults.append(Fault(path, message))

    def raise_faults(self) -> None:
        """Raise `InvalidProblem` if there are any."""
        if self.faults:
            raise InvalidProblem(tuple(self.faults))


def shown(value: object) -> str:
    """A value for a message, cut to a readable length."""
    text = repr(value)
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 3] + "..."


class Row:
    """One JSON object at a path; each getter notes a fault and hands back something harmless."""

    def __init__(self, rows_of: Rows, path: str, value: object) -> None:
        self.rows_of = rows_of
        self.path = path
        self.value: dict[str, object] = {}
        if isinstance(value, dict):
            self.value = value
        else:
            rows_of.fault(path, f"must be an object, is {shown(value)}")

    def get(self, key: str) -> object:
        """The raw value, None when absent."""
        return self.value.get(key)

    def _at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def _wrong(self, key: str, wanted: str) -> None:
        value = self.get(key)
        text = f"is missing ({wanted})" if value is None else f"must be {wanted}, is {shown(value)}"
        self.rows_of.fault(self._at(key), text)

    def rows(self, key: str, *, optional: bool = False) -> list["Row"]:
        """A list of objects."""
        value = self.get(key)
        if isinstance(value, list):
            here = self._at(key)
            return [Row(self.rows_of, f"{here}[{i}]", item) for i, item in enumerate(value)]
        if value is not None or not optional:
            self._wrong(key, "a list")
        return []

    def text(self, key: str) -> str:
        """A non-empty string."""
        value = self.get(key)
        if isinstance(value, str) and value:
            return value
        self._wrong(key, "a non-empty string")
        return "?"

    def label(self, key: str) -> str | None:
        """An optional string; an empty one is none."""
        value = self.get(key)
        if value is None or isinstance(value, str):
            return value or None
        self._wrong(key, "a string")
        return None

    def texts(self, key: str, *, optional: bool = False) -> list[str] | None:
        """A list of strings without repetition."""
        value = self.get(key)
        if value is None and optional:
            return None
        if not isinstance(value, list):
            self._wrong(key, "a list of ids")
            return None
        for i, item in enumerate(value):
            if not isinstance(item, str):
                self.rows_of.fault(f"{self._at(key)}[{i}]", f"must be an id, is {shown(item)}")
        return [item for item in value if isinstance(item, str)]

    def number(self, key: str) -> int:
        """A whole number."""
        value = self.get(key)
        if is_number(value):
            return value
        self._wrong(key, "a whole number")
        return 1

    def number_or_none(self, key: str) -> int | None:
        """An optional whole number."""
        return None if self.get(key) is None else self.number(key)

    def numbers(self, key: str) -> dict[str, int]:
        """An optional object of whole numbers."""
        value = self.get(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self._wrong(key, "an object of whole numbers")
            return {}
        inner = Row(self.rows_of, self._at(key), value)
        return {name: inner.number(name) for name in value}

    def flag(self, key: str, default: bool) -> bool:
        """An optional true or false."""
        value = self.get(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self._wrong(key, "true or false")
            return default
        return value

    def time(self, key: str) -> datetime:
        """A moment in UTC."""
        value = self.get(key)
        if isinstance(value, str) and STAMP.fullmatch(value):
            try:
                return datetime.strptime(value, FORMAT_TIME).replace(tzinfo=UTC)
            except ValueError:
                pass  # such as 30 February: told below like any other wrong time
        self._wrong(key, "a UTC time YYYY-MM-DDTHH:MM:SSZ")
        return SOME_TIME

    def hours(self, key: str) -> tuple[str, str] | None:
        """An optional pair of local times "HH:MM"."""
        value = self.get(key)
        if value is None:
            return None
        if isinstance(value, list) and len(value) == 2:
            first, last = value
            if _is_clock(first) and _is_clock(last):
                return first, last
        self._wrong(key, 'two local times ["HH:MM", "HH:MM"]')
        return None


def is_number(value: object) -> TypeGuard[int]:
    """Whether the value is a whole number of a size that can mean something here."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < MOST_NUMBER


def _is_clock(value: object) -> bool:
    return isinstance(value, str) and CLOCK.fullmatch(value) is not None
