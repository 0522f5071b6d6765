"""Background work: a town draws the consequences of what editors decided on its contributions."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from catalog.contributions.selectors import list_unsettled
from catalog.local.contributions import settle
from tenants.actors import system_actor
from tenants.context import in_tenant
from tenants.registry.sites import directory


@shared_task(name="catalog.local.settle_contribution")  # type: ignore[untyped-decorator]  # Celery ships no types
def settle_contribution(contribution_id: str) -> None:
    """Settle one contribution of the tenant that the message carries. Run twice it changes nothing more."""
    settle(actor=system_actor("Gemeinsamer Katalog"), contribution_id=UUID(contribution_id))


@shared_task(name="catalog.local.settle_waiting")  # type: ignore[untyped-decorator]  # Celery ships no types
def settle_waiting() -> int:
    """Send what a lost message or a killed worker has left, and return how many contributions wait."""
    waiting = list_unsettled()
    for tenant_id, contribution_id in waiting:
        settle_in(tenant_id, contribution_id)
    return len(waiting)


def settle_in(tenant_id: UUID, contribution_id: UUID) -> None:
    """Send a contribution's settling to its tenant. Nothing happens for a tenant that has left."""
    tenant = next((one for one in directory.snapshot().tenants.values() if one.id == tenant_id), None)
    if tenant is not None:
        with in_tenant(tenant.ref):
            settle_contribution.delay(str(contribution_id))
