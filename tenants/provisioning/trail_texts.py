"""What the actions of this app are called in the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenants.audit.wording import register

register(
    {
        "tenant.onboarded": _("Eingerichtet unter {host}"),
        "tenant.completed": _("Einrichtung vervollständigt"),
        "tenant.error_cleared": _("Fehler als erledigt markiert"),
        "tenant.invited": _("Neuen Einladungslink erstellt"),
    }
)
