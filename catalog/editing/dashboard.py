"""What an editor sees first: the own layers, and what waits."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.editing.tiles import CountedTile, list_tiles
from tenants.actors import Actor
from tenants.editors.scopes import name_scope, sort_scopes
from tenants.registry.sites import directory


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The first page. `layers` are the editor's scopes in words, from the top."""

    layers: list[str]
    can_publish: bool
    tiles: list[CountedTile]


def get_dashboard(*, actor: Actor) -> Dashboard:
    """Return the first page of an editor."""
    region = directory.snapshot().regions.get(actor.region)
    name = region.name if region else actor.region
    return Dashboard(
        layers=[name_scope(scope, region_name=name) for scope in sort_scopes(actor.scopes)],
        can_publish="publisher" in actor.roles,
        tiles=list_tiles(actor),
    )
