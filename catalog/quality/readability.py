"""How easily German text reads: figures of its words and sentences. Pure functions.

Source: first Neue Wiener Sachtextformel (Bamberger and Vanecek, Lesen – Verstehen – Lernen – Schreiben, 1984), which
says for which school year a text is right; LIX (Björnsson, Läsbarhet, 1968), with its German bands by Bamberger.
Syllables are groups of vowels: hyphenation patterns, which libraries count by, lose those at the edge of a word (Oma).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import Final

LONG_SENTENCE_WORDS: Final = 20
_LONG_WORD_LETTERS: Final = 6

# Headings are no sentences; each paragraph and entry of a list ends one.
_HEADING: Final = re.compile(r"<h[1-6]\b[^>]*>.*?</h[1-6]>", re.IGNORECASE | re.DOTALL)
_BLOCK_END: Final = re.compile(r"</?(?:p|li|ul|ol|br)\b[^>]*>", re.IGNORECASE)
_TAG: Final = re.compile(r"<[^>]+>")
_WEB_ADDRESS: Final = re.compile(r"\b(?:https?://|www\.)\S+|\b\S+@\S+\.\w+")
# A full stop after these ends nothing: abbreviations, ordinals, numbers in amounts, single letters (z. B.).
_NO_END: Final = re.compile(
    r"\b(?:Abs|Art|Nr|Str|Tel|bzw|ca|evtl|ggf|inkl|max|min|sog|usw|vgl|zzgl|Dr|Prof|St|[A-Za-zÄÖÜäöü]|\d+)\.(?=\s*\S)"
)
_SENTENCE_END: Final = re.compile(r"[.!?:;]+(?=\s|$)")
_WORD: Final = re.compile(r"[A-Za-zÄÖÜäöüß]+(?:-[A-Za-zÄÖÜäöüß]+)*")
_SYLLABLE: Final = re.compile(r"eu|äu|au|ei|ai|ie|oi|ee|aa|oo|[aeiouyäöü]")
_AUXILIARY: Final = frozenset({"wird", "werden", "wurde", "wurden", "worden", "würde", "würden"})
_PARTICIPLE: Final = re.compile(
    r"^(?:[a-zäöü]*ge[a-zäöüß]{2,}(?:t|en)|(?:be|emp|ent|er|ver|zer|miss)[a-zäöüß]{2,}t|[a-zäöüß]{2,}iert)$"
)


@dataclass(frozen=True, slots=True)
class Readability:
    """Figures of a text. `school_year` is what the Wiener Sachtextformel says, `lix` the readability index.

    `passive_sentences` is a hint: forms of "werden" beside something that looks like a participle.
    """

    words: int
    sentences: int
    long_sentences: int
    passive_sentences: int
    school_year: float
    lix: float


@lru_cache(maxsize=2048)
def measure(text: str) -> Readability | None:
    """Return the figures of a rich or plain text; None where it has no sentence."""
    sentences = [words for sentence in split_sentences(text) if (words := _WORD.findall(sentence))]
    words = [word for sentence in sentences for word in sentence]
    if not words:
        return None
    syllables = [count_syllables(word) for word in words]
    length = len(words) / len(sentences)
    long_words = _percent(sum(len(word) > _LONG_WORD_LETTERS for word in words), len(words))
    many = _percent(sum(count >= 3 for count in syllables), len(words))
    single = _percent(sum(count == 1 for count in syllables), len(words))
    return Readability(
        words=len(words),
        sentences=len(sentences),
        long_sentences=sum(len(sentence) > LONG_SENTENCE_WORDS for sentence in sentences),
        passive_sentences=sum(_looks_passive(sentence) for sentence in sentences),
        school_year=round(0.1935 * many + 0.1672 * length + 0.1297 * long_words - 0.0327 * single - 0.875, 1),
        lix=round(length + long_words, 1),
    )


def split_sentences(text: str) -> list[str]:
    """Return the sentences of a rich or plain text without markup; web addresses are left out."""
    plain = unescape(_TAG.sub(" ", _BLOCK_END.sub("\n", _HEADING.sub("\n", text))))
    plain = _NO_END.sub(lambda found: found.group().replace(".", ""), _WEB_ADDRESS.sub("", plain))
    lines = (line for block in plain.split("\n") for line in _SENTENCE_END.split(block))
    return [" ".join(line.split()) for line in lines if line.strip()]


def count_syllables(word: str) -> int:
    """Return how many syllables a German word has, at least one."""
    return max(1, len(_SYLLABLE.findall(word.lower().replace("qu", "q"))))


def _looks_passive(words: list[str]) -> bool:
    lower = [word.lower() for word in words]
    return not _AUXILIARY.isdisjoint(lower) and any(_PARTICIPLE.match(word) for word in lower if word not in _AUXILIARY)


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole
