"""Takes in who takes part, who asked whom, and whom the organisers brought together."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from events.models import Delegate, OnBehalf, Registration, Unavailability
from matchmaking.actions.event_files._setup import SetUp
from matchmaking.adapters.event_file import items, read_row
from matchmaking.models import AskedScore, CheckIn, Introduction, MeetingRequest
from matchmaking.wording.scoring import CRITERIA

UNNAMED = "(not in the file)"
"""A delegate of a file without personal data."""


class People(SetUp):
    """Registrations, delegates, requests, introductions."""

    def read_people(self) -> None:
        """Registrations and delegates, when they cannot come, and who arrived."""
        deeds: list[OnBehalf] = []
        for one, path in items(self.data, "registrations", self.faults):
            row = read_row(Registration, one, path, self.faults, "id", "organisation", "on_behalf")
            row.event = self.event
            self._point(row, "organisation", self.organisations, one, path)
            self._keep(self.registrations, one, path, row)
            deeds += self._deeds(row, one, path)
        self._write(Registration, self.registrations, "registrations", "applied_at")
        self._add(OnBehalf, deeds, "registrations", "at")
        away, arrived = [], []
        for one, path in items(self.data, "delegates", self.faults):
            other = ("id", "registration", "away", "arrived_at")
            person = read_row(Delegate, one, path, self.faults, *other)
            person.name = person.name or UNNAMED
            self._point(person, "registration", self.registrations, one, path)
            self._keep(self.delegates, one, path, person)
            away += [
                Unavailability(delegate=person, slot=slot)
                for slot in self._all(self.slots, one, "away", path)
            ]
            if isinstance(one, dict) and one.get("arrived_at"):
                arrived.append(self._arrival(person, one["arrived_at"], f"{path}.arrived_at"))
        self._write(Delegate, self.delegates, "delegates")
        self._add(Unavailability, away, "delegates")
        self._add(CheckIn, arrived, "delegates", "at")

    def _deeds(self, row: Registration, one: Any, path: str) -> list[OnBehalf]:
        """What organisers did for an organisation."""
        found = []
        for deed, where in items(
            one if isinstance(one, dict) else {}, "on_behalf", self.faults, path
        ):
            act = read_row(OnBehalf, deed, where, self.faults)
            act.registration = row
            found.append(act)
        return found

    def _arrival(self, person: Delegate, at: Any, path: str) -> CheckIn:
        row = CheckIn(delegate=person)
        try:
            row.at = CheckIn._meta.get_field("at").to_python(at)
        except (ValidationError, TypeError, ValueError):
            self.faults.add(path, _("This is not a value of the right kind."))
        return row

    def read_requests(self) -> None:
        """Who asked whom."""
        other = ("id", "sender", "receiver", "sender_delegate", "receiver_delegate", "score")
        scores = []
        for one, path in items(self.data, "requests", self.faults):
            row = read_row(MeetingRequest, one, path, self.faults, *other)
            row.event = self.event
            if row.reason and row.reason not in CRITERIA:
                self.faults.add(f"{path}.reason", _("This is no criterion."))
            for side in ("sender", "receiver"):
                self._point(row, side, self.registrations, one, path)
                self._point(row, f"{side}_delegate", self.delegates, one, path, optional=True)
            if isinstance(one, dict) and one.get("score"):
                score = read_row(AskedScore, one["score"], f"{path}.score", self.faults)
                score.request = row
                scores.append(score)
            self._keep(self.requests, one, path, row)
        self._write(MeetingRequest, self.requests, "requests", "sent_at")
        self._add(AskedScore, scores, "requests")

    def read_introductions(self) -> None:
        """Pairs that the organisers suggested to each other."""
        rows = []
        for one, path in items(self.data, "introductions", self.faults):
            row = read_row(Introduction, one, path, self.faults, "first", "second")
            row.event = self.event
            for side in ("first", "second"):
                self._point(row, side, self.registrations, one, path)
            rows.append(row)
        self._add(Introduction, rows, "introductions", "made_at")
        self.counts["introductions"] = len(rows)
