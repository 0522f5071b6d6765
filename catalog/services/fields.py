"""What editors and citizens call the fields of a service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from catalog.resolution.values import EASY_LANGUAGE, Layer

FIELD_LABELS: Final[Mapping[str, Promise]] = {
    "title": _("Titel"),
    "official_title": _("Amtliche Bezeichnung"),
    "teaser": _("Kurz gesagt"),
    "short_text": _("Kurztext"),
    "full_text": _("Beschreibung"),
    "prerequisites": _("Voraussetzungen"),
    "required_documents": _("Erforderliche Unterlagen"),
    "procedure": _("Ablauf"),
    "forms": _("Formulare"),
    "fee": _("Kosten"),
    "deadline": _("Frist"),
    "processing_time": _("Bearbeitungsdauer"),
    "online_service": _("Onlinedienst"),
    "competent_office": _("Zuständige Stelle"),
    "contact_point": _("Ansprechpunkt"),
    "legal_basis": _("Rechtsgrundlage"),
    "legal_remedy": _("Rechtsbehelf"),
    "notes": _("Hinweise"),
    "further_information": _("Weiterführende Informationen"),
    "text_author": _("Urheber des Textes"),
    "synonyms": _("Andere Suchwörter"),
}

LAYER_LABELS: Final[Mapping[Layer, Promise]] = {
    Layer.FEDERATION: _("gemeinsamer Katalog (Bund)"),
    Layer.STATE: _("Katalog des Landes"),
    Layer.REGION: _("Katalog der Region"),
    Layer.DISTRICT: _("Katalog des Kreises"),
    Layer.MUNICIPALITY: _("eigene Abweichung"),
}

# The levels themselves: who carries a service out.
LAYER_NAMES: Final[Mapping[Layer, Promise]] = {
    Layer.FEDERATION: _("Bund"),
    Layer.STATE: _("Land"),
    Layer.REGION: _("Region"),
    Layer.DISTRICT: _("Kreis"),
    Layer.MUNICIPALITY: _("Kommune"),
}

LANGUAGE_LABELS: Final[Mapping[str, Promise]] = {
    "de": _("Deutsch"),
    "en": _("Englisch"),
    EASY_LANGUAGE: _("Leichte Sprache"),
    "": _("für alle Sprachen"),
}


# For whom a service is, whoever wrote it.
TARGET_GROUPS: Final[Mapping[str, Promise]] = {
    "citizens": _("Bürgerinnen und Bürger"),
    "businesses": _("Unternehmen"),
    "associations": _("Vereine"),
}

TRUST_LABELS: Final[Mapping[str, Promise]] = {
    "none": _("ohne Anmeldung"),
    "basis": _("Basis: Benutzername und Passwort"),
    "substantiell": _("Substantiell: ELSTER-Zertifikat"),
    "hoch": _("Hoch: Online-Ausweis"),
}
PAYMENT_LABELS: Final[Mapping[str, Promise]] = {
    "none": _("keine"),
    "optional": _("online möglich"),
    "required": _("online nötig"),
    "later": _("nach dem Bescheid"),
}
# What a version keeps beside its values, for towns that stay with it.
HELD_FACT_LABELS: Final[Mapping[str, Promise]] = {
    "valid_from": _("Gültig ab"),
    "valid_to": _("Gültig bis"),
    "responsibilities": _("Zuständigkeiten"),
}


def page_language() -> str:
    """Return the language of this page: de or en."""
    return "en" if (get_language() or "de").startswith("en") else "de"
