"""Bring everything that search reads up to date."""

from __future__ import annotations

from catalog.decisions.localsource import retell_local
from catalog.decisions.services import republish_decisions
from catalog.search.services import rebuild_search
from tenants.actors import Actor
from tenants.context import in_tenant
from tenants.lifecycle.services import retell_all
from tenants.registry.sites import directory


def rebuild_projections(*, actor: Actor) -> int:
    """Write all search documents anew and let every tenant tell everything once more; return the number of events.

    Effects: the projector works the events off as usual. Safe at any time.
    """
    rebuild_search()
    told = 0
    for tenant in directory.reload().tenants.values():
        with in_tenant(tenant.ref):
            told += retell_all(actor)
    return told


def retell_decisions(actor: Actor) -> int:
    """Tell search this tenant's decisions and its own services, and return on how many services."""
    return republish_decisions(actor=actor) + retell_local(actor)
