"""Rule 17: every component is shown on the style guide."""

import ast
import re
from collections.abc import Iterable, Iterator

from tests.house.sources import Source, is_own_code, sources

INCLUDED = re.compile(r"\{%\s*(?:include|extends)\s+[\"']([^\"']+)[\"']")
TAG = re.compile(r"\{%\s*(\w+)")
FOLDER = "components/"
# The document's frame, on every page and so on the style guide itself.
GUIDE = re.compile(r"^styleguide(?:/|\.html$)")


def unseen(templates: dict[str, Source], tags: dict[str, set[str]]) -> Iterator[str]:
    """Find components that no template of the style guide reaches, by include or by tag."""
    waiting = [name for name in templates if GUIDE.match(name)]
    if not waiting:
        return
    reached = set()
    while waiting:
        name = waiting.pop()
        if name in reached or name not in templates:
            continue
        reached.add(name)
        text = templates[name].text
        waiting += INCLUDED.findall(text)
        waiting += [file for tag in TAG.findall(text) for file in tags.get(tag, ())]
    yield from sorted(name for name in templates if name.startswith(FOLDER) and name not in reached)


def tag_files(libraries: Iterable[Source]) -> dict[str, set[str]]:
    """Return for each template tag the component files its function names."""
    return {
        node.name: {
            one.value
            for one in ast.walk(node)
            if isinstance(one, ast.Constant)
            and isinstance(one.value, str)
            and one.value.startswith(FOLDER)
        }
        for library in libraries
        for node in library.tree.body
        if isinstance(node, ast.FunctionDef)
    }


def _templates() -> dict[str, Source]:
    found = sources(".html", within=lambda name: "templates/" in name)
    return {source.name.partition("templates/")[2]: source for source in found}


def test_every_component_is_on_the_style_guide() -> None:
    libraries = sources(".py", within=lambda name: is_own_code(name) and "/templatetags/" in name)
    missing = list(unseen(_templates(), tag_files(libraries)))
    assert not missing, "not on the style guide: " + ", ".join(missing)


def test_a_component_off_the_style_guide_is_found() -> None:
    library = Source(
        "clusters/templatetags/ui.py",
        "@register.inclusion_tag('components/button.html')\ndef button(): ...",
    )
    names = {
        "styleguide.html": "{% include 'styleguide/controls.html' %}",
        "styleguide/controls.html": "{% button kind='main' %}",
        "components/button.html": "{% include 'components/icon.html' only %}",
        "components/icon.html": "",
        "components/lost.html": "",
    }
    templates = {name: Source(name, text) for name, text in names.items()}
    assert list(unseen(templates, tag_files([library]))) == ["components/lost.html"]
