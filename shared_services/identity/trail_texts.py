"""What the actions of this app are called in the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenants.audit.wording import register

register(
    {
        "auth.signed_in": _("Angemeldet"),
        "auth.signed_out": _("Abgemeldet"),
        "auth.failed": _("Anmeldung fehlgeschlagen"),
        "auth.factor_missing": _("Anmeldung abgelehnt: Dem Zugang fehlt der zweite Faktor"),
        "auth.passkey_failed": _("Anmeldung mit Passkey fehlgeschlagen"),
        "auth.code_failed": _("Falscher Code beim zweiten Faktor"),
        "auth.code_locked": _("Codes beim zweiten Faktor gesperrt nach vielen falschen"),
    }
)
