"""The grid of one session: rows and cells, by table or by organisation."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from clusters.choices import Side
from events.models import Event, Registration, Slot, Table
from matchmaking.models import DraftMeeting
from matchmaking.reads.clocks import zone_place
from matchmaking.reads.organiser.trial import VIDEO, Spot, write_spot
from matchmaking.scheduling.problem import Problem

Link = Callable[..., str]
ANY = "any"
"""In the place of a table: whichever fits best."""
MOST_COLUMNS = 9
ORDER = {Side.EU.value: 0, Side.THIRD.value: 1, Side.MX.value: 2}


@dataclass(frozen=True)
class Cell:
    """What stands in a place: a meeting, nothing, or a place that does not exist.

    `look` are its CSS classes, `spoken` what is read after its text, `key` an id of the page. `spot` is
    where something dropped here goes, `meeting` what is dragged from here; `full` the names in full.
    """

    key: str
    look: str
    href: str
    first: str
    second: str = ""
    extra: str = ""
    spoken: str = ""
    icon: str = ""
    is_selected: bool = False
    spot: str = ""
    meeting: int | None = None
    full: str = ""


@dataclass(frozen=True)
class Column:
    """The head of a column."""

    title: str
    note: str = ""


@dataclass(frozen=True)
class Row:
    """A line of the grid; `pause` are the minutes without meetings before it."""

    title: str
    note: str
    cells: tuple[tuple[Cell, ...], ...]
    pause: int = 0
    pause_at: str = ""
    href: str = ""


@dataclass(frozen=True)
class Board:
    """The grid of one session."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    corner: str
    corner_note: str

    @property
    def is_wide(self) -> bool:
        """More columns than a window shows; then each keeps its width and the grid scrolls."""
        return len(self.columns) > MOST_COLUMNS


@dataclass(frozen=True)
class Marks:
    """What is special in the grid now: requests, or spots for the meeting in hand.

    `targets` fit; `others` gives the address of a free place that does not, so that it can say why.
    `sides` are the registrations of the meeting in hand.
    """

    selected: int | None
    targets: Mapping[Spot, str]
    swaps: Mapping[int, str]
    others: Callable[[Spot], str] | None
    sides: frozenset[int]
    conflicts: frozenset[int]
    moved_from: Mapping[int, str]


@dataclass(frozen=True)
class Sheet:
    """Rows of the database that a board is drawn from."""

    event: Event
    problem: Problem
    slots: Sequence[Slot]
    tables: Sequence[Table]
    meetings: Sequence[DraftMeeting]
    own_zone: ZoneInfo | None
    link: Link

    def clock(self, at: dt.datetime) -> str:
        """A time on the event's clock."""
        return f"{at.astimezone(self.event.zone):%H:%M}"

    def own_clock(self, at: dt.datetime) -> str:
        """The same on the reader's clock; empty where they agree."""
        if self.own_zone is None:
            return ""
        mine = f"{at.astimezone(self.own_zone):%H:%M}"
        return "" if mine == self.clock(at) else mine


