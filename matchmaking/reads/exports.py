"""Results as files."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from clusters.models import Organisation, User
from matchmaking.adapters.workbook import Sheet, Value
from matchmaking.reads.find import Finder
from matchmaking.reads.find_parts import FindRow

BATCH = 200
# Spreadsheets run a cell that begins like this as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    """A file for csv.writer that hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def safe_cell(value: Any) -> str:
    """A value as text that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def csv_lines(rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Rows as lines of a CSV file that spreadsheets read as UTF-8. For our own words and figures only."""
    writer = csv.writer(_Echo())
    yield "\N{BYTE ORDER MARK}"
    for row in rows:
        yield writer.writerow(row)


def partner_rows(query: QueryDict, *, own: Organisation | None, user: User | None) -> Iterator[str]:
    """Lines of a CSV file of everybody a filter finds, in its order, with citations."""
    finder = Finder(query, own=own, user=user, per_page=BATCH)
    writer = csv.writer(_Echo())
    yield "\N{BYTE ORDER MARK}" + writer.writerow(_headings())
    for values in _values(finder):
        yield writer.writerow([safe_cell(value) for value in values])


def partner_sheets(query: QueryDict, *, own: Organisation | None, user: User | None) -> list[Sheet]:
    """The same as a spreadsheet; points are numbers there."""
    finder = Finder(query, own=own, user=user, per_page=BATCH)
    return [Sheet(_("Organisations"), _headings(), _values(finder))]


def _values(finder: Finder) -> Iterator[list[Value]]:
    order = finder.order()
    for start in range(0, len(order), BATCH):
        rows = list(finder.rows(order[start : start + BATCH]))
        cited = _citations([row.organisation.pk for row in rows])
        for row in rows:
            yield [_number(one) for one in _cells(row, cited.get(row.organisation.pk, ""))]


def _number(value: Any) -> Value:
    text = str(value)
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 4 else text


def _headings() -> list[str]:
    return [
        _("Organisation"),
        _("Short name in addresses"),
        _("Side"),
        _("Kind"),
        _("Place"),
        _("Sectors"),
        _("Website"),
        _("You gain"),
        _("They gain"),
        _("Both"),
        _("Range"),
        _("Known"),
        _("Reasons"),
        _("Sources"),
    ]


def _cells(row: FindRow, citations: str) -> list[Any]:
    organisation = row.organisation
    return [
        organisation.name,
        organisation.slug,
        organisation.get_side_display(),
        organisation.get_kind_display(),
        row.place,
        row.sectors,
        organisation.website,
        row.own_points,
        row.their_points,
        row.score,
        row.range,
        row.coverage_text,
        row.blocked or row.why,
        citations,
    ]


def _citations(pks: list[int]) -> dict[int, str]:
    """Citation codes of the sector foci and the profile itself, by organisation."""
    found: dict[int, set[str]] = {}
    for model, path in ((Organisation, "pk"), (Organisation.sectors.through, "organisation")):
        rows = model.objects.filter(**{f"{path}__in": pks}, citations__isnull=False)
        for pk, code in rows.values_list(path, "citations__code"):
            found.setdefault(pk, set()).add(code)
    return {pk: " ".join(sorted(codes)) for pk, codes in found.items()}
