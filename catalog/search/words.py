"""German words for search: folding, splitting into words, and taking compounds apart.

What PostgreSQL's stemmer does not know is done here, when a document is written: a compound is stored whole and in its
parts, so that `Kalender` finds `Abfallkalender` without any cleverness at query time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tenants.sorting import spelled_out


def _listed(file: str) -> frozenset[str]:
    lines = (Path(__file__).parent / file).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


_WORD: Final = re.compile(r"[a-z0-9äöüß]+")
_LINKS: Final = ("", "s", "es", "n", "en", "er", "e", "ens")
MIN_COMPOUND: Final = 7
MIN_PREFIX: Final = 3

PARTS: Final = _listed("parts.txt")
_STOP_PREFIXES: Final = _listed("stopwords.txt")


def fold(text: str) -> str:
    """Return lower-case text with umlauts spelled out: `Müll` and `Muell` are the same."""
    return spelled_out(text)


def list_words(text: str) -> list[str]:
    """Return the words of a text in lower case, umlauts kept."""
    return _WORD.findall(text.lower())


def list_parts(word: str) -> set[str]:
    """Return the known parts of a folded compound: `abfallkalender` has `abfall` and `kalender`."""
    found: set[str] = set()
    if len(word) >= MIN_COMPOUND:
        _split_front(word, found)
        _split_back(word, found)
    return found


def _split_front(word: str, found: set[str]) -> None:
    for end in range(len(word) - 2, 2, -1):
        if word[:end] in PARTS:
            found.add(word[:end])
            for rest in _without_link(word[end:]):
                if rest in PARTS:
                    found.add(rest)
                elif len(rest) >= MIN_COMPOUND:
                    _split_front(rest, found)
            return


def _split_back(word: str, found: set[str]) -> None:
    for start in range(3, len(word) - 3):
        if word[start:] in PARTS:
            found.add(word[start:])
            front = word[:start]
            for link in _LINKS:
                stem = front.removesuffix(link) if link else front
                if stem in PARTS:
                    found.add(stem)
                elif len(stem) >= MIN_COMPOUND and not link:
                    _split_back(stem, found)
            return


def _without_link(rest: str) -> Iterable[str]:
    return (rest.removeprefix(link) for link in _LINKS if rest.startswith(link))


def widen(text: str) -> str:
    """Return what is indexed for a text: the words, folded ones beside them, and the parts of compounds."""
    words = list_words(text)
    folded = [fold(word) for word in words]
    extra = [more for word, plain in zip(words, folded, strict=True) for more in ((plain,) if plain != word else ())]
    parts = sorted({part for word in folded for part in list_parts(word)} - set(folded))
    return " ".join([*words, *extra, *parts])


def narrow(text: str) -> str:
    """Return the folded words of titles and synonyms, each once: what typing errors are compared with."""
    return " ".join(dict.fromkeys(fold(word) for word in list_words(text)))


def means_something(word: str) -> bool:
    """Whether a folded word of a query says what is looked for; `wie`, `ich`, `der` don't."""
    return word not in _STOP_PREFIXES


def is_prefix_worthy(word: str) -> bool:
    """Whether a word of a query may stand for the beginning of longer ones."""
    return len(word) >= MIN_PREFIX and means_something(word)
