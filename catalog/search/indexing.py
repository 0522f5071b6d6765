"""Write search documents from the shared catalogue."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import reduce
from operator import add
from typing import Final
from uuid import UUID

from django.contrib.postgres.search import SearchVector, SearchVectorCombinable
from django.db.models import Value

from catalog.resolution.values import LANGUAGES, SOURCE_LANGUAGE, Json
from catalog.search.models import SearchDocument
from catalog.search.words import narrow, widen
from catalog.services.richtext import plain_text
from catalog.services.selectors import ServiceRecord, list_services_for_index

# An English page is found by German words too: the town's letters and signs carry those.
CONFIGS: Final[Mapping[str, tuple[str, ...]]] = {"de": ("german",), "en": ("english", "german")}
_WEIGHTS: Final[Mapping[str, str]] = {
    "title": "A",
    "synonyms": "B",
    "official_title": "B",
    "teaser": "C",
    "short_text": "D",
    "full_text": "D",
}
# Found in German on English pages, too.
_NAMES: Final = frozenset({"title", "official_title", "synonyms"})


def index_services(service_ids: Sequence[UUID]) -> None:
    """Write the documents of these services anew, in the running transaction."""
    write_documents(list_services_for_index(service_ids))


def build_vector(texts: Mapping[str, str], language: str) -> SearchVectorCombinable:
    """Return the weighted vector of texts by field, already widened."""
    parts: list[SearchVectorCombinable] = [
        SearchVector(Value(texts[name]), config=config, weight=weight)
        for config in CONFIGS[language]
        for name, weight in _WEIGHTS.items()
        if texts.get(name)
    ] or [SearchVector(Value(""), config="simple")]
    return reduce(add, parts)


def write_documents(records: Collection[ServiceRecord]) -> None:
    """Write the documents of these services in every language."""
    for record in records:
        for language in LANGUAGES:
            texts = _texts(record, language)
            SearchDocument.objects.update_or_create(
                service_id=record.id,
                language=language,
                defaults={
                    "vector": build_vector({name: widen(text) for name, text in texts.items()}, language),
                    "words": narrow(f"{texts['title']} {texts['synonyms']}"),
                },
            )


def _texts(record: ServiceRecord, language: str) -> dict[str, str]:
    """Join what all layers say: a word that only one district uses finds the service too."""
    found: dict[str, str] = {}
    for name in _WEIGHTS:
        rows = [row for row in record.rows if row.field == name and row.value]
        in_language = [row for row in rows if row.language == language]
        wanted = in_language or [row for row in rows if row.language == SOURCE_LANGUAGE]
        if name in _NAMES and language != SOURCE_LANGUAGE:
            wanted = [*wanted, *(row for row in rows if row.language == SOURCE_LANGUAGE and row not in wanted)]
        found[name] = " ".join(dict.fromkeys(as_words(row.value) for row in wanted))
    return found


def as_words(value: Json) -> str:
    """Return a stored text or list of words as plain words."""
    if isinstance(value, list):
        return " ".join(str(word) for word in value)
    return plain_text(str(value))
