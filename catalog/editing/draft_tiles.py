"""The tiles of drafts on the first page of the editors' work area."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from catalog.editing.selectors import count_drafts_to_check, count_own_drafts
from catalog.editing.tiles import Tile, register


def register_tiles() -> None:
    """Show what is in work and what waits for somebody to check it."""
    register(
        Tile(
            key="drafts",
            label=_("Entwürfe in Arbeit"),
            hint=_("Auf Ihren Ebenen angefangen und noch nicht eingereicht."),
            url_name="catalog_editing:services",
            query="?entwurf=offen&sortierung=entwurf",
            count=count_own_drafts,
            icon="edit",
            order=10,
        )
    )
    register(
        Tile(
            key="to-check",
            label=_("Zu prüfen"),
            hint=_("Eingereicht und bereit zum Veröffentlichen."),
            url_name="catalog_editing:services",
            query="?entwurf=pruefung&sortierung=entwurf",
            count=count_drafts_to_check,
            icon="check",
            kind="warning",
            order=20,
        )
    )
