"""What an IT provider's people may do: act on the regions and tenants of their own provider, and know of no others."""

from __future__ import annotations

from tenants import policies
from tenants.actors import Actor
from tenants.registry.sites import RegionInfo, TenantInfo


def can_enter_console(actor: Actor) -> bool:
    """Whether the actor may see the console at all."""
    return actor.kind == "operator" and actor.operator_id is not None


def can_manage_tenant(actor: Actor, tenant: TenantInfo) -> bool:
    """Whether the actor may see, suspend and resume this tenant."""
    return policies.can_manage_tenant(actor, operator_id=tenant.operator.id)


def can_onboard(actor: Actor, region: RegionInfo) -> bool:
    """Whether the actor may add a tenant to this region."""
    return policies.can_onboard(actor, operator_id=region.operator.id)
