"""Find names as people type them: umlauts in every spelling, beginnings of words, small slips. Pure Python."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import IntEnum
from typing import Final, Generic, TypeVar

from tenants.sorting import spelled_out

ItemT = TypeVar("ItemT")

MAX_QUERY_LENGTH: Final = 80
# "Gldabeck" has 0.88 of Gladbeck, "Marl" has 0.75 of Mark; below that names are other names.
CLOSE_ENOUGH: Final = 0.78
SHORTEST_FOR_SLIPS: Final = 4
SHORTEST_WITHIN: Final = 3
_LINK_WORDS: Final = frozenset({"in", "im", "bei", "für", "near", "at", "for"})
_BASE_LETTERS: Final = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss", "é": "e", "è": "e"})
_NO_LETTER: Final = re.compile(r"[^a-z0-9]+")
_POSTCODE: Final = re.compile(r"\d{2,5}\Z")


class Quality(IntEnum):
    """How well a name fits, the best first."""

    SAME = 0
    BEGINS = 1
    WORD_BEGINS = 2
    WITHIN = 3
    CLOSE = 4


@dataclass(frozen=True, slots=True)
class Match(Generic[ItemT]):
    """A thing found and how well it fits."""

    item: ItemT
    quality: Quality
    closeness: float = 1.0


def forms_of(text: str) -> tuple[str, ...]:
    """Return the spellings under which a text is compared: ä as ae and as a, lower case, words apart by one blank."""
    lowered = text[:MAX_QUERY_LENGTH].lower()
    spellings = (spelled_out(lowered), lowered.translate(_BASE_LETTERS))
    return tuple(dict.fromkeys(_NO_LETTER.sub(" ", spelling).strip() for spelling in spellings))


def postcode_of(text: str) -> str:
    """Return the digits if the text is a postcode or the beginning of one, else an empty text."""
    compact = text.strip().replace(" ", "")
    return compact if compact.isascii() and _POSTCODE.match(compact) else ""


def without_name(query: str, name: str) -> str:
    """Return the words of a query beside a name in it; an empty text when the name is not there or stands alone."""
    words = query[:MAX_QUERY_LENGTH].split()
    wanted = {form for form in forms_of(name) if form}
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            if wanted & set(forms_of(" ".join(words[start:end]))):
                return " ".join(_without_link_word(words[:start]) + words[end:])
    return ""


def _without_link_word(words: list[str]) -> list[str]:
    return words[:-1] if words and words[-1].lower() in _LINK_WORDS else words


def find(query: str, items: Iterable[ItemT], *, names: Callable[[ItemT], Iterable[str]]) -> list[Match[ItemT]]:
    """Return the items that one of their names lets fit, the best first, equals in the order given.

    Slips of the pen are only forgiven when nothing fits without.
    """
    wanted = [form for form in forms_of(query) if form]
    if not wanted:
        return []
    known = [(item, [form for name in names(item) for form in forms_of(name)]) for item in items]
    rated = [(item, _best_quality(wanted, forms)) for item, forms in known]
    found = [Match(item, quality) for item, quality in rated if quality is not None]
    if not found:
        found = [match for item, forms in known if (match := _close(item, wanted, forms)) is not None]
    return sorted(found, key=lambda match: (match.quality, -match.closeness))


def _best_quality(wanted: list[str], forms: list[str]) -> Quality | None:
    qualities = [quality for one in wanted for form in forms if (quality := _quality(one, form)) is not None]
    return min(qualities, default=None)


def _quality(wanted: str, form: str) -> Quality | None:
    if wanted == form:
        return Quality.SAME
    if form.startswith(wanted):
        return Quality.BEGINS
    if f" {wanted}" in form:
        return Quality.WORD_BEGINS
    if len(wanted) >= SHORTEST_WITHIN and wanted.replace(" ", "") in form.replace(" ", ""):
        return Quality.WITHIN
    return None


def _close(item: ItemT, wanted: list[str], forms: list[str]) -> Match[ItemT] | None:
    pairs = ((one, form) for one in wanted if len(one) >= SHORTEST_FOR_SLIPS for form in forms)
    closeness = max((_closeness(one, form) for one, form in pairs), default=0.0)
    return Match(item, Quality.CLOSE, closeness) if closeness >= CLOSE_ENOUGH else None


def _closeness(wanted: str, form: str) -> float:
    """Compare with the whole name and with as much of its beginning as has been typed."""
    beginning = form[: len(wanted)]
    return max(SequenceMatcher(None, wanted, part, autojunk=False).ratio() for part in (form, beginning))
