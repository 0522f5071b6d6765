"""What editors above see of each town's decision on a service: from projections, never from a town's schema."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.resolution.decide import AdoptionRow, Decided, Decision, decide
from catalog.resolution.values import FieldKey
from catalog.search.models import DecisionProjection
from catalog.search.selectors import profile_of_tenant
from catalog.services.selectors import ServiceRecord
from tenants.registry.sites import TenantInfo


@dataclass(frozen=True, slots=True)
class TownDecision:
    """What one town does with a service, in which fields it has values of its own, and the version it stays with."""

    town: TenantInfo
    decided: Decided
    own_fields: frozenset[FieldKey]
    pinned_version: int | None


def list_town_decisions(record: ServiceRecord, towns: Sequence[TenantInfo]) -> list[TownDecision]:
    """Return the decision of each of these towns, in their order, in one query."""
    rows = {row.tenant_id: row for row in DecisionProjection.objects.filter(service_id=record.id)}
    return [_town_decision(record, town, rows.get(town.id)) for town in towns]


def _town_decision(record: ServiceRecord, town: TenantInfo, row: DecisionProjection | None) -> TownDecision:
    stored = None
    if row is not None and not row.is_preset:
        stored = AdoptionRow(Decision(row.decision), link_url=row.link_url, link_authority=row.link_authority)
    decided = decide(record.head, profile_of_tenant(town), stored)
    own = row.own_fields if row is not None and decided.uses_overrides else ()
    keys = frozenset(FieldKey(one["field"], one["language"]) for one in own)
    return TownDecision(town, decided, keys, row.pinned_version if row is not None else None)
