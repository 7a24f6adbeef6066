"""Rule 16: colours and exceptions live in the tokens; everything else stands in a layer."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.house.sources import Source, assert_kept, sources

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
DECLARATION = re.compile(r"[\w-]+\s*:\s*[^;{}]*(?=[;}])")
HEX = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})\b")
COLOUR = re.compile(r"\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch)a?\((?!\s*from\b)")
ADDRESS = re.compile(r"url\([^)]*\)")
DECLARED = re.compile(r"(--[\w-]+)\s*:")
LAYERED = re.compile(r"@import\s+url\(\s*[\"']?([^\"')]+)[\"']?\s*\)\s*layer\(")
USED = re.compile(r"var\(\s*(--[\w-]+)\s*\)")  # with a fallback it need not exist


def is_stylesheet(name: str) -> bool:
    """Say whether a file is one of ours, not of a package or a drawing."""
    return name.endswith(".css") and "static" in Path(name).parts


def is_tokens(source: Source) -> bool:
    """Say whether a stylesheet may hold raw values."""
    return "tokens" in "/".join(source.parts)


def raw_values(source: Source) -> Iterator[str]:
    """Find raw colours and `!important` outside the tokens."""
    if is_tokens(source):
        return
    text = COMMENT.sub(lambda match: "\n" * match.group().count("\n"), source.text)
    for declaration in DECLARATION.finditer(text):
        line = text.count("\n", 0, declaration.start()) + 1
        value = ADDRESS.sub("", declaration.group())
        for pattern, what in ((HEX, "hex colour"), (COLOUR, "raw colour")):
            if pattern.search(value):
                yield f"{line}: {what} in `{declaration.group().strip()}`; use a token"
        if "!important" in declaration.group():
            yield f"{line}: !important; layers decide what wins"


def outside_layers(sheets: Sequence[Source]) -> Iterator[str]:
    """Find stylesheets that are neither imported into a layer nor open one themselves."""
    layered = {
        (Path(sheet.name).parent / path).as_posix()
        for sheet in sheets
        for path in LAYERED.findall(COMMENT.sub("", sheet.text))
    }
    for sheet in sheets:
        text = COMMENT.sub("", sheet.text).strip()
        if sheet.name not in layered and text and not text.startswith(("@layer", "@import")):
            yield f"{sheet.name}: stands outside every @layer"


def test_stylesheets_use_tokens() -> None:
    assert_kept(raw_values, sources(".css", within=is_stylesheet))


def test_stylesheets_stand_in_layers() -> None:
    faults = list(outside_layers(list(sources(".css", within=is_stylesheet))))
    assert not faults, "\n" + "\n".join(faults)


def test_every_token_used_is_declared() -> None:
    sheets = list(sources(".css", within=is_stylesheet))
    declared = {name for sheet in sheets for name in DECLARED.findall(sheet.text)}
    scripts = "".join(source.text for source in sources(".js", ".py"))
    faults = [
        f"{sheet.name}: var({name}) is declared nowhere"
        for sheet in sheets
        for name in sorted(set(USED.findall(COMMENT.sub("", sheet.text))) - declared)
        if name not in scripts
    ]
    assert not faults, "\n" + "\n".join(faults)


@pytest.mark.parametrize(
    "rule",
    [
        "a { color: #fff }",
        "a { border: 1px solid #12345678; }",
        "a { margin: 0 !important; }",
        "a { color: rgb(0 0 0) }",
        "a:hover { --knob: oklch(50% 0.1 20); }",
    ],
)
def test_a_raw_value_is_found(rule: str) -> None:
    assert list(raw_values(Source("matchmaking/static/css/button.css", rule)))
    assert not list(raw_values(Source("matchmaking/static/css/tokens.css", rule)))


@pytest.mark.parametrize(
    "rule",
    [
        "#face:hover { color: var(--ink) }",
        "/* #fff */ a { fill: url(#abc-hatch) }",
        "a { color: oklch(from var(--ink) l c h / 50%) }",
    ],
)
def test_other_values_pass(rule: str) -> None:
    assert not list(raw_values(Source("matchmaking/static/css/button.css", rule)))


def test_a_sheet_outside_layers_is_found() -> None:
    bare = Source("static/css/a.css", "/* note */ a { color: var(--ink) }")
    own = Source("static/css/b.css", "/* note */\n@layer base { a { top: 0 } }")
    main = Source("static/css/all.css", "@layer base;\n@import url('a.css') layer(base);")
    assert list(outside_layers([bare, own])) == ["static/css/a.css: stands outside every @layer"]
    assert not list(outside_layers([bare, own, main]))
