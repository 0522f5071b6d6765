"""Project what towns tell through the outbox. Every handler gives the same result when run twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

from catalog.search.indexing import as_words, build_vector
from catalog.search.models import DecisionProjection, OverrideProjection
from catalog.search.words import narrow, widen


class Event(Protocol):
    """What a handler needs of an outbox event."""

    id: UUID
    tenant_id: UUID
    owner_role: str
    data: Any


def project_decision(event: Event) -> None:
    """Replace what is known of a town's decision on one service by the event, which holds all of it."""
    data = event.data
    service_id = UUID(data["service_id"])
    row, is_new = DecisionProjection.objects.select_for_update().get_or_create(
        tenant_id=event.tenant_id, service_id=service_id, defaults=_decision(event)
    )
    if not is_new:
        if row.event_id > event.id:
            return
        for name, value in _decision(event).items():
            setattr(row, name, value)
        row.save()
    kept = []
    for language, texts in data["texts"].items():
        OverrideProjection.objects.update_or_create(
            tenant_id=event.tenant_id,
            service_id=service_id,
            language=language,
            defaults=_override(event, language, texts),
        )
        kept.append(language)
    mine = OverrideProjection.objects.filter(tenant_id=event.tenant_id, service_id=service_id)
    mine.exclude(language__in=kept).delete()


def _decision(event: Event) -> dict[str, Any]:
    return {
        "owner_role": event.owner_role,
        "decision": event.data["decision"],
        "link_url": event.data["link_url"],
        "link_authority": event.data["link_authority"],
        # Events of an earlier release have none.
        "figures": event.data.get("figures", {}),
        "own_fields": event.data.get("own_fields", []),
        "pinned_version": event.data.get("pinned_version"),
        "is_preset": event.data.get("is_preset", False),
        "event_id": event.id,
    }


def _override(event: Event, language: str, texts: Mapping[str, Any]) -> dict[str, Any]:
    words = {name: as_words(value) for name, value in texts.items() if value}
    return {
        "owner_role": event.owner_role,
        "texts": dict(texts),
        "vector": build_vector({name: widen(text) for name, text in words.items()}, language),
        "words": narrow(f"{words.get('title', '')} {words.get('synonyms', '')}"),
    }
