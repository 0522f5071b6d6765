"""What waits for a region's editors on their first page."""

from __future__ import annotations

from catalog.linkcheck.selectors import list_broken_places
from tenants.actors import Actor


def count_broken_links(actor: Actor) -> int:
    """Return how many addresses of the shared catalogue, as the editor's region shows it, are broken."""
    return len({place.state.url for place in list_broken_places(region=actor.region)})
