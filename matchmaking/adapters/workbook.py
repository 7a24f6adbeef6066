"""Spreadsheets: plain values in, the bytes of an XLSX file out."""

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TITLE_LENGTH, WIDEST, NARROWEST = 31, 60, 10
FORBIDDEN_IN_TITLES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))

Value = str | int | float | dt.date | None


@dataclass(frozen=True)
class Sheet:
    """A table with a heading line that stays in view. Dates and numbers stay what they are."""

    title: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Value]]


def workbook(sheets: Iterable[Sheet]) -> bytes:
    """An XLSX file. Text is written as text, so that none of it can run as a formula."""
    book = Workbook(write_only=True)
    for sheet in sheets:
        page = book.create_sheet(sheet.title.translate(FORBIDDEN_IN_TITLES)[:TITLE_LENGTH])
        rows: list[Sequence[Value]] = [sheet.headings, *sheet.rows]
        page.freeze_panes = "A2"
        for at, width in enumerate(_widths(rows), start=1):
            page.column_dimensions[get_column_letter(at)].width = width
        for number, row in enumerate(rows):
            page.append([_cell(page, value, bold=number == 0) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(page: object, value: Value, *, bold: bool) -> WriteOnlyCell:
    if isinstance(value, str):
        value = ILLEGAL_CHARACTERS_RE.sub("", value)
    cell = WriteOnlyCell(page, value=value)
    if isinstance(value, str):
        cell.data_type = "s"  # also for what begins with "="
    cell.font = Font(bold=bold)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _widths(rows: Sequence[Sequence[Value]]) -> list[int]:
    """Wide enough for the longest line of each column, within reason."""
    columns = zip(*rows, strict=True)
    longest = [max(len(str(value or "")) for value in column) for column in columns]
    return [min(max(one + 2, NARROWEST), WIDEST) for one in longest]
