"""What the actions of this app are called in the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from catalog.services.wording import of_field
from tenants.audit.wording import register

register(
    {
        "catalog.contribution.offered": _("Dem gemeinsamen Katalog „{title}“ angeboten"),
        "catalog.contribution.settled": _("Antwort auf den Beitrag „{title}“ zum gemeinsamen Katalog"),
        "catalog.contribution.withdrawn": _("Beitrag „{title}“ zum gemeinsamen Katalog zurückgezogen"),
        "catalog.local.archived": _("Eigene Leistung von der Seite genommen"),
        "catalog.local.created": _("Eigene Leistung begonnen: {slug}"),
        "catalog.local.deleted": _("Entwurf einer eigenen Leistung gelöscht"),
        "catalog.local.facts": _("Eckdaten einer eigenen Leistung geändert"),
        "catalog.local.published": _("Eigene Leistung veröffentlicht: {slug}"),
        "catalog.local.sent_back": _("Eigene Leistung mit Hinweis zurückgegeben"),
        "catalog.local.submitted": _("Eigene Leistung zur Freigabe gegeben"),
        "catalog.local.value": of_field(_("Eigene Leistung geändert")),
    }
)
