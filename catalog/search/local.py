"""Services that only one town has: projected from its outbox, found in its own search and in its region's.

State, validity and the town's own state are looked at when someone searches, so nothing withdrawn is found.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.search import SearchRank, TrigramWordSimilarity
from django.db.models import F, Q, QuerySet, Value
from django.utils import timezone

from catalog.resolution.values import LANGUAGES, SOURCE_LANGUAGE
from catalog.search.handlers import Event
from catalog.search.indexing import as_words, build_vector
from catalog.search.models import LocalDocument
from catalog.search.queries import ParsedQuery, loose, strict
from catalog.search.words import narrow, widen
from catalog.services.selectors import list_taken_slugs
from tenants.registry.sites import TenantInfo
from tenants.sorting import german_sort_key

LIMIT: Final = 50
MIN_SIMILARITY: Final = 0.55


@dataclass(frozen=True, slots=True)
class LocalFound:
    """A town's own service that fits a query. `slug` leads to its page in the town."""

    service_id: UUID
    tenant_id: UUID
    slug: str
    title: str
    teaser: str
    score: float
    prominence: int
    sort_key: str = ""


def project_local_service(event: Event) -> None:
    """Replace what is known of a town's own service by the event, which holds all of it."""
    data = event.data
    service_id = UUID(data["service_id"])
    mine = LocalDocument.objects.filter(tenant_id=event.tenant_id, service_id=service_id)
    if any(row.event_id > event.id for row in mine.select_for_update()):
        return
    for language in LANGUAGES:
        LocalDocument.objects.update_or_create(
            tenant_id=event.tenant_id,
            service_id=service_id,
            language=language,
            defaults={**_facts(event), **_texts(data["texts"], language)},
        )


def rank_local(query: ParsedQuery, language: str, tenant_ids: Collection[UUID]) -> list[LocalFound]:
    """Return what fits every word, best first."""
    wanted = strict(query, language)
    rows = _visible(language, tenant_ids).filter(vector=wanted).annotate(score=SearchRank(F("vector"), wanted))
    return [_found(row, row.score) for row in rows.order_by("-score", "slug")[:LIMIT]]


def forgive_local(query: ParsedQuery, language: str, tenant_ids: Collection[UUID]) -> list[LocalFound]:
    """Return what fits with typing errors forgiven, else what fits any word."""
    words = [word for word in query.folded if len(word) > 2]
    if not words:
        return []
    alike = Q()
    for word in words:
        alike |= Q(words__trigram_word_similar=word)
    similar = {f"w{number}": TrigramWordSimilarity(word, F("words")) for number, word in enumerate(words)}
    total = sum((F(name) for name in similar), start=Value(0.0)) / Value(float(len(words)))
    wanted = loose(query, language)
    rows = list(
        _visible(language, tenant_ids)
        .filter(alike | Q(vector=wanted))
        .annotate(**similar)
        .annotate(score=total, rank=SearchRank(F("vector"), wanted))
        .order_by("-score", "-rank", "slug")[:LIMIT]
    )
    close = [_found(row, row.score) for row in rows if row.score >= MIN_SIMILARITY]
    return close or [_found(row, row.rank) for row in rows if row.rank > 0]


@dataclass(frozen=True, slots=True)
class LocalPage:
    """A part of the towns' own services in German order. `total`: how many there are; None where nobody counted."""

    lines: tuple[LocalFound, ...]
    total: int | None = None


def list_first_local(language: str, tenant_ids: Collection[UUID], *, limit: int) -> LocalPage:
    """Return the first of these towns' own services in German order, in one query."""
    rows = _visible(language, tenant_ids).order_by("sort_key", "slug", "tenant_id")[:limit]
    return LocalPage(tuple(_found(row, 0.0) for row in rows))


def list_local_of_letter(
    letter: str, language: str, tenant_ids: Collection[UUID], *, window: tuple[int, int]
) -> LocalPage:
    """Return those that begin with a letter from the first place of a window to before its end, in two queries.

    `letter` is one of A to Z, or # for every other sign.
    """
    rows = _visible(language, tenant_ids).filter(_begins_with(letter))
    first, end = window
    page = rows.order_by("sort_key", "slug", "tenant_id")[first:end]
    return LocalPage(tuple(_found(row, 0.0) for row in page), rows.count())


def _begins_with(letter: str) -> Q:
    """Return the range of keys of a letter: keys are in lower case and without umlauts."""
    low = letter.lower()
    if not ("a" <= low <= "z"):
        return Q(sort_key__lt="a") | Q(sort_key__gte="{")
    return Q(sort_key__gte=low, sort_key__lt=chr(ord(low) + 1))


def shown_slugs(found: Collection[LocalFound], towns: Mapping[UUID, TenantInfo]) -> dict[UUID, str]:
    """Return the name in the address of each service found: a shared service of the same name goes first.

    One query where anything was found, else none.
    """
    taken = list_taken_slugs([one.slug for one in found]) if found else frozenset()
    return {
        one.service_id: f"{one.slug}-{towns[one.tenant_id].slug}" if one.slug in taken else one.slug for one in found
    }


def _visible(language: str, tenant_ids: Collection[UUID]) -> QuerySet[LocalDocument]:
    today = timezone.localdate()
    return LocalDocument.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=today),
        Q(valid_to__isnull=True) | Q(valid_to__gte=today),
        tenant_id__in=list(tenant_ids),
        language=language,
        state="published",
    )


def _found(row: LocalDocument, score: float) -> LocalFound:
    names = ("service_id", "tenant_id", "slug", "title", "teaser", "prominence", "sort_key")
    return LocalFound(score=float(score), **{name: getattr(row, name) for name in names})


def _facts(event: Event) -> dict[str, Any]:
    data = event.data
    return {
        "owner_role": event.owner_role,
        "slug": data["slug"],
        "state": data["state"],
        "valid_from": _day(data["valid_from"]),
        "valid_to": _day(data["valid_to"]),
        "prominence": data["prominence"],
        "event_id": event.id,
    }


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _texts(texts: Mapping[str, Mapping[str, Any]], language: str) -> dict[str, Any]:
    """German stands in where nobody has translated, and German words find an English page, too."""
    german, own = texts.get(SOURCE_LANGUAGE, {}), texts.get(language, {})
    values = {**german, **own}
    words = {name: as_words(value) for name, value in values.items() if value}
    if language != SOURCE_LANGUAGE:
        for name in ("title", "synonyms"):
            both = dict.fromkeys(as_words(one[name]) for one in (own, german) if one.get(name))
            words[name] = " ".join(both)
    title = str(values.get("title") or "")
    return {
        "title": title,
        "sort_key": german_sort_key(title),
        "teaser": str(values.get("teaser") or ""),
        "vector": build_vector({name: widen(text) for name, text in words.items()}, language),
        "words": narrow(f"{words.get('title', '')} {words.get('synonyms', '')}"),
    }
