"""Tokens as the realm signs them, and changed ones: we have its key."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from joserfc import jwt
from joserfc.jwk import RSAKey

from shared_services.identity.citizen.discovery import Realm

CLIENT: Final = "portal-gladbeck"
NONCE: Final = "n-0S6_WzA2Mj"
EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
Sign = Callable[..., str]


def signer(realm: Realm, key: RSAKey) -> Sign:
    """Return what signs an ID token as the realm would, with changes."""

    def signed(*, signer: Any = key, header: dict[str, Any] | None = None, **changes: Any) -> str:
        now = int(time.time())
        claims = {
            "iss": realm.issuer,
            "aud": CLIENT,
            "azp": CLIENT,
            "sub": "f:1",
            "typ": "ID",
            "iat": now,
            "exp": now + 300,
            "nonce": NONCE,
            "acr": "basis",
        }
        kept = {name: value for name, value in (claims | changes).items() if value is not None}
        return jwt.encode({"alg": "RS256", "kid": "realm", **(header or {})}, kept, signer)

    return signed


def logout_token(sign: Sign, **changes: Any) -> str:
    """Return a logout token, with changes."""
    claims: dict[str, Any] = {
        "typ": None,
        "nonce": None,
        "acr": None,
        "azp": None,
        "sid": "s-1",
        "jti": "j-1",
        "events": {EVENT: {}},
    }
    return sign(header={"typ": "logout+jwt"}, **(claims | changes))
