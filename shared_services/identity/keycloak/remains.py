"""What is still at Keycloak of a municipality that has gone: `tasks.settle` removes it there, the proof names it."""

from __future__ import annotations

from uuid import UUID

from shared_services.identity.keycloak.models import PortalClient
from tenants.context import as_operator


def list_remains(tenant_id: UUID) -> list[str]:
    """Return a German sentence for the proof of deletion, or nothing. Keycloak itself is not asked."""
    with as_operator():
        row = PortalClient.objects.filter(site=f"tenant:{tenant_id}").first()
    if row is None:
        return []
    organisation = f" und die Organisation {row.organisation_id}" if row.organisation_id else ""
    said = (
        f"Bei Keycloak der Client „{row.client_id}“{organisation}, und hier die Zeile, nach der dort entfernt wird "
        "(meist binnen einer Minute; „verbund doctor“ nennt, was übrig ist)."
    )
    return [said]
