"""Names that no service may have in addresses: the work areas have pages there. A test reads them from the routes."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

RESERVED_SLUGS: Final = frozenset(
    {
        "ansichten",
        "eigene",
        "neu",
        "pruefungen",
        "qualitaet",
        "regeln",
        "sammeln",
        "themen",
    }
)


def reserved_message(slug: str) -> str:
    """Return what people read who have chosen such a name."""
    message = _("„{slug}“ heißt schon eine Seite des Arbeitsbereichs. Wählen Sie einen anderen Namen.")
    return message.format(slug=slug)
