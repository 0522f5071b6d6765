"""Clients as they are in Keycloak, beside what they should be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared_services.identity.keycloak.admin import Api, plain_failures, realm_admin
from shared_services.identity.keycloak.clients import WantedClient
from shared_services.identity.keycloak.portalclients import PortalClients


@dataclass(frozen=True)
class Found:
    """What Keycloak has of our portals: clients by name, organisations by alias."""

    clients: Mapping[str, dict[str, Any]]
    organisations: Mapping[str, dict[str, Any]]

    def list_drift(self, wanted: WantedClient) -> list[str]:
        """Return the names of what a portal's client and organisation have otherwise than they should."""
        wrong = drifted(self.clients[wanted.client_id], wanted)
        if wanted.organisation is None:
            return wrong
        organisation = self.organisations.get(wanted.organisation["alias"])
        if organisation is None:
            return [*wrong, "organization"]
        shall = {one["name"] for one in wanted.organisation["domains"]}
        is_same = organisation.get("enabled") is True and shall == {one["name"] for one in organisation["domains"]}
        return wrong if is_same else [*wrong, "organization"]


def list_found() -> Found:
    """Return the clients and organisations in Keycloak that portals of ours own.

    Raises: ExternalTemporary, ExternalPermanent.
    """
    with plain_failures():
        return find_in(PortalClients(Api(realm_admin())))


def find_in(keycloak: PortalClients) -> Found:
    """Return the same over a connection that is there. Raises: KeycloakError."""
    return Found(
        clients={one["clientId"]: one for one in keycloak.list_ours()},
        organisations={one["alias"]: one for one in keycloak.list_organisations()},
    )


def drifted(found: dict[str, Any], wanted: WantedClient) -> list[str]:
    """Return the names of what a client has otherwise than it should."""
    # Ours have none of their own: one could write a trust level into tokens.
    wrong = ["protocolMappers"] if found.get("protocolMappers") else []
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
