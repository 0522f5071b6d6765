"""Verify what Keycloak signs: ID tokens and logout tokens. Nothing in them is believed before."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final

import structlog
from django.utils.translation import gettext as _
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwt import JWTClaimsRegistry

from shared_services.identity.citizen.discovery import Realm, get_realm
from tenants.errors import InvalidInput
from tenants.trust import TrustLevel

log = structlog.get_logger(__name__)

# What Keycloak may sign with. Neither "none" nor a shared secret.
_ALGORITHMS: Final = ["RS256", "PS256", "ES256", "EdDSA"]
_LEEWAY_SECONDS: Final = 30
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
    registry = JWTClaimsRegistry(
        leeway=_LEEWAY_SECONDS,
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
        azp={"essential": False, "value": client_id},
        typ={"essential": False, "value": "ID"},
    )
    return _verified(token, registry, client_id=client_id)


def verify_renewed_token(token: str, *, client_id: str, subject: str) -> dict[str, Any]:
    """Return the claims of an ID token that renews a sign-in: no nonce was sent, but the person must be the same.

    Source: OpenID Connect Core 1.0, § 12.2. Raises: InvalidInput; ExternalTemporary.
    """
    registry = JWTClaimsRegistry(
        leeway=_LEEWAY_SECONDS,
        sub={"essential": True, "value": subject},
        exp={"essential": True},
        iat={"essential": True},
        azp={"essential": False, "value": client_id},
        typ={"essential": False, "value": "ID"},
    )
    return _verified(token, registry, client_id=client_id)


def verify_logout_token(token: str, *, client_id: str) -> dict[str, Any]:
    """Return the claims of a back-channel logout token. Source: OpenID Connect Back-Channel Logout 1.0, § 2.6.

    Raises: InvalidInput; ExternalTemporary.
    """
    registry = JWTClaimsRegistry(leeway=_LEEWAY_SECONDS, iat={"essential": True}, jti={"essential": True})
    claims = _verified(token, registry, client_id=client_id, wanted_type="logout+jwt")
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
    token: str, registry: JWTClaimsRegistry, *, client_id: str, wanted_type: str | None = None
) -> dict[str, Any]:
    realm = get_realm()
    try:
        decoded = _decoded(token, realm)
        registry.validate(decoded.claims)
    except (JoseError, ValueError, TypeError) as refused:
        raise _refused(type(refused).__name__) from refused
    claims = dict(decoded.claims)
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if claims.get("iss") != realm.issuer or client_id not in audiences:
        raise _refused("issuer or audience")
    if wanted_type and str(decoded.header.get("typ", "")).lower() != wanted_type:
        raise _refused("type")
    return claims


def _decoded(token: str, realm: Realm) -> jwt.Token:
    try:
        return jwt.decode(token, realm.keys, algorithms=_ALGORITHMS)
    except (JoseError, ValueError):
        newer = get_realm(needs_new_keys=True)
        if newer is realm:
            raise
        return jwt.decode(token, newer.keys, algorithms=_ALGORITHMS)


def _refused(reason: str) -> InvalidInput:
    log.warning("keycloak.token_refused", reason=reason)
    return InvalidInput(
        _("Die Antwort der Anmeldung war nicht in Ordnung. Melden Sie sich noch einmal an."), code="token_refused"
    )
