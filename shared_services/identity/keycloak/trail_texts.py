"""What the actions of this app are called in the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenants.audit.wording import register

register(
    {
        "auth.client_made": _("Zugang des Portals zum Anmeldedienst eingerichtet ({client})"),
        "auth.client_changed": _("Zugang des Portals zum Anmeldedienst geändert ({client})"),
        "auth.client_removed": _("Zugang des Portals zum Anmeldedienst entfernt ({client})"),
    }
)
