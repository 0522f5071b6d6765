"""Who may create and manage tenants."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from tenants.actors import Actor
from tenants.errors import NotAllowed, NotFound


def can_onboard(actor: Actor, *, operator_id: UUID) -> bool:
    """Whether the actor may add a tenant to a region of this operator: the operator's own people and commands."""
    return actor.kind == "system" or (actor.kind == "operator" and actor.operator_id == operator_id)


def can_manage_tenant(actor: Actor, *, operator_id: UUID) -> bool:
    """Whether the actor may see, suspend and resume a tenant of this operator."""
    return can_onboard(actor, operator_id=operator_id)


def require_onboard(actor: Actor, *, operator_id: UUID) -> None:
    """Raises: NotAllowed unless `can_onboard`."""
    if not can_onboard(actor, operator_id=operator_id):
        raise NotAllowed(_("Diese Portalregion betreut ein anderer IT-Dienstleister. Wählen Sie eine Ihrer Regionen."))


def require_manage_tenant(actor: Actor, *, operator_id: UUID) -> None:
    """Raises: NotFound unless `can_manage_tenant`: a tenant of another operator looks like none."""
    if not can_manage_tenant(actor, operator_id=operator_id):
        raise NotFound(_("Diese Kommune gibt es nicht."))
