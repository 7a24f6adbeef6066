"""Reading fixture files record by record, so that a broken one can be named and nothing is half-written.

Plain `loaddata` takes the same files. It resets what a record leaves out and names no record when one is
broken; this reader keeps what a record leaves out, skips what is already so, and says what it changed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist, ValidationError
from django.db import DatabaseError, models

Row = models.Model
# The same loader in C, where PyYAML was built with it.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class FixtureError(Exception):
    """A fixture that cannot be loaded; the message is one line with file and record."""


@dataclass
class Tally:
    """What loading did: counts of records, and a line for each row that said something else.

    Such a row was `changed` to what the record says or, where edits are kept, `kept`. A record completes a row that the same run wrote: it adds what an earlier file leaves out.
    """

    new: int = 0
    completed: int = 0
    same: int = 0
    changed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """All records read."""
        return self.new + self.completed + self.same + len(self.changed) + len(self.kept)


class FixtureReader:
    """Loads files in the order given; a record may refer to rows of earlier records by natural key.

    With `keep_edits` a row that says something else than its record stays as it is.
    """

    def __init__(self, *, keep_edits: bool = False) -> None:
        self._keep_edits = keep_edits
        self._keys: dict[tuple[type[Row], tuple[Any, ...]], Any] = {}
        self._rows: dict[tuple[type[Row], str], Row] = {}
        self._links: dict[models.ManyToManyField[Any, Any], list[tuple[Any, Any]]] = {}
        self._written: set[tuple[type[Row], Any]] = set()

    def load(self, path: Path) -> Tally:
        """Write the records of one file. FixtureError at the first that is broken."""
        tally = Tally()
        records = _records(path)
        self._look_up(records)
        for number, record in enumerate(records, start=1):
            try:
                self._put(record, tally)
            except ValidationError as problem:
                raise FixtureError(
                    f"{_where(path, number, record)}: {_in_one_line(problem)}"
                ) from None
            except (DatabaseError, LookupError, TypeError, ValueError) as problem:
                reason = " ".join(str(problem).split())
                raise FixtureError(f"{_where(path, number, record)}: {reason}") from None
        self._write_links()
        return tally

    def _look_up(self, records: list[Any]) -> None:
        """Read the rows that a file is about with their lists, in a few queries."""
        wanted: dict[tuple[type[Row], str], tuple[set[str], set[str]]] = {}
        for record in records:
            try:
                model, given = _parts(record)
            except (LookupError, TypeError, ValueError):
                continue  # said in its turn, with its number
            if (name := _name_field(model)) and isinstance(given.get(name), str):
                names, fields = wanted.setdefault((model, name), (set(), set()))
                names.add(given[name])
                fields.update(given)
        self._rows.clear()
        for (model, name), (names, fields) in wanted.items():
            lists = [f.name for f in model._meta.many_to_many if f.name in fields]
            rows = model._default_manager.filter(**{f"{name}__in": names})
            for row in rows.prefetch_related(*lists):
                self._remember(row, name)

    def _remember(self, row: Row, name: str) -> None:
        self._rows[type(row), getattr(row, name)] = row
        self._keys[type(row), (getattr(row, name),)] = row.pk

    def _put(self, record: Any, tally: Tally) -> None:
        model, given = _parts(record)
        plain, lists = self._values(model, given)
        row = self._existing(model, plain)
        if row is None:
            row = model(**plain)
            _check(row, plain)
            row.save()
            for name, keys in lists.items():
                links = self._links.setdefault(_list_field(model, name), [])
                links += [(row.pk, key) for key in keys]
            tally.new += 1
            self._written.add((model, row.pk))
            if name := _name_field(model):
                self._remember(row, name)
            return
        differing = {name for name, value in plain.items() if getattr(row, name) != value}
        moved = _moved(row, lists, keep_citations=not differing)
        if not differing and not moved:
            tally.same += 1
            return
        is_ours = (model, row.pk) in self._written
        line = f"{_name(row)}: {', '.join(sorted(differing | moved.keys()))}"
        if self._keep_edits and not is_ours:
            tally.kept.append(line)
            return
        for name in differing:
            setattr(row, name, plain[name])
        if differing:
            _check(row, plain)
            row.save()
        for name, wanted in moved.items():
            getattr(row, name).set(wanted)
        if is_ours:
            tally.completed += 1
        else:
            tally.changed.append(line)

    def _write_links(self) -> None:
        """Write the lists of new rows, one statement a list."""
        for column, links in self._links.items():
            through: Any = column.remote_field.through
            one, other = column.m2m_field_name(), column.m2m_reverse_field_name()
            through._default_manager.bulk_create(
                [through(**{f"{one}_id": row, f"{other}_id": key}) for row, key in links],
                ignore_conflicts=True,
            )
        self._links.clear()

    def _values(
        self, model: type[Row], given: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, list[Any]]]:
        """Values of columns by attribute name, and keys of related rows by field."""
        plain: dict[str, Any] = {}
        lists: dict[str, list[Any]] = {}
        for name, value in given.items():
            try:
                column = model._meta.get_field(name)
            except FieldDoesNotExist:
                raise ValueError(f"there is no field {name!r}") from None
            if isinstance(column, models.ManyToManyField):
                if not isinstance(value, list):
                    raise TypeError(f"{name} must be a list of keys")
                lists[name] = [self._key(column.related_model, key, name) for key in value]
            elif isinstance(column, models.ForeignKey):
                known = value is not None
                plain[column.attname] = (
                    self._key(column.related_model, value, name) if known else None
                )
            elif isinstance(column, models.Field):
                plain[name] = column.to_python(value)
            else:
                raise TypeError(f"{name} is no field of its own")
        return plain, lists

    def _key(self, model: Any, key: Any, name: str) -> Any:
        """The primary key behind a natural key."""
        if not isinstance(key, list):
            raise TypeError(f"{name} must name its row by a natural key in brackets, not {key!r}")
        known = self._keys.get((model, tuple(key)))
        if known is None:
            try:
                known = model._default_manager.get_by_natural_key(*key).pk
            except ObjectDoesNotExist:
                kind = model._meta.label_lower
                raise LookupError(f"{name} names an unknown {kind} {key}") from None
            self._keys[model, tuple(key)] = known
        return known

    def _existing(self, model: Any, plain: Mapping[str, Any]) -> Row | None:
        """The row that the record is about: same natural key, else its twin by a unique constraint."""
        row: Row | None
        if name := _name_field(model):
            row = self._rows.get((model, plain.get(name, "")))
        else:
            try:
                row = model._default_manager.get_by_natural_key(*model(**plain).natural_key())
            except ObjectDoesNotExist:
                row = None
        twins = (_twin(model, names, plain) for names in _unique(model))
        return row or next(filter(None, twins), None)


def _records(path: Path) -> list[Any]:
    try:
        found = yaml.load(path.read_text(encoding="utf-8"), LOADER)  # noqa: S506 - it is the safe one
    except FileNotFoundError:
        raise FixtureError(f"{_short(path)}: there is no such file") from None
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        reason = " ".join(str(problem).split())
        raise FixtureError(f"{_short(path)}: no YAML: {reason}") from None
    if found is None:
        return []
    if not isinstance(found, list):
        raise FixtureError(f"{_short(path)}: must be a list of records")
    return found


def _parts(record: Any) -> tuple[type[Row], Mapping[str, Any]]:
    if not isinstance(record, dict) or not {"model", "fields"} <= record.keys():
        raise ValueError("a record needs model and fields")
    if extra := record.keys() - {"model", "fields"}:
        raise ValueError(f"a record has only model and fields, not {', '.join(sorted(extra))}")
    if not isinstance(record["fields"], dict):
        raise TypeError("fields must be names with values")
    return apps.get_model(record["model"]), record["fields"]


def _check(row: Row, plain: Mapping[str, Any]) -> None:
    """Hold what the record gives to the fields' own rules: choices, lengths, emptiness."""
    # A foreign key was found by its natural key; asking the database again would double the queries.
    given = {f.name for f in row._meta.fields if f.name in plain and f.name == f.attname}
    row.clean_fields(exclude={f.name for f in row._meta.fields} - given)


