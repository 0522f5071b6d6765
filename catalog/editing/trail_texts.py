"""What the actions of this app are called in the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from catalog.services.wording import of_field
from tenants.audit.wording import register

register(
    {
        "catalog.draft.started": _("Entwurf begonnen"),
        "catalog.draft.published": _("Entwurf veröffentlicht"),
        "catalog.draft.restored": _("Frühere Fassung als Entwurf geholt"),
        "catalog.draft.scheduled": _("Veröffentlichung eines Entwurfs geplant"),
        "catalog.draft.not_published": _("Entwurf zum geplanten Zeitpunkt nicht veröffentlicht"),
        "catalog.draft.recalled": _("Entwurf zurückgeholt"),
        "catalog.draft.sent_back": _("Entwurf mit Hinweis zurückgegeben"),
        "catalog.draft.submitted": _("Entwurf zur Freigabe gegeben"),
        "catalog.preset.set": _("Vorgabe für Kommunen geändert"),
        "catalog.preset.removed": _("Vorgabe für Kommunen entfernt"),
        "catalog.service.approved": _("Fachliche Freigabe einer Leistung eingetragen"),
        "catalog.service.created": _("Leistung im gemeinsamen Katalog begonnen: {slug}"),
        "catalog.service.state": _("Zustand einer Leistung geändert: {reason}"),
        "catalog.draft.edited": of_field(_("Entwurf geschrieben")),
        "catalog.draft.change_dropped": of_field(_("Änderung aus einem Entwurf genommen")),
        "catalog.draft.discarded": of_field(_("Entwurf verworfen")),
    }
)
