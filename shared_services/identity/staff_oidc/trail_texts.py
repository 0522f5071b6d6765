"""What the actions of this app are called in the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenants.audit.wording import register

register(
    {
        "auth.linked": _("Zugang mit einem Konto des Anmeldedienstes verbunden"),
        "auth.factors_removed": _("Zweite Faktoren einer Person beim Anmeldedienst entfernt: {count}"),
        "auth.refused": _("Anmeldung über den Anmeldedienst abgelehnt ({reason})"),
    }
)
