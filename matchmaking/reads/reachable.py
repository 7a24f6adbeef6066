"""Who can meet whom at an event at all: a format and a slot in common. Asked before anything is ranked."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from events.choices import Format
from events.models import Delegate, Event, Registration, Slot, Unavailability


@dataclass(frozen=True)
class Reach:
    """The open slots of an event with their format (empty: any), how many delegates come, and how many are out when.

    `missing` counts by (registration, slot).
    """

    slots: Mapping[int, str]
    delegates: Mapping[int, int]
    missing: Mapping[tuple[int, int], int]

    def free(self, one: Registration) -> frozenset[int]:
        """Slots in which somebody of the registration can meet; while nobody is named, all of its formats."""
        named = self.delegates.get(one.pk, 0)
        return frozenset(
            slot
            for slot, form in self.slots.items()
            if (not form or not one.formats or form in one.formats)
            and (not named or self.missing.get((one.pk, slot), 0) < named)
        )

    def obstacle(self, mine: Registration, other: Registration) -> str:
        """Why the two cannot be scheduled; empty where they can. No format chosen means every format."""
        if mine.formats and other.formats and not set(mine.formats) & set(other.formats):
            names = [str(one.label) for one in Format if one in other.formats]
            return _("comes for %(formats)s only") % {"formats": ", ".join(names)}
        if self.slots and not self.free(mine) & self.free(other):
            return _("has no time in common with you")
        return ""


def reach(event: Event) -> Reach:
    """What an event's meetings need; three queries."""
    slots = Slot.objects.filter(event=event, is_closed=False).values_list("pk", "session__format")
    people = Delegate.objects.filter(registration__event=event)
    out = Unavailability.objects.filter(slot__event=event)
    return Reach(
        slots=dict(slots),
        delegates=Counter(people.values_list("registration", flat=True)),
        missing=Counter(out.values_list("delegate__registration", "slot")),
    )
