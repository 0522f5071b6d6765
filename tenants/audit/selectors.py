"""Read the audit trail."""

from __future__ import annotations

from uuid import UUID

from tenants.audit.models import AuditEntry


def list_entries(*, tenant_id: UUID, limit: int = 50) -> list[AuditEntry]:
    """Return the newest entries about a tenant; inside the tenant the database shows its own rows only."""
    return list(AuditEntry.objects.filter(tenant_id=tenant_id).order_by("-id")[:limit])


def list_subjects(*, action: str) -> list[str]:
    """Return the subjects of all entries of one action that the running context may see."""
    return list(AuditEntry.objects.filter(action=action).values_list("subject", flat=True))
