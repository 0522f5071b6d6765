"""Whether this deployment signs people in by Keycloak."""

from __future__ import annotations

from django.conf import settings


def uses_keycloak() -> bool:
    """Whether logins go to Keycloak; else the built-in one is in use and Keycloak is never asked."""
    return bool(settings.VERBUND_LOGIN == "keycloak")
