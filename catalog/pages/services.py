"""Bring everything that search reads up to date."""

from __future__ import annotations

from typing import Any, Protocol
from uuid import UUID

from catalog.decisions.localsource import retell_local
from catalog.decisions.services import republish_decisions
from catalog.search.services import rebuild_search
from tenants.actors import Actor, system_actor
from tenants.context import in_tenant
from tenants.registry.sites import directory


def rebuild_projections(*, actor: Actor) -> int:
    """Write all search documents anew and let every tenant tell its decisions once more; return the number of events.

    Effects: the projector works the events off as usual. Safe at any time.
    """
    rebuild_search()
    told = 0
    for tenant in directory.reload().tenants.values():
        with in_tenant(tenant.ref):
            told += republish_decisions(actor=actor) + retell_local(actor)
    return told


class Arrival(Protocol):
    """What is needed of the outbox event of a tenant that an archive has brought."""

    tenant_id: UUID
    data: Any


def retell_arrived(event: Arrival) -> None:
    """Let a tenant that arrived in an archive tell its decisions, in the projector's own transaction.

    Nothing is told of one that has left again since.
    """
    tenant = directory.reload().tenants.get(event.data["slug"])
    if tenant is not None and tenant.id == event.tenant_id:
        with in_tenant(tenant.ref):
            actor = system_actor("tenant.arrived")
            republish_decisions(actor=actor)
            retell_local(actor)
