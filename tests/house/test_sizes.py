"""Rule 21: sizes, and rule 10: at most five context keys."""

import ast
from collections.abc import Iterator

from tests.house.sources import Source, assert_kept, called_name, functions, is_own_code, sources

FILE_LINES = 500
FUNCTION_LINES = 60
VIEW_LINES = 20
TEMPLATE_LINES = 150
CONTEXT_KEYS = 5


def long_file(source: Source) -> Iterator[str]:
    """Find a file, or a template, that should be split by object."""
    limit = TEMPLATE_LINES if source.name.endswith((".html", ".txt")) else FILE_LINES
    if len(source.lines) > limit:
        yield f"{limit}: {len(source.lines)} lines, {limit} at most"


def long_function(source: Source) -> Iterator[str]:
    """Find functions, and views, whose lines without docstring are too many."""
    for node in functions(source.tree):
        limit = VIEW_LINES if _is_view(source, node) else FUNCTION_LINES
        lines = (node.end_lineno or node.lineno) - node.lineno + 1 - _docstring_lines(node)
        if lines > limit:
            yield f"{node.lineno}: {node.name} has {lines} lines, {limit} at most"


def wide_context(source: Source) -> Iterator[str]:
    """Find views that hand a template more than five things."""
    if "views" not in source.parts:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and called_name(node) in {"render", "TemplateResponse"}:
            for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
                if isinstance(argument, ast.Dict) and len(argument.keys) > CONTEXT_KEYS:
                    yield f"{node.lineno}: {len(argument.keys)} context keys, use a function in reads"


def _is_view(source: Source, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    first = node.args.args[0].arg if node.args.args else ""
    return "views" in source.parts and first == "request"


def _docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    if ast.get_docstring(node) is None:
        return 0
    return (node.body[0].end_lineno or 0) - node.body[0].lineno + 1


def test_files_are_short() -> None:
    code = sources(".py", within=lambda name: "/migrations/" not in name)
    assert_kept(long_file, [*code, *sources(".html", ".txt", within=_is_template)])
    assert_kept(long_file, sources(".css", ".js", within=is_own_code))


def _is_template(name: str) -> bool:
    return "templates/" in name


def test_functions_are_short() -> None:
    assert_kept(long_function, sources(".py", within=lambda name: "/migrations/" not in name))


def test_views_pass_few_keys() -> None:
    assert_kept(wide_context, sources(".py", within=is_own_code))


def test_a_long_file_is_found() -> None:
    assert list(long_file(Source("events/models.py", "x = 1\n" * 501)))
    assert not list(long_file(Source("events/models.py", "x = 1\n" * 500)))
    assert list(long_file(Source("templates/a.html", "<p>\n" * 151)))


def test_a_long_view_is_found() -> None:
    body = '    """Doc."""\n' + "    x = 1\n" * 20
    view = Source("events/views.py", f"def show(request):\n{body}")
    assert list(long_function(view))
    assert not list(long_function(Source("events/reads.py", view.text)))
    assert list(long_function(Source("events/reads.py", "def f():\n" + "    x = 1\n" * 60)))


def test_a_wide_context_is_found() -> None:
    keys = ", ".join(f"'{letter}': 1" for letter in "abcdef")
    assert list(wide_context(Source("events/views.py", f"render(request, 'a.html', {{{keys}}})")))
    assert not list(wide_context(Source("events/views.py", "render(request, 'a', {'a': 1})")))
