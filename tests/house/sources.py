"""The project's files as the house rules see them.

A rule is a function from one file to the sentences that say what is wrong in it. `assert_kept`
runs it over the project; its own tests run it over samples that break it.
"""

import ast
import subprocess
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("clusters", "events", "matchmaking")


@dataclass(frozen=True)
class Source:
    """A file of the project, or a sample that pretends to be one at `name`."""

    name: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed Python of the file."""
        return ast.parse(self.text)

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the file; line 1 is at index 0."""
        return self.text.splitlines()

    @property
    def parts(self) -> tuple[str, ...]:
        """The path's parts, the last without its suffix: `events/actions.py` has `actions`."""
        path = Path(self.name)
        return (*path.parent.parts, path.stem)

    def line_of(self, node: ast.AST) -> str:
        """The text of the last line of a statement or expression, where its comment stands."""
        return self.lines[(getattr(node, "end_lineno", None) or 1) - 1]


Rule = Callable[[Source], Iterable[str]]


@cache
def files() -> tuple[str, ...]:
    """Name every file that is, or could be, committed."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = {name for name in listed.stdout.split("\0") if name}
    return tuple(sorted(name for name in names if (ROOT / name).is_file()))


def is_own_code(name: str) -> bool:
    """Say whether a file is code of the three apps (no tests, no migrations)."""
    parts = Path(name).parts
    return parts[0] in APPS and "migrations" not in parts


@cache
def read(name: str) -> Source:
    """Return the file of that name, below the project's folder."""
    return Source(name, (ROOT / name).read_text(encoding="utf-8"))


def sources(*suffixes: str, within: Callable[[str], bool] = bool) -> Iterator[Source]:
    """Yield the text files with one of `suffixes` that `within` accepts."""
    for name in files():
        if name.endswith(suffixes) and within(name):
            yield read(name)


def broken(rule: Rule, among: Iterable[Source]) -> list[str]:
    """Return what `rule` finds, each with its file."""
    return [f"{source.name}:{fault}" for source in among for fault in rule(source)]


def assert_kept(rule: Rule, among: Iterable[Source]) -> None:
    """Fail with one line for every place that breaks `rule`."""
    faults = broken(rule, among)
    assert not faults, "\n" + "\n".join(faults)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function and method, nested ones too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def called_name(call: ast.Call) -> str:
    """Return the last name of what is called: `a.b.c()` gives `c`."""
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def dotted(node: ast.expr) -> str:
    """Return `a.b.c` for a chain of names, the empty string for anything else."""
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return node.id if isinstance(node, ast.Name) else ""
