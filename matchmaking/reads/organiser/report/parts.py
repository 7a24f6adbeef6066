"""The parts of a report: each a table whose first column may be drawn as bars.

Counts of outcomes are private between two sides, so that small ones are kept back: 1 to 4 is shown as such,
and where hiding one cell would let it be worked out from the rest, the next smallest goes with it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from clusters.choices import Side as SideChoice
from events.choices import Format
from matchmaking.choices import MeetingStatus, OutcomeStep, RequestStatus
from matchmaking.reads.organiser.report.rows import Met, Rows
from matchmaking.scoring.outcomes import wilson

SMALLEST = 5
"""No count of private outcomes below this is shown, but for none at all."""

LISTED = 25
"""Organisations that missed meetings, as many as one looks through."""

Cell = int | float | str | None


@dataclass(frozen=True)
class Bar:
    """A length in percent; `low` and `high` where it is an estimate (95 % interval)."""

    percent: float
    low: float | None = None
    high: float | None = None

    @property
    def spread(self) -> float:
        """Length of the interval."""
        return (self.high or 0.0) - (self.low or 0.0)


@dataclass(frozen=True)
class Line:
    """A row of a table, with its bar."""

    cells: tuple[Cell, ...]
    bar: Bar | None = None


@dataclass(frozen=True)
class Part:
    """A question of the report with its answer. `heads` name the columns; the bar comes after the first."""

    code: str
    title: str
    text: str
    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()

    @property
    def has_bars(self) -> bool:
        """Some line is drawn."""
        return any(line.bar for line in self.lines)


def kept_back(counts: Sequence[int]) -> list[int | None]:
    """Counts that may be shown; None for what is kept back, so that no sum gives it away."""
    hidden = [i for i, n in enumerate(counts) if 0 < n < SMALLEST]
    if len(hidden) == 1:
        others = [i for i, n in enumerate(counts) if n >= SMALLEST]
        hidden += sorted(others, key=lambda i: counts[i])[:1]
    return [None if i in hidden else n for i, n in enumerate(counts)]


def shown(count: int | None) -> Cell:
    """A count as a cell."""
    return _("kept back") if count is None else count


def share(part: int, whole: int) -> str:
    """A share in percent as text; a dash of nothing."""
    return "–" if not whole else f"{number_format(round(100 * part / whole, 1), 1)} %"


def _bar(part: int, whole: int) -> Bar:
    return Bar(100 * part / whole if whole else 0.0)


def _estimate(part: int, whole: int) -> Bar | None:
    if not whole:
        return None
    low, high = wilson(part, whole)
    return Bar(100 * part / whole, 100 * low, 100 * high)


# -- how far it went


def funnel(rows: Rows) -> tuple[Part, Part]:
    """Organisations from application to meeting, and requests from asking to results."""
    return _organisations(rows), _meetings(rows)


def _organisations(rows: Rows) -> Part:
    accepted = {one.pk for one in rows.accepted}
    asked = {one.sender for one in rows.requests} | {one.receiver for one in rows.requests}
    meets = {pk for one in rows.placed for pk in one.sides}
    held = {pk for one in rows.held for pk in one.sides}
    applied = len(rows.registrations)
    steps = [
        (pgettext("registrations", "applied"), applied),
        (pgettext("registrations", "accepted"), len(accepted)),
        (_("asked or were asked"), len(asked & accepted)),
        (_("got a meeting"), len(meets & accepted)),
        (_("held a meeting"), len(held & accepted)),
    ]
    return Part(
        "organisations",
        _("Organisations"),
        "",
        (_("Step"), _("Organisations"), _("of those who applied")),
        tuple(Line((name, n, share(n, applied)), _bar(n, applied)) for name, n in steps),
    )


def _meetings(rows: Rows) -> Part:
    asked, held = len(rows.requests), rows.held
    steps: list[tuple[str, int]] = [
        (pgettext("requests", "asked"), asked),
        (pgettext("requests", "accepted"), len(rows.agreed)),
        (_("placed"), len(rows.placed)),
        (_("held"), len(held)),
    ]
    lines = [Line((name, n, share(n, asked)), _bar(n, asked)) for name, n in steps]
    private = [
        (_("reported on by a side"), sum(bool(one.said) for one in held)),
        *(
            (str(OutcomeStep(step).label), sum(one.reached(step, both=False) for one in held))
            for step in OutcomeStep.values[1:]
        ),
    ]
    for (name, _n), n in zip(private, kept_back([n for _name, n in private]), strict=True):
        drawn = None if n is None else _bar(n, asked)
        lines.append(Line((name, shown(n), "–" if n is None else share(n, asked)), drawn))
    hours = [one.hours for one in rows.requests if one.hours is not None]
    notes = []
    if hours:
        most = max(1, round(median(hours)))
        text = ngettext(
            "Half of the answers came within an hour.",
            "Half of the answers came within %(hours)s hours.",
            most,
        )
        notes.append(text % {"hours": number_format(most, 0)})
    return Part(
        "meetings",
        _("Meetings"),
        _("From the first question to what came of it. Results count once one side reports them."),
        (_("Step"), _("Meetings"), _("of those asked for")),
        tuple(lines),
        tuple(notes),
    )


# -- by side, sector, format


@dataclass(frozen=True)
class _Group:
    name: str
    members: frozenset[int]


def by_side(rows: Rows) -> Part:
    """Each side's share in asking, meeting and staying away."""
    groups = [
        _Group(str(side.label), frozenset(one.pk for one in rows.accepted if one.side == side))
        for side in SideChoice
    ]
    return _grouped(rows, "sides", _("By side"), _("Side"), groups)


