"""Our part of Keycloak itself (deploy/keycloak/extension): its names there, and whether a Keycloak has it."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _
from keycloak import KeycloakAdmin

from tenants.errors import ExternalPermanent

# An event for whoever writes an attribute of their own that only administrators and providers may write.
REPORTED_ATTEMPT: Final = "verbund-reported-attempt"
# Tells providers over SAML which portal asks.
INTRODUCTION: Final = "verbund-introduction"
# Keeps a provider from saying which address is an account's own.
NO_ADDRESS: Final = "verbund-no-address-of-others"
# Notes when somebody came by a provider, and where the note lies in a session.
TIME_OF_PROOF: Final = "verbund-time-of-proof"
PROVED_AT: Final = "verbund_proved_at"
# Writes events into Keycloak's log without names and addresses.
EVENT_LOG: Final = "verbund-log"
_PARTS: Final = (
    ("eventsListener", EVENT_LOG),
    ("validator", REPORTED_ATTEMPT),
    ("saml-authentication-preprocessor", INTRODUCTION),
    ("identity-provider-mapper", NO_ADDRESS),
    ("identity-provider-mapper", TIME_OF_PROOF),
)


def require_extension(admin: KeycloakAdmin) -> None:
    """Refuse to go on with a Keycloak that lacks it: half of the description would be refused, or be without effect.

    Raises: ExternalPermanent, naming what is missing.
    """
    there = admin.get_server_info()["providers"]
    missing = sorted(part for place, part in _PARTS if part not in there.get(place, {}).get("providers", {}))
    if missing:
        raise ExternalPermanent(
            _(
                "Diesem Keycloak fehlt die Erweiterung von Verbund ({which}). Legen Sie verbund-keycloak.jar in seinen "
                "Ordner „providers“ und bauen Sie Keycloak neu; docs/operator/identity.md beschreibt es."
            ).format(which=", ".join(missing)),
            code="keycloak_without_extension",
        )
