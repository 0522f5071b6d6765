"""What the actions of this app are called in the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenants.audit.wording import register

register(
    {
        "portal.accessibility.updated": _("Angaben zur Barrierefreiheit geändert"),
        "portal.branding.updated": _("Erscheinungsbild geändert"),
        "portal.contact.updated": _("Kontaktdaten geändert"),
        "portal.feedback.deleted": _("Rückmeldung gelöscht"),
        "portal.feedback.forgotten": _("Rückmeldungen nach Ablauf der Frist gelöscht"),
        "portal.feedback.handled": _("Rückmeldung erledigt"),
        "portal.feedback.received": _("Rückmeldung eingegangen"),
        "portal.hours.exception_added": _("Abweichende Öffnungszeit eingetragen"),
        "portal.hours.exception_deleted": _("Abweichende Öffnungszeit gelöscht"),
        "portal.hours.updated": _("Öffnungszeiten geändert"),
        "portal.logo.removed": _("Logo entfernt"),
        "portal.logo.set": _("Logo hochgeladen"),
        "portal.notice.created": _("Hinweis veröffentlicht"),
        "portal.notice.deleted": _("Hinweis gelöscht"),
        "portal.notice.updated": _("Hinweis geändert"),
        "portal.page.saved": _("Rechtliche Seite geändert"),
    }
)
