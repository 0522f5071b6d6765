"""Names of the icons in static/ui/icons.svg."""

from collections.abc import Mapping
from typing import Final

TOPIC_ICONS: Final[Mapping[str, str]] = {
    "arbeit_ruhestand": "topic-work",
    "bauen_wohnen": "topic-building",
    "bildung": "topic-education",
    "ein_auswanderung": "topic-migration",
    "engagement_hobby": "topic-hobby",
    "familie_kind": "topic-family",
    "forschung_foerderung": "topic-research",
    "gesundheit": "topic-health",
    "mobilitaet_reisen": "topic-mobility",
    "querschnittsleistungen": "topic-general",
    "recht_ordnung": "topic-law",
    "steuern_zoll": "topic-tax",
    "umwelt": "topic-environment",
    "unternehmensfuehrung_entwicklung": "topic-business",
}


def topic_icon(code: str) -> str:
    """Return the icon of one of the 14 OZG topics, the general one for a code of a town's own."""
    return TOPIC_ICONS.get(code, "topic-general")
