"""Who may do what with the link checker."""

from __future__ import annotations

from tenants.actors import Actor
from tenants.editors.policies import can_enter_editing


def can_run_checks(actor: Actor) -> bool:
    """Whether the actor may collect and ask addresses: the deployment's own workers and commands."""
    return actor.kind == "system"


def can_ask_for_check(actor: Actor) -> bool:
    """Whether the actor may have a link of the shared catalogue checked at once."""
    return actor.kind == "system" or can_enter_editing(actor)
