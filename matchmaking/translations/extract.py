"""Find every string marked for translation, in Python files and in templates."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.extract import extract as babel_extract
from django.utils.translation.template import templatize

APPS = ("clusters", "events", "matchmaking")
TEMPLATE_SUFFIXES = {".html", ".txt", ".xml", ".svg", ".ics"}
NOT_FOR_PEOPLE = {"migrations", "static", "__pycache__"}

# What each function takes: plain positions are message and plural, (n, "c") is the context.
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "lazy": None,  # gettext_lazy where `_` is gettext
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


@dataclass
class Message:
    """One string to translate and where it stands; `plural` and `context` may be absent."""

    text: str
    plural: str | None = None
    context: str | None = None
    files: set[str] = field(default_factory=set)
    comments: list[str] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, str]:
        """What gettext looks a string up by: the text first, then the context."""
        return self.text, self.context or ""


def messages(root: Path) -> list[Message]:
    """Return all messages below the project folder `root`, sorted by text and context."""
    found: dict[tuple[str, str], Message] = {}
    for path in _files(root):
        name = path.relative_to(root).as_posix()
        for message in _messages_of(path, name):
            known = found.setdefault(message.key, message)
            known.files.add(name)
            known.plural = known.plural or message.plural
            known.comments += [line for line in message.comments if line not in known.comments]
    return sorted(found.values(), key=lambda message: message.key)


def _files(root: Path) -> Iterator[Path]:
    folders = [root / app for app in APPS] + [root / "templates"]
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if NOT_FOR_PEOPLE.isdisjoint(path.relative_to(root).parts) and (
                path.suffix == ".py" or path.suffix in TEMPLATE_SUFFIXES
            ):
                yield path


def _messages_of(path: Path, name: str) -> Iterator[Message]:
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        source = templatize(source, origin=name)
    found = babel_extract(
        "python", BytesIO(source.encode()), keywords=KEYWORDS, comment_tags=("Translators:",)
    )
    for _line, texts, comments, context in found:
        text, plural = (texts, None) if isinstance(texts, str) else (texts[0], texts[1])
        if text:
            yield Message(text, plural, context, {name}, list(comments))
