"""Who may keep the town's offices and people."""

from __future__ import annotations

from tenants.actors import Actor
from tenants.staff.policies import can_edit_portal


def can_edit_directory(actor: Actor) -> bool:
    """Whether the actor may change offices and people: whoever edits the portal, and commands."""
    return can_edit_portal(actor)
