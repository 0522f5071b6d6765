"""Stored decisions of many towns on many services, as the region's matrix reads them: projections, plain tuples."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple
from uuid import UUID

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from catalog.resolution.decide import Decision
from catalog.search.models import DecisionProjection


class StoredRow(NamedTuple):
    """What a town has decided on a service, and the version with which it stays. A tuple: there are many."""

    decision: Decision
    pinned_version: int | None


class StoredDetails(NamedTuple):
    """What belongs to a stored decision: names of fields with own values, and where a link leads."""

    fields: tuple[str, ...]
    link_url: str
    link_authority: str


class StoredGroup(NamedTuple):
    """Towns that decided alike on a service, and those of them that stay with a version; by their keys as texts."""

    decision: Decision
    towns: tuple[str, ...]
    pinned: tuple[str, ...]


_DECISIONS: Mapping[str, Decision] = {one.value: one for one in Decision}


def list_stored_rows(
    *, towns: Collection[UUID], service_ids: Collection[UUID] | None = None, of_towns: Collection[UUID] | None = None
) -> dict[UUID, dict[UUID, StoredRow]]:
    """Return decisions by service and town, in one query; decisions given back are none.

    Only those of `towns` are returned; `service_ids` and `of_towns` narrow what the query reads.
    """
    rows = DecisionProjection.objects.filter(is_preset=False)
    if service_ids is not None:
        rows = rows.filter(service_id__in=list(service_ids))
    if of_towns is not None:
        rows = rows.filter(tenant_id__in=list(of_towns))
    wanted = frozenset(towns)
    found: dict[UUID, dict[UUID, StoredRow]] = {}
    names = ("service_id", "tenant_id", "decision", "pinned_version")
    for service_id, tenant_id, decision, pinned in rows.values_list(*names):
        if tenant_id in wanted:
            found.setdefault(service_id, {})[tenant_id] = StoredRow(_DECISIONS[decision], pinned)
    return found


def list_stored_groups() -> dict[UUID, list[StoredGroup]]:
    """Return all decisions of all towns by service, towns that decided alike in one group; one query.

    The keys of towns come as texts, joined by the database: tens of thousands of them take milliseconds this way.
    """
    keys = Cast("tenant_id", TextField())
    rows = (
        DecisionProjection.objects.filter(is_preset=False)
        .values("service_id", "decision")
        .annotate(keys=StringAgg(keys, ","), pinned=StringAgg(keys, ",", filter=Q(pinned_version__isnull=False)))
        .order_by()
    )
    found: dict[UUID, list[StoredGroup]] = {}
    for row in rows:
        pinned = row["pinned"].split(",") if row["pinned"] else ()
        group = StoredGroup(_DECISIONS[row["decision"]], tuple(row["keys"].split(",")), tuple(pinned))
        found.setdefault(row["service_id"], []).append(group)
    return found


def list_stored_details(
    *, service_ids: Collection[UUID], towns: Collection[UUID]
) -> dict[tuple[UUID, UUID], StoredDetails]:
    """Return the details of the decisions of these towns on these services, by service and town, in one query."""
    rows = DecisionProjection.objects.filter(
        service_id__in=list(service_ids), tenant_id__in=list(towns), is_preset=False
    )
    names = ("service_id", "tenant_id", "own_fields", "link_url", "link_authority")
    return {
        (service_id, tenant_id): StoredDetails(_field_names(own), url, authority)
        for service_id, tenant_id, own, url, authority in rows.values_list(*names)
    }


def _field_names(own: list[dict[str, object]]) -> tuple[str, ...]:
    """Return each field once, whatever the languages."""
    return tuple(dict.fromkeys(str(one["field"]) for one in own))
