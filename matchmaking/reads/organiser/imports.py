"""The pages of an import of registrations: lists so far, columns, dry run, report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from clusters.models import User
from events.adapters import LATIN
from events.choices import RowFate
from events.models import Event, Registration, RegistrationImport
from events.reads.importing.columns import PRESETS, Preset, guessed, recognised, remembered
from events.reads.importing.plan import Line, Plan, plan_import
from matchmaking.adapters.workbook import Sheet, workbook
from matchmaking.reads.organiser.console import Console, console

TAB = "organiser_call"
SHOWN, SAMPLES, LISTS, DECIDED_AT_ONCE = 50, 3, 20, 100


@dataclass(frozen=True)
class ImportsPage:
    """The lists uploaded so far, the newest first."""

    console: Console
    rows: tuple[RegistrationImport, ...]


@dataclass(frozen=True)
class ColumnsPage:
    """A list whose columns are told apart: a few rows to look at, and where the guess comes from."""

    console: Console
    row: RegistrationImport
    samples: tuple[tuple[str, ...], ...]
    total: int
    presets: Sequence[Preset]
    preset: Preset | None
    columns: Mapping[str, int]
    is_remembered: bool

    @property
    def is_guess_of_letters(self) -> bool:
        """The file was no UTF-8."""
        return self.row.encoding == LATIN


@dataclass(frozen=True)
class FateTab:
    """How many rows have one fate."""

    fate: str
    label: Promise | str
    count: int
    is_current: bool


@dataclass(frozen=True)
class CheckPage:
    """The dry run: what each row would do, the rows of one fate at a time."""

    console: Console
    row: RegistrationImport
    plan: Plan
    tabs: tuple[FateTab, ...]
    lines: Page[Line]
    undecided: tuple[Line, ...]
    undecided_total: int
    new: int
    people: int

    @property
    def mails(self) -> bool:
        """People are mailed when it is applied."""
        return bool(self.row.options.get("mail"))


@dataclass(frozen=True)
class ReportPage:
    """What an import did."""

    console: Console
    row: RegistrationImport
    tabs: tuple[FateTab, ...]
    registrations: tuple[Registration, ...]
    skipped: Sequence[Sequence[object]]
    skipped_total: int
    people: int
    mailed: int


def imports_page(event: Event, user: User) -> ImportsPage:
    """Where lists are uploaded."""
    rows = RegistrationImport.objects.filter(event=event).defer("rows", "near", "decisions")
    shown = rows.select_related("uploaded_by")[:LISTS]
    return ImportsPage(console(event, user, TAB), tuple(shown))


def columns_page(row: RegistrationImport, user: User, wanted: str) -> ColumnsPage:
    """The columns of a list, as chosen before, as its tool has them, or as `wanted` (a preset) says."""
    preset = next((one for one in PRESETS if one.code == wanted), None)
    found = preset or recognised(row.headings)
    before = remembered(row.event, user, row.headings, besides=row.pk)
    fresh = preset is not None or not row.columns
    return ColumnsPage(
        console=console(row.event, user, TAB),
        row=row,
        samples=tuple(tuple(cells) for _number, cells in row.rows[:SAMPLES]),
        total=len(row.rows),
        presets=PRESETS,
        preset=found,
        columns=guessed(row.headings, preset) if fresh else row.columns,
        is_remembered=before is not None and before.columns == row.columns and not fresh,
    )


def check_page(row: RegistrationImport, user: User, show: str, number: str) -> CheckPage:
    """The dry run; a fixed number of queries whatever the number of rows."""
    plan = plan_import(row)
    if show not in RowFate.values or not plan.counts.get(show):
        show = next((fate for fate in RowFate.values if plan.counts.get(fate)), "")
    lines = [line for line in plan.lines if line.fate == show]
    waiting = plan.undecided
    return CheckPage(
        console=console(row.event, user, TAB),
        row=row,
        plan=plan,
        tabs=_tabs(plan.counts, show),
        lines=Paginator(lines, SHOWN).get_page(number),
        undecided=tuple(waiting[:DECIDED_AT_ONCE]),
        undecided_total=len(waiting),
        new=plan.counts.get(RowFate.NEW, 0) + plan.counts.get(RowFate.DRAFT, 0),
        people=sum(line.names_person and not line.faults for line in plan.lines),
    )


def report_page(row: RegistrationImport, user: User) -> ReportPage:
    """What an applied import did."""
    report = row.report
    made = Registration.objects.filter(event=row.event, pk__in=report.get("registered", []))
    return ReportPage(
        console=console(row.event, user, TAB),
        row=row,
        tabs=_tabs(report.get("counts", {}), ""),
        registrations=tuple(made.select_related("organisation").order_by("organisation__name")),
        skipped=report.get("skipped", []),
        skipped_total=report.get("skipped_total", 0),
        people=report.get("people", 0),
        mailed=report.get("mailed", 0),
    )


def faults_file(row: RegistrationImport) -> bytes:
    """Every fault of a list as a spreadsheet: row, column, what to mend."""
    plan = plan_import(row)
    lines = [
        (line.number, fault.column, fault.text, line.cells.name)
        for line in plan.lines
        for fault in line.faults
    ]
    headings = [_("Row"), _("Column"), _("What to mend"), _("Organisation")]
    return workbook([Sheet(_("To mend"), headings, lines)])


def _tabs(counts: Mapping[str, int], show: str) -> tuple[FateTab, ...]:
    return tuple(
        FateTab(fate.value, fate.label, counts.get(fate, 0), fate == show)
        for fate in RowFate
        if counts.get(fate)
    )
