"""Queries as people type them, made into PostgreSQL's. Nothing of the input reaches the query language unescaped."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Final

from django.contrib.postgres.search import SearchQuery, SearchQueryCombinable

from catalog.search.indexing import CONFIGS
from catalog.search.words import fold, is_prefix_worthy, list_parts, list_words, means_something

MAX_WORDS: Final = 8
MAX_LENGTH: Final = 100
_ONLY_LETTERS: Final = re.compile(r"^[a-z0-9]+$")


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A query taken apart. `words` are lower case; `folded` the same with umlauts spelled out."""

    text: str
    words: tuple[str, ...]

    @property
    def folded(self) -> tuple[str, ...]:
        """The words with umlauts spelled out."""
        return tuple(fold(word) for word in self.words)

    @property
    def is_empty(self) -> bool:
        """There is nothing to look for."""
        return not self.words


def parse(query: str) -> ParsedQuery:
    """Take a query apart; what is too long is cut, signs are dropped, and so are words that say nothing alone."""
    text = " ".join(query.split())[:MAX_LENGTH]
    words = (word for word in dict.fromkeys(list_words(text)) if means_something(fold(word)))
    return ParsedQuery(text, tuple(words)[:MAX_WORDS])


def strict(query: ParsedQuery, language: str) -> SearchQueryCombinable:
    """Return the query that wants every word: stemmed, folded, or as the beginning of a longer word."""
    return reduce(and_, [_word(word, language) for word in query.words])


def loose(query: ParsedQuery, language: str) -> SearchQueryCombinable:
    """Return the query that wants any word or any part of a compound; for when the strict one finds nothing."""
    parts = sorted({part for word in query.folded for part in list_parts(word)})
    return reduce(or_, [_word(word, language) for word in (*query.words, *parts)])


def _word(word: str, language: str) -> SearchQueryCombinable:
    folded = fold(word)
    forms: list[SearchQueryCombinable] = [
        SearchQuery(form, config=config, search_type="plain")
        for config in CONFIGS[language]
        for form in dict.fromkeys((word, folded))
    ]
    if is_prefix_worthy(folded) and _ONLY_LETTERS.fullmatch(folded):
        forms.append(SearchQuery(f"{folded}:*", config="simple", search_type="raw"))
    return reduce(or_, forms)