def by_sector(rows: Rows) -> Part:
    """The same by top sector; an organisation counts in each of its sectors."""
    groups = [
        _Group(
            name,
            frozenset(
                one.pk
                for one in rows.accepted
                if code in rows.sectors.get(one.organisation, frozenset())
            ),
        )
        for code, name in rows.sector_names.items()
    ]
    part = _grouped(rows, "sectors", _("By sector"), _("Sector"), groups)
    note = _("An organisation counts in each of its sectors, so that columns add up to more.")
    return replace(part, notes=(note, *part.notes))


def _grouped(rows: Rows, code: str, title: str, what: str, groups: Sequence[_Group]) -> Part:
    there = [group for group in groups if group.members]

    def further(one: Met) -> bool:
        return one.is_held and one.reached(OutcomeStep.FOLLOW_UP, both=False)

    results = kept_back([_count(rows.meetings, group, further) for group in there])
    lines = [_group_line(rows, group, n) for group, n in zip(there, results, strict=True)]
    return Part(
        code,
        title,
        _("Drawn: the share of requests they accepted, with its 95 % interval."),
        (
            what,
            _("Organisations"),
            _("Asked"),
            _("Were asked"),
            _("Accepted what they were asked"),
            _("Meetings placed"),
            _("Held"),
            _("Did not come"),
            _("Taken further"),
        ),
        tuple(lines),
        (_kept_back_note(),) if None in results else (),
    )


def _group_line(rows: Rows, group: _Group, further: int | None) -> Line:
    received = [one for one in rows.requests if one.receiver in group.members]
    accepted = sum(one.status == RequestStatus.ACCEPTED for one in received)
    placed = [one for one in rows.placed if group.members & set(one.sides)]
    held = sum(one.is_held for one in placed)
    cells: tuple[Cell, ...] = (
        group.name,
        len(group.members),
        sum(one.sender in group.members for one in rows.requests),
        len(received),
        share(accepted, len(received)),
        len(placed),
        held,
        _missed_by(rows, group.members),
        shown(further),
    )
    return Line(cells, _estimate(accepted, len(received)))


def _count(meetings: Iterable[Met], group: _Group, wanted: Callable[[Met], bool]) -> int:
    return sum(wanted(one) for one in meetings if group.members & set(one.sides))


def _missed_by(rows: Rows, members: frozenset[int]) -> int:
    organisations = {rows.registrations[pk].organisation for pk in members}
    return sum(one.missed_by in organisations for one in rows.meetings if one.missed_by)


def by_format(rows: Rows) -> Part:
    """Meetings by the format of their session."""
    names = {**{one.value: str(one.label) for one in Format}, "": _("no format set")}
    found = [
        (name, [one for one in rows.placed if one.format == code]) for code, name in names.items()
    ]
    there = [(name, placed) for name, placed in found if placed]
    results = kept_back(
        [
            sum(one.is_held and one.reached(OutcomeStep.FOLLOW_UP, both=False) for one in placed)
            for _name, placed in there
        ]
    )
    lines = []
    for (name, placed), further in zip(there, results, strict=True):
        held = sum(one.is_held for one in placed)
        missed = sum(one.status == MeetingStatus.MISSED for one in placed)
        cells = (name, len(placed), held, missed, share(held, held + missed), shown(further))
        lines.append(Line(cells, _estimate(held, held + missed)))
    return Part(
        "formats",
        _("By format"),
        _("Drawn: the share of marked meetings that were held, with its 95 % interval."),
        (
            _("Format"),
            _("Meetings placed"),
            _("Held"),
            _("Missed"),
            _("Held of those marked"),
            _("Taken further"),
        ),
        tuple(lines),
        (_kept_back_note(),) if None in results else (),
    )


