"""One portal's client and organisation in Keycloak: made, changed, removed. Each call may be repeated."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from keycloak.exceptions import KeycloakError

from shared_services.identity.keycloak.admin import Api
from shared_services.identity.keycloak.clients import OWNER_ATTRIBUTE, WantedClient

# Of a client: what Keycloak adds or shows otherwise is not compared.
_ONCE: Final = ("defaultClientScopes", "optionalClientScopes")


class PortalClients:
    """Keycloak's side of portals' clients, over one connection."""

    def __init__(self, api: Api) -> None:
        """Remember the ids of scopes, which every changed client needs."""
        self._api = api
        self._scopes: dict[str, str] = {}

    def ensure(self, wanted: WantedClient) -> str:
        """Make or change client and organisation; return the organisation's id, empty without one.

        Made first and asked about only when it is there already: most calls are for new portals.
        Raises: KeycloakError.
        """
        try:
            self._api.post("/clients", wanted.representation)
        except KeycloakError as refused:
            if refused.response_code != HTTPStatus.CONFLICT:
                raise
            self._change(wanted)
        return self._ensure_organisation(wanted.organisation) if wanted.organisation else ""

    def remove(self, *, client_id: str, site: str, organisation_id: str) -> None:
        """Remove what belongs to a portal that is gone. A successor's client of the same name stays."""
        found = self.find(client_id)
        if found is not None and found.get("attributes", {}).get(OWNER_ATTRIBUTE) == site:
            self._api.delete(f"/clients/{found['id']}")
        if organisation_id:
            self._api.delete(f"/organizations/{quote(organisation_id)}")

    def find(self, client_id: str) -> dict[str, Any] | None:
        """Return a client by its name."""
        found: list[dict[str, Any]] = self._api.get("/clients", clientId=client_id)
        return found[0] if found else None

    def list_ours(self, *, page: int = 250) -> list[dict[str, Any]]:
        """Return every client that says that a portal of ours owns it. A thousand take some seconds."""
        return self._list_owned("/clients", page=page)

    def list_organisations(self, *, page: int = 250) -> list[dict[str, Any]]:
        """Return every organisation that says the same."""
        return self._list_owned("/organizations", page=page, briefRepresentation="false")

    def _list_owned(self, path: str, *, page: int, **wanted: str) -> list[dict[str, Any]]:
        ours: list[dict[str, Any]] = []
        first = 0
        while True:
            rows = self._api.get(path, first=first, max=page, **wanted)
            ours += [row for row in rows if OWNER_ATTRIBUTE in (row.get("attributes") or {})]
            if len(rows) < page:
                return ours
            first += page

    def _change(self, wanted: WantedClient) -> None:
        found = self.find(wanted.client_id)
        if found is None:  # removed by somebody in between
            self._api.post("/clients", wanted.representation)
            return
        changed = {name: value for name, value in wanted.representation.items() if name not in _ONCE}
        self._api.put(f"/clients/{found['id']}", changed)
        for mapper in found.get("protocolMappers") or []:
            self._api.delete(f"/clients/{found['id']}/protocol-mappers/models/{mapper['id']}")
        for kind, field in (("default", "defaultClientScopes"), ("optional", "optionalClientScopes")):
            has = set(found.get(field, []))
            for name in sorted(set(wanted.representation[field]) - has):
                self._api.put(f"/clients/{found['id']}/{kind}-client-scopes/{self._scope(name)}", {})
            for name in sorted(has - set(wanted.representation[field])):
                self._api.delete(f"/clients/{found['id']}/{kind}-client-scopes/{self._scope(name)}")

    def _scope(self, name: str) -> str:
        if name not in self._scopes:
            self._scopes = {one["name"]: one["id"] for one in self._api.get("/client-scopes")}
        return self._scopes[name]

    def _ensure_organisation(self, wanted: dict[str, Any]) -> str:
        try:
            return self._api.post("/organizations", wanted)
        except KeycloakError as refused:
            if refused.response_code != HTTPStatus.CONFLICT:
                raise
        (domain,) = (one["name"] for one in wanted["domains"])
        (found,) = self._api.get("/organizations", search=domain, exact="true")
        self._api.put(f"/organizations/{found['id']}", {**found, **wanted})
        return str(found["id"])
