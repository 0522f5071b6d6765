"""What shared layers said in earlier published versions, for towns that stay with one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q

from catalog.resolution.values import LayerRow
from catalog.services.models import ServiceVersion
from catalog.services.selectors import layer_row


def list_pinned_rows(
    versions: Mapping[UUID, int], fields: Collection[str] | None = None
) -> dict[UUID, tuple[LayerRow, ...]]:
    """Return the rows of services in these versions, some fields or all, in one query; none for an empty mapping.

    A version that was never kept is left out.
    """
    if not versions:
        return {}
    wanted = reduce(or_, (Q(service_id=service_id, number=number) for service_id, number in versions.items()))
    found = ServiceVersion.objects.filter(wanted).values_list("service_id", "rows")
    return {
        service_id: tuple(layer_row(data) for data in rows if fields is None or data["field"] in fields)
        for service_id, rows in found
    }


def list_rows_of_versions(service_id: UUID, numbers: Collection[int]) -> dict[int, tuple[LayerRow, ...]]:
    """Return what all shared layers said in several versions of one service, in one query; none for no number."""
    if not numbers:
        return {}
    found = ServiceVersion.objects.filter(service_id=service_id, number__in=numbers).values_list("number", "rows")
    return {number: tuple(map(layer_row, rows)) for number, rows in found}
