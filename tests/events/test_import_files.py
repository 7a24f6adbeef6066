"""A file that Olga uploads: read as people save it, its headings understood."""

import datetime as dt
import io

import pytest
from django.core.exceptions import ValidationError
from openpyxl import Workbook

from events.adapters import MOST_BYTES, MOST_ROWS, read_table
from events.reads.importing.columns import guessed, recognised

HEADINGS = "Organisation,Full name,Email,Phone,Job title,Attendance,Formats,Country,Website,State"


# -- reading the file


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_csv_file_is_read_as_people_save_it(delimiter: str, encoding: str) -> None:
    text = delimiter.join(["Organización", "Nombre"]) + "\r\n\r\n"
    text += delimiter.join(["Clúster Ñandú", '"Núñez\nAna"']) + "\r\n"
    table = read_table(text.encode(encoding))
    assert table.headings == ("Organización", "Nombre")
    assert table.rows == ((3, ("Clúster Ñandú", "Núñez\nAna")),), "numbers are those of the file"
    guess = {"utf-16": "utf-16", "cp1252": "cp1252"}.get(encoding, "utf-8")
    assert table.encoding == guess


def test_excels_hint_is_no_row() -> None:
    table = read_table(b"sep=;\nName;Mail\nA, B;a@b.example\n")
    assert table.headings == ("Name", "Mail")
    assert table.rows == ((3, ("A, B", "a@b.example")),)


def workbook_of(*rows: list[object]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def test_an_xlsx_file_gives_what_people_see_and_runs_no_formula() -> None:
    day = dt.datetime(2031, 3, 10)  # noqa: DTZ001 - a cell has no zone
    content = workbook_of(
        ["Organisation", "", "Phone", "When", "Hour", "Yes"],
        ["Galician cluster", "=1+1", 600111222.0, day, day.replace(hour=9), True],
        [None, None],
        ["Other"],
    )
    table = read_table(content)
    assert table.headings == ("Organisation", "B", "Phone", "When", "Hour", "Yes")
    first, second = table.rows
    hour = "2031-03-10 09:00:00"
    assert first == (2, ("Galician cluster", "", "600111222", "2031-03-10", hour, "yes"))
    assert second[0] == 4
    assert table.encoding == "xlsx"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "unreadable"),
        (b"  \n ", "unreadable"),
        (b"\n,,\n", "unreadable"),
        (b"%PDF-1.7 nothing", "unreadable"),
        (b"\xd0\xcf\x11\xe0 old Excel", "unreadable"),
        (b"PK\x03\x04 broken", "unreadable"),
        (b"a,b\x00,c\n1,2,3", "unreadable"),
        (b"a,b\n1," + b"x" * 200_000, "unreadable"),
        (b"Organisation,Name\n", "no_rows"),
        (b"x" * (MOST_BYTES + 1), "too_large"),
        (b"a\n" + b"1\n" * (MOST_ROWS + 1), "too_many_rows"),
        (b",".join([b"a"] * 101) + b"\n1", "too_many_columns"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content: bytes, code: str) -> None:
    with pytest.raises(ValidationError) as error:
        read_table(content)
    assert error.value.code == code


def test_a_packed_file_does_not_burst(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("events.adapters.MOST_UNPACKED", 100)
    with pytest.raises(ValidationError) as error:
        read_table(workbook_of(["a"], ["b"]))
    assert error.value.code == "too_large"


# -- columns


def test_headings_tell_what_they_mean_in_both_languages() -> None:
    english = guessed(HEADINGS.split(","))
    assert list(english) == [
        *("organisation", "website", "country", "person", "email", "phone", "job_title"),
        *("attendance", "formats", "state"),
    ]
    spanish = guessed(["Empresa", "Nombre", "Apellidos", "Correo electrónico:", "Teléfono *"])
    assert spanish == {"organisation": 0, "first_name": 1, "last_name": 2, "email": 3, "phone": 4}
    assert guessed(["Entidad", "Nombre"]) == {"organisation": 0, "person": 1}


@pytest.mark.parametrize(
    ("headings", "tool", "columns"),
    [
        (["name", "email", "confirmed"], "pretalx-speakers", {"person": 0, "email": 1, "state": 2}),
        (
            ["ID", "Proposal title", "Proposal state", "Speaker names", "Organisation"],
            "pretalx-submissions",
            {"organisation": 4, "person": 3, "state": 2},
        ),
        (
            ["First name", "Last name", "Email address", "Organization name", "Attendance"],
            "b2match",
            {"organisation": 3, "first_name": 0, "last_name": 1, "email": 2, "attendance": 4},
        ),
    ],
)
def test_exports_of_tools_are_recognised(
    headings: list[str], tool: str, columns: dict[str, int]
) -> None:
    preset = recognised(headings)
    assert preset is not None
    assert preset.code == tool
    assert guessed(headings, preset) == columns
