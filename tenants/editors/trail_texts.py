"""What the actions of this app are called in the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenants.audit.wording import register

register(
    {
        "editor.created": _("Zugang zur Redaktion angelegt ({region})"),
        "editor.rights_changed": _("Rechte einer Person der Redaktion geändert"),
        "editor.deactivated": _("Zugang zur Redaktion beendet"),
        "editor.reactivated": _("Zugang zur Redaktion wieder freigegeben"),
        "editor.invited": _("Person zur Redaktion eingeladen"),
        "editor.invitation_accepted": _("Einladung zur Redaktion angenommen"),
        "editor.factor_added": _("Zweiten Faktor eingerichtet"),
        "editor.factor_removed": _("Eigenen zweiten Faktor entfernt"),
        "editor.factor_reset": _("Zweiten Faktor einer Person zurückgesetzt"),
        "editor.passkey_added": _("Passkey eingerichtet"),
        "editor.passkey_removed": _("Passkey entfernt"),
        "editor.recovery_codes_renewed": _("Neue Notfallcodes erzeugt"),
        "editor.password_changed": _("Eigenes Passwort geändert"),
        "editor.sessions_ended": _("Alle eigenen Sitzungen beendet"),
        "editor.mail_choices_changed": _("Eigene Wünsche zu E-Mails geändert"),
        "editor.reminders_stopped": _("Erinnerungen abbestellt"),
    }
)
