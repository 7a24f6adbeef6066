"""Times and tables of an event in words."""

import datetime as dt
from collections.abc import Iterable
from functools import cached_property

from django.utils.translation import gettext as _

from events.models import Event, Slot, Table
from matchmaking.reads.clocks import day_and_time


class Places:
    """Names of all places of one event, by the keys of slots and tables."""

    def __init__(self, event: Event, slots: Iterable[Slot], tables: Iterable[Table]) -> None:
        self.event = event
        self.slots = {slot.pk: slot for slot in slots}
        self.tables = {table.pk: table.name for table in tables}

    @cached_property
    def _days(self) -> set[dt.date]:
        return {one.starts_at.astimezone(self.event.zone).date() for one in self.slots.values()}

    def text(self, slot: int, table: int | None) -> str:
        """A place in words, with its day when the event has several; "–" for a time that is gone."""
        row = self.slots.get(slot)
        if row is None:
            return "–"
        at = row.starts_at.astimezone(self.event.zone)
        is_long = len(self._days) > 1
        time = day_and_time(row.starts_at, self.event.zone) if is_long else f"{at:%H:%M}"
        return f"{time}, {_('by video') if table is None else self.tables.get(table, '–')}"
