"""What the IT provider does to a tenant stands in two trails: the operators' one and the tenant's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tenants.actors import Actor
from tenants.audit.services import record
from tenants.context import in_new_tenant, in_tenant
from tenants.registry.models import Tenant

SUPPORT_ACTION: Final = "support.acted"


def record_support(
    *, actor: Actor, tenant: Tenant, action: str, data: Mapping[str, object], is_new: bool = False
) -> None:
    """Note an action from outside on a tenant, in both trails and in the running transaction.

    The database shows a tenant only what its own role wrote, so its copy is written as the tenant. `is_new`: the
    running transaction has made it.
    """
    subject = f"tenant:{tenant.id}"
    record(actor=actor, action=action, subject=subject, data=data, tenant_id=tenant.id)
    with in_new_tenant(tenant.ref) if is_new else in_tenant(tenant.ref):
        record(actor=actor, action=SUPPORT_ACTION, subject=subject, data={**data, "action": action})
