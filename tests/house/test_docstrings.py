"""Rule 18: what others call says what it means."""

import ast
from collections.abc import Iterator

import pytest

from tests.house.sources import Source, assert_kept, is_own_code, sources

PLACES = {"scoring", "scheduling", "actions", "reads", "adapters", "postgres", "database"}


def undocumented(source: Source) -> Iterator[str]:
    """Find public functions and classes of a file's top level without a docstring."""
    if PLACES.isdisjoint(source.parts):
        return
    if source.tree.body and not ast.get_docstring(source.tree):
        yield "1: says nowhere what the module is for"
    for node in source.tree.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if node.name[0] != "_" and not ast.get_docstring(node):
            yield f"{node.lineno}: {node.name} has no docstring"


def test_public_things_of_engines_actions_and_reads_are_explained() -> None:
    assert_kept(undocumented, sources(".py", within=is_own_code))


@pytest.mark.parametrize("text", ["x = 1", '"""A."""\ndef f(): ...', '"""A."""\nclass A: ...'])
def test_a_missing_docstring_is_found(text: str) -> None:
    assert list(undocumented(Source("matchmaking/scoring/profile.py", text)))
    assert not list(undocumented(Source("matchmaking/forms.py", text)))


def test_private_things_need_none() -> None:
    assert not list(undocumented(Source("events/actions.py", '"""A."""\ndef _f(): ...')))
    assert not list(undocumented(Source("events/actions/__init__.py", "")))
