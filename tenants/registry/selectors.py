"""Read the registry for commands and the operators' console."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.db.models.expressions import Combinable
from django.utils.translation import gettext as _

from tenants import names
from tenants.context import as_operator
from tenants.errors import NotFound
from tenants.registry.models import Domain, Generation, Life, Tenant, TenantCode, TenantKind

Record = dict[str, object]
Need = Literal["", "error", "behind"]

ORDERS: Final[dict[str, tuple[str | Combinable, ...]]] = {
    "name": ("sort_key",),
    "kind": ("kind", "sort_key"),
    "region": ("region__name", "sort_key"),
    "state": ("life", "sort_key"),
    "version": ("schema_version", "sort_key"),
    "error": (F("last_error_at").desc(nulls_last=True), "sort_key"),
    "newest": ("-id",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantQuery:
    """Which tenants of an operator a list shows. `needs` finds those with an error, or not at `current_version`."""

    operator_id: UUID
    text: str = ""
    region_slug: str = ""
    life: str = ""
    needs: Need = ""
    current_version: str = ""
    order: str = "name"
    number: int = 1
    size: int = 50


@dataclass(frozen=True, slots=True)
class TenantPage:
    """One page of a list; `number` is the page that was found, at least 1."""

    records: list[Record]
    total: int
    number: int
    pages: int


def list_tenant_records(*, region_slug: str = "", operator_id: UUID | None = None) -> list[Record]:
    """Return tenants in German order, as plain records; of one region or one operator if named."""
    with as_operator():
        query = _query().order_by("sort_key")
        if region_slug:
            query = query.filter(region__slug=region_slug)
        if operator_id is not None:
            query = query.filter(operator_id=operator_id)
        return [_record(row) for row in query]


def get_tenant_page(wanted: TenantQuery) -> TenantPage:
    """Return one page of an operator's tenants: four queries, whatever their number."""
    with as_operator():
        found = _matching(wanted)
        total = found.count()
        pages = max(1, -(-total // wanted.size))
        number = min(max(1, wanted.number), pages)
        start = (number - 1) * wanted.size
        rows = found.order_by(*ORDERS.get(wanted.order, ORDERS["name"]))[start : start + wanted.size]
        return TenantPage([_record(row) for row in rows], total, number, pages)


def count_tenants(*, operator_id: UUID) -> dict[tuple[str, str], int]:
    """Return how many tenants of an operator there are, by region (slug) and state of life."""
    with as_operator():
        rows = Tenant.objects.filter(operator_id=operator_id).values_list("region__slug", "life").annotate(Count("id"))
        return {(region, life): count for region, life, count in rows.order_by()}


def get_tenant_record(slug: str, *, operator_id: UUID | None = None) -> Record:
    """Return one tenant as a plain record.

    Raises: NotFound, also for a tenant of another operator when one is named.
    """
    with as_operator():
        query = _query().filter(slug=slug)
        if operator_id is not None:
            query = query.filter(operator_id=operator_id)
        row = query.first()
    if row is None:
        raise NotFound(_("Die Kommune „{slug}“ gibt es nicht.").format(slug=slug))
    return _record(row)


def get_generations() -> dict[str, int]:
    """Return every generation number by its scope, in one query, for background work that asks what has changed.

    A tenant's own role sees its own number only.
    """
    return dict(Generation.objects.values_list("scope", "number"))


def list_life_choices() -> list[tuple[str, str]]:
    """Return each state of life with its name for people, in the order in which a tenant passes them."""
    return [(str(life), str(Life(life).label)) for life in Life.values]


def kind_label(kind: str) -> str:
    """Return the name for people of a kind of tenant."""
    return str(TenantKind(kind).label)


def _kind_of(row: Tenant) -> str:
    kind = str(row.get_kind_display())
    return _("{kind}, Übungskopie").format(kind=kind) if row.is_training else kind


def _query() -> QuerySet[Tenant]:
    related = Tenant.objects.select_related("region", "operator", "district")
    return related.prefetch_related("codes", "domains")


def _matching(wanted: TenantQuery) -> QuerySet[Tenant]:
    query = _query().filter(operator_id=wanted.operator_id)
    if wanted.region_slug:
        query = query.filter(region__slug=wanted.region_slug)
    if wanted.life:
        query = query.filter(life=wanted.life)
    if wanted.needs == "error":
        query = query.exclude(last_error="")
    elif wanted.needs == "behind":
        query = query.exclude(schema_version=wanted.current_version)
    text = wanted.text.strip()
    if text:
        hosts = Domain.objects.filter(domain__icontains=text).values("tenant_id")
        keys = TenantCode.objects.filter(ags__startswith=text).values("tenant_id")
        words = Q(name__icontains=text) | Q(official_name__icontains=text) | Q(slug__icontains=text)
        query = query.filter(words | Q(id__in=hosts) | Q(id__in=keys))
    return query


def _record(row: Tenant) -> Record:
    codes = sorted(row.codes.all(), key=lambda code: code.valid_from)
    domains = sorted(row.domains.all(), key=lambda domain: (not domain.is_primary, domain.domain))
    return {
        "id": str(row.id),
        "slug": row.slug,
        "name": row.name,
        "official_name": row.official_name,
        "kind": row.kind,
        "kind_label": _kind_of(row),
        "is_training": row.is_training,
        "state": row.life,
        "state_label": str(row.get_life_display()),
        "region": row.region.slug,
        "region_name": row.region.name,
        "operator": row.operator.slug,
        "operator_name": row.operator.name,
        "district": row.district.slug if row.district else None,
        "district_name": row.district.name if row.district else None,
        "ags": codes[-1].ags if codes else None,
        "ars": codes[-1].ars if codes else None,
        "codes": [
            {"ags": code.ags, "ars": code.ars, "valid_from": code.valid_from, "valid_to": code.valid_to}
            for code in codes
        ],
        "host": next((domain.domain for domain in domains if domain.is_primary), None),
        "hosts": [domain.domain for domain in domains],
        "population": row.population,
        "postcodes": list(row.postcodes),
        "schema": row.schema_name,
        "role": names.tenant_role(row.schema_name),
        "version": row.schema_version[:12],
        "schema_version": row.schema_version,
        "last_error": row.last_error or None,
        "last_error_at": row.last_error_at,
        "suspended_reason": row.suspended_reason or None,
        "state_before": row.life_before or None,
        "created_at": row.created_at,
    }
