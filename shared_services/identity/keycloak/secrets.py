"""Secrets of our clients, computed and never stored.

A client's secret is a keyed hash of its name under the deployment's key. So no table, dump or backup holds one; a
provisioning that is killed between Keycloak and the database loses none; and every process knows it without a query.
The price: one key opens them all, as one key would that encrypts them; a new one is given to all clients at once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from tenants.errors import ExternalPermanent

_PURPOSE: Final = "verbund/keycloak/client-secret/1"


def client_secret(client_id: str) -> str:
    """Return the secret of a client of this deployment's realm.

    Raises: ExternalPermanent while VERBUND_KEYCLOAK_KEY is not set.
    """
    key = settings.VERBUND_KEYCLOAK_KEY
    if not key:
        raise ExternalPermanent(
            _("VERBUND_KEYCLOAK_KEY ist nicht gesetzt; docs/operator/identity.md beschreibt die Einstellungen."),
            code="keycloak_not_configured",
        )
    message = f"{_PURPOSE}\0{settings.VERBUND_KEYCLOAK_REALM}\0{client_id}"
    digest = hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
