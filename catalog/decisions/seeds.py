"""What a new tenant starts with. Decisions need no rows: the preset of its level holds from the first moment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from catalog.decisions.models import CategoryLabel
from tenants.provisioning.seeds import SeedContext

# Where citizens know a topic by another name than the Online Access Act has for it.
DEFAULT_LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    "gesundheit": {"de": "Gesundheit und Soziales", "en": "Health and social affairs"},
    "querschnittsleistungen": {"de": "Ausweise und Bescheinigungen", "en": "Identity documents and certificates"},
    "recht_ordnung": {"de": "Sicherheit und Ordnung", "en": "Safety and order"},
}


def seed_category_labels(context: SeedContext) -> None:  # noqa: ARG001 -- every seed gets it
    """Add the default labels of topics that the tenant has none for yet."""
    rows = [
        CategoryLabel(code=code, language=language, label=label)
        for code, labels in DEFAULT_LABELS.items()
        for language, label in labels.items()
    ]
    CategoryLabel.objects.bulk_create(rows, ignore_conflicts=True)
