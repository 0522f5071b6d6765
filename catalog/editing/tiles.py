"""What waits for an editor, shown on the first page of the work area: apps register a tile each when they are ready.

register(Tile(key="drafts", label=gettext_lazy("Entwürfe"), url_name="catalog_editing:services", count=count_drafts))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.urls import reverse
from django.utils.functional import Promise

from tenants.actors import Actor

Kind = Literal["info", "warning", "success", "danger"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A thing that may wait. `count` runs as the editors' database role, in one query if it can.

    `query` is what follows the address, as in `?zustand=offen`. `kind` marks the number when it is not 0.
    """

    key: str
    label: str | Promise
    url_name: str
    count: Callable[[Actor], int]
    hint: str | Promise = ""
    query: str = ""
    icon: str = "document"
    kind: Kind = "info"
    order: int = 50


@dataclass(frozen=True, slots=True)
class CountedTile:
    """A tile with its number and address, as the page shows it."""

    key: str
    label: str
    hint: str
    count: int
    href: str
    icon: str
    kind: Kind


_tiles: dict[str, Tile] = {}


def register(tile: Tile) -> None:
    """Add a tile.

    Raises: ValueError for a second one with the same key.
    """
    if _tiles.setdefault(tile.key, tile) != tile:
        message = f"there is a tile {tile.key!r} already"
        raise ValueError(message)


def list_tiles(actor: Actor) -> list[CountedTile]:
    """Return all tiles with their numbers, in order."""
    tiles = sorted(_tiles.values(), key=lambda tile: (tile.order, tile.key))
    return [
        CountedTile(
            key=tile.key,
            label=str(tile.label),
            hint=str(tile.hint),
            count=tile.count(actor),
            href=reverse(tile.url_name) + tile.query,
            icon=tile.icon,
            kind=tile.kind,
        )
        for tile in tiles
    ]
