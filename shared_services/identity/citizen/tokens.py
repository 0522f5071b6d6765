"""Verify what Keycloak signs: ID tokens and logout tokens. Nothing in them is believed before."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final

import structlog
from django.utils.translation import gettext as _

from shared_services.identity.citizen.discovery import get_realm
from tenants.errors import InvalidInput
from tenants.trust import TrustLevel

log = structlog.get_logger(__name__)

_LEEWAY_SECONDS: Final = 30
# What each ID token must have; a claim that need not be there must be right where it is.
_ID_TOKEN: Final[Mapping[str, Mapping[str, Any]]] = {
    "sub": {"essential": True},
    "exp": {"essential": True},
    "iat": {"essential": True},
    "typ": {"essential": False, "value": "ID"},
}
_LOGOUT_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
_LOGOUT_AGE_SECONDS: Final = 300
# Our realm's words, by table: whatever else a token says is none.
_LEVELS: Final = {
    "basis": TrustLevel.BASIS,
    "zwei-faktor": TrustLevel.BASIS,
    "substantiell": TrustLevel.SUBSTANTIELL,
    "hoch": TrustLevel.HOCH,
}
_TWO_FACTORS: Final = "zwei-faktor"


def verify_id_token(token: str, *, client_id: str, nonce: str) -> dict[str, Any]:
    """Return the claims of an ID token for this client and this sign-in.

    Raises: InvalidInput for a wrong signature, issuer, audience, nonce or time; ExternalTemporary.
    """
    rules = {**_ID_TOKEN, "nonce": {"essential": True, "value": nonce}, "azp": {"essential": False, "value": client_id}}
    return _verified(token, rules, client_id=client_id)


def verify_renewed_token(token: str, *, client_id: str, subject: str) -> dict[str, Any]:
    """Return the claims of an ID token that renews a sign-in: no nonce was sent, but the person must be the same.

    Source: OpenID Connect Core 1.0, § 12.2. Raises: InvalidInput; ExternalTemporary.
    """
    rules = {**_ID_TOKEN, "sub": {"essential": True, "value": subject}, "azp": {"essential": False, "value": client_id}}
    return _verified(token, rules, client_id=client_id)


def verify_logout_token(token: str, *, client_id: str) -> dict[str, Any]:
    """Return the claims of a back-channel logout token. Source: OpenID Connect Back-Channel Logout 1.0, § 2.6.

    Raises: InvalidInput; ExternalTemporary.
    """
    rules = {"iat": {"essential": True}, "jti": {"essential": True}}
    claims = _verified(token, rules, client_id=client_id, wanted_type="logout+jwt")
    events = claims.get("events")
    is_logout = isinstance(events, dict) and _LOGOUT_EVENT in events and "nonce" not in claims
    is_young = 0 <= time.time() - float(claims["iat"]) + _LEEWAY_SECONDS < _LOGOUT_AGE_SECONDS
    if not is_logout or not is_young or not (claims.get("sub") or claims.get("sid")):
        raise _refused("no logout token")
    return claims


def level_of(claims: dict[str, Any]) -> TrustLevel:
    """Return the trust level of a token: its `acr` by table, and nothing else."""
    acr = claims.get("acr")
    return _LEVELS.get(acr, TrustLevel.NONE) if isinstance(acr, str) else TrustLevel.NONE


def has_second_factor(claims: Mapping[str, Any]) -> bool:
    """Whether a factor enrolled at Keycloak was shown: two factors, and no trust level."""
    return claims.get("acr") == _TWO_FACTORS


def _verified(
    token: str, rules: Mapping[str, Mapping[str, Any]], *, client_id: str, wanted_type: str | None = None
) -> dict[str, Any]:
    # Its library costs time and memory, and most processes never need it.
    from shared_services.identity.citizen.signatures import UnverifiedError, decode  # noqa: PLC0415 -- see above

    realm = get_realm()
    try:
        claims, found_type = decode(token, realm, rules=rules, leeway_seconds=_LEEWAY_SECONDS)
    except UnverifiedError as refused:
        raise _refused(str(refused)) from refused
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if claims.get("iss") != realm.issuer or client_id not in audiences:
        raise _refused("issuer or audience")
    if wanted_type and found_type.lower() != wanted_type:
        raise _refused("type")
    return claims


def _refused(reason: str) -> InvalidInput:
    log.warning("keycloak.token_refused", reason=reason)
    return InvalidInput(
        _("Die Antwort der Anmeldung war nicht in Ordnung. Melden Sie sich noch einmal an."), code="token_refused"
    )