def _kept_back_note() -> str:
    return _(
        "What came of a meeting is known to its two sides only. Counts of 1 to %(most)d are kept back, "
        "and with them the next smallest where they could be worked out."
    ) % {"most": SMALLEST - 1}


# -- who did not come


def no_shows(rows: Rows) -> Part:
    """Who missed meetings, the most first."""
    by_organisation = {one.organisation: one for one in rows.registrations.values()}
    missed: dict[int, int] = {}
    for one in rows.meetings:
        if one.missed_by is not None:
            missed[one.missed_by] = missed.get(one.missed_by, 0) + 1
    lines = []
    for key, n in sorted(missed.items(), key=lambda pair: (-pair[1], pair[0])):
        row = by_organisation.get(key)
        if row is None:
            continue
        planned = sum(row.pk in one.sides for one in rows.placed)
        lines.append(Line((row.name, n, planned, share(n, planned)), _bar(n, planned)))
    rest = len(lines) - LISTED
    more = ngettext(
        "%(n)d more organisation missed fewer.", "%(n)d more organisations missed fewer.", rest
    )
    more = more % {"n": rest} if rest > 0 else ""
    return Part(
        "no_shows",
        _("Who did not come"),
        _no_show_words(rows),
        (_("Organisation"), _("Meetings missed"), _("of meetings placed"), _("Share")),
        tuple(lines[:LISTED]),
        (more,) if more else (),
    )


def _no_show_words(rows: Rows) -> str:
    held = len(rows.held)
    missed = sum(one.status == MeetingStatus.MISSED for one in rows.meetings)
    open_ = sum(one.status == MeetingStatus.CONFIRMED for one in rows.meetings)
    words = [
        ngettext("%(n)d meeting was missed", "%(n)d meetings were missed", missed) % {"n": missed}
        + f" ({share(missed, held + missed)})."
    ]
    if open_:
        words.append(
            ngettext(
                "Of %(n)d meeting nobody has said whether it was held.",
                "Of %(n)d meetings nobody has said whether they were held.",
                open_,
            )
            % {"n": open_}
        )
    if rows.arrived:
        words.append(
            _("%(arrived)d of %(all)d delegates were checked in.")
            % {"arrived": rows.arrived, "all": rows.delegates}
        )
    return " ".join(words)


# -- results by two definitions


def definitions(rows: Rows) -> Part:
    """ECCP's and EEN's ways to count results, side by side, of the same meetings."""
    held = rows.held
    n = len(held)
    asked: list[tuple[str, str, str, bool]] = [
        ("ECCP", _("cooperation initiated"), OutcomeStep.FOLLOW_UP, False),
        ("ECCP", _("cooperation established"), OutcomeStep.FOLLOW_UP, True),
        ("ECCP", _("formal agreement"), OutcomeStep.LETTER, True),
        ("EEN", _("business or technology agreement"), OutcomeStep.TRADE, True),
        ("EEN", _("joint project"), OutcomeStep.PROJECT, True),
    ]
    counts = [sum(one.reached(step, both=both) for one in held) for _w, _n, step, both in asked]
    lines = [Line((_("Meetings held"), n, share(n, n), _("marked as held")), Bar(100))]
    rule = {
        False: _("one side says “%(step)s” or further"),
        True: _("both sides say “%(step)s” or further"),
    }
    for (who, name, step, both), count in zip(asked, kept_back(counts), strict=True):
        words = rule[both] % {"step": OutcomeStep(step).label}
        drawn = None if count is None else _estimate(count, n)
        held_share = "–" if count is None else share(count, n)
        cells = (f"{who}: {name}", shown(count), held_share, words)
        lines.append(Line(cells, drawn))
    notes = [
        _(
            "Our reading of how the two count. The European Cluster Collaboration Platform counts "
            "cooperation cases and formal agreements that clusters report. The Enterprise Europe Network "
            "counts an agreement only with a tangible object, a benefit for both and a signed statement, "
            "which Puente does not hold: these are candidates for it. Do not add or compare the two."
        )
    ]
    if None in kept_back(counts):
        notes.append(_kept_back_note())
    return Part(
        "definitions",
        _("Results by ECCP’s and EEN’s definitions"),
        _("The same held meetings, counted twice over. Shares with their 95 % intervals."),
        (_("Result"), _("Meetings"), _("of those held"), _("counts when")),
        tuple(lines),
        tuple(notes),
    )
