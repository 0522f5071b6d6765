"""What editors of the shared catalogue may do: act on the layers of their scopes, in the work area of their region."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec
from uuid import UUID

from django.utils.translation import gettext as _

from tenants import policies
from tenants.actors import Actor
from tenants.editors.models import Role
from tenants.errors import NotAllowed

P = ParamSpec("P")


def can_enter_editing(actor: Actor) -> bool:
    """Whether the actor may see the work area of a region's editors at all."""
    return actor.kind == "editor" and bool(actor.region)


def can_edit_layer(actor: Actor, *, layer: str, area: str) -> bool:
    """Whether the actor may write drafts for this layer and area and hand them in. The system may always."""
    return _holds(actor, Role.EDITOR, Role.PUBLISHER, layer=layer, area=area)


def can_publish_layer(actor: Actor, *, layer: str, area: str) -> bool:
    """Whether the actor may publish, lock, withdraw and archive on this layer and area. The system may always."""
    return _holds(actor, Role.PUBLISHER, layer=layer, area=area)


def can_manage_editors(actor: Actor, *, operator_id: UUID) -> bool:
    """Whether the actor may let editors into the regions of this operator and out: its own people and commands."""
    return policies.can_onboard(actor, operator_id=operator_id)


def require(policy: Callable[P, bool], *args: P.args, **kwargs: P.kwargs) -> None:
    """Ask a policy: `require(can_edit_layer, actor, layer="region", area="emscher-lippe")`.

    Raises: NotAllowed when it says no.
    """
    if not policy(*args, **kwargs):
        raise NotAllowed(
            _("Dafür fehlt Ihnen die Berechtigung. Wenden Sie sich an Ihren IT-Dienstleister."),
            data={"policy": getattr(policy, "__name__", "")},
        )


def _holds(actor: Actor, *roles: str, layer: str, area: str) -> bool:
    if actor.kind == "system":
        return True
    return can_enter_editing(actor) and (layer, area) in actor.scopes and not actor.roles.isdisjoint(roles)
