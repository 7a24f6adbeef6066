"""An event as one open file. Written so that the same event gives the same file, whatever its keys."""

import base64
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils import timezone

from clusters.models import Organisation, SectorFocus
from events.models import (
    Delegate,
    Event,
    FloorPlan,
    OnBehalf,
    Registration,
    Session,
    Slot,
    Table,
    Unavailability,
)
from matchmaking.adapters.event_file import FIELDS, FORMAT, PERSONAL, VERSION, Plain, plain
from matchmaking.choices import RunState
from matchmaking.models import (
    AskedScore,
    CheckIn,
    DaySettings,
    DraftMeeting,
    Introduction,
    Lateness,
    Meeting,
    MeetingRequest,
    MeetingSeat,
    Outcome,
    Release,
    ReleaseEntry,
    ScheduleRun,
    ScoringPolicy,
    StandbyChain,
    StandbyOffer,
)


def export_event(
    event: Event, *, with_people: bool, with_outcomes: bool, with_pictures: bool = True
) -> Plain:
    """Everything of an event that another installation needs to hold it. A fixed number of queries.

    `with_people` adds personal data, each piece below a key `personal`; `with_outcomes` adds how far each
    side says its meetings went, which otherwise only the two sides know; `with_pictures` adds floor plans
    and where tables stand on them.
    """
    choice = _Choice(with_people, with_outcomes, with_pictures)
    return _Export(event, choice).file()


@dataclass(frozen=True)
class _Choice:
    """What a file holds beyond the least."""

    people: bool
    outcomes: bool
    pictures: bool


