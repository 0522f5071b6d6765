"""Read the registry for commands and the operators' console."""

from __future__ import annotations


from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tenants import names
from tenants.context import as_operator
from tenants.errors import NotFound
from tenants.registry.models import Tenant

Record = dict[str, object]


def list_tenant_records(*, region_slug: str = "", operator_id: UUID | None = None) -> list[Record]:
    """Return tenants in German order, as plain records; of one region or one operator if named."""
    with as_operator():
        query = _query().order_by("sort_key")
        if region_slug:
            query = query.filter(region__slug=region_slug)
        if operator_id is not None:
            query = query.filter(operator_id=operator_id)
        return [_record(row) for row in query]


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


def _query() -> QuerySet[Tenant]:
    related = Tenant.objects.select_related("region", "operator", "district")
    return related.prefetch_related("codes", "domains")


def _record(row: Tenant) -> Record:
    codes = sorted(row.codes.all(), key=lambda code: code.valid_from)
    domains = list(row.domains.all())
    return {
        "id": str(row.id),
        "slug": row.slug,
        "name": row.name,
        "official_name": row.official_name,
        "kind": row.kind,
        "kind_label": str(row.get_kind_display()),
        "state": row.life,
        "state_label": str(row.get_life_display()),
        "region": row.region.slug,
        "region_name": row.region.name,
        "operator": row.operator.slug,
        "operator_name": row.operator.name,
        "district": row.district.slug if row.district else None,
        "ags": codes[-1].ags if codes else None,
        "ars": codes[-1].ars if codes else None,
        "host": next((domain.domain for domain in domains if domain.is_primary), None),
        "hosts": sorted(domain.domain for domain in domains),
        "schema": row.schema_name,
        "role": names.tenant_role(row.schema_name),
        "version": row.schema_version[:12],
        "last_error": row.last_error or None,
        "last_error_at": row.last_error_at,
        "suspended_reason": row.suspended_reason or None,
        "created_at": row.created_at,
    }


