"""Tolerance for typos: the name that somebody most likely meant."""

import unicodedata
from collections.abc import Mapping

from rapidfuzz import fuzz, process

# Below this, suggestions on the report's names read as guesses; above it, two-letter slips are found.
CLOSE_ENOUGH = 78.0


def folded(text: str) -> str:
    """Lower case without accents, like the database's `fold()`."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def nearest_name(text: str, names: Mapping[str, str]) -> str | None:
    """The name nearest to `text`, or None where none is near. `names` maps folded names to names."""
    found = process.extractOne(
        folded(text), names.keys(), scorer=fuzz.WRatio, score_cutoff=CLOSE_ENOUGH
    )
    return names[found[0]] if found else None
