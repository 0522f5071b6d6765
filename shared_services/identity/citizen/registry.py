"""Which provider signs citizens in: chosen by the deployment, once."""

from __future__ import annotations

from shared_services.identity.citizen.handover import BuiltInSignIn
from shared_services.identity.citizen.oidc import KeycloakSignIn
from shared_services.identity.citizen.provider import SignInProvider
from shared_services.identity.keycloak.switch import uses_keycloak


def sign_in_provider() -> SignInProvider:
    """Return the provider that the setting VERBUND_LOGIN names."""
    return KeycloakSignIn() if uses_keycloak() else BuiltInSignIn()
