"""Rule 6: every public action has the same beats, so that none forgets permission, history or lock."""

import ast
from collections.abc import Iterator

import pytest

from tests.house.sources import Source, assert_kept, called_name, dotted, is_own_code, sources

ONE = "clusters/actions/requests.py"
GOOD = '''
@transaction.atomic
def accept_request(request: MeetingRequest, *, note: str = "", actor: User) -> MeetingRequest:
    """Accept."""
    policies.require(actor, "matchmaking.answer_request", request)
    with pghistory.context(actor=actor.pk, action="accept_request"):
        return _write(request)


def _write(request):
    return request
'''


def missing_beats(source: Source) -> Iterator[str]:
    """Name each beat that a public action of the file lacks."""
    if "actions" not in source.parts:
        return
    for node in source.tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name[0] != "_":
            yield from (f"{node.lineno}: {node.name} {fault}" for fault in _faults(node))


def _faults(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    arguments = node.args
    if len(arguments.posonlyargs + arguments.args) > 1:
        yield "takes more than its target by position; the rest is keyword-only"
    actor = next((one for one in arguments.kwonlyargs if one.arg == "actor"), None)
    if actor is None:
        yield "has no keyword-only `actor`"
    elif arguments.kw_defaults[arguments.kwonlyargs.index(actor)] is not None:
        yield "gives `actor` a default; the system acts as a named system user"
    if _atomics(node) != 1:
        yield f"opens {_atomics(node)} transactions instead of one"
    calls = [call for call in ast.walk(node) if isinstance(call, ast.Call)]
    if not any(called_name(call).startswith("require") for call in calls):
        yield "asks no permission (policies.require...)"
    if not any(dotted(call.func) == "pghistory.context" for call in calls):
        yield "leaves no actor and action in the history (pghistory.context)"


def _atomics(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count `@transaction.atomic` and `with transaction.atomic()`, with or without arguments."""
    outer = [dotted(one.func if isinstance(one, ast.Call) else one) for one in node.decorator_list]
    inner = [
        dotted(item.context_expr.func)
        for block in ast.walk(node)
        if isinstance(block, ast.With | ast.AsyncWith)
        for item in block.items
        if isinstance(item.context_expr, ast.Call)
    ]
    return (outer + inner).count("transaction.atomic")


def test_every_public_action_has_all_beats() -> None:
    assert_kept(missing_beats, sources(".py", within=is_own_code))


def test_a_complete_action_passes() -> None:
    assert not list(missing_beats(Source(ONE, GOOD)))
    block = GOOD.replace("@transaction.atomic\n", "").replace(
        "with ", "with transaction.atomic(), "
    )
    assert not list(missing_beats(Source(ONE, block)))


@pytest.mark.parametrize(
    ("lost", "found"),
    [
        ("@transaction.atomic\n", "0 transactions"),
        ('*, note: str = ""', "by position"),
        (", actor: User", "no keyword-only `actor`"),
        ('policies.require(actor, "matchmaking.answer_request", request)', "no permission"),
        ('pghistory.context(actor=actor.pk, action="accept_request")', "history"),
    ],
)
def test_a_missing_beat_is_named(lost: str, found: str) -> None:
    replacement = {")": "nothing()", '"': "note: str, *"}.get(lost[-1], "")
    (fault, *_more) = missing_beats(Source(ONE, GOOD.replace(lost, replacement)))
    assert found in fault


def test_an_optional_actor_is_named() -> None:
    optional = GOOD.replace("actor: User", "actor: User | None = None")
    (fault,) = missing_beats(Source(ONE, optional))
    assert "default" in fault
