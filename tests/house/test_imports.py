"""Rule 3: no import hides in a function without a reason; no class is loaded by its name."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.sources import Source, assert_kept, functions, is_own_code, sources

REASONS = re.compile(r"#\s*(slow|optional|app-ready)\b")
LOADERS = {"import_string", "import_module", "__import__"}


def hidden_imports(source: Source) -> Iterator[str]:
    """Find imports inside functions whose line does not say why they are there."""
    seen = set()
    for function in functions(source.tree):
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom) and node.lineno not in seen:
                seen.add(node.lineno)
                lines = source.lines[node.lineno - 1 : node.end_lineno]
                if not any(REASONS.search(line) for line in lines):
                    yield f"{node.lineno}: import in a function: # slow, # optional or # app-ready?"


def loaded_by_name(source: Source) -> Iterator[str]:
    """Find classes and modules that are loaded by a string."""
    if source.name.endswith("settings.py"):
        return
    for node in ast.walk(source.tree):
        name = getattr(node, "id", getattr(node, "attr", ""))
        if isinstance(node, ast.Name | ast.Attribute) and name in LOADERS:
            yield f"{node.lineno}: {name} loads by name, which nobody finds by searching"


def test_imports_in_functions_have_a_reason() -> None:
    assert_kept(hidden_imports, sources(".py", within=is_own_code))


def test_nothing_is_loaded_by_name() -> None:
    assert_kept(loaded_by_name, sources(".py", within=is_own_code))


@pytest.mark.parametrize("comment", ["", "  # circular", "  # a slow one"])
def test_an_import_without_reason_is_found(comment: str) -> None:
    text = f"class A:\n    def f(self):\n        from a import b{comment}\n"
    assert list(hidden_imports(Source("events/views.py", text))) != []


@pytest.mark.parametrize("reason", ["slow", "optional", "app-ready: the signals need models"])
def test_an_import_with_reason_passes(reason: str) -> None:
    text = f"import os\ndef f():\n    from a import (  # {reason}\n        b,\n    )\n"
    assert not list(hidden_imports(Source("events/views.py", text)))


def test_loading_by_name_is_found() -> None:
    text = "import importlib\nimportlib.import_module('events')\nimport_string('a.b')"
    assert len(list(loaded_by_name(Source("events/views.py", text)))) == 2
    assert not list(loaded_by_name(Source("matchmaking/settings.py", text)))
