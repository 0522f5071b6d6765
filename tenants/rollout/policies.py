"""Who may change the schemas of all tenants."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tenants.actors import Actor
from tenants.errors import NotAllowed


def can_roll_out(actor: Actor) -> bool:
    """Whether the actor may start and steer rollouts: commands of whoever runs the deployment."""
    return actor.kind == "system"


def require_roll_out(actor: Actor) -> None:
    """Raises: NotAllowed unless `can_roll_out`."""
    if not can_roll_out(actor):
        raise NotAllowed(_("Ausrollungen steuert, wer die Installation betreibt, mit „verbund rollout“."))
