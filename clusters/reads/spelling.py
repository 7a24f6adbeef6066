"""Words that somebody typed: the name most likely meant, and where the words stand in a text."""

import unicodedata
from collections.abc import Iterable, Mapping
from itertools import groupby
from operator import itemgetter

from django.utils.text import Truncator
from rapidfuzz import fuzz, process

# Below this, suggestions on the report's names read as guesses; above it, two-letter slips are found.
CLOSE_ENOUGH = 78.0
# Of single words: one slip in a word of five letters, two in one of ten.
ONE_SLIP = 75.0
# What is shown of a longer text: letters before a hit, words from there.
AROUND, WORDS_AROUND = 40, 18


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


def nearest_words(text: str, words: Mapping[str, str]) -> str | None:
    """`text` with each unknown word replaced by the nearest known one; None where one has none near.

    `words` maps folded words to words. None, too, where all of them are known: nothing is misspelt.
    """
    mended, is_changed = [], False
    for word in text.split():
        plain = folded(word)
        if any(plain in known for known in words):
            mended.append(word)
            continue
        found = process.extractOne(plain, words.keys(), scorer=fuzz.ratio, score_cutoff=ONE_SLIP)
        if found is None:
            return None
        mended.append(words[found[0]])
        is_changed = True
    return " ".join(mended) if is_changed else None


def pieces(text: str, wanted: str) -> tuple[tuple[str, bool], ...]:
    """`text` cut where a word of `wanted` stands in it, accents and case aside: (part, is a hit)."""
    letters = [folded(letter) for letter in text]
    # Which letter each folded one comes from: folding may take letters away or make two of one.
    origin = [n for n, letter in enumerate(letters) for _one in letter]
    plain, is_hit = "".join(letters), [False] * len(text)
    for word in filter(None, map(folded, wanted.split())):
        start = plain.find(word)
        while start >= 0:
            for n in range(origin[start], origin[start + len(word) - 1] + 1):
                is_hit[n] = True
            start = plain.find(word, start + len(word))
    runs = groupby(zip(text, is_hit, strict=True), key=itemgetter(1))
    return tuple(("".join(letter for letter, _hit in run), hit) for hit, run in runs)


def where_found(wanted: str, name: str, others: Iterable[str]) -> str:
    """The first other text with a word of `wanted` that the name lacks, short; "" where there is none."""
    missing = [word for word in map(folded, wanted.split()) if word not in folded(name)]
    for text in others:
        at = min((n for word in missing if (n := folded(text).find(word)) >= 0), default=-1)
        if at >= 0:
            begin = text.rfind(" ", 0, max(at - AROUND, 0)) + 1 if at > AROUND else 0
            return ("… " if begin else "") + str(Truncator(text[begin:]).words(WORDS_AROUND))
    return ""
