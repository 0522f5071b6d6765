"""What staff may do with their own services and contributions: who may edit the catalogue here may all of it."""

from __future__ import annotations

from tenants.actors import Actor
from tenants.staff.policies import can_edit_catalogue


def can_edit_local_service(actor: Actor) -> bool:
    """Whether the actor may write services of this tenant's own and their texts."""
    return can_edit_catalogue(actor)


def can_publish_local_service(actor: Actor) -> bool:
    """Whether the actor may publish and archive services of this tenant's own."""
    return can_edit_catalogue(actor)


def can_contribute(actor: Actor) -> bool:
    """Whether the actor may offer this tenant's texts to a catalogue above, and withdraw an offer."""
    return can_edit_catalogue(actor)
