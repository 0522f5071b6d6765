"""Presets as they travel with a service: read in the same query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Func, IntegerField, OuterRef, Q
from django.db.models.functions import JSONObject

from catalog.presets.models import RegionPreset
from catalog.resolution.values import PresetRow

_NAMES: Final = (
    "region_slug",
    "category_code",
    "decision",
    "tenant_kinds",
    "link_url",
    "link_authority",
    "reason",
    "alternative",
)


def presets_of_service() -> ArraySubquery:
    """Return the expression that reads, in a query of services, the presets of all regions for each of them."""
    topics, topic = OuterRef("category_codes"), F("category_code")
    place = Func(topics, topic, function="array_position", output_field=IntegerField())
    rows = RegionPreset.objects.alias(place=place).filter(Q(service_id=OuterRef("pk")) | Q(place__isnull=False))
    return ArraySubquery(rows.values(data=JSONObject(**{name: name for name in _NAMES})))


def list_presets_of(service_id: UUID, *, category_codes: Sequence[str]) -> tuple[PresetRow, ...]:
    """Return the presets of all regions that count for a service with these topics, in one query."""
    rows = RegionPreset.objects.filter(Q(service_id=service_id) | Q(category_code__in=list(category_codes)))
    return read_presets(rows.values(*_NAMES), category_codes=category_codes)


def read_presets(data: Iterable[Mapping[str, Any]] | None, *, category_codes: Sequence[str]) -> tuple[PresetRow, ...]:
    """Return presets in the order in which they count: the service's own, then by the order of its topics."""
    order = {"": -1} | {code: number for number, code in enumerate(category_codes)}
    rows = sorted(data or (), key=lambda row: order.get(row["category_code"], len(order)))
    return tuple(
        PresetRow(
            region=row["region_slug"],
            decision=row["decision"],
            tenant_kinds=frozenset(row["tenant_kinds"]),
            category_code=row["category_code"],
            link_url=row["link_url"],
            link_authority=row["link_authority"],
            reason=row["reason"],
            alternative=row["alternative"],
        )
        for row in rows
    )
