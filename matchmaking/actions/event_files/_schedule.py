"""Takes in the schedule: drafts, releases, the meetings, and places offered on the day."""

from collections.abc import Iterable, Mapping
from typing import Any

import pgtrigger
from django.utils.translation import gettext as _

from events.models import Delegate
from matchmaking.actions.event_files._people import People
from matchmaking.actions.releases import _new_code
from matchmaking.adapters.event_file import items, look_up, read_row
from matchmaking.choices import MeetingStatus
from matchmaking.models import (
    DraftMeeting,
    Lateness,
    Meeting,
    MeetingSeat,
    Outcome,
    Release,
    ReleaseEntry,
    ScheduleRun,
    StandbyChain,
    StandbyOffer,
    TableUse,
)


class Schedule(People):
    """Runs, releases, meetings, standby chains."""

    def read_runs(self) -> None:
        """Finished drafts with their meetings."""
        drafts = []
        for one, path in items(self.data, "runs", self.faults):
            run = read_row(ScheduleRun, one, path, self.faults, "id", "meetings", "repair_of")
            run.event = self.event
            if isinstance(one, dict) and "number" not in one:  # version 1
                run.number = len(self.runs) + 1
            self._keep(self.runs, one, path, run)
            for place, where in items(
                one if isinstance(one, dict) else {}, "meetings", self.faults, path
            ):
                row = read_row(DraftMeeting, place, where, self.faults, "request", "slot", "table")
                row.run, row.event = run, self.event
                self._place(row, place, where)
                drafts.append(row)
        self._write(ScheduleRun, self.runs, "runs", "created_at")
        self._add(DraftMeeting, drafts, "runs")

    def read_releases(self) -> None:
        """Published versions, in the order of their numbers."""
        by_number: dict[Any, Release] = {}
        entries = []
        for one, path in items(self.data, "releases", self.faults):
            row = read_row(Release, one, path, self.faults, "run", "restores", "entries")
            row.event = self.event
            self._point(row, "run", self.runs, one, path, optional=True)
            self._point(row, "restores", by_number, one, path, optional=True)
            if row.number in by_number:
                self.faults.add(f"{path}.number", _("Each needs a number of its own."))
            by_number[row.number] = row
            for place, where in items(
                one if isinstance(one, dict) else {}, "entries", self.faults, path
            ):
                entries.append(self._entry(row, place, where))
        self.faults.raise_any()
        taken = set(
            Release.objects.filter(code__in=[one.code for one in by_number.values()]).values_list(
                "code", flat=True
            )
        )
        for row in by_number.values():
            if not row.code or row.code in taken:
                row.code = _new_code()
            at = row.published_at
            taken.add(row.code)
            with self._guarded("releases"):
                row.save(force_insert=True)
            # A release cannot be changed; the moment it was published is part of making it.
            with pgtrigger.ignore("matchmaking.Release:release_is_immutable"):
                Release.objects.filter(pk=row.pk).update(published_at=at or row.published_at)
        self._finish(entries)
        self._repairs(by_number)
        self.counts["releases"] = len(by_number)

    def _repairs(self, by_number: dict[Any, Release]) -> None:
        """Which release a draft repairs."""
        repairs = []
        for one, path in items(self.data, "runs", self.faults):
            if one.get("repair_of") is not None:
                run = self.runs[one["id"]]
                self._point(run, "repair_of", by_number, one, path)
                repairs.append(run)
        self.faults.raise_any()
        ScheduleRun.objects.bulk_update(repairs, ["repair_of"])

    def _entry(
        self, release: Release, place: Any, path: str
    ) -> tuple[ReleaseEntry, list[Delegate]]:
        row = ReleaseEntry(release=release)
        place = place if isinstance(place, dict) else {}
        self._place(row, place, path)
        return row, self._all(self.delegates, place, "delegates", path)

    def _finish(self, entries: Iterable[tuple[ReleaseEntry, list[Delegate]]]) -> None:
        rows = []
        for row, people in entries:
            row.delegate_ids = sorted(person.pk for person in people)
            rows.append(row)
        self._add(ReleaseEntry, rows, "releases")

    def read_meetings(self) -> None:
        """The live schedule, who sits where, and what came of it."""
        found: dict[Any, Meeting] = {}
        seats: list[tuple[Meeting, list[Delegate]]] = []
        outcomes: list[Outcome] = []
        late: list[Lateness] = []
        other = ("request", "slot", "table", "missed_by", "delegates", "outcomes", "lateness")
        for one, path in items(self.data, "meetings", self.faults):
            row = read_row(Meeting, one, path, self.faults, *other)
            row.event = self.event
            place = one if isinstance(one, dict) else {}
            self._place(row, place, path)
            self._point(row, "missed_by", self.organisations, place, path, optional=True)
            found[path] = row
            seats.append((row, self._all(self.delegates, place, "delegates", path)))
            for said, where in items(place, "outcomes", self.faults, path):
                outcome = read_row(Outcome, said, where, self.faults, "organisation")
                outcome.meeting = row
                self._point(outcome, "organisation", self.organisations, said, where)
                outcomes.append(outcome)
            for said, where in items(place, "lateness", self.faults, path):
                word = read_row(Lateness, said, where, self.faults, "organisation")
                word.meeting = row
                self._point(word, "organisation", self.organisations, said, where)
                late.append(word)
        self._check_seats(found, seats)
        _free_uids(list(found.values()))
        self._write(Meeting, found, "meetings")
        active = [(row, people) for row, people in seats if _holds_place(row)]
        taken = [
            MeetingSeat(meeting=row, slot=row.slot, delegate=person)
            for row, people in active
            for person in people
        ]
        used = [
            TableUse(meeting=row, slot=row.slot, table=row.table)
            for row, _people in active
            if row.table is not None
        ]
        self._add(MeetingSeat, taken, "meetings")
        self._add(TableUse, used, "meetings")
        self._add(Outcome, outcomes, "meetings", "recorded_at")
        self._add(Lateness, late, "meetings", "said_at")
        self.meetings = {row.request: row for row in found.values()}
        self.counts["outcomes"] = len(outcomes)

    def _check_seats(
        self, found: Mapping[Any, Meeting], seats: Iterable[tuple[Meeting, list[Delegate]]]
    ) -> None:
        """Nobody and no table is in two meetings at once."""
        self.faults.raise_any()
        busy: set[tuple[str, int, int]] = set()
        for (path, row), (_same, people) in zip(found.items(), seats, strict=True):
            if not _holds_place(row):
                continue
            for person in people:
                if ("person", person.pk, row.slot_id) in busy:
                    self.faults.add(
                        f"{path}.delegates", _("Somebody sits in another meeting then.")
                    )
                busy.add(("person", person.pk, row.slot_id))
            if row.table_id is not None:
                if ("table", row.table_id, row.slot_id) in busy:
                    self.faults.add(f"{path}.table", _("Another meeting has this table then."))
                busy.add(("table", row.table_id, row.slot_id))

    def read_chains(self) -> None:
        """Free places and whom they were offered to."""
        chains: list[StandbyChain] = []
        offers: list[StandbyOffer] = []
        for one, path in items(self.data, "chains", self.faults):
            other = ("slot", "table", "after", "offers")
            chain = read_row(StandbyChain, one, path, self.faults, *other)
            chain.event = self.event
            self._point(chain, "slot", self.slots, one, path)
            self._point(chain, "table", self.tables, one, path, optional=True)
            self._after(chain, one, path)
            chains.append(chain)
            for said, where in items(
                one if isinstance(one, dict) else {}, "offers", self.faults, path
            ):
                offers.append(self._offer(chain, said, where))
        self._add(StandbyChain, chains, "chains", "created_at")
        self._add(StandbyOffer, offers, "chains")
        self.counts["chains"] = len(chains)

    def _after(self, chain: StandbyChain, one: Any, path: str) -> None:
        """The meeting whose place it was, by its request."""
        key = one.get("after") if isinstance(one, dict) else None
        request = look_up(self.requests, key, f"{path}.after", self.faults) if key else None
        if request is not None:
            chain.after = look_up(self.meetings, request, f"{path}.after", self.faults)

    def _offer(self, chain: StandbyChain, one: Any, path: str) -> StandbyOffer:
        other = ("request", "sender_delegate", "receiver_delegate")
        offer = read_row(StandbyOffer, one, path, self.faults, *other)
        offer.chain = chain
        self._point(offer, "request", self.requests, one, path)
        for side in other[1:]:
            self._point(offer, side, self.delegates, one, path)
        return offer


def _free_uids(rows: list[Meeting]) -> None:
    """Calendar identifiers that are taken here, or twice in the file, are made anew."""
    here = Meeting.objects.filter(uid__in=[row.uid for row in rows])
    taken = set(here.values_list("uid", flat=True))
    for row in rows:
        if row.uid in taken:
            row.uid = Meeting().uid
        taken.add(row.uid)


def _holds_place(meeting: Meeting) -> bool:
    """It has its seats and its table, which a cancelled one and one given to others has not."""
    return meeting.status != MeetingStatus.CANCELLED and not meeting.is_given_away
