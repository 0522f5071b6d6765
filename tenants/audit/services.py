"""Write the audit trail, always in the transaction of the action itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
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


def forget_tenant(*, tenant_id: UUID, role: str, kept_keys: Collection[str]) -> tuple[int, int]:
    """Delete a tenant's own trail and take what is personal out of the IT provider's entries about it.

    Those keep time, action, subject, the key of whoever acted, and of `data` the keys named. Return how many were
    deleted and how many are kept. Only the owner of the tables may: for the removal of a tenant, in its transaction.
    """
    deleted, _rows = AuditEntry.objects.filter(owner_role=role, tenant_id=tenant_id).delete()
    kept = list(AuditEntry.objects.filter(tenant_id=tenant_id))
    for entry in kept:
        entry.actor_name = ""
        entry.data = {key: value for key, value in entry.data.items() if key in kept_keys}
    AuditEntry.objects.bulk_update(kept, ["actor_name", "data"], batch_size=500)
    return deleted, len(kept)
