"""Signed tokens, decoded and checked by joserfc. Imported where a token is verified: most processes never see one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwt import JWTClaimsRegistry

from shared_services.identity.citizen.discovery import Realm, get_realm

# What Keycloak may sign with. Neither "none" nor a shared secret.
_ALGORITHMS: Final = ["RS256", "PS256", "ES256", "EdDSA"]


class UnverifiedError(ValueError):
    """A token that cannot be believed; the message names the check that failed, and nothing of the token."""


def decode(
    token: str, realm: Realm, *, rules: Mapping[str, Mapping[str, Any]], leeway_seconds: int
) -> tuple[dict[str, Any], str]:
    """Return the claims of a token that the realm has signed, and its type. `rules`: by claim, as joserfc has them.

    Raises: UnverifiedError; ExternalTemporary.
    """
    registry = JWTClaimsRegistry(leeway=leeway_seconds, **rules)  # type: ignore[arg-type]  # options, by their names
    try:
        decoded = _decoded(token, realm)
        registry.validate(decoded.claims)
    except (JoseError, ValueError, TypeError) as refused:
        raise UnverifiedError(type(refused).__name__) from refused
    return dict(decoded.claims), str(decoded.header.get("typ", ""))


def _decoded(token: str, realm: Realm) -> jwt.Token:
    try:
        return jwt.decode(token, realm.keys, algorithms=_ALGORITHMS)
    except (JoseError, ValueError):
        newer = get_realm(needs_new_keys=True)
        if newer is realm:
            raise
        return jwt.decode(token, newer.keys, algorithms=_ALGORITHMS)
