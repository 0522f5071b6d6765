"""What may be done with a portal's own content. Who is staff with which role: see tenants.staff.policies."""

from __future__ import annotations

from tenants.actors import Actor
from tenants.staff.policies import can_edit_portal

__all__ = ["can_edit_portal", "can_read_feedback", "can_submit_feedback"]


def can_read_feedback(actor: Actor) -> bool:
    """Whether the actor may read and close visitors' messages: whoever may answer them by changing the portal.

    Not the IT provider on a visit: what citizens wrote to the town is no part of its work.
    """
    return can_edit_portal(actor) and actor.kind != "support"


def can_submit_feedback(actor: Actor) -> bool:
    """Whether the actor may send a message: anybody, signed in or not."""
    return isinstance(actor, Actor)