def board_by_table(sheet: Sheet, marks: Marks) -> Board:
    """Time by table; meetings by video share a last column."""
    at: dict[tuple[int, int | None], list[DraftMeeting]] = defaultdict(list)
    for meeting in sheet.meetings:
        at[meeting.slot_id, meeting.table_id].append(meeting)
    has_video = any(slot.pk and at.get((slot.pk, None)) for slot in sheet.slots) or any(
        table is None for _slot, table in marks.targets
    )
    columns = [Column(table.name, _note(table)) for table in sheet.tables]
    columns += [Column(_("Video"))] if has_video else []
    rows, before = [], None
    for slot in sheet.slots:
        cells = [
            _place_cells(sheet, marks, slot, table, at[slot.pk, table.pk]) for table in sheet.tables
        ]
        cells += [_place_cells(sheet, marks, slot, None, at[slot.pk, None])] if has_video else []
        pause = int((slot.starts_at - before.ends_at).total_seconds() // 60) if before else 0
        rows.append(
            Row(
                title=sheet.clock(slot.starts_at),
                note=sheet.own_clock(slot.starts_at),
                cells=tuple(cells),
                pause=max(0, pause),
                pause_at=sheet.clock(before.ends_at) if before else "",
            )
        )
        before = slot
    return Board(tuple(columns), tuple(rows), zone_place(sheet.event.time_zone), _own(sheet))


def board_by_organisation(
    sheet: Sheet, marks: Marks, registrations: Iterable[Registration]
) -> Board:
    """Organisation by time."""
    at: dict[tuple[int, int], list[DraftMeeting]] = defaultdict(list)
    for meeting in sheet.meetings:
        for side in (meeting.request.sender_id, meeting.request.receiver_id):
            at[side, meeting.slot_id].append(meeting)
    available = {int(one.id): one.available for one in sheet.problem.organisations}
    tables = {table.pk: table.name for table in sheet.tables}
    rows = [
        Row(
            title=row.organisation.short_name,
            note=row.organisation.name
            if row.organisation.short_name != row.organisation.name
            else "",
            cells=tuple(
                tuple(_side_cell(sheet, marks, one, row, tables) for one in at[row.pk, slot.pk])
                or (
                    _empty_cell(
                        sheet,
                        marks,
                        slot,
                        row,
                        is_open=str(slot.pk) in available.get(row.pk, ()),
                    ),
                )
                for slot in sheet.slots
            ),
        )
        for row in registrations
    ]
    columns = tuple(
        Column(sheet.clock(slot.starts_at), sheet.own_clock(slot.starts_at)) for slot in sheet.slots
    )
    return Board(columns, tuple(rows), _("Organisation"), "")


def _place_cells(
    sheet: Sheet, marks: Marks, slot: Slot, table: Table | None, meetings: Sequence[DraftMeeting]
) -> tuple[Cell, ...]:
    name = table.name if table else _("by video")
    where = f"{sheet.clock(slot.starts_at)}, {name}"
    cells = [_meeting_cell(sheet, marks, meeting, where) for meeting in meetings]
    spot = (str(slot.pk), str(table.pk) if table else None)
    if spot in marks.targets:
        cells.append(_target(spot, where, marks.targets[spot]))
    if cells:
        return tuple(cells)
    key = f"c-{slot.pk}-{table.pk if table else VIDEO}"
    if slot.is_closed or (table is not None and slot in table.closed_slots.all()):
        return (
            Cell(
                key,
                "slot slot-free slot-closed",
                "",
                "",
                spoken=_("%(where)s: closed") % {"where": where},
            ),
        )
    if table is None:
        return (
            Cell(key, "slot slot-free", "", "", spoken=_("%(where)s: nobody") % {"where": where}),
        )
    return (_free(marks, spot, key, _(", %(where)s") % {"where": where}),)


def _free(marks: Marks, spot: Spot, key: str, spoken: str) -> Cell:
    """A free place; while a meeting is in hand it can be chosen, too, to hear what stands against it."""
    href = marks.others(spot) if marks.others else ""
    return Cell(key, "slot slot-free", href, _("free"), spoken=spoken, spot=write_spot(spot))


def _target(spot: Spot, where: str, href: str) -> Cell:
    spoken = _(", %(where)s: the chosen meeting fits here") % {"where": where}
    key = f"c-{spot[0]}-{spot[1] or VIDEO}"
    return Cell(
        key, "slot slot-free is-target", href, _("fits"), spoken=spoken, spot=write_spot(spot)
    )


def _meeting_cell(sheet: Sheet, marks: Marks, meeting: DraftMeeting, where: str) -> Cell:
    one, other = _sides(meeting)
    look, icon, extra, said = _state(marks, meeting)
    return Cell(
        key=f"m-{meeting.pk}",
        look=" ".join(["slot", _colours(one, other), *look]),
        href=marks.swaps.get(meeting.pk) or sheet.link(meeting=meeting.pk),
        first=one.organisation.short_name,
        second=other.organisation.short_name,
        extra=extra,
        spoken=", ".join(["", where, *said]),
        icon=icon,
        is_selected=meeting.pk == marks.selected,
        meeting=meeting.pk,
        full=f"{one.organisation.name} × {other.organisation.name}",
    )


def _side_cell(
    sheet: Sheet,
    marks: Marks,
    meeting: DraftMeeting,
    row: Registration,
    tables: Mapping[int, str],
) -> Cell:
    """A meeting in the line of one of its organisations: the partner, then the table."""
    request = meeting.request
    partner = request.receiver if request.sender_id == row.pk else request.sender
    look, icon, extra, said = _state(marks, meeting)
    table = tables.get(meeting.table_id, "") if meeting.table_id else _("by video")
    return Cell(
        key=f"m-{meeting.pk}-{row.pk}",
        look=" ".join(["slot", _colours(row, partner), *look]),
        href=marks.swaps.get(meeting.pk) or sheet.link(meeting=meeting.pk),
        first=partner.organisation.short_name,
        second=table,
        extra=extra,
        spoken=", ".join(["", row.organisation.short_name, *said]),
        icon=icon,
        is_selected=meeting.pk == marks.selected,
        meeting=meeting.pk,
        full=partner.organisation.name,
    )


def _empty_cell(
    sheet: Sheet, marks: Marks, slot: Slot, row: Registration, *, is_open: bool
) -> Cell:
    """A free time of an organisation. Which table comes with it is worked out when it is chosen."""
    key, spot = f"o-{row.pk}-{slot.pk}", f"{slot.pk}-{ANY}"
    if row.pk in marks.sides and is_open:
        fits = next((href for place, href in marks.targets.items() if place[0] == str(slot.pk)), "")
        if fits:
            return Cell(key, "slot slot-free is-target", fits, _("fits"), spot=spot)
    if is_open:
        return Cell(key, "slot slot-free", "", "", spoken=_("free"), spot=spot)
    return Cell(key, "slot slot-free slot-closed", "", "", spoken=_("not there"))


def _state(marks: Marks, meeting: DraftMeeting) -> tuple[list[str], str, str, list[str]]:
    """Classes, icon, a word for the cell, and the words to be read."""
    if meeting.pk == marks.selected:
        return ["is-selected"], "lock" if meeting.is_locked else "", "", [_("chosen")]
    if meeting.pk in marks.swaps:
        return ["is-swap"], "swap", "", [_("can change places with the chosen meeting")]
    if meeting.request_id in marks.conflicts:
        return ["is-conflict"], "warn", _("conflict"), [_("conflict")]
    if meeting.is_locked:
        return ["is-locked"], "lock", "", [_("locked")]
    if meeting.request_id in marks.moved_from:
        was = marks.moved_from[meeting.request_id]
        return ["is-moved"], "", was, [_("changed since the release")]
    return [], "", "", []


def _sides(meeting: DraftMeeting) -> tuple[Registration, Registration]:
    """Both sides as they are drawn: Europe left, Mexico right, third countries between."""
    one, other = meeting.request.sender, meeting.request.receiver
    if ORDER[one.organisation.side] > ORDER[other.organisation.side]:
        return other, one
    return one, other


def _colours(one: Registration, other: Registration) -> str:
    """The class whose bars have the colours of both sides: e(u), m(exico), t(hird)."""
    return f"slot-{one.organisation.side[0]}{other.organisation.side[0]}"


def _note(table: Table) -> str:
    return table.get_kind_display() if table.kind == "booth" else ""


def _own(sheet: Sheet) -> str:
    """The reader's clock, named where it differs from the event's."""
    if sheet.own_zone is None or not sheet.slots:
        return ""
    return zone_place(str(sheet.own_zone)) if sheet.own_clock(sheet.slots[0].starts_at) else ""
