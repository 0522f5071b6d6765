"""Who has a second factor at Keycloak: asked over the admin API while a page waits, see `pagecalls`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from shared_services.identity.keycloak.pagecalls import keycloak_for_page

if TYPE_CHECKING:
    from shared_services.identity.keycloak.admin import Api

# Kinds of credentials that the realm's flow takes as a second factor.
_FACTORS: Final = frozenset({"otp", "webauthn", "recovery-authn-codes"})


def list_factors(subject: str) -> list[str]:
    """Return the keys of somebody's second factors at Keycloak. Raises: ExternalTemporary; ExternalPermanent."""
    with keycloak_for_page() as api:
        return _factors(api, subject)


def remove_factors(subject: str) -> int:
    """Take all second factors away from somebody at Keycloak, and end their sign-ins there; return how many there were.

    Raises: ExternalTemporary; ExternalPermanent.
    """
    with keycloak_for_page() as api:
        found = _factors(api, subject)
        for key in found:
            api.delete(f"/users/{quote(subject)}/credentials/{quote(key)}")
        api.post(f"/users/{quote(subject)}/logout", {})
    return len(found)


def _factors(api: Api, subject: str) -> list[str]:
    found = api.get(f"/users/{quote(subject)}/credentials")
    return sorted(str(one["id"]) for one in found if one.get("type") in _FACTORS)
