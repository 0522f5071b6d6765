"""Write the audit trail, always in the transaction of the action itself."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from tenants.actors import Actor
from tenants.audit.models import AuditEntry
from tenants.context import current_identity


def record(
    *,
    actor: Actor,
    action: str,
    subject: str = "",
    data: Mapping[str, object] | None = None,
    tenant_id: UUID | None = None,
) -> None:
    """Add an entry to the running transaction. `action` is dotted (`catalog.override.set`); `data` holds no secrets."""
    identity = current_identity()
    if identity is None:
        message = "the audit trail is written inside in_tenant, as_operator or as_umbrella"
        raise RuntimeError(message)
    AuditEntry.objects.create(
        owner_role=identity.role,
        tenant_id=identity.tenant.id if identity.tenant else tenant_id,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        action=action,
        subject=subject,
        data=dict(data or {}),
    )
