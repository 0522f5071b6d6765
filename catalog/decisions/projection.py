"""What projections show of this tenant's decisions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final
from uuid import UUID

from catalog.decisions.models import Adoption
from catalog.decisions.stored import read_decision, read_stored
from catalog.decisions.town import StoredDecision, current_town
from catalog.resolution.decide import Decision
from catalog.resolution.resolve import applies_in, closeness
from catalog.resolution.values import FIGURES, LANGUAGES

# What projections keep of an own value: which field, and against which value from above it was written.
OWN_FIELD_KEYS: Final = ("field", "language", "base_layer", "base_area", "base_version")


def describe_for_projection(service_id: UUID) -> dict[str, object]:
    """Return all that projections show of this tenant's decision on a service: the newest event alone is enough."""
    return _described(service_id, read_decision(service_id))


def describe_many_for_projection(service_ids: Collection[UUID]) -> list[dict[str, object]]:
    """Return the same for many services, in one query."""
    stored = read_stored(Adoption.objects.filter(service_id__in=service_ids))
    return [_described(service_id, stored.get(service_id)) for service_id in service_ids]


def _described(service_id: UUID, stored: StoredDecision | None) -> dict[str, object]:
    texts: dict[str, dict[str, object]] = {}
    own_fields: list[dict[str, object]] = []
    own = stored.own_values if stored and stored.holds_own_values else ()
    own_fields += [{name: data[name] for name in OWN_FIELD_KEYS} for data in own]
    # A town is found by the words of a version that it stays with as by its own.
    for data in (*_held_values(stored), *own):
        if data["field"] in {"title", "teaser", "synonyms"} and data["language"] in LANGUAGES:
            texts.setdefault(data["language"], {})[data["field"]] = data["value"]
    figures = {data["field"]: data["value"] for data in own if data["field"] in FIGURES}
    return {
        "service_id": str(service_id),
        "decision": stored.row.decision.value if stored else None,
        "link_url": stored.row.link_url if stored else "",
        "link_authority": stored.row.link_authority if stored else "",
        "texts": texts,
        "figures": figures,
        "own_fields": own_fields,
        "pinned_version": stored.pinned_version if stored else None,
        "is_preset": stored.is_preset if stored else True,
    }


def _held_values(stored: StoredDecision | None) -> list[Mapping[str, Any]]:
    """Return what the tenant finds above itself in the version it stays with, as plain data."""
    if stored is None or stored.held is None:
        return []
    if not stored.is_preset and stored.row.decision not in {Decision.ADOPT, Decision.OVERRIDE}:
        return []
    town = current_town()
    mine = [row for row in stored.held.rows if applies_in(row, ars=town.ars, region=town.region_slug)]
    closest = {row.key: row for row in sorted(mine, key=closeness)}
    return [
        {"field": row.field, "language": row.language, "value": row.value}
        for row in closest.values()
        if row.value is not None
    ]


def list_decided_ids() -> list[UUID]:
    """Return the services that this tenant has decided on."""
    return list(Adoption.objects.order_by("service_id").values_list("service_id", flat=True))
