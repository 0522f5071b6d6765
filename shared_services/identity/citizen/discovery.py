"""What Keycloak says of itself: its addresses and its public keys, remembered for a while."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Any, Final

import httpx
import structlog
from django.conf import settings
from django.utils.translation import gettext as _
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from tenants.errors import ExternalTemporary

log = structlog.get_logger(__name__)

_KEPT_SECONDS: Final = 600.0
# A key that is not known may be a new one; but a forged token must not make us ask again and again.
_ASK_AGAIN_SECONDS: Final = 30.0
_AWAY_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Realm:
    """A realm's addresses and keys. `issuer` is what its tokens must name."""

    issuer: str
    authorization_url: str
    token_url: str
    end_session_url: str
    keys: KeySet
    asked_at: float


class Away(ExternalTemporary):
    """Keycloak does not answer."""


_lock = threading.Lock()
_known: dict[str, Realm] = {}
_away_since: dict[str, float] = {}


def issuer() -> str:
    """Return the issuer as the deployment's settings have it: what a token says of itself is compared with this."""
    return f"{settings.VERBUND_KEYCLOAK_URL.rstrip('/')}/realms/{settings.VERBUND_KEYCLOAK_REALM}"


def get_realm(*, needs_new_keys: bool = False) -> Realm:
    """Return the realm, asked anew when what is known is old, or lacks a key that a token names.

    Whoever has just failed to reach Keycloak is believed for some seconds: a hanging one holds up one request, not all.
    Raises: Away.
    """
    name, now = issuer(), time.monotonic()
    known = _known.get(name)
    age = now - known.asked_at if known else float("inf")
    if known and age < (_ASK_AGAIN_SECONDS if needs_new_keys else _KEPT_SECONDS):
        return known
    with _lock:
        if now - _away_since.get(name, float("-inf")) < _AWAY_SECONDS:
            return _known_or_away(known)
        try:
            found = _ask(name)
        except (httpx.HTTPError, JoseError, KeyError, TypeError, ValueError) as failed:
            log.warning("keycloak.unreachable", error=type(failed).__name__)
            _away_since[name] = time.monotonic()
            return _known_or_away(known)
        _known[name] = found
        _away_since.pop(name, None)
        return found


def forget() -> None:
    """Forget everything, as a new process would."""
    _known.clear()
    _away_since.clear()


def note_away() -> None:
    """Remember that Keycloak has just not answered."""
    _away_since[issuer()] = time.monotonic()


def is_away() -> bool:
    """Whether Keycloak did not answer a moment ago."""
    return time.monotonic() - _away_since.get(issuer(), float("-inf")) < _AWAY_SECONDS


def away() -> Away:
    """Return what people are told meanwhile."""
    return Away(
        _("Die Anmeldung ist gerade nicht erreichbar. Alle anderen Seiten gehen. Versuchen Sie es gleich noch einmal."),
        code="keycloak_away",
    )


def _known_or_away(known: Realm | None) -> Realm:
    if known is None:
        raise away()
    return known


def _ask(name: str) -> Realm:
    timeout = min(float(settings.VERBUND_KEYCLOAK_TIMEOUT_SECONDS), 4.0)
    with httpx.Client(timeout=timeout, follow_redirects=False) as client:
        described: dict[str, Any] = client.get(f"{name}/.well-known/openid-configuration").raise_for_status().json()
        if described["issuer"] != name:
            message = "the realm names another issuer"
            raise ValueError(message)
        keys = KeySet.import_key_set(client.get(str(described["jwks_uri"])).raise_for_status().json())
    return Realm(
        issuer=name,
        authorization_url=str(described["authorization_endpoint"]),
        token_url=str(described["token_endpoint"]),
        end_session_url=str(described["end_session_endpoint"]),
        keys=keys,
        asked_at=time.monotonic(),
    )
