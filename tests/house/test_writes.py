"""Rule 5: the database is written by actions, migrations, commands and tests, and by nothing else."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.sources import Source, assert_kept, called_name, is_own_code, sources

WRITES = {
    *("bulk_create", "bulk_update", "create", "get_or_create", "update_or_create"),
    *("abulk_create", "abulk_update", "acreate", "aget_or_create", "aupdate_or_create"),
}
WRITE_SQL = re.compile(r"^\s*(insert|update|delete|truncate)\b", re.IGNORECASE)
ALLOWED = {"actions", "management", "migrations"}
# Where Django's own machinery must write: `# write: reason` on the line.
REASON = re.compile(r"# write: \S+ \S+")


def writes(source: Source) -> Iterator[str]:
    """Find calls that change rows, unless their line gives a reason."""
    if not ALLOWED.isdisjoint(source.parts):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and _writes(node) and not REASON.search(source.line_of(node)):
            yield f"{node.lineno}: {ast.unparse(node)[:60]} writes; call an action"


def _writes(call: ast.Call) -> bool:
    name = called_name(call)
    if not isinstance(call.func, ast.Attribute) or _is_super(call.func.value):
        return False
    if name in {"delete", "adelete", "save", "asave"}:
        return not call.args  # With a position it is a file, a cache or a storage.
    if name in {"update", "aupdate"}:
        return bool(call.keywords) and not call.args
    if name in {"execute", "executemany"}:
        first = call.args[0] if call.args else None
        return isinstance(first, ast.Constant) and bool(WRITE_SQL.match(str(first.value)))
    return name in WRITES


def _is_super(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and called_name(node) == "super"


def test_only_actions_write() -> None:
    assert_kept(writes, sources(".py", within=is_own_code))


@pytest.mark.parametrize(
    "statement",
    [
        "organisation.save()",
        "Organisation.objects.create(name='x')",
        "Organisation.objects.filter(pk=1).update(name='x')",
        "rows.delete()",
        "form.save(commit=True)",
        "Meeting.objects.bulk_create(rows)",
        "cursor.execute('  DELETE FROM meeting')",
    ],
)
def test_a_write_in_a_view_is_found(statement: str) -> None:
    assert list(writes(Source("events/views.py", statement)))
    assert list(writes(Source("events/models/events.py", f"def f():\n    {statement}")))
    assert not list(writes(Source("events/actions/events.py", statement)))
    assert not list(writes(Source("events/actions.py", statement)))


@pytest.mark.parametrize(
    "statement",
    [
        "super().save(*args, **kwargs)",
        "cache.delete('key')",
        "digest.update(b'x')",
        "picture.save(path)",
        "cursor.execute('SELECT 1')",
        "user.save(using=self._db)  # write: createsuperuser calls this manager",
    ],
)
def test_what_is_no_write_passes(statement: str) -> None:
    assert not list(writes(Source("events/models/events.py", statement)))
