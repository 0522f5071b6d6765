"""What shared layers said in earlier published versions, for towns that stay with one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Q

from catalog.resolution.resolve import applies_in
from catalog.resolution.values import LayerRow
from catalog.services.models import ServiceVersion
from catalog.services.selectors import HeldFacts, ServiceRecord, held_facts, layer_row


@dataclass(frozen=True, slots=True)
class HeldVersion:
    """A version that a town stays with; `facts` is None where they are as they are today."""

    rows: tuple[LayerRow, ...]
    facts: HeldFacts | None = None


def as_held(record: ServiceRecord, held: HeldVersion | None, *, ars: str, region: str) -> ServiceRecord:
    """Return a service as a town sees it that stays with an earlier version; None is the newest.

    Fields that are locked above the town today follow the newest version even so; what was locked then only is not
    locked any more. Validity and who is responsible are the version's.
    """
    if held is None:
        return record
    locked = {row.field for row in record.rows if row.is_locked and applies_in(row, ars=ars, region=region)}
    newest = [row for row in record.rows if row.field in locked]
    earlier = [replace(row, is_locked=False) for row in held.rows if row.field not in locked]
    seen = replace(record, rows=(*newest, *earlier))
    if held.facts is None:
        return seen
    facts = held.facts
    return replace(seen, valid_from=facts.valid_from, valid_to=facts.valid_to, authorities=facts.authorities)


def list_held_versions(versions: Mapping[UUID, int], fields: Collection[str] | None = None) -> dict[UUID, HeldVersion]:
    """Return services in these versions, with some fields or all, in one query; none for an empty mapping.

    A version that was never kept is left out.
    """
    if not versions:
        return {}
    wanted = reduce(or_, (Q(service_id=service_id, number=number) for service_id, number in versions.items()))
    found = ServiceVersion.objects.filter(wanted).values_list("service_id", "rows", "head")
    return {service_id: _held(rows, head, fields) for service_id, rows, head in found}


def list_versions_held(
    service_id: UUID, numbers: Collection[int], fields: Collection[str] | None = None
) -> dict[int, HeldVersion]:
    """Return several versions of one service by their numbers, in one query; none for no number."""
    if not numbers:
        return {}
    found = ServiceVersion.objects.filter(service_id=service_id, number__in=numbers)
    return {number: _held(rows, head, fields) for number, rows, head in found.values_list("number", "rows", "head")}


def list_pinned_rows(
    versions: Mapping[UUID, int], fields: Collection[str] | None = None
) -> dict[UUID, tuple[LayerRow, ...]]:
    """Return only the rows of services in these versions; see `list_held_versions`."""
    return {service_id: held.rows for service_id, held in list_held_versions(versions, fields).items()}


def list_rows_of_versions(service_id: UUID, numbers: Collection[int]) -> dict[int, tuple[LayerRow, ...]]:
    """Return only the rows of these versions; see `list_versions_held`."""
    return {number: held.rows for number, held in list_versions_held(service_id, numbers).items()}


def _held(rows: Iterable[Mapping[str, Any]], head: Mapping[str, Any], fields: Collection[str] | None) -> HeldVersion:
    kept = (layer_row(data) for data in rows if fields is None or data["field"] in fields)
    return HeldVersion(tuple(kept), held_facts(head))
