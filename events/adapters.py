"""Tables that people upload: the bytes of a CSV or XLSX file in, headings and numbered rows of text out."""

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

MOST_BYTES = 5 * 1024**2
MOST_ROWS = 5000
MOST_COLUMNS = 100
MOST_UNPACKED = 60 * 1024**2
"""An XLSX file is packed; what it unpacks to is bounded, too."""
DELIMITERS = ";,\t|"
XLSX, UTF_8, UTF_16, LATIN = "xlsx", "utf-8", "utf-16", "cp1252"
OLD_EXCEL = b"\xd0\xcf\x11\xe0"

Row = tuple[int, tuple[str, ...]]


@dataclass(frozen=True)
class TableFile:
    """Headings, and the rows that hold something, each with its number in the file (headings: 1).

    `encoding` is "cp1252" where the file was no UTF-8 and letters with accents are a guess.
    """

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    encoding: str


def read_table(content: bytes) -> TableFile:
    """The first sheet of an XLSX file, or a CSV file with commas, semicolons or tabs.

    Formulas are never run: of an XLSX file the value that was saved last is taken. Raises ValidationError.
    """
    if len(content) > MOST_BYTES:
        raise _error(
            _("The file is larger than %(most)d MB, the most that is read. Split it."),
            "too_large",
            most=MOST_BYTES // 1024**2,
        )
    if content.startswith(b"PK"):
        return _table(_sheet_rows(content), XLSX)
    if content.startswith((OLD_EXCEL, b"%PDF")) or not content.strip():
        raise _unreadable()
    text, encoding = _decoded(content)
    return _table(_csv_rows(text), encoding)


def _decoded(content: bytes) -> tuple[str, str]:
    """The text and how it was written; the last guess, Windows' Latin, always reads."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace"), UTF_16
    if b"\x00" in content:
        raise _unreadable()
    try:
        return content.decode("utf-8-sig"), UTF_8
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace"), LATIN


def _csv_rows(text: str) -> Iterator[Sequence[str]]:
    first = text.lstrip("\r\n").split("\n", 1)[0]
    if first.lower().startswith("sep=") and len(first.strip()) == len("sep=;"):
        # Excel's own hint; it is no row, but the rows below keep their numbers.
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=first.strip()[-1])
        return
    delimiter = max(DELIMITERS, key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise _unreadable() from error


def _sheet_rows(content: bytes) -> Iterator[Sequence[str]]:
    try:
        _check_unpacked(content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        # One row and column more than allowed, so that the excess is seen.
        most = {"max_row": MOST_ROWS + 2, "max_col": MOST_COLUMNS + 1}
        rows = [[_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True, **most)]
        book.close()
    except ValidationError:
        raise
    except Exception as error:  # a broken file makes the library raise anything
        raise _unreadable() from error
    yield from rows


def _check_unpacked(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        size = sum(one.file_size for one in packed.infolist())
    if size > MOST_UNPACKED:
        raise _error(_("Unpacked, the file is too large. Save it as CSV."), "too_large")


def _text(value: object) -> str:
    """A cell as people read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    return str(value)


def _table(found: Iterable[Sequence[str]], encoding: str) -> TableFile:
    headings: tuple[str, ...] = ()
    rows: list[Row] = []
    for number, cells in enumerate(found, start=1):
        clean = [cell.replace("\x00", "").strip() for cell in cells]
        if not any(clean) or (not headings and clean[0].lower().startswith("sep=")):
            continue
        if not headings:
            headings = tuple(_headings(clean))
        else:
            rows.append((number, _cut(clean, len(headings))))
        if len(rows) > MOST_ROWS:
            raise _error(
                _("The file has more than %(most)d rows, the most that is read. Split it."),
                "too_many_rows",
                most=MOST_ROWS,
            )
    if not headings:
        raise _unreadable()
    if not rows:
        raise _error(_("The file has headings but no rows below them."), "no_rows")
    return TableFile(headings, tuple(rows), encoding)


def _headings(cells: Sequence[str]) -> Iterator[str]:
    """Headings without the empty ones at the end; an empty one in between is named by its letter."""
    last = max(at for at, cell in enumerate(cells) if cell)
    if last >= MOST_COLUMNS:
        raise _error(
            _("The file has more than %(most)d columns. Take out those that are not needed."),
            "too_many_columns",
            most=MOST_COLUMNS,
        )
    for at, cell in enumerate(cells[: last + 1], start=1):
        yield cell[:100] or str(get_column_letter(at))


def _cut(cells: Sequence[str], width: int) -> tuple[str, ...]:
    return (*cells[:width], *[""] * (width - len(cells)))


def _unreadable() -> ValidationError:
    return _error(
        _("This is no table that can be read. Save it as CSV or XLSX and try again."), "unreadable"
    )


def _error(text: "str | Promise", code: str, **params: int) -> ValidationError:
    return ValidationError(text, code=code, params=params)  # type: ignore[arg-type]  # a lazy text
