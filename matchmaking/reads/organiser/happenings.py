"""What happened since a schedule was made: each a fact in a sentence, with how many meetings it touches."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.choices import RegistrationStatus
from events.models import Event, Registration, Session, Slot, Table
from matchmaking.adapters.schedule import schedule_problem
from matchmaking.choices import MeetingStatus, RequestStatus
from matchmaking.models import Meeting, MeetingRequest
from matchmaking.scheduling.problem import Problem

NAMED = 3
"""So many names are given; the rest is counted."""
Spots = Mapping[int, tuple[int, int | None]]
"""Slot and table by request."""


@dataclass(frozen=True)
class Happening:
    """One fact: its kind, a sentence, how many meetings it touches, the session it could take back."""

    kind: str
    text: str
    meetings: int
    session: int | None = None


def happenings(event: Event, spots: Spots, since: dt.datetime) -> tuple[Happening, ...]:
    """What no longer fits a schedule of `spots` made at `since`, and what came since."""
    return tuple(_Since(event, spots, since).all())


def touching(facts: Iterable[Happening]) -> tuple[Happening, ...]:
    """Those that touch a meeting."""
    return tuple(one for one in facts if one.meetings)


@dataclass
class _Since:
    """The event as it is now, beside a schedule of then."""

    event: Event
    spots: Spots
    since: dt.datetime
    problem: Problem = field(init=False)

    def __post_init__(self) -> None:
        self.problem = schedule_problem(self.event)
        rows = MeetingRequest.objects.filter(event=self.event).select_related(
            "sender__organisation", "receiver__organisation"
        )
        wanted = rows.filter(pk__in=self.spots) | rows.filter(status=RequestStatus.ACCEPTED)
        self.requests = wanted.in_bulk()
        self.slots = Slot.objects.filter(event=self.event).in_bulk()
        meetings = Meeting.objects.filter(event=self.event)
        self.status = dict(meetings.values_list("request", "status"))

    def all(self) -> Iterable[Happening]:
        gone = {request for request in self.spots if not self._is_agreed(request)}
        yield from self._withdrawn(gone)
        yield from self._cancelled(gone)
        still = {request: spot for request, spot in self.spots.items() if request not in gone}
        still = {
            request: spot
            for request, spot in still.items()
            if self.status.get(request) not in (MeetingStatus.HELD, MeetingStatus.MISSED)
        }
        yield from self._shortened(still)
        yield from self._lost_tables(still)
        yield from self._absent(still)
        yield from self._accepted()
        yield from self._agreed()

    def _is_agreed(self, request: int) -> bool:
        row = self.requests.get(request)
        return row is not None and row.status == RequestStatus.ACCEPTED and not self._left(row)

    def _left(self, row: MeetingRequest) -> list[Registration]:
        sides = (row.sender, row.receiver)
        return [one for one in sides if one.status == RegistrationStatus.WITHDRAWN]

    def _withdrawn(self, gone: set[int]) -> Iterable[Happening]:
        """Organisations that left, then agreed meetings that were withdrawn one by one."""
        found: Counter[str] = Counter()
        single = []
        for request in sorted(gone):
            row = self.requests.get(request)
            if self.status.get(request) in (MeetingStatus.HELD, MeetingStatus.MISSED):
                continue
            if row is not None and self._left(row):
                found.update(one.organisation.name for one in self._left(row))
            else:
                single.append(request)
        for name, n in sorted(found.items()):
            text = ngettext(
                "%(name)s withdrew; %(n)d meeting fell out.",
                "%(name)s withdrew; %(n)d meetings fell out.",
                n,
            )
            yield Happening("withdrawn", text % {"name": name, "n": n}, n)
        if single:
            text = ngettext(
                "%(n)d meeting is no longer agreed: %(names)s.",
                "%(n)d meetings are no longer agreed: %(names)s.",
                len(single),
            )
            yield self._named("cancelled", text, single)

    def _cancelled(self, gone: set[int]) -> Iterable[Happening]:
        off = [
            request
            for request in self.spots
            if request not in gone and self.status.get(request) == MeetingStatus.CANCELLED
        ]
        if off:
            text = ngettext(
                "%(n)d meeting was cancelled but is still agreed: %(names)s. It can be placed again.",
                "%(n)d meetings were cancelled but are still agreed: %(names)s. They can be placed "
                "again.",
                len(off),
            )
            yield self._named("cancelled", text, off)

    def _shortened(self, still: Spots) -> Iterable[Happening]:
        closed: dict[int, list[Slot]] = defaultdict(list)
        for slot in self.slots.values():
            if slot.is_closed:
                closed[slot.session_id].append(slot)
        names = dict(Session.objects.filter(pk__in=closed).values_list("pk", "name"))
        for session, slots in sorted(closed.items()):
            keys = {slot.pk for slot in slots}
            n = sum(slot in keys for slot, _table in still.values())
            text = ngettext(
                "%(session)s was shortened by %(slots)d slot; meetings left without a time: %(n)d.",
                "%(session)s was shortened by %(slots)d slots; meetings left without a time: %(n)d.",
                len(slots),
            )
            values = {"session": names[session], "slots": len(slots), "n": n}
            yield Happening("shortened", text % values, n, session)

    def _lost_tables(self, still: Spots) -> Iterable[Happening]:
        through = Table.closed_slots.through.objects.filter(table__event=self.event)
        closed = set(through.values_list("slot", "table"))
        names = dict(Table.objects.filter(event=self.event).values_list("pk", "name"))
        lost = Counter(spot[1] for spot in still.values() if spot in closed)
        for table, n in sorted(lost.items(), key=lambda item: str(item[0])):
            text = ngettext(
                "Table %(table)s is closed; %(n)d meeting needs another.",
                "Table %(table)s is closed; %(n)d meetings need another.",
                n,
            )
            yield Happening("table", text % {"table": names.get(table or 0, "–"), "n": n}, n)

    def _absent(self, still: Spots) -> Iterable[Happening]:
        """Organisations of which nobody can come to a meeting of theirs."""
        there = {one.id: one.available for one in self.problem.organisations}
        missed: Counter[Registration] = Counter()
        for request, (slot, _table) in still.items():
            row = self.requests[request]
            if self.slots[slot].is_closed:
                continue
            for side in (row.sender, row.receiver):
                if str(slot) not in there.get(str(side.pk), ()):
                    missed[side] += 1
        for side, n in sorted(missed.items(), key=lambda item: item[0].organisation.name):
            text = ngettext(
                "%(name)s is not there at the time of %(n)d of its meetings.",
                "%(name)s is not there at the times of %(n)d of its meetings.",
                n,
            )
            yield Happening("absent", text % {"name": side.organisation.name, "n": n}, n)

    def _accepted(self) -> Iterable[Happening]:
        rows = Registration.objects.accepted().filter(event=self.event, decided_at__gt=self.since)
        for row in rows.select_related("organisation").order_by("organisation__name"):
            sides = [(one.sender_id, one.receiver_id) for one in self.requests.values()]
            n = sum(row.pk in pair for pair in sides)
            text = ngettext(
                "%(name)s was accepted; it has %(n)d agreed meeting.",
                "%(name)s was accepted; it has %(n)d agreed meetings.",
                n,
            )
            yield Happening("accepted", text % {"name": row.organisation.name, "n": n}, n)

    def _agreed(self) -> Iterable[Happening]:
        wishes = {int(wish.id) for wish in self.problem.wishes} - self.spots.keys()
        new = [pk for pk in wishes if (self.requests[pk].answered_at or self.since) > self.since]
        if new:
            text = ngettext(
                "%(n)d meeting was agreed since: %(names)s.",
                "%(n)d meetings were agreed since: %(names)s.",
                len(new),
            )
            yield self._named("agreed", text, new)
        left = len(wishes) - len(new)
        if left:
            text = ngettext(
                "%(n)d agreed meeting had no place then.",
                "%(n)d agreed meetings had no place then.",
                left,
            )
            yield Happening("left", text % {"n": left}, left)

    def _named(self, kind: str, text: str, requests: Iterable[int]) -> Happening:
        keys = sorted(requests)
        names = [self._pair(key) for key in keys[:NAMED]]
        if len(keys) > NAMED:
            names.append(_("and %(n)d more") % {"n": len(keys) - NAMED})
        values = {"n": len(keys), "names": _(", ").join(names)}
        return Happening(kind, text % values, len(keys))

    def _pair(self, request: int) -> str:
        row = self.requests.get(request)
        if row is None:
            return "–"
        return f"{row.sender.organisation.short_name} × {row.receiver.organisation.short_name}"
