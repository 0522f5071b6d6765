"""What the actions of this app are called in the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenants.audit.wording import register

register(
    {
        "tenant.exported": _("Archiv zum Mitnehmen geschrieben"),
        "tenant.imported": _("Aus einem Archiv übernommen"),
        "tenant.cloned": _("Übungskopie „{slug}“ angelegt"),
        "tenant.offboarding_begun": _("Portal geschlossen, um die Kommune zu entfernen: {reason}"),
        "tenant.offboarding_exported": _("Archiv geschrieben"),
        "tenant.offboarding_outdated": _("Seit dem Archiv hat sich etwas geändert; ein neues wird geschrieben"),
        "tenant.offboarding_cancelled": _("Entfernen abgebrochen"),
        "tenant.removed": _("Alle Daten gelöscht"),
    }
)
