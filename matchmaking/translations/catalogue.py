"""The .po files of locale/: kept in step with the sources, checked, compiled to .mo files."""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import polib

if TYPE_CHECKING:
    from matchmaking.translations.extract import Message

WIDTH = 98
METADATA = {
    "Project-Id-Version": "Puente",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",  # English, Spanish, most of Europe
}
VARIABLE = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")


def path_of(root: Path, language: str) -> Path:
    """Return where the catalogue of `language` lies below the project folder `root`."""
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


def update(path: Path, messages: Iterable["Message"]) -> tuple[int, int]:
    """Write the catalogue anew from `messages`, keeping translations.

    Entries whose string is gone are dropped. No line numbers and no dates, so that the file
    changes only when a string does.

    Returns:
        How many entries are new and how many were dropped.
    """
    old = _by_key(path)
    catalogue = polib.POFile(wrapwidth=WIDTH)
    catalogue.metadata = {**METADATA, "Language": path.parts[-3]}
    new = 0
    for message in messages:
        known = old.pop((message.text, message.context or ""), None)
        new += known is None
        catalogue.append(_entry(message, known))
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(path))
    return new, len(old)


def problems(path: Path, messages: Iterable["Message"]) -> Iterator[str]:
    """Yield a sentence for every string that is missing, left over, unsure or wrongly translated."""
    entries = _by_key(path)
    for message in messages:
        entry = entries.pop((message.text, message.context or ""), None)
        where = ", ".join(sorted(message.files))
        if entry is None or (message.plural or "") != entry.msgid_plural:
            yield f"not in the catalogue: {message.text!r} ({where})"
        elif fault := _fault(entry):
            yield f"{fault}: {message.text!r} ({where})"
    for text, _context in entries:
        yield f"no longer used: {text!r}"


def compile_if_stale(path: Path) -> bool:
    """Write the .mo file beside `path` unless it is newer; return whether it was written."""
    target = path.with_suffix(".mo")
    if not path.exists():
        return False
    if target.exists() and target.stat().st_mtime_ns > path.stat().st_mtime_ns:
        return False
    unfinished = target.with_suffix(f".mo.{os.getpid()}")
    polib.pofile(str(path)).save_as_mofile(str(unfinished))
    unfinished.replace(target)
    return True


def compile_all(root: Path) -> list[str]:
    """Compile every catalogue below `root` that is stale; return the languages written."""
    stale = [path for path in root.glob("locale/*/LC_MESSAGES/*.po") if compile_if_stale(path)]
    return sorted(path.parts[-3] for path in stale)


def _by_key(path: Path) -> dict[tuple[str, str], polib.POEntry]:
    if not path.exists():
        return {}
    return {(entry.msgid, entry.msgctxt or ""): entry for entry in polib.pofile(str(path))}


def _entry(message: "Message", known: polib.POEntry | None) -> polib.POEntry:
    entry = polib.POEntry(
        msgid=message.text,
        msgctxt=message.context,
        occurrences=[(name, "") for name in sorted(message.files)],
        comment="\n".join(message.comments),
        tcomment=known.tcomment if known else "",
        flags=["fuzzy"] if known and known.fuzzy else [],
    )
    if "%(" in message.text or "%(" in (message.plural or ""):
        entry.flags.append("python-format")
    if message.plural:
        entry.msgid_plural = message.plural
        entry.msgstr_plural = {0: "", 1: ""}
        if known:
            entry.msgstr_plural = known.msgstr_plural or {0: known.msgstr, 1: ""}
    elif known:
        entry.msgstr = known.msgstr or known.msgstr_plural.get(0, "")
    return entry


def _fault(entry: polib.POEntry) -> str | None:
    """Say what is wrong with a translation; None when nothing is."""
    if entry.fuzzy:
        return "marked as unsure (fuzzy)"
    if not entry.translated():
        return "not translated"
    if not entry.msgid_plural:
        same = _variables(entry.msgid) == _variables(entry.msgstr)
        return None if same else "other variables in the translation"
    one, many = _variables(entry.msgid), _variables(entry.msgid_plural)
    forms = [_variables(entry.msgstr_plural[index]) for index in sorted(entry.msgstr_plural)]
    # "One meeting" may leave the number out, in either language.
    if one <= forms[0] <= one | many and all(form == many for form in forms[1:]):
        return None
    return "other variables in the translation"


def _variables(text: str) -> set[str]:
    return set(VARIABLE.findall(text.replace("%%", "")))
