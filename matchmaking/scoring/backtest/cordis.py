"""CORDIS organisation and project files turned into a backtest folder.

Reads the CSV tables that CORDIS publishes for a framework programme (organization.csv, project.csv, and one
of topics.csv, euroSciVoc.csv, legalBasis.csv for themes), in their present and their earlier column names.
Writes organisations under numbers, without names: a folder is for measuring only.

What the files do not say is not made up: targets are partners' countries and parts of the world before the
cut, marked as observed; a query needs the themes of its later projects; pairs that knew each other
before the cut are to be ignored, first links after it are the truth.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from matchmaking.scoring.backtest.folder import COLUMNS, FolderError, Table, open_text
from matchmaking.scoring.backtest.world import REGIONS, region_of

Rows = dict[str, list[list[object]]]

# The column of a file, newest name first.
PROJECT_OF = ("projectID", "projectId", "project_id")
ORGANISATION_ID = ("organisationID", "id")
THEME_COLUMNS = ("euroSciVocCode", "euroSciVocPath", "topics", "topic", "legalBasis", "programme")


@dataclass(frozen=True)
class Slice:
    """What to cut out: the day of the cut, and country codes or parts of the world on the two sides.

    Raises FolderError for a part of the world that is not known or a country on both sides.
    """

    cut: dt.date
    queries: frozenset[str]
    candidates: frozenset[str]

    @classmethod
    def of(cls, cut: dt.date, queries: Iterable[str], candidates: Iterable[str]) -> Slice:
        """A slice with parts of the world spelt out as countries."""
        asking, asked = _countries(queries), _countries(candidates)
        both = sorted(asking & asked)
        if both:
            raise FolderError(f"{', '.join(both)}: a country can be on one side only.")
        return cls(cut, asking, asked)


def _countries(names: Iterable[str]) -> frozenset[str]:
    found: set[str] = set()
    for name in names:
        if name in REGIONS:
            found |= REGIONS[name]
        elif len(name) == 2 and name.isalpha():
            found.add(name.upper())
        else:
            known = ", ".join(REGIONS)
            raise FolderError(f"{name!r} is neither a country code nor one of {known}.")
    if not found:
        raise FolderError("Name at least one country for each side.")
    return frozenset(found)


@dataclass
class Project:
    """A project with its themes and its participants (organisation to role)."""

    key: str
    start: dt.date | None
    themes: tuple[str, ...]
    members: dict[str, str] = field(default_factory=dict)

    @property
    def is_joint(self) -> bool:
        """Whether it links anybody."""
        return len(self.members) > 1


@dataclass(frozen=True)
class Party:
    """An organisation as CORDIS has it."""

    country: str
    kind: str


@dataclass(frozen=True)
class Source:
    """CORDIS files, read. `parents`: every theme to the one above it."""

    projects: dict[str, Project]
    parties: dict[str, Party]
    parents: dict[str, str | None]


@dataclass(frozen=True)
class Summary:
    """What was written, and what could not be used."""

    queries: int
    candidates: int
    links: int
    positives: int
    undated: int
    themeless: int


# -- reading


def read_cordis(organisations: Path, projects: Path, themes: Path | None = None) -> Source:
    """Read the files. Raises FolderError naming file, row and column."""
    parents: dict[str, str | None] = {}
    extra = _read_themes(themes, parents) if themes else None
    found = _read_projects(projects, extra, parents)
    return Source(found, _read_parties(organisations, found), parents)


def _table(path: Path, *wanted: tuple[str, ...]) -> tuple[Table, list[str]]:
    """The table with the names under which it has the wanted columns; "" for none of several."""
    if not path.is_file():
        raise FolderError(f"There is no file {path}.")
    try:
        with open_text(path) as stream:
            header = stream.readline()
    except (UnicodeDecodeError, OSError, EOFError) as error:
        raise FolderError(f"{path.name}, row 1: {error}.") from error
    delimiter = ";" if header.count(";") >= header.count(",") else ","
    columns = next(csv.reader([header], delimiter=delimiter), [])
    names = []
    for options in wanted:
        name = next((option for option in options if option in columns), None)
        if name is None:
            raise FolderError(f"{path.name}, row 1: column {options[0]!r} is missing.")
        names.append(name)
    return Table(path, tuple(names), delimiter=delimiter), names


def _read_projects(
    path: Path, extra: Mapping[str, tuple[str, ...]] | None, parents: dict[str, str | None]
) -> dict[str, Project]:
    wanted: list[tuple[str, ...]] = [("id", "projectID"), ("startDate", "start_date")]
    if extra is None:
        wanted.append(("topics", "legalBasis", "programme"))
    table, names = _table(path, *wanted)
    projects: dict[str, Project] = {}
    for row in table.rows():
        key = table.key(row, names[0])
        if key in projects:
            raise table.wrong(names[0], f"{key} appears twice")
        start = table.date(row, names[1]) if row[names[1]].strip() else None
        if extra is None:
            themes = tuple(dict.fromkeys(_codes(row[names[2]], names[2], parents)))
        else:
            themes = extra.get(key, ())
        projects[key] = Project(key, start, themes)
    return projects


def _read_themes(path: Path, parents: dict[str, str | None]) -> dict[str, tuple[str, ...]]:
    table, names = _table(path, PROJECT_OF, THEME_COLUMNS)
    themes: dict[str, dict[str, None]] = defaultdict(dict)
    for row in table.rows():
        codes = _codes(row[names[1]], names[1], parents)
        themes[table.key(row, names[0])].update(dict.fromkeys(codes))
    return {key: tuple(codes) for key, codes in themes.items()}


def _codes(text: str, column: str, parents: dict[str, str | None]) -> list[str]:
    """Theme codes of a cell; enters everything above them into `parents`."""
    separator = {"euroSciVocCode": "/", "euroSciVocPath": "/", "topics": "-", "topic": "-"}
    mark = separator.get(column, ".")
    codes = []
    for part in text.split(";"):
        steps = [step.strip() for step in part.split(mark) if step.strip()]
        above: str | None = None
        for depth in range(1, len(steps) + 1):
            code = mark.join(steps[:depth])
            parents[code] = above
            above = code
        codes += [above] if above else []
    return codes


def _read_parties(path: Path, projects: dict[str, Project]) -> dict[str, Party]:
    table, names = _table(
        path, PROJECT_OF, ORGANISATION_ID, ("country",), ("activityType", "type"), ("role",)
    )
    project_id, org_id, country, kind, role = names
    parties: dict[str, Party] = {}
    for row in table.rows():
        project = projects[table.one_of(row, project_id, projects)]
        key = table.key(row, org_id)
        parties.setdefault(key, Party(row[country].strip().upper(), row[kind].strip()))
        # A participant may be listed again as a third party of the same project.
        project.members.setdefault(key, row[role].strip())
    return parties


# -- cutting


def convert(source: Source, wanted: Slice) -> tuple[Rows, Summary]:
    """The tables of a backtest folder. Raises FolderError when the slice leaves nothing to judge."""
    dated = [p for p in source.projects.values() if p.start is not None and p.members]
    before = [p for p in dated if p.start and p.start <= wanted.cut]
    after = [p for p in dated if p.start and p.start > wanted.cut and p.is_joint]
    book = _Book(source, wanted, before, after)
    if not book.needs:
        raise FolderError(
            f"After {wanted.cut} no organisation of the asking countries is linked with one that was "
            "known before: take an earlier cut or other countries."
        )
    tables = book.tables()
    undated = sum(p.start is None for p in source.projects.values())
    truth = tables["truth"]
    return tables, Summary(
        queries=len(tables["needs"]),
        candidates=sum(row[1] == "candidate" for row in tables["organisations"]),
        links=len({row[0] for row in tables["links"]}),
        positives=sum(row[2] == "positive" for row in truth),
        undated=undated,
        themeless=sum(not p.themes for p in dated),
    )


class _Book:
    """Counts of one slice, and the tables made of them."""

    def __init__(
        self, source: Source, wanted: Slice, before: list[Project], after: list[Project]
    ) -> None:
        self.source, self.wanted, self.before = source, wanted, before
        self.records: Counter[str] = Counter()
        self.first: dict[str, int] = {}
        self.joint: set[str] = set()
        self.partners: dict[str, set[str]] = defaultdict(set)
        for project in before:
            self._enter(project)
        self.candidates = {org for org in self.joint if self._in(org, wanted.candidates)}
        self.later: dict[str, set[str]] = defaultdict(set)
        self.needs: dict[str, dict[str, None]] = {}
        for project in after:
            self._look_ahead(project)
        kept = [o for o in source.parties if o in self.records or o in self.needs]
        self.number = {org: f"o{place}" for place, org in enumerate(kept, start=1)}

    def _in(self, org: str, countries: frozenset[str]) -> bool:
        return self.source.parties[org].country in countries

    def _enter(self, project: Project) -> None:
        year = project.start.year if project.start else 0
        for org in project.members:
            self.records[org] += 1
            self.first[org] = min(self.first.get(org, year), year)
            if project.is_joint:
                self.joint.add(org)
                if self._in(org, self.wanted.queries):
                    self.partners[org].update(project.members)

    def _look_ahead(self, project: Project) -> None:
        met = self.candidates & project.members.keys()
        for org in project.members:
            if self._in(org, self.wanted.queries) and met - self.partners.get(org, set()):
                self.later[org] |= met
                self.needs.setdefault(org, {}).update(dict.fromkeys(project.themes))

    def tables(self) -> Rows:
        """All six tables."""
        return {
            "organisations": [self._organisation(org) for org in self.number],
            "sectors": self._sectors(),
            "targets": self._targets(),
            "links": self._links(),
            "needs": [
                [f"q{place}", self.number[org], ";".join(themes)]
                for place, (org, themes) in enumerate(self.needs.items(), start=1)
            ],
            "truth": self._truth(),
        }

    def _organisation(self, org: str) -> list[object]:
        party = self.source.parties[org]
        side = "candidate" if org in self.candidates else "query" if org in self.needs else "other"
        region = region_of(party.country)
        first = self.first.get(org, "")
        return [self.number[org], side, party.country, region, party.kind, first, self.records[org]]

    def _sectors(self) -> list[list[object]]:
        weights = self._counted(lambda project, _org: project.themes)
        together = self._counted(lambda p, _org: p.themes if p.is_joint else ())
        rows: list[list[object]] = [
            [self.number[org], code, count, together[org, code], "observed", self._above(code)]
            for (org, code), count in weights.items()
        ]
        # A row of weight 0 says nothing of its organisation; it places a theme in the tree.
        placed = {code for _org, code in weights}
        anybody = next(iter(self.number.values()))
        used = placed | {code for themes in self.needs.values() for code in themes}
        missing = {node for code in used for node in self._path(code)} - placed
        rows += [[anybody, code, 0, 0, "observed", self._above(code)] for code in sorted(missing)]
        return rows

    def _targets(self) -> list[list[object]]:
        counts = self._counted(self._places)
        rows = counts.items()
        return [[self.number[org], place, count, "observed"] for (org, place), count in rows]

    def _places(self, project: Project, org: str) -> Iterable[str]:
        """Countries and parts of the world of partners outside the candidate's own part."""
        if org not in self.candidates:
            return ()
        own = region_of(self.source.parties[org].country)
        countries = {self.source.parties[other].country for other in project.members} - {""}
        outside = sorted(code for code in countries if region_of(code) != own)
        return dict.fromkeys([*filter(None, map(region_of, outside)), *outside])

    def _counted(self, of: Callable[[Project, str], Iterable[str]]) -> Counter[tuple[str, str]]:
        return Counter(
            (org, code)
            for project in self.before
            for org in project.members
            for code in of(project, org)
        )

    def _above(self, code: str) -> str:
        return self.source.parents[code] or ""

    def _path(self, code: str) -> Iterable[str]:
        node: str | None = code
        while node:
            yield node
            node = self.source.parents[node]

    def _links(self) -> list[list[object]]:
        joint = [project for project in self.before if project.is_joint]
        return [
            [f"p{place}", self.number[org], project.start, role, ";".join(project.themes)]
            for place, project in enumerate(joint, start=1)
            for org, role in project.members.items()
        ]

    def _truth(self) -> list[list[object]]:
        rows: list[list[object]] = []
        for place, org in enumerate(self.needs, start=1):
            known = self.partners.get(org, set()) & self.candidates
            new = self.later[org] - known
            for kind, others in (("positive", new), ("ignore", known)):
                numbers = sorted((self.number[o] for o in others), key=lambda n: int(n[1:]))
                rows += [[f"q{place}", number, kind] for number in numbers]
        return rows


# -- writing


def write_folder(folder: Path, tables: Rows) -> None:
    """Write the tables as CSV. Raises FolderError rather than write over a table that is there."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in tables:
        if any((folder / f"{name}{end}").exists() for end in (".csv", ".csv.gz")):
            raise FolderError(f"{folder} holds {name}.csv already: name an empty folder.")
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(COLUMNS[name])
            writer.writerows(rows)