class _Export:
    def __init__(self, event: Event, choice: _Choice) -> None:
        self.event, self.choice = event, choice
        of_event = {"event": event}
        self.sessions = list(Session.objects.filter(**of_event).order_by("starts_at", "pk"))
        self.slots = list(Slot.objects.filter(**of_event).order_by("starts_at", "pk"))
        self.plans = list(FloorPlan.objects.filter(**of_event).order_by("pk"))
        if not choice.pictures:
            self.plans = []
        self.tables = list(
            Table.objects.filter(**of_event)
            .select_related("spot")
            .prefetch_related("closed_slots")
            .order_by("position", "name")
        )
        self.registrations = list(
            Registration.objects.filter(**of_event)
            .select_related("organisation")
            .order_by("organisation__slug")
        )
        self.delegates = list(
            Delegate.objects.filter(registration__event=event).order_by(
                "registration__organisation__slug", "pk"
            )
        )
        self.requests = list(MeetingRequest.objects.filter(**of_event).order_by("sent_at", "pk"))
        self.runs = list(
            ScheduleRun.objects.filter(**of_event, state=RunState.DONE, is_curve=False)
            .select_related("repair_of")
            .order_by("created_at", "pk")
        )
        scores = AskedScore.objects.filter(request__event=event)
        self.scores = {one.request_id: one for one in scores}
        self.number = {
            name: _numbers(getattr(self, name))
            for name in (
                "sessions",
                "slots",
                "plans",
                "tables",
                "registrations",
                "delegates",
                "requests",
                "runs",
            )
        }

    def file(self) -> Plain:
        """The file, part by part, in the order in which a reader needs them."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "exported_at": timezone.now().isoformat(timespec="seconds"),
            "contains_personal_data": self.choice.people,
            "contains_outcomes": self.choice.outcomes,
            "contains_pictures": self.choice.pictures,
            "event": self._event(),
            "day": self._day(),
            "policy": self._policy(),
            "organisations": self._organisations(),
            "sessions": [self._numbered("sessions", one) for one in self.sessions],
            "slots": [
                {**self._numbered("slots", one), "session": self.number["sessions"][one.session_id]}
                for one in self.slots
            ],
            "plans": [
                {
                    **self._numbered("plans", one),
                    "picture": base64.b64encode(bytes(one.picture)).decode(),
                }
                for one in self.plans
            ],
            "tables": [self._table(one) for one in self.tables],
            "registrations": self._registrations(),
            "delegates": self._delegates(),
            "requests": [self._request(one) for one in self.requests],
            "introductions": self._introductions(),
            "runs": self._runs(),
            "releases": self._releases(),
            "meetings": self._meetings(),
            "chains": self._chains(),
        }

    def _plain(self, row: models.Model) -> Plain:
        model = type(row)
        found = plain(row, FIELDS[model])
        if self.choice.people and model in PERSONAL:
            found["personal"] = plain(row, PERSONAL[model])
        return found

    def _numbered(self, part: str, row: models.Model) -> Plain:
        return {"id": self.number[part][row.pk], **self._plain(row)}

    def _event(self) -> Plain:
        event = self.event
        return {
            **self._plain(event),
            "country": event.country.code if event.country else None,
            "region": event.region.code if event.region else None,
            "organisers": [one.slug for one in event.organisers.order_by("slug")],
        }

    def _organisations(self) -> list[Plain]:
        here = models.Q(registrations__event=self.event) | models.Q(organised_events=self.event)
        rows = Organisation.objects.filter(here).distinct().select_related("region")
        rows = rows.prefetch_related("countries").order_by("slug")
        sectors: dict[int, list[str]] = defaultdict(list)
        foci = SectorFocus.objects.filter(organisation__in=rows.order_by().values("pk"))
        for organisation, code in foci.values_list("organisation", "sector__code").order_by("pk"):
            sectors[organisation].append(code)
        return [
            {
                **self._plain(one),
                "countries": sorted(country.code for country in one.countries.all()),
                "region": one.region.code if one.region else None,
                "sectors": sorted(set(sectors[one.pk])),
            }
            for one in rows
        ]

    def _table(self, table: Table) -> Plain:
        closed = sorted(self.number["slots"][slot.pk] or 0 for slot in table.closed_slots.all())
        spot = getattr(table, "spot", None)
        where = self.number["plans"].get(spot.plan_id) if spot else None
        place = {"plan": where, **self._plain(spot)} if spot and where else None
        return {**self._numbered("tables", table), "closed_slots": closed, "spot": place}

    def _day(self) -> Plain | None:
        row = DaySettings.objects.filter(event=self.event).first()
        return self._plain(row) if row else None

    def _policy(self) -> Plain | None:
        rows = ScoringPolicy.objects.filter(name=self.event.scoring_policy)
        row = rows.order_by("-version").first()
        return self._plain(row) if row else None

    def _registrations(self) -> list[Plain]:
        deeds: dict[int, list[Plain]] = defaultdict(list)
        for act in OnBehalf.objects.filter(registration__event=self.event).order_by("at", "pk"):
            deeds[act.registration_id].append(self._plain(act))
        return [
            {
                **self._numbered("registrations", one),
                "organisation": one.organisation.slug,
                "on_behalf": deeds[one.pk],
            }
            for one in self.registrations
        ]

    def _introductions(self) -> list[Plain]:
        number = self.number["registrations"]
        rows = Introduction.objects.filter(event=self.event).order_by("made_at", "pk")
        return [
            {"first": number[one.first_id], "second": number[one.second_id], **self._plain(one)}
            for one in rows
        ]

    def _chains(self) -> list[Plain]:
        offers: dict[int, list[Plain]] = defaultdict(list)
        rows = StandbyOffer.objects.filter(chain__event=self.event).order_by("offered_at", "pk")
        for one in rows:
            offers[one.chain_id].append(
                {
                    "request": self.number["requests"][one.request_id],
                    "sender_delegate": self._number_of("delegates", one.sender_delegate_id),
                    "receiver_delegate": self._number_of("delegates", one.receiver_delegate_id),
                    **self._plain(one),
                }
            )
        chains = StandbyChain.objects.filter(event=self.event).select_related("after")
        return [
            {
                "slot": self.number["slots"][one.slot_id],
                "table": self._number_of("tables", one.table_id),
                "after": self.number["requests"][one.after.request_id] if one.after else None,
                **self._plain(one),
                "offers": offers[one.pk],
            }
            for one in chains.order_by("created_at", "pk")
        ]

    def _delegates(self) -> list[Plain]:
        away: dict[int, list[int]] = defaultdict(list)
        rows = Unavailability.objects.filter(delegate__in=[one.pk for one in self.delegates])
        for delegate, slot in rows.values_list("delegate", "slot"):
            away[delegate].append(self.number["slots"][slot] or 0)
        arrived = {
            one.delegate_id: plain(one, ["at"])["at"]
            for one in CheckIn.objects.filter(delegate__registration__event=self.event)
        }
        return [
            {
                **self._numbered("delegates", one),
                "registration": self.number["registrations"][one.registration_id],
                "away": sorted(away[one.pk]),
                "arrived_at": arrived.get(one.pk),
            }
            for one in self.delegates
        ]

    def _request(self, one: MeetingRequest) -> Plain:
        score = self.scores.get(one.pk)
        return {
            **self._numbered("requests", one),
            "sender": self.number["registrations"][one.sender_id],
            "receiver": self.number["registrations"][one.receiver_id],
            "sender_delegate": self._number_of("delegates", one.sender_delegate_id),
            "receiver_delegate": self._number_of("delegates", one.receiver_delegate_id),
            "score": self._plain(score) if score else None,
        }

    def _number_of(self, part: str, key: int | None) -> int | None:
        return None if key is None else self.number[part].get(key)

    def _place(self, one: DraftMeeting | ReleaseEntry | Meeting) -> Plain:
        return {
            "request": self.number["requests"][one.request_id],
            "slot": self.number["slots"][one.slot_id],
            "table": self._number_of("tables", one.table_id),
        }

    def _runs(self) -> list[Plain]:
        places: dict[int, list[Plain]] = defaultdict(list)
        rows = DraftMeeting.objects.filter(run__in=[one.pk for one in self.runs])
        for row in rows.order_by("pk"):
            places[row.run_id].append({**self._place(row), **self._plain(row)})
        return [
            {
                **self._numbered("runs", one),
                "repair_of": one.repair_of.number if one.repair_of else None,
                "meetings": _by_request(places[one.pk]),
            }
            for one in self.runs
        ]

    def _releases(self) -> list[Plain]:
        entries: dict[int, list[Plain]] = defaultdict(list)
        for row in ReleaseEntry.objects.filter(release__event=self.event).order_by("pk"):
            known = [self.number["delegates"].get(pk) for pk in row.delegate_ids]
            people = sorted(one for one in known if one is not None)
            entries[row.release_id].append({**self._place(row), "delegates": people})
        rows = (
            Release.objects.filter(event=self.event).select_related("restores").order_by("number")
        )
        return [
            {
                **self._plain(one),
                "run": self._number_of("runs", one.run_id),
                "restores": one.restores.number if one.restores else None,
                "entries": _by_request(entries[one.pk]),
            }
            for one in rows
        ]

    def _meetings(self) -> list[Plain]:
        seats: dict[int, list[int]] = defaultdict(list)
        rows = MeetingSeat.objects.filter(meeting__event=self.event)
        for meeting, delegate in rows.values_list("meeting", "delegate"):
            seats[meeting].append(self.number["delegates"][delegate] or 0)
        outcomes, late = self._outcomes(), self._lateness()
        meetings = Meeting.objects.filter(event=self.event).select_related("missed_by")
        found = [
            {
                **self._place(one),
                **self._plain(one),
                "missed_by": one.missed_by.slug if one.missed_by else None,
                "delegates": sorted(seats[one.pk]),
                "lateness": late[one.pk],
                **({"outcomes": outcomes[one.pk]} if self.choice.outcomes else {}),
            }
            for one in meetings.order_by("pk")
        ]
        return _by_request(found)

    def _lateness(self) -> Mapping[int, list[Plain]]:
        found: dict[int, list[Plain]] = defaultdict(list)
        rows = Lateness.objects.filter(meeting__event=self.event).select_related("organisation")
        for one in rows.order_by("organisation__slug"):
            found[one.meeting_id].append(
                {**self._plain(one), "organisation": one.organisation.slug}
            )
        return found

    def _outcomes(self) -> Mapping[int, list[Plain]]:
        found: dict[int, list[Plain]] = defaultdict(list)
        rows = Outcome.objects.filter(meeting__event=self.event).select_related("organisation")
        for one in rows.order_by("organisation__slug") if self.choice.outcomes else ():
            found[one.meeting_id].append(
                {**self._plain(one), "organisation": one.organisation.slug}
            )
        return found


def _numbers(rows: Iterable[Any]) -> dict[int, int]:
    """The number of each row in the file, from 1, by key."""
    return {row.pk: number for number, row in enumerate(rows, start=1)}


def _by_request(rows: list[Plain]) -> list[Plain]:
    return sorted(rows, key=lambda one: one["request"])
