"""What a new municipality gets of Keycloak: a client and an organisation, once its onboarding is committed."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from shared_services.identity.keycloak.switch import uses_keycloak
from shared_services.identity.keycloak.tasks import settle
from tenants.provisioning.seeds import SeedContext


def seed_client(_context: SeedContext) -> Mapping[str, str] | None:
    """Wake the task after commit. A lost message costs a minute: the beat finds what the registry wants by itself."""
    if uses_keycloak():
        transaction.on_commit(settle.delay, robust=True)
    return None
