"""Who may do what with scores."""

from __future__ import annotations

from tenants.actors import Actor
from tenants.staff.policies import can_edit_catalogue


def can_count_quality(actor: Actor) -> bool:
    """Whether the actor may count scores and figures anew: the deployment's own workers and commands."""
    return actor.kind == "system"


def can_ask_for_link_check(actor: Actor) -> bool:
    """Whether the actor may have a link of this town's pages checked at once."""
    return can_edit_catalogue(actor)
