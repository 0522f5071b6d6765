"""What the actions of this app are called in the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenants.audit.wording import register

register(
    {
        "operator.created": _("Zugang eines IT-Dienstleisters angelegt"),
        "operator.deactivated": _("Zugang eines IT-Dienstleisters beendet"),
        "operator.invited": _("Person des IT-Dienstleisters eingeladen"),
        "operator.invitation_accepted": _("Einladung zur Konsole angenommen"),
        "operator.factor_added": _("Zweiten Faktor eingerichtet"),
        "operator.factor_removed": _("Eigenen zweiten Faktor entfernt"),
        "operator.factor_reset": _("Zweiten Faktor einer Person zurückgesetzt"),
        "operator.passkey_added": _("Passkey eingerichtet"),
        "operator.passkey_removed": _("Passkey entfernt"),
        "operator.recovery_codes_renewed": _("Neue Notfallcodes erzeugt"),
        "operator.password_changed": _("Eigenes Passwort geändert"),
        "operator.sessions_ended": _("Alle eigenen Sitzungen beendet"),
        "operator.mail_choices_changed": _("Eigene Wünsche zu E-Mails geändert"),
    }
)
