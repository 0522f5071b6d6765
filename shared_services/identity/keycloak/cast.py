"""The simulators and the people in them, brought into a running Keycloak. For the demo and the tests alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from keycloak.exceptions import KeycloakError

from shared_services.identity.keycloak.admin import Api, full_admin, plain_failures
from shared_services.identity.keycloak.brokers import Representation
from shared_services.identity.keycloak.clients import organisation_domain
from shared_services.identity.keycloak.playkeys import with_keys
from shared_services.identity.keycloak.simulators import (
    DIGEST,
    SIGNED_WITH,
    build_account,
    build_client,
    build_simulator,
    load_cast,
)
from tenants.errors import NotAllowed


def load_simulators(*, portal_realms: Iterable[str] = ()) -> list[str]:
    """Make the simulators' realms, anew where their description has changed; return the names of those made.

    `portal_realms`: which realms will ask them, by default this deployment's; more may be added later. They are there.
    Raises: NotAllowed in production; ExternalTemporary, ExternalPermanent.
    """
    _require_play()
    realms = tuple(portal_realms) or (settings.VERBUND_KEYCLOAK_REALM,)
    url = settings.VERBUND_KEYCLOAK_URL.rstrip("/")
    cast = load_cast()
    made = []
    with plain_failures():
        admin = full_admin()
        certificates = {realm: _certificate(Api(admin, realm=realm)) for realm in realms}
        known = {one["realm"]: (one.get("attributes") or {}).get(DIGEST) for one in admin.get_realms()}
        for simulator in cast.simulators:
            wanted = build_simulator(simulator, cast, url=url)
            clients = [
                build_client(simulator, url=url, portal_realm=realm, certificate=certificates[realm])
                for realm in realms
            ]
            if known.get(simulator.realm) == wanted["attributes"][DIGEST]:
                for client in clients:
                    _ensure_client(Api(admin, realm=simulator.realm), client)
                continue
            if simulator.realm in known:
                admin.delete_realm(simulator.realm)
            admin.create_realm(with_keys({**wanted, "clients": clients}))
            made.append(simulator.realm)
    return made


def _certificate(api: Api) -> str:
    """Return what a realm signs with."""
    known = api.get("/keys")
    return next(str(key["certificate"]) for key in known["keys"] if key["kid"] == known["active"]["RS256"])


def _ensure_client(api: Api, client: Representation) -> None:
    try:
        api.post("/clients", client)
    except KeycloakError as refused:
        if refused.response_code != HTTPStatus.CONFLICT:
            raise
        # The portal's realm may have been made anew, with other keys.
        (there,) = api.get("/clients", clientId=client["clientId"])
        if there["attributes"].get(SIGNED_WITH) != client["attributes"].get(SIGNED_WITH):
            api.put(f"/clients/{there['id']}", {**there, "attributes": {**there["attributes"], **client["attributes"]}})


def load_accounts(
    *, extra: Iterable[Mapping[str, Any]] = (), only: Iterable[Mapping[str, Any]] | None = None
) -> list[str]:
    """Make the accounts of the cast, and `extra` ones of the same shape, in the portal's realm; return the new names.

    `only` names others in the place of all of these. Those that are there stay as they are. Memberships of
    organisations are added where the organisation exists.
    Raises: as `load_simulators`.
    """
    _require_play()
    cast = load_cast()
    made = []
    with plain_failures():
        api = Api(full_admin())
        wanted = list((*cast.accounts, *extra) if only is None else only)
        known = _list_users(api) if len(wanted) > 1 else {}
        for account in wanted:
            user = known.get(account["user"])
            if user is None:
                user = api.post("/users", build_account(account, realm=settings.VERBUND_KEYCLOAK_REALM))
                made.append(account["user"])
            for alias in account.get("organisations", []):
                _join(api, user, alias)
    return made


def _list_users(api: Api) -> dict[str, str]:
    """Return everybody in the realm, by name. For the demo and the tests: these are few."""
    return {one["username"]: str(one["id"]) for one in api.get("/users", max=5000, briefRepresentation="true")}


def _join(api: Api, user: str, alias: str) -> None:
    organisations = api.get("/organizations", search=organisation_domain(alias), exact="true")
    for one in organisations:
        members = {member["id"] for member in api.get(f"/organizations/{one['id']}/members", max=1000)}
        if user not in members:
            api.post(f"/organizations/{one['id']}/members", user)


def _require_play() -> None:
    if settings.VERBUND_MODE == "production":
        raise NotAllowed(_("Erfundene Personen gibt es nur in Vorführung und Tests."))