def _moved(
    row: Row, lists: Mapping[str, list[Any]], *, keep_citations: bool
) -> dict[str, set[Any]]:
    """The lists whose rows are not those of the record, each with the keys it should have.

    Citations that somebody added to a statement which still says the same stay.
    """
    moved = {}
    for name, keys in lists.items():
        have = {related.pk for related in getattr(row, name).all()}
        want = set(keys) | (have if keep_citations and name == "citations" else set())
        if have != want:
            moved[name] = want
    return moved


def _list_field(model: type[Row], name: str) -> "models.ManyToManyField[Any, Any]":
    return next(column for column in model._meta.many_to_many if column.name == name)


def _name_field(model: type[Row]) -> str:
    """The field that alone is the natural key; empty when several are."""
    names = [f.name for f in model._meta.fields if f.name in {"code", "slug"} and f.unique]
    return names[0] if names else ""


def _unique(model: type[Row]) -> Iterator[tuple[str, ...]]:
    for rule in model._meta.constraints:
        if isinstance(rule, models.UniqueConstraint) and rule.fields and rule.condition is None:
            yield tuple(rule.fields)


def _twin(model: Any, names: tuple[str, ...], plain: Mapping[str, Any]) -> Row | None:
    columns = [model._meta.get_field(name).attname for name in names]
    row: Row | None = model._default_manager.filter(**{c: plain.get(c) for c in columns}).first()
    return row


def _name(row: Any) -> str:
    return f"{row._meta.label_lower} {' '.join(str(part) for part in row.natural_key())}"


def _short(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def _where(path: Path, number: int, record: Any) -> str:
    fields = record.get("fields") if isinstance(record, dict) else None
    names = fields if isinstance(fields, dict) else {}
    name = next((names[key] for key in ("code", "slug", "number", "email") if key in names), "")
    kind = record.get("model", "") if isinstance(record, dict) else ""
    return f"{_short(path)}, record {number} ({' '.join(filter(None, [str(kind), str(name)]))})"


def _in_one_line(problem: ValidationError) -> str:
    return "; ".join(
        f"{name}: {' '.join(messages)}" for name, messages in problem.message_dict.items()
    )
