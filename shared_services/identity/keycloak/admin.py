"""Keycloak's admin API, through python-keycloak: with a timeout always, and with errors that people can read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _
from keycloak import KeycloakAdmin, KeycloakOpenID, KeycloakOpenIDConnection
from keycloak.exceptions import KeycloakConnectionError, KeycloakError

from shared_services.identity.keycloak.generation import PROVISIONER
from shared_services.identity.keycloak.secrets import client_secret
from tenants.errors import ExternalPermanent, ExternalTemporary

_CLIENT_ERROR: Final = 400
_GONE: Final = 404
_SERVER_ERROR: Final = 500
# Making a realm is one call that takes seconds, more on a busy machine; a command may wait.
_COMMAND_SECONDS: Final = 120.0


@contextmanager
def plain_failures() -> Iterator[None]:
    """Turn what the library raises into errors for people.

    Raises: ExternalTemporary when Keycloak is away or in trouble; ExternalPermanent when it refuses.
    """
    try:
        yield
    except KeycloakConnectionError as away:
        raise ExternalTemporary(
            _(
                "Keycloak ist unter {url} nicht erreichbar. Läuft der Dienst? Versuchen Sie es danach noch einmal."
            ).format(url=settings.VERBUND_KEYCLOAK_URL),
            code="keycloak_away",
        ) from away
    except KeycloakError as refused:
        code = refused.response_code or 0
        # A body may repeat what was sent, secrets included: it stays out of messages and logs.
        data = {"status": code}
        if code == 0 or code >= _SERVER_ERROR:
            message = _("Keycloak meldet eine Störung ({code}). Versuchen Sie es später noch einmal.").format(code=code)
            raise ExternalTemporary(message, code="keycloak_in_trouble", data=data) from refused
        message = _(
            "Keycloak hat abgelehnt ({code}). Stimmen Realm, Client und Schlüssel? Siehe docs/operator/identity.md."
        ).format(code=code)
        raise ExternalPermanent(message, code="keycloak_refused", data=data) from refused


def realm_admin() -> KeycloakAdmin:
    """Return the API for the running application: it may manage clients, users and organisations, and no more."""
    realm, seconds = settings.VERBUND_KEYCLOAK_REALM, settings.VERBUND_KEYCLOAK_TIMEOUT_SECONDS
    return _admin(user_realm=realm, client_id=PROVISIONER, secret=client_secret(PROVISIONER), seconds=seconds)


def page_admin(*, seconds_left: Callable[[], float]) -> KeycloakAdmin:
    """Return the API of `realm_admin` for a page that waits, with its token: the library itself would ask again for it.

    Raises: KeycloakError.
    """
    realm, secret = settings.VERBUND_KEYCLOAK_REALM, client_secret(PROVISIONER)
    asked = KeycloakOpenID(
        server_url=_server_url(),
        realm_name=realm,
        client_id=PROVISIONER,
        client_secret_key=secret,
        timeout=seconds_left(),  # type: ignore[arg-type]  # `requests` takes parts of seconds
        max_retries=0,
    )
    token = asked.token(grant_type="client_credentials")
    return _admin(user_realm=realm, client_id=PROVISIONER, secret=secret, seconds=seconds_left(), token=token)


def full_admin() -> KeycloakAdmin:
    """Return the API for `verbund identity apply`: an administrator of Keycloak, of its realm `master`.

    Raises: ExternalPermanent while no such client is named.
    """
    client_id, secret = settings.VERBUND_KEYCLOAK_ADMIN_CLIENT_ID, settings.VERBUND_KEYCLOAK_ADMIN_CLIENT_SECRET
    if not (client_id and secret):
        raise ExternalPermanent(
            _(
                "Nennen Sie ein Verwaltungskonto von Keycloak: VERBUND_KEYCLOAK_ADMIN_CLIENT_ID und "
                "VERBUND_KEYCLOAK_ADMIN_CLIENT_SECRET."
            ),
            code="keycloak_not_configured",
        )
    return _admin(user_realm="master", client_id=client_id, secret=secret, seconds=_COMMAND_SECONDS)


def _admin(
    *, user_realm: str, client_id: str, secret: str, seconds: float, token: dict[str, Any] | None = None
) -> KeycloakAdmin:
    connection = KeycloakOpenIDConnection(
        server_url=_server_url(),
        realm_name=settings.VERBUND_KEYCLOAK_REALM,
        user_realm_name=user_realm,
        client_id=client_id,
        client_secret_key=secret,
        token=token,
        timeout=max(1, round(seconds)),
        max_retries=0,
    )
    return KeycloakAdmin(connection=connection)


def _server_url() -> str:
    if not settings.VERBUND_KEYCLOAK_URL:
        raise ExternalPermanent(
            _("VERBUND_KEYCLOAK_URL ist nicht gesetzt; docs/operator/identity.md beschreibt die Einstellungen."),
            code="keycloak_not_configured",
        )
    return f"{settings.VERBUND_KEYCLOAK_URL.rstrip('/')}/"


class Api:
    """The few calls that the library has no function for, by path below the realm."""

    def __init__(
        self, admin: KeycloakAdmin, *, realm: str = "", seconds_left: Callable[[], float] | None = None
    ) -> None:
        """Speak over the library's connection: it renews tokens. `realm`: another one than the connection's.

        `seconds_left` says how long the next answer may take, where all have one time together.
        """
        self._library_connection = admin.connection
        self._seconds_left = seconds_left
        self._base = f"admin/realms/{realm or admin.connection.realm_name}"

    def get(self, path: str, **query: Any) -> Any:
        """Return the answer to a GET. Raises: KeycloakError."""
        return self._checked(self._connection.raw_get(f"{self._base}{path}", **query))

    def post(self, path: str, body: object) -> str:
        """Send a new thing and return its id, from the address that Keycloak gives it. Raises: KeycloakError."""
        response = self._connection.raw_post(f"{self._base}{path}", data=json.dumps(body))
        self._checked(response)
        return str(response.headers.get("Location", "")).rsplit("/", 1)[-1]

    def export(self) -> dict[str, Any]:
        """Return the realm as a file would hold it, without people, clients and secrets: much in one call.

        Raises: KeycloakError.
        """
        path = f"{self._base}/partial-export?exportClients=false&exportGroupsAndRoles=false"
        return dict(self._checked(self._connection.raw_post(path, data="")))

    def put(self, path: str, body: object) -> None:
        """Send a change. Raises: KeycloakError."""
        self._checked(self._connection.raw_put(f"{self._base}{path}", data=json.dumps(body)))

    def delete(self, path: str, body: object = None) -> None:
        """Remove a thing; one that is gone already is gone. Raises: KeycloakError."""
        response = self._connection.raw_delete(f"{self._base}{path}", data=json.dumps(body) if body else None)
        if response.status_code != _GONE:
            self._checked(response)

    @property
    def _connection(self) -> KeycloakOpenIDConnection:
        if self._seconds_left is not None:
            self._library_connection.timeout = self._seconds_left()  # type: ignore[assignment]  # `requests` takes parts
        return self._library_connection

    @staticmethod
    def _checked(response: Any) -> Any:
        if response.status_code >= _CLIENT_ERROR:
            raise KeycloakError(
                error_message="refused", response_code=response.status_code, response_body=response.content
            )
        return response.json() if response.content else None
