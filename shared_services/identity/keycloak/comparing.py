"""Clients as they are in Keycloak, beside what they should be."""

from __future__ import annotations

from typing import Any

from shared_services.identity.keycloak.admin import Api, plain_failures, realm_admin
from shared_services.identity.keycloak.clients import WantedClient
from shared_services.identity.keycloak.portalclients import PortalClients


def list_found() -> dict[str, dict[str, Any]]:
    """Return the clients in Keycloak that portals of ours own, by name.

    Raises: ExternalTemporary, ExternalPermanent.
    """
    with plain_failures():
        return {one["clientId"]: one for one in PortalClients(Api(realm_admin())).list_ours()}


def drifted(found: dict[str, Any], wanted: WantedClient) -> list[str]:
    """Return the names of what a client has otherwise than it should."""
    wrong = []
    for name, shall in wanted.representation.items():
        is_ = found.get(name)
        if isinstance(shall, dict):
            has = is_ or {}
            wrong += [f"{name}.{key}" for key, value in shall.items() if (has.get(key) or "") != (value or "")]
        elif isinstance(shall, list):
            wrong += [name] if sorted(is_ or []) != sorted(shall) else []
        elif is_ != shall:
            wrong.append(name)
    return wrong
