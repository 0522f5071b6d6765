"""Read the audit trail."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from tenants.audit.models import AuditEntry


def list_entries(*, tenant_id: UUID, limit: int = 50) -> list[AuditEntry]:
    """Return the newest entries about a tenant; inside the tenant the database shows its own rows only."""
    return list(AuditEntry.objects.filter(tenant_id=tenant_id).order_by("-id")[:limit])


def list_subjects(*, action: str) -> list[str]:
    """Return the subjects of all entries of one action that the running context may see."""
    return list(AuditEntry.objects.filter(action=action).values_list("subject", flat=True))


def list_recent(*, tenant_ids: Collection[UUID], prefix: str = "", limit: int = 20) -> list[AuditEntry]:
    """Return the newest entries about several tenants; only actions that begin with `prefix`, if one is named."""
    query = AuditEntry.objects.filter(tenant_id__in=tenant_ids, action__startswith=prefix)
    return list(query.order_by("-id")[:limit])
