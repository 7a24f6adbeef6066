"""Which slots a wish may use at all: availability (H2), decent hours (H3), session format (H4)."""

from collections.abc import Iterator
from datetime import timedelta

from matchmaking.scheduling.problem import Organisation, Problem, Slot, Wish

AVAILABILITY, FORMAT, DECENT_HOURS = "availability", "format", "decent_hours"


def minutes(clock: str) -> int:
    """Minutes since midnight of a "HH:MM"."""
    hours, rest = clock.split(":")
    return int(hours) * 60 + int(rest)


def is_decent(organisation: Organisation, slot: Slot) -> bool:
    """Whether the slot lies within the organisation's decent hours, on one local date."""
    if organisation.decent_hours is None:
        return True
    offset = timedelta(minutes=organisation.utc_offset_minutes or 0)
    start, end = slot.start + offset, slot.end + offset
    first, last = map(minutes, organisation.decent_hours)
    return (
        start.date() == end.date()
        and start.hour * 60 + start.minute >= first
        and end.hour * 60 + end.minute + (end.second > 0) <= last
    )


class Domains:
    """The slots allowed for each wish, as bit masks over the slots in time order."""

    def __init__(self, problem: Problem) -> None:
        self.everything = (1 << len(problem.slots)) - 1
        index = {slot.id: i for i, slot in enumerate(problem.slots)}
        self.available = {
            organisation.id: mask(index[slot] for slot in organisation.available)
            for organisation in problem.organisations
        }
        self.decent = {
            organisation.id: self.everything
            if organisation.decent_hours is None
            else mask(i for i, s in enumerate(problem.slots) if is_decent(organisation, s))
            for organisation in problem.organisations
        }
        formats = {session.id: session.format for session in problem.sessions}
        self.of_format: dict[str, int] = {}
        for i, slot in enumerate(problem.slots):
            label = formats[slot.session]
            if label is not None:
                self.of_format[label] = self.of_format.get(label, 0) | 1 << i

    def rules(self, wish: Wish) -> dict[str, int]:
        """The mask that each rule alone leaves the wish."""
        return {
            AVAILABILITY: self.available[wish.a] & self.available[wish.b],
            FORMAT: self.everything if wish.format is None else self.of_format.get(wish.format, 0),
            DECENT_HOURS: self.decent[wish.a] & self.decent[wish.b],
        }

    def allowed(self, wish: Wish) -> int:
        """The mask of the slots that H2, H3 and H4 leave the wish."""
        left = self.everything
        for slots in self.rules(wish).values():
            left &= slots
        return left

    def cut_by(self, wish: Wish) -> tuple[str, ...]:
        """For a wish without any slot: the rules without which it would have one.

        Where no single rule is to blame, the rules that together leave nothing are all named.
        """
        rules = self.rules(wish)
        single = tuple(name for name in rules if self._without(rules, name))
        return single or tuple(name for name, left in rules.items() if left != self.everything)

    def _without(self, rules: dict[str, int], name: str) -> int:
        left = self.everything
        for other, slots in rules.items():
            if other != name:
                left &= slots
        return left


def mask(indices: Iterator[int]) -> int:
    """The bit mask of these indices."""
    result = 0
    for index in indices:
        result |= 1 << index
    return result


def bits(value: int) -> Iterator[int]:
    """The indices set in a bit mask, ascending."""
    while value:
        low = value & -value
        yield low.bit_length() - 1
        value ^= low
