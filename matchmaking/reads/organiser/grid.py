"""The page of a draft: grid of a session, the meeting in hand, what is left out, what publishing changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from zoneinfo import ZoneInfo

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from clusters.models import User
from clusters.validators import whole_number
from events.choices import PUBLISH_PHASES
from events.models import Event, Registration, Session, Slot, Table
from matchmaking.adapters.schedule import placed_rows, schedule_problem
from matchmaking.choices import RunState
from matchmaking.models import DraftMeeting, MeetingRequest, Release, ScheduleRun
from matchmaking.reads.organiser.board import (
    ANY,
    Board,
    Marks,
    Sheet,
    board_by_organisation,
    board_by_table,
)
from matchmaking.reads.organiser.console import Console, console
from matchmaking.reads.organiser.history import History, edits_of, history, requests_of
from matchmaking.reads.organiser.inspector import Hand, Inspector, inspect
from matchmaking.reads.organiser.places import Places
from matchmaking.reads.organiser.trial import Spot, Trial, read_spot, write_spot
from matchmaking.reads.organiser.unplaced import UnplacedLine, names_for, unplaced_lines

ROWS = 60
"""Organisations on one page of the grid."""
MODES = ("move", "swap", "unschedule", "place")


@dataclass(frozen=True)
class Asked:
    """What the address asks to see. Nonsense in it counts as not asked.

    `to` is a place; `slot` a time at whichever table fits best.
    """

    by: str = "table"
    session: int | None = None
    meeting: int | None = None
    request: int | None = None
    mode: str = ""
    to: Spot | None = None
    slot: str | None = None
    other: int | None = None
    page: str = "1"

    @classmethod
    def read(cls, query: QueryDict) -> "Asked":
        """From the query of an address."""
        mode, to = query.get("mode", ""), query.get("to", "")
        slot, _dash, table = to.partition("-")
        return cls(
            by="organisation" if query.get("by") == "organisation" else "table",
            session=whole_number(query.get("session", "")),
            meeting=whole_number(query.get("meeting", "")),
            request=whole_number(query.get("request", "")),
            mode=mode if mode in MODES else "",
            to=read_spot(to),
            slot=slot if table == ANY and whole_number(slot) is not None else None,
            other=whole_number(query.get("other", "")),
            page=query.get("page", "1"),
        )


@dataclass(frozen=True)
class Choice:
    """An option of a select or a switch."""

    value: str
    label: str
    href: str
    current: bool
    icon: str = ""


@dataclass(frozen=True)
class GridPage:
    """Everything of the page of a draft."""

    console: Console
    run: ScheduleRun
    asked: Asked
    sessions: tuple[Choice, ...]
    views: tuple[Choice, ...]
    session: Session | None
    board: Board | None
    pages: "Page[Registration] | None"
    inspector: Inspector | None
    conflicts: tuple[str, ...]
    unplaced: tuple[UnplacedLine, ...]
    unplaced_total: int
    wishes: int
    placed: int
    release: Release | None
    changed: int
    concerned: int
    published_as: tuple[int, ...]
    history: History
    here: str
    bare: str

    @property
    def may_edit(self) -> bool:
        """A finished draft that was never published, and the right to plan."""
        return self.console.may_plan and self.run.state == RunState.DONE and not self.published_as

    @property
    def may_publish(self) -> bool:
        """Whether the phase and the role allow it; conflicts are shown beside the button."""
        return self.may_edit and self.console.event.status in PUBLISH_PHASES

    @property
    def next_number(self) -> int:
        """The number that the next release gets."""
        return self.release.number + 1 if self.release else 1


def grid_page(run: ScheduleRun, user: User, query: QueryDict) -> GridPage:
    """The page of a draft; a fixed number of queries for each kind of view."""
    return _Draft(run, user, Asked.read(query)).page()


@dataclass
class _Draft:
    """A draft with everything around it, read once."""

    run: ScheduleRun
    user: User
    asked: Asked
    event: Event = field(init=False)

    def __post_init__(self) -> None:
        self.event = self.run.event
        event = self.event
        self.console = console(event, self.user, "organiser_schedule")
        self.all_sessions = list(Session.objects.filter(event=event).order_by("starts_at", "pk"))
        self.slots = list(Slot.objects.filter(event=event).order_by("starts_at"))
        tables = Table.objects.filter(event=event).order_by("position", "name")
        self.tables = list(tables.prefetch_related("closed_slots"))
        rows = DraftMeeting.objects.filter(run=self.run).select_related(
            "request__sender__organisation", "request__receiver__organisation", "slot", "table"
        )
        self.meetings = list(rows.order_by("slot__starts_at", "table__position", "pk"))
        self.problem = schedule_problem(event, run=self.run)
        releases = list(Release.objects.filter(event=event).order_by("-number"))
        self.release = releases[0] if releases else None
        self.published_as = tuple(one.number for one in releases if one.run_id == self.run.pk)
        self.edits = list(edits_of(self.run).order_by("number"))
        self.places = Places(event, self.slots, self.tables)
        self.requests = self._requests()

    def _requests(self) -> dict[int, MeetingRequest]:
        """Every request that is placed, could be, or was changed by hand."""
        found = {row.request_id: row.request for row in self.meetings}
        missing = {int(wish.id) for wish in self.problem.wishes}
        missing = missing.union(*map(requests_of, self.edits)) - found.keys()
        rows = MeetingRequest.objects.select_related(
            "sender__organisation", "receiver__organisation"
        )
        return found | rows.in_bulk(missing)

    @cached_property
    def released(self) -> dict[int, tuple[int, int | None]] | None:
        """Places of the newest release by request; None before the first."""
        if self.release is None:
            return None
        rows = self.release.entries.values_list("request", "slot", "table")
        return {request: (slot, table) for request, slot, table in rows}

    @cached_property
    def trial(self) -> Trial:
        released = self.released
        return Trial(
            self.problem,
            placed_rows(self.meetings),
            {str(row.request_id): row.weight for row in self.meetings},
            None
            if released is None
            else {
                str(request): (str(slot), None if table is None else str(table))
                for request, (slot, table) in released.items()
            },
        )

    @property
    def is_open(self) -> bool:
        """Whether changes by hand are possible."""
        return self.console.may_plan and self.run.state == RunState.DONE and not self.published_as

    def page(self) -> GridPage:
        selected = next((row for row in self.meetings if row.pk == self.asked.meeting), None)
        session = self._session(selected)
        hand = self._hand(selected)
        inspector = inspect(hand, self.trial, self.link) if hand else None
        lines, total = unplaced_lines(
            self.run,
            self.problem,
            {row.request_id for row in self.meetings},
            self.requests,
            names_for(list(self.requests.values()), self.slots, self.event.zone),
        )
        changed, concerned = self._difference()
        board, pages = self._board(session, inspector)
        return GridPage(
            console=self.console,
            run=self.run,
            asked=self.asked,
            sessions=tuple(self._session_choices(session)),
            views=tuple(self._views()),
            session=session,
            board=board,
            pages=pages,
            inspector=inspector,
            conflicts=tuple(dict.fromkeys(one.text for one in self.trial.broken)),
            unplaced=tuple(self._placing(line) for line in lines),
            unplaced_total=total,
            wishes=len(self.problem.wishes),
            placed=len(self.meetings),
            release=self.release,
            changed=changed,
            concerned=concerned,
            published_as=self.published_as,
            history=history(self.edits, self.requests, self.places),
            here=self.link(meeting=self.asked.meeting),
            bare=self.link(),
        )

    def _hand(self, selected: DraftMeeting | None) -> Hand | None:
        """The meeting, or the request without a place, that the reader has in hand."""
        asked = self.asked
        common = {
            "run": self.run,
            "places": self.places,
            "meetings": {str(row.request_id): row for row in self.meetings},
            "is_open": self.is_open,
            "to": asked.to or self._best_table(selected),
            "other": asked.other,
        }
        if selected is not None:
            mode = "" if asked.mode == "place" else asked.mode
            return Hand(request=selected.request, meeting=selected, mode=mode, **common)  # type: ignore[arg-type]  # named fields
        placed = {row.request_id for row in self.meetings}
        request = self.requests.get(asked.request or 0)
        if request is not None and request.pk not in placed and self.is_open:
            return Hand(request=request, meeting=None, mode="place", **common)  # type: ignore[arg-type]  # named fields
        return None

    def _best_table(self, selected: DraftMeeting | None) -> Spot | None:
        """In the slot that was asked for without a table: the present table, else the first that fits."""
        if self.asked.slot is None:
            return None
        request = selected.request_id if selected else self.asked.request
        spots = [one for one in self.trial.spots(str(request)) if one[0] == self.asked.slot]
        table = str(selected.table_id) if selected and selected.table_id else None
        first = table or (str(self.tables[0].pk) if self.tables else None)
        kept = (self.asked.slot, first)
        return kept if kept in spots or not spots else spots[0]

    def _session(self, selected: DraftMeeting | None) -> Session | None:
        """The session asked for; that of the meeting in hand; the first with a meeting; the first."""
        by_key = {one.pk: one for one in self.all_sessions}
        if self.asked.session in by_key:
            return by_key[self.asked.session]
        if selected is not None:
            return by_key[selected.slot.session_id]
        used = self.meetings[0].slot.session_id if self.meetings else None
        return by_key.get(used or 0) or next(iter(self.all_sessions), None)

    def _board(
        self, session: Session | None, inspector: Inspector | None
    ) -> "tuple[Board | None, Page[Registration] | None]":
        if session is None:
            return None, None
        slots = [slot for slot in self.slots if slot.session_id == session.pk]
        keys = {slot.pk for slot in slots}
        sheet = Sheet(
            event=self.event,
            problem=self.problem,
            slots=slots,
            tables=self.tables,
            meetings=[row for row in self.meetings if row.slot_id in keys],
            own_zone=ZoneInfo(self.user.time_zone) if self.user.time_zone else None,
            link=self.link,
        )
        marks = self._marks(inspector)
        if self.asked.by == "table":
            return board_by_table(sheet, marks), None
        rows = Registration.objects.accepted().filter(event=self.event)
        listed = rows.select_related("organisation").order_by("organisation__name", "pk")
        pages = Paginator(listed, ROWS).get_page(self.asked.page)
        return board_by_organisation(sheet, marks, pages.object_list), pages

    def _marks(self, inspector: Inspector | None) -> Marks:
        hand = self.asked
        targets = {spot: self._to(spot) for spot in inspector.spots} if inspector else {}
        swaps = (
            {pk: self.link(meeting=hand.meeting, mode="swap", other=pk) for pk in inspector.swaps}
            if inspector
            else {}
        )
        return Marks(
            selected=hand.meeting,
            targets=targets,
            swaps=swaps,
            others=self._to if inspector and inspector.mode in ("move", "place") else None,
            sides=self._sides(inspector),
            conflicts=frozenset(
                one.request for one in self.trial.broken if one.request is not None
            ),
            moved_from=self._moved(),
        )

    @staticmethod
    def _sides(inspector: Inspector | None) -> frozenset[int]:
        if inspector is None:
            return frozenset()
        return frozenset((inspector.request.sender_id, inspector.request.receiver_id))

    def _to(self, spot: Spot) -> str:
        asked = self.asked
        if asked.meeting:
            return self.link(meeting=asked.meeting, mode="move", to=write_spot(spot))
        return self.link(request=asked.request, mode="place", to=write_spot(spot))

    def _moved(self) -> Mapping[int, str]:
        """Where meetings that the release has elsewhere were, in words."""
        if self.released is None:
            return {}
        slots = {
            slot.pk: f"{slot.starts_at.astimezone(self.event.zone):%H:%M}" for slot in self.slots
        }
        tables = {table.pk: table.name for table in self.tables}
        found = {}
        for row in self.meetings:
            was = self.released.get(row.request_id)
            if was is None:
                found[row.request_id] = _("new")
            elif was != (row.slot_id, row.table_id):
                table = tables.get(was[1] or 0, _("by video"))
                found[row.request_id] = f"← {slots.get(was[0], '')} {table}"
        return found

    def _difference(self) -> tuple[int, int]:
        """Meetings that differ from the newest release, and organisations they concern."""
        if self.released is None:
            return 0, 0
        now = {row.request_id: (row.slot_id, row.table_id) for row in self.meetings}
        keys = now.keys() | self.released.keys()
        changed = {key for key in keys if now.get(key) != self.released.get(key)}
        gone = MeetingRequest.objects.in_bulk(changed - self.requests.keys())
        rows = [self.requests.get(key) or gone[key] for key in changed]
        return len(changed), len(
            {side for row in rows for side in (row.sender_id, row.receiver_id)}
        )

    def _placing(self, line: UnplacedLine) -> UnplacedLine:
        return (
            replace(line, href=self.link(request=line.request, mode="place"))
            if self.is_open
            else line
        )

    def _session_choices(self, current: Session | None) -> Sequence[Choice]:
        zone = self.event.zone
        pattern = pgettext("date format", "D j M, H:i")
        return [
            Choice(
                str(one.pk),
                f"{date_format(one.starts_at.astimezone(zone), pattern)}"
                f"–{one.ends_at.astimezone(zone):%H:%M} {one.name}",
                self.link(session=one.pk),
                one == current,
            )
            for one in self.all_sessions
        ]

    def _views(self) -> Sequence[Choice]:
        labels = (("table", _("By table")), ("organisation", _("By organisation")))
        return [
            Choice(
                value,
                label,
                self.link(by=value, meeting=self.asked.meeting),
                self.asked.by == value,
            )
            for value, label in labels
        ]

    def link(self, **changes: str | int | None) -> str:
        """The page with the same view and other things in hand."""
        kept = {"by": self.asked.by, "session": self.asked.session, "page": self.asked.page}
        if kept["by"] == "table":
            del kept["by"], kept["page"]
        given = {key: value for key, value in {**kept, **changes}.items() if value and value != "1"}
        path = reverse("organiser_grid", args=[self.event.slug, self.run.pk])
        return f"{path}?{urlencode(given)}" if given else path
