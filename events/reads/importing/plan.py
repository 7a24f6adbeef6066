"""The dry run of an import: what each row would do, decided once for the page and for the action."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext as _

from clusters.choices import OrganisationKind, Side
from clusters.models import Country, Organisation
from clusters.reads.spelling import folded
from events.choices import Attendance, RegistrationStatus, RowFate
from events.models import Delegate, Event, Registration, RegistrationImport, Session
from events.reads.importing.cells import Cells, Fault, read_cells, read_formats
from events.reads.importing.matching import Pool, host_of, key_of, name_key, pool_of
from events.reads.places import free_places
from events.validators import MOST_DELEGATES

NEW_PROFILE, SKIP = "new", "skip"
MOST_DRAFTS = 300
GONE = frozenset({RegistrationStatus.WITHDRAWN, RegistrationStatus.REJECTED})
WRITING = (RowFate.NEW, RowFate.DRAFT, RowFate.PERSON)
OPEN = (RowFate.WRONG, RowFate.UNDECIDED)


@dataclass(frozen=True)
class NewProfile:
    """A draft that an import would make, for the curators."""

    name: str
    kind: str
    side: str
    website: str
    country: Country | None


@dataclass
class Line:
    """One row and what it would do. `key` is what rows of one organisation share."""

    cells: Cells
    key: str
    fate: RowFate
    organisation: Organisation | None = None
    profile: NewProfile | None = None
    how: str = ""
    remark: str = ""
    near: tuple[Organisation, ...] = ()
    names_person: bool = False

    @property
    def number(self) -> int:
        """The row of the file."""
        return self.cells.number

    @property
    def faults(self) -> list[Fault]:
        """What is wrong with it."""
        return self.cells.faults

    @property
    def person(self) -> dict[str, str]:
        """The delegate's fields."""
        names = {"name": "person", "email": "email", "phone": "phone", "job_title": "job_title"}
        return {field: self.cells.values[name] for field, name in names.items()}

    @property
    def attendance(self) -> str:
        """How the organisation takes part; on site where the row does not say."""
        return self.cells.attendance or Attendance.ON_SITE.value


@dataclass(frozen=True)
class Plan:
    """What an import would do: every row, in the order of the file."""

    lines: tuple[Line, ...]
    counts: Mapping[str, int]

    @property
    def open(self) -> list[Line]:
        """Rows that are wrong or wait for a decision."""
        return [line for line in self.lines if line.fate in OPEN]

    @property
    def writes(self) -> int:
        """Rows that write something."""
        return sum(self.counts.get(fate, 0) for fate in WRITING)

    @property
    def undecided(self) -> list[Line]:
        """The first row of each name that only resembles a profile, decided or not."""
        return list({line.key: line for line in reversed(self.lines) if line.near}.values())[::-1]


def plan_import(row: RegistrationImport) -> Plan:
    """What the rows would do as things stand; a fixed number of queries."""
    lines = tuple(_Planner(row).lines())
    return Plan(lines, Counter(line.fate.value for line in lines))


def names_to_resemble(row: RegistrationImport, pool: Pool) -> set[str]:
    """Names in the rows that no profile has."""
    found = set()
    for cells in _cells(row):
        name = name_key(cells.values["organisation"])
        if name and not pool.find(
            cells.values["organisation"], cells.values["website"], cells.values["email"]
        ):
            found.add(name)
    return found


def _cells(row: RegistrationImport) -> Iterator[Cells]:
    headings = {name: row.headings[at] for name, at in row.columns.items()}
    for number, cells in row.rows:
        yield read_cells(number, cells, row.columns, headings)


