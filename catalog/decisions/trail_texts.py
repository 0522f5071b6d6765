"""What the actions of this app are called in the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from catalog.services.wording import of_field
from tenants.audit.wording import register

register(
    {
        "catalog.bulk.decided": _("Über mehrere Leistungen zugleich entschieden ({changed} geändert)"),
        "catalog.bulk.undone": _("Sammeländerung zurückgenommen ({changed} Leistungen)"),
        "catalog.category_label.set": _("Thema umbenannt in „{after}“"),
        "catalog.decision.set": _("Über eine Leistung entschieden"),
        "catalog.version.pinned": _("Fassung einer Leistung festgehalten oder freigegeben"),
        "catalog.rules.set": _("Regeln für das Veröffentlichen geändert"),
        "catalog.view.saved": _("Ansicht der Liste gespeichert: {name}"),
        "catalog.view.shared": _("Freigabe einer gespeicherten Ansicht geändert"),
        "catalog.view.deleted": _("Gespeicherte Ansicht gelöscht: {name}"),
        "catalog.override.set": of_field(_("Leistung angepasst")),
        "catalog.override.cleared": of_field(_("Abweichung einer Leistung zurückgenommen")),
        "catalog.review.answered": of_field(_("Änderung von oben beantwortet")),
    }
)
