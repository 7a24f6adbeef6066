"""Reading a backtest folder: plain CSV tables, checked row by row.

Every complaint names file, row (the header is row 1) and column.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import math
import zlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

COLUMNS = {
    "organisations": ("org_id", "side", "country", "region", "type", "first_seen", "records"),
    "sectors": ("org_id", "sector", "weight", "joint_weight", "source", "sector_parent"),
    "targets": ("org_id", "target", "weight", "source"),
    "links": ("link_id", "org_id", "date", "role", "sectors"),
    "needs": ("query_id", "org_id", "sectors"),
    "truth": ("query_id", "org_id", "kind"),
}
"""All columns of the format, in its order."""

OPTIONAL = {"sector_parent"}
"""Columns that a folder may lack."""

SIDES = ("candidate", "query", "other")
SOURCES = ("observed", "stated")
KINDS = ("positive", "ignore")

DEEPEST = 100
"""A sector tree with more levels than this is a mistake, and every sum over it would take for ever."""

CROWDED = 20_000_000
"""Pairs of sectors in use that share a root: more than this need more memory than machines have."""

NEWCOMERS = 10
"""So many organisations first seen in the last year that has any are needed to tell the cut by it."""

LARGEST = 1e12
"""No count of records comes near; sums of larger numbers could overflow."""

ABREAST = 0.25
"""The last year also needs this share of an average year's newcomers: a market that is nearly complete
gains hardly any, whenever the cut was."""

ASTRAY = 0.01
"""If more than this share was first seen after its first link, `first_seen` tells nothing."""


class FolderError(ValueError):
    """A folder that cannot be used; the message names file, row and column."""


@dataclass(frozen=True, slots=True)
class Org:
    """A row of organisations.csv. `first_seen` is a year, or None where it is not said."""

    key: str
    side: str
    country: str
    region: str
    kind: str
    records: float
    first_seen: int | None = None


@dataclass(frozen=True, slots=True)
class Weight:
    """A row of sectors.csv or targets.csv: what it says of an organisation, and how strongly."""

    org: str
    code: str
    weight: float
    stated: bool


@dataclass
class Link:
    """A known link: its organisations, sectors and date."""

    key: str
    sectors: tuple[str, ...]
    date: dt.date
    members: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Need:
    """A query: the organisation that asks and the sectors it needs."""

    query: str
    org: str
    sectors: tuple[str, ...]


@dataclass(frozen=True)
class Folder:
    """A checked backtest folder. `truth` maps (query, candidate) to its kind; None if there is none."""

    orgs: dict[str, Org]
    sectors: list[Weight]
    parents: dict[str, str | None]
    targets: list[Weight]
    links: dict[str, Link]
    needs: list[Need]
    truth: dict[tuple[str, str], str] | None

    @property
    def candidates(self) -> list[str]:
        """Organisations on the candidate side, in file order."""
        return [org.key for org in self.orgs.values() if org.side == "candidate"]


@dataclass
class Table:
    """One CSV file being read: yields rows and makes complaints with a place."""

    path: Path
    columns: tuple[str, ...]
    row: int = 1
    delimiter: str = ","

    def rows(self) -> Iterator[dict[str, str]]:
        """Every row as a dict. Raises FolderError on missing columns, short rows or broken text."""
        try:
            with open_text(self.path) as stream:
                reader = csv.DictReader(stream, delimiter=self.delimiter)
                for column in self.columns:
                    if column not in (reader.fieldnames or ()):
                        raise FolderError(f"{self.path.name}, row 1: column {column!r} is missing.")
                for row in reader:
                    self.row += 1
                    if None in row or any(row[column] is None for column in self.columns):
                        raise FolderError(
                            f"{self.path.name}, row {self.row}: wrong number of columns."
                        )
                    yield row
        except (UnicodeDecodeError, csv.Error, OSError, EOFError, zlib.error) as error:
            raise FolderError(f"{self.path.name}, row {self.row + 1}: {error}.") from error

    def wrong(self, column: str, what: str) -> FolderError:
        """A complaint about the present row."""
        return FolderError(f"{self.path.name}, row {self.row}, column {column!r}: {what}.")

    def number(self, row: dict[str, str], column: str) -> float:
        """A finite number that is not negative, nor larger than any count can be."""
        try:
            value = float(row[column])
        except ValueError:
            raise self.wrong(column, f"{row[column]!r} is not a number") from None
        if not math.isfinite(value) or value < 0:
            raise self.wrong(column, f"{row[column]!r} is not a finite number of at least 0")
        if value > LARGEST:
            raise self.wrong(column, f"{row[column]!r} is more than {LARGEST:g}")
        return value

    def one_of(self, row: dict[str, str], column: str, allowed: Collection[str]) -> str:
        """A value of a closed list or a known id."""
        if row[column] not in allowed:
            raise self.wrong(column, f"{row[column]!r} is unknown")
        return row[column]

    def key(self, row: dict[str, str], column: str) -> str:
        """A value that must not be empty."""
        if not row[column]:
            raise self.wrong(column, "is empty")
        return row[column]

    def date(self, row: dict[str, str], column: str) -> dt.date:
        """An ISO date."""
        try:
            return dt.date.fromisoformat(row[column])
        except ValueError:
            raise self.wrong(column, f"{row[column]!r} is not a date (YYYY-MM-DD)") from None

    def once(self, seen: set[tuple[str, ...]], mark: tuple[str, ...], column: str) -> None:
        """Refuse a second row about the same thing."""
        if mark in seen:
            raise self.wrong(column, f"{' / '.join(mark)} appears twice")
        seen.add(mark)


def open_text(path: Path) -> TextIO:
    """A text file, gzip-compressed if its name says so, with or without a byte order mark."""
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _table(folder: Path, name: str) -> Table:
    columns = tuple(column for column in COLUMNS[name] if column not in OPTIONAL)
    for path in (folder / f"{name}.csv", folder / f"{name}.csv.gz"):
        if path.is_file():
            return Table(path, columns)
    raise FolderError(f"{name}.csv is missing in {folder}.")


def read_folder(folder: Path, *, cut: dt.date | None = None) -> Folder:
    """Read and check a folder. Raises FolderError.

    Links dated after the cut are refused: after `cut`, or after the cut that the organisations tell.
    """
    if not folder.is_dir():
        raise FolderError(f"There is no folder {folder}.")
    orgs = _read_orgs(_table(folder, "organisations"))
    sectors, parents = _read_sectors(_table(folder, "sectors"), orgs)
    targets = _read_targets(_table(folder, "targets"), orgs)
    links = _read_links(_table(folder, "links"), orgs, cut)
    needs = _read_needs(_table(folder, "needs"), orgs)
    for code in [*(s for need in needs for s in need.sectors), *_link_sectors(links)]:
        parents.setdefault(code, None)
    truth = None
    if any((folder / name).is_file() for name in ("truth.csv", "truth.csv.gz")):
        truth = _read_truth(_table(folder, "truth"), orgs, needs)
    return Folder(orgs, sectors, parents, targets, links, needs, truth)


@dataclass(frozen=True)
class Limit:
    """The last day a known link may have, and how that is known."""

    day: dt.date
    why: str

    @classmethod
    def of(cls, cut: dt.date | None, orgs: Mapping[str, Org], first: Mapping[str, int]) -> Limit:
        """The given cut; else the end of the last year in which organisations were first seen; else today.

        `first`: year of the first link of each organisation that has one. A market that grows gains
        organisations every year, so the last such year is the year of the cut. It tells nothing where
        few were seen in it, or where years of links and of organisations do not go together.
        """
        if cut is not None:
            return cls(cut, f"the cut, {cut}")
        year = _last_year(orgs, first)
        if year is not None:
            why = f"the cut: no organisation was first seen after {year} (--cut names another day)"
            return cls(dt.date(year, 12, 31), why)
        today = dt.datetime.now(tz=dt.UTC).date()
        return cls(today, f"today, {today}")


def _last_year(orgs: Mapping[str, Org], first: Mapping[str, int]) -> int | None:
    """The last year with newcomers, if they tell the cut."""
    seen = {org.key: org.first_seen for org in orgs.values() if org.first_seen and org.records}
    newcomers = Counter(seen.values())
    if len(newcomers) < 2:
        return None
    last = max(newcomers)
    usual = newcomers.total() / (last - min(newcomers) + 1)
    linked = seen.keys() & first.keys()
    astray = sum(seen[key] > first[key] for key in linked)
    if newcomers[last] < max(NEWCOMERS, ABREAST * usual) or astray > ASTRAY * len(linked):
        return None
    return last


def _link_sectors(links: dict[str, Link]) -> Iterator[str]:
    return (sector for link in links.values() for sector in link.sectors)


def _split(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split(";") if part.strip()))


def _read_orgs(table: Table) -> dict[str, Org]:
    orgs: dict[str, Org] = {}
    for row in table.rows():
        key = table.key(row, "org_id")
        if key in orgs:
            raise table.wrong("org_id", f"{key} appears twice")
        side = table.one_of(row, "side", SIDES)
        records = table.number(row, "records")
        first = _year(table, row) if row["first_seen"] else None
        orgs[key] = Org(key, side, row["country"], row["region"], row["type"], records, first)
    for side in ("candidate", "query"):
        if all(org.side != side for org in orgs.values()):
            raise FolderError(
                f"{table.path.name}, column 'side': there is no organisation of side {side!r}."
            )
    return orgs


def _year(table: Table, row: dict[str, str]) -> int:
    text = row["first_seen"][:4]
    if not (len(text) == 4 and text.isdecimal() and text != "0000"):
        raise table.wrong("first_seen", f"{row['first_seen']!r} is not a year")
    return int(text)


def _read_sectors(table: Table, orgs: dict[str, Org]) -> tuple[list[Weight], dict[str, str | None]]:
    weights: list[Weight] = []
    parents: dict[str, str | None] = {}
    placed: dict[str, int] = {}
    used: dict[str, int] = {}
    seen: set[tuple[str, ...]] = set()
    for row in table.rows():
        org = table.one_of(row, "org_id", orgs)
        code = table.key(row, "sector")
        table.once(seen, (org, code, row["source"]), "sector")
        parent = (row.get("sector_parent") or "") or None
        if parent is not None and parents.get(code) not in (None, parent):
            raise table.wrong("sector_parent", f"{code} has two parents")
        parents[code] = parent or parents.get(code)
        if parent is not None:
            placed.setdefault(code, table.row)
        stated = table.one_of(row, "source", SOURCES) == "stated"
        weight = table.number(row, "weight")
        if row["joint_weight"]:
            table.number(row, "joint_weight")
        if weight:
            weights.append(Weight(org, code, weight, stated))
            used.setdefault(code, table.row)
    for parent in list(parents.values()):
        if parent is not None:
            parents.setdefault(parent, None)
    _check_tree(table, parents, placed)
    _check_crowd(table, parents, used)
    return weights, parents


def _check_tree(table: Table, parents: dict[str, str | None], placed: dict[str, int]) -> None:
    """Refuse a circle or a tree that is too deep, each sector looked at once."""
    depth: dict[str, int] = {}
    for start in parents:
        trail: dict[str, None] = {}
        node: str | None = start
        while node is not None and node not in depth:
            if node in trail:
                loop = list(trail)[list(trail).index(node) :]
                table.row = max(placed[code] for code in loop)
                told = " > ".join([*loop, node][:DEEPEST])
                raise table.wrong("sector_parent", f"the tree runs in a circle ({told})")
            trail[node] = None
            node = parents[node]
        level = depth[node] if node is not None else 0
        for code in reversed(trail):
            level += 1
            depth[code] = level
            if level > DEEPEST:
                table.row = placed[code]
                raise table.wrong("sector_parent", f"{code} lies more than {DEEPEST} levels deep")


def _check_crowd(table: Table, parents: dict[str, str | None], used: dict[str, int]) -> None:
    """Refuse more sectors below one root than can be compared with each other."""
    below: Counter[str] = Counter()
    pairs = 0
    for code, row in used.items():
        root = code
        while (above := parents[root]) is not None:
            root = above
        pairs += 2 * below[root] + 1
        below[root] += 1
        if pairs > CROWDED:
            table.row = row
            root, count = below.most_common(1)[0]
            told = f"{count} sectors in use lie below {root!r}, too many to compare: use wider ones"
            raise table.wrong("sector", told)


def _read_targets(table: Table, orgs: dict[str, Org]) -> list[Weight]:
    weights = []
    seen: set[tuple[str, ...]] = set()
    for row in table.rows():
        org = table.one_of(row, "org_id", orgs)
        code = table.key(row, "target")
        table.once(seen, (org, code, row["source"]), "target")
        stated = table.one_of(row, "source", SOURCES) == "stated"
        weights.append(Weight(org, code, table.number(row, "weight"), stated))
    return weights


def _read_links(table: Table, orgs: dict[str, Org], cut: dt.date | None) -> dict[str, Link]:
    links: dict[str, Link] = {}
    seen: set[tuple[str, ...]] = set()
    dates: list[dt.date] = []
    first: dict[str, int] = {}
    for row in table.rows():
        key, org = table.key(row, "link_id"), table.one_of(row, "org_id", orgs)
        table.once(seen, (key, org), "org_id")
        date = table.date(row, "date")
        dates.append(date)
        first[org] = min(date.year, first.get(org, date.year))
        link = links.setdefault(key, Link(key, _split(row["sectors"]), date))
        link.members.append(org)
    limit = Limit.of(cut, orgs, first)
    for place, date in enumerate(dates, start=2):
        if date > limit.day:
            table.row = place
            raise table.wrong("date", f"{date} is after {limit.why}")
    return links


def _read_needs(table: Table, orgs: dict[str, Org]) -> list[Need]:
    needs = []
    seen: set[tuple[str, ...]] = set()
    for row in table.rows():
        query, org = table.key(row, "query_id"), table.one_of(row, "org_id", orgs)
        table.once(seen, (query,), "query_id")
        if orgs[org].side != "query":
            raise table.wrong("org_id", f"{org} is not of side 'query'")
        needs.append(Need(query, org, _split(row["sectors"])))
    if not needs:
        raise FolderError(f"{table.path.name}: there is no query.")
    return needs


def _read_truth(
    table: Table, orgs: dict[str, Org], needs: list[Need]
) -> dict[tuple[str, str], str]:
    queries = {need.query for need in needs}
    truth: dict[tuple[str, str], str] = {}
    seen: set[tuple[str, ...]] = set()
    for row in table.rows():
        query, org = table.one_of(row, "query_id", queries), table.one_of(row, "org_id", orgs)
        if orgs[org].side != "candidate":
            raise table.wrong("org_id", f"{org} is not a candidate")
        table.once(seen, (query, org), "org_id")
        truth[query, org] = table.one_of(row, "kind", KINDS)
    return truth