@dataclass
class _Planner:
    """The state of the event as the rows before have left it."""

    row: RegistrationImport
    seen: dict[str, Line] = field(default_factory=dict)
    people: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    drafts: int = 0

    def __post_init__(self) -> None:
        self.event: Event = self.row.event
        self.options = self.row.options
        self.pool = pool_of(self.event)
        registrations = Registration.objects.filter(event=self.event)
        self.there = dict(registrations.values_list("organisation__slug", "status"))
        named = Delegate.objects.filter(registration__event=self.event)
        for slug, email, name in named.values_list(
            "registration__organisation__slug", "email", "name"
        ):
            self.people[slug].add(_identity(email, name))
        self.offered = set(
            Session.objects.filter(event=self.event).values_list("format", flat=True)
        )
        self.free = free_places(self.event)

    @cached_property
    def countries(self) -> dict[str, Country]:
        """Countries by code and by name in either language."""
        return {
            folded(word): one
            for one in Country.objects.all()
            for word in (one.code, one.name_en, one.name_es)
        }

    def lines(self) -> Iterator[Line]:
        for cells in _cells(self.row):
            if not cells.is_gone:
                read_formats(cells, self.offered)
            yield self._line(cells)

    def _line(self, cells: Cells) -> Line:
        line = Line(cells, key_of(cells.values), RowFate.LEFT_OUT)
        if cells.is_gone:
            state = cells.values["state"]
            line.remark = _("The other tool says “%(state)s”.") % {"state": state}
            return line
        if not line.key:
            cells.wrong("organisation", _("The organisation is missing."))
        else:
            self._find(line)
        if cells.faults:
            line.fate = RowFate.WRONG
        elif line.organisation or line.profile:
            self._place(line)
        if cells.faults:  # a full side or list is found out last
            line.fate = RowFate.WRONG
        return line

    def _find(self, line: Line) -> None:
        """Whose row it is: a profile, a new one, nobody's, or to decide."""
        values = line.cells.values
        found = self.pool.find(values["organisation"], values["website"], values["email"])
        if found:
            line.organisation, line.how = found.organisation, found.how
            return
        slugs = self.row.near.get(name_key(values["organisation"]), [])
        line.near = tuple(self.pool.by_slug[slug] for slug in slugs if slug in self.pool.by_slug)
        chosen = self.row.decisions.get(line.key, "")
        if chosen in self.pool.by_slug:
            line.organisation, line.how = self.pool.by_slug[chosen], _("as you chose")
        elif not chosen and line.near:
            line.fate = RowFate.UNDECIDED
        elif (chosen or self.options.get("unknown")) == NEW_PROFILE:
            self._profile(line)
        else:
            line.remark = _("It has no profile.")

    def _profile(self, line: Line) -> None:
        """The draft that a row asks for; needs a name and a side."""
        values, cells = line.cells.values, line.cells
        country = self.countries.get(folded(values["country"]).strip())
        side = country.default_side if country else self.options.get("side", "")
        if not values["organisation"]:
            cells.wrong("organisation", _("A new profile needs a name."))
        elif values["country"] and country is None:
            cells.wrong("country", _("Write the country’s name or code, such as Mexico or MX."))
        elif side not in Side.values:
            cells.wrong(
                "country",
                _("A new profile needs a country. Write one, or choose a side for all of them."),
            )
        else:
            kind = self.options.get("kind") or OrganisationKind.COMPANY.value
            name = " ".join(values["organisation"].split())
            website = values["website"] if host_of(values["website"]) else ""
            line.profile = NewProfile(name, kind, side, website, country)

    def _place(self, line: Line) -> None:
        """A first row registers; later ones add people."""
        slug = line.organisation.slug if line.organisation else f" {line.key}"
        status = self.there.get(slug)
        first = self.seen.get(slug)
        if status in GONE:
            text = _("It is “%(status)s” at this event. Take the row out, or ask it first.")
            label = RegistrationStatus(status).label
            line.cells.wrong("organisation", text % {"status": label})
            return
        line.names_person = self._is_new_person(line, slug)
        if line.cells.faults:
            return
        if status is None and first is None:
            self._register(line, slug)
            return
        line.fate = RowFate.PERSON if line.names_person else RowFate.KNOWN
        if first and line.cells.attendance and line.attendance != first.attendance:
            line.remark = _("Row %(n)d says how the organisation takes part.") % {"n": first.number}

    def _register(self, line: Line, slug: str) -> None:
        line.fate = RowFate.DRAFT if line.profile else RowFate.NEW
        side = line.profile.side if line.profile else _side(line.organisation)
        if line.profile:
            self.drafts += 1
            if self.drafts > MOST_DRAFTS:
                text = _("More than %(most)d new profiles at once. Import the rest later.")
                line.cells.wrong("organisation", text % {"most": MOST_DRAFTS})
                return
        if self.options.get("status") == RegistrationStatus.ACCEPTED and side in self.free:
            self.free[side] -= 1
            if self.free[side] < 0:
                text = _(
                    "All places for “%(side)s” are taken. Import as applied, or raise the number."
                )
                line.cells.wrong("organisation", text % {"side": Side(side).label})
                return
        self.seen[slug] = line

    def _is_new_person(self, line: Line, slug: str) -> bool:
        person = line.person
        if not person["name"]:
            return False
        who, there = _identity(person["email"], person["name"]), self.people[slug]
        if who in there:
            return False
        if len(there) >= MOST_DELEGATES:
            text = _("A registration has at most %(most)d delegates.")
            line.cells.wrong("person", text % {"most": MOST_DELEGATES})
            return False
        there.add(who)
        return True


def _identity(email: str, name: str) -> str:
    """Who a delegate is: the e-mail, else the name."""
    return email.lower() or name_key(name)


def _side(organisation: Organisation | None) -> str:
    return organisation.side if organisation else ""


def by_fate(lines: Iterable[Line], fate: str) -> list[Line]:
    """The rows with one fate."""
    return [line for line in lines if line.fate == fate]
