"""Which provider signs citizens in: chosen by the deployment, once."""

from __future__ import annotations

from django.conf import settings

from shared_services.identity.citizen.handover import BuiltInSignIn
from shared_services.identity.citizen.oidc import KeycloakSignIn
from shared_services.identity.citizen.provider import SignInProvider


def is_built_in() -> bool:
    """Whether people sign in here, without Keycloak."""
    return bool(settings.VERBUND_LOGIN == "builtin")


def sign_in_provider() -> SignInProvider:
    """Return the provider that the setting VERBUND_LOGIN names."""
    return BuiltInSignIn() if is_built_in() else KeycloakSignIn()
