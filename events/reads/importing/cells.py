"""What the cells of a row say, and what is wrong with them; nothing here looks at the database."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from clusters.models import Organisation
from clusters.reads.spelling import folded
from clusters.validators import check_text, check_website
from events.choices import Attendance, Format
from events.models import Delegate, Registration
from events.reads.importing.columns import FIELDS

ATTENDANCES: Mapping[str, str] = {
    **dict.fromkeys(
        (
            *("on site", "on-site", "onsite", "on_site", "in person", "in-person", "presencial"),
            *("physical", "face to face", "en persona", "en sitio", "f2f"),
        ),
        Attendance.ON_SITE,
    ),
    **dict.fromkeys(
        (
            *("by video", "remote", "remotely", "online", "on-line", "virtual", "video", "digital"),
            *("en linea", "a distancia", "remoto", "por video", "por videollamada"),
        ),
        Attendance.REMOTE,
    ),
}
# States of other tools in which nobody comes.
GONE = frozenset(
    {
        *("canceled", "cancelled", "rejected", "withdrawn", "declined", "deleted", "false", "no"),
        *("not confirmed", "cancelado", "cancelada", "rechazado", "rechazada", "retirado"),
    }
)
# A text that a spreadsheet would run when somebody opens an export of it.
FORMULA = re.compile(r"[=@]|[+\-|].*[(!|]")
PHONE = re.compile(r"[+\d][\d\s()./x-]*", re.IGNORECASE)
SPLIT = re.compile(r"[\s,;/|+]+")
MOST: Mapping[str, int] = {
    "organisation": Organisation._meta.get_field("name").max_length or 200,
    "person": Delegate._meta.get_field("name").max_length or 150,
    "email": Delegate._meta.get_field("email").max_length or 254,
    "phone": Delegate._meta.get_field("phone").max_length or 40,
    "job_title": Delegate._meta.get_field("job_title").max_length or 150,
    "motivation": Registration._meta.get_field("motivation").max_length or 1500,
    "country": 100,
}


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row, in which column ("" for the whole row), and how to mend it."""

    column: str
    text: str


@dataclass
class Cells:
    """The cells of one row by field, read."""

    number: int
    values: dict[str, str]
    headings: Mapping[str, str]
    faults: list[Fault] = field(default_factory=list)
    attendance: str = ""
    formats: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The organisation as the row writes it, else its website or the e-mail's domain."""
        values = self.values
        return values["organisation"] or values["website"] or values["email"].rpartition("@")[2]

    @property
    def has_person(self) -> bool:
        """The row names somebody who comes."""
        return any(self.values[name] for name in ("person", "email", "phone", "job_title"))

    @property
    def is_gone(self) -> bool:
        """The other tool says that they do not come."""
        return folded(self.values["state"]).strip() in GONE

    def wrong(self, name: str, text: str) -> None:
        """Note a fault in the column of a field."""
        self.faults.append(Fault(self.headings.get(name, ""), text))


def read_cells(
    number: int, row: list[str], columns: Mapping[str, int], headings: Mapping[str, str]
) -> Cells:
    """Read a row. `columns` and `headings`: number and heading of each field's column."""
    values = dict.fromkeys(FIELDS, "")
    values |= {name: row[at].strip() for name, at in columns.items() if at < len(row)}
    if not values["person"]:
        values["person"] = " ".join(
            part for part in (values["first_name"], values["last_name"]) if part
        )
    if "person" not in headings:
        side = headings.get("last_name") or headings.get("first_name", "")
        headings = {**headings, "person": side}
    cells = Cells(number, values, headings)
    if not cells.is_gone:
        _check(cells)
    return cells


def read_formats(cells: Cells, offered: Collection[str]) -> None:
    """The formats of a row; one that does not exist, or that the event does not offer, is a fault."""
    found = tuple(dict.fromkeys(filter(None, SPLIT.split(cells.values["formats"].upper()))))
    unknown = [one for one in found if one not in Format.values]
    missing = [one for one in found if offered and "" not in offered and one not in offered]
    if unknown:
        cells.wrong("formats", _("Write C2C, C2B or B2B, separated by commas."))
    elif missing:
        text = _("This event has no session for %(formats)s.")
        cells.wrong("formats", text % {"formats": ", ".join(missing)})
    else:
        cells.formats = found


def _check(cells: Cells) -> None:
    _check_texts(cells)
    _check_person(cells)
    said = folded(cells.values["attendance"]).strip()
    cells.attendance = ATTENDANCES.get(said, "")
    if said and not cells.attendance:
        cells.wrong("attendance", _("Write “on site” or “by video”."))
    try:
        check_website(cells.values["website"])
    except ValidationError as error:
        cells.wrong("website", " ".join(error.messages))


def _check_texts(cells: Cells) -> None:
    for name, most in MOST.items():
        value = cells.values[name]
        try:
            check_text(value, most=most)
        except ValidationError as error:
            cells.wrong(name, " ".join(error.messages))
            continue
        if name != "motivation" and FORMULA.match(value):
            cells.wrong(name, _("It begins like a formula. Take the first character away."))


def _check_person(cells: Cells) -> None:
    values = cells.values
    if cells.has_person and not values["person"]:
        cells.wrong("person", _("The name of the delegate is missing."))
    if values["email"]:
        try:
            validate_email(values["email"])
        except ValidationError:
            cells.wrong(
                "email", _("This is no e-mail address. Write one, such as ana@example.org.")
            )
    phone = values["phone"]
    if phone and not FORMULA.match(phone) and not PHONE.fullmatch(phone):
        cells.wrong("phone", _("Write the phone with digits, such as +34 600 000 000."))
