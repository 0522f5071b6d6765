"""Clients of portals, in the background: after an onboarding at once, and by the beat for what was left."""

from __future__ import annotations

import structlog
from celery import shared_task

from shared_services.identity.keycloak.switch import uses_keycloak
from tenants.actors import system_actor
from tenants.errors import ExternalTemporary

log = structlog.get_logger(__name__)


@shared_task(name="shared_services.identity.keycloak.tasks.settle")  # type: ignore[untyped-decorator]  # Celery ships no types
def settle() -> int:
    """Bring clients in Keycloak in step with the registry and return how many there were to do.

    While Keycloak is away the beat tries again.
    """
    if not uses_keycloak():
        return 0
    # The library costs time and memory, and most processes never need it.
    from shared_services.identity.keycloak.services import settle_clients  # noqa: PLC0415 -- see above

    try:
        settled = settle_clients(actor=system_actor("Keycloak"), is_hurried=False)
    except ExternalTemporary as away:
        log.warning("keycloak.away", code=away.code)
        return 0
    return len(settled.done) + len(settled.removed)
