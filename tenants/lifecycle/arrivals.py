"""What a tenant tells the world once more when an archive has brought it: every projection of it is made anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol
from uuid import UUID

from tenants.actors import Actor, system_actor
from tenants.context import in_tenant
from tenants.registry.sites import directory

# Tells one kind of projection everything of the running context's tenant, and returns the number of events.
Retelling = Callable[[Actor], int]
_retellings: list[Retelling] = []


class Arrival(Protocol):
    """What is needed of the outbox event of a tenant that an archive has brought."""

    tenant_id: UUID
    data: Any


def register_retelling(retell: Retelling) -> Retelling:
    """Say how a tenant tells what a projection shows of it; run twice it changes nothing."""
    if retell not in _retellings:
        _retellings.append(retell)
    return retell


def retell_all(actor: Actor) -> int:
    """Tell all projections everything of the running context's tenant, and return the number of events."""
    return sum(retell(actor) for retell in _retellings)


def retell_arrived(event: Arrival) -> None:
    """Let a tenant that arrived in an archive tell everything, in the projector's own transaction.

    Nothing is told of one that has left again since.
    """
    tenant = directory.reload().tenants.get(event.data["slug"])
    if tenant is not None and tenant.id == event.tenant_id:
        with in_tenant(tenant.ref):
            retell_all(system_actor("tenant.arrived"))
