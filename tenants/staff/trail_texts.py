"""What the actions of this app are called in the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from tenants.audit.wording import register
from tenants.staff.models import Role


def _roles_changed(data: Mapping[str, Any]) -> str:
    before, after = (_role_names(data.get(key)) for key in ("from", "to"))
    return _("Rollen einer Person geändert: {before} → {after}").format(before=before, after=after)


def _support_rules_changed(data: Mapping[str, Any]) -> str:
    if data.get("needs_approval"):
        return str(_("Der IT-Dienstleister muss jetzt fragen, bevor er das Portal betritt"))
    return str(_("Der IT-Dienstleister darf das Portal jetzt ohne Rückfrage betreten"))


def _support_left(data: Mapping[str, Any]) -> str:
    if data.get("reason") == "signed_out":
        said = _("Zugriff des IT-Dienstleisters beendet: {person} ({provider}) ist abgemeldet")
    else:
        said = _("Zugriff des IT-Dienstleisters beendet: {person} ({provider}) hat keinen Zugang mehr")
    return said.format(person=data.get("person", ""), provider=data.get("provider", ""))


def _role_names(roles: object) -> str:
    labels: dict[str, Any] = dict(Role.choices)
    return ", ".join(str(labels.get(role, role)) for role in roles) if isinstance(roles, list) and roles else "–"


register(
    {
        "staff.roles_changed": _roles_changed,
        "staff.created": _("Zugang angelegt"),
        "staff.forgotten": _("Name und Adresse einer Person gelöscht, die vor zwei Jahren gegangen ist"),
        "staff.invited": _("Person eingeladen"),
        "staff.first_invited": _("Erste Administration eingeladen"),
        "staff.access_renewed": _("Neuen Link für einen Zugang erstellt"),
        "staff.invitation_withdrawn": _("Einladung zurückgezogen"),
        "staff.invitation_accepted": _("Einladung angenommen"),
        "staff.deactivated": _("Zugang einer Person beendet"),
        "staff.factor_added": _("Zweiten Faktor eingerichtet"),
        "staff.factor_removed": _("Eigenen zweiten Faktor entfernt"),
        "staff.factor_reset": _("Zweiten Faktor einer Person zurückgesetzt"),
        "staff.passkey_added": _("Passkey eingerichtet"),
        "staff.passkey_removed": _("Passkey entfernt"),
        "staff.recovery_codes_renewed": _("Neue Notfallcodes erzeugt"),
        "staff.password_changed": _("Eigenes Passwort geändert"),
        "staff.sessions_ended": _("Alle eigenen Sitzungen beendet"),
        "staff.mail_choices_changed": _("Eigene Wünsche zu E-Mails geändert"),
        "staff.reminders_stopped": _("Erinnerungen abbestellt"),
        "staff.absence_set": _("Abwesenheit eingetragen: {from} bis {until}"),
        "staff.absence_ended": _("Abwesenheit beendet"),
        "support.requested": _("{person} ({provider}) bittet um Zugriff für {minutes} Minuten: {reason}"),
        "support.approved": _("Zugriff des IT-Dienstleisters erlaubt: {person} ({provider})"),
        "support.refused": _("Zugriff des IT-Dienstleisters abgelehnt: {person} ({provider})"),
        "support.begun": _("{person} ({provider}) hat das Portal betreten"),
        "support.ended": _("Zugriff des IT-Dienstleisters beendet: {person} ({provider})"),
        "support.over": _(
            "Zeit abgelaufen: Zugriff des IT-Dienstleisters nach {minutes} Minuten beendet: {person} ({provider})"
        ),
        "support.left": _support_left,
        "support.rules_changed": _support_rules_changed,
    }
)
