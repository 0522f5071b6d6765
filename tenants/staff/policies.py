"""What the staff of a municipality may do. Every policy holds for the tenant of the running context only."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec

from django.utils.translation import gettext as _

from tenants.actors import Actor
from tenants.context import current_tenant_or_none
from tenants.errors import NotAllowed
from tenants.staff.models import Role

P = ParamSpec("P")


def _holds(actor: Actor, *roles: str) -> bool:
    """Whether the actor holds one of the roles in this tenant. Commands and tasks of the deployment may do all."""
    tenant = current_tenant_or_none()
    if tenant is None:
        return False
    if actor.kind == "system":
        return True
    return actor.is_staff_of(tenant.id) and not actor.roles.isdisjoint(roles)


def _is_support(actor: Actor) -> bool:
    """Whether the actor is of the IT provider and works here for a while, under an access that the town sees."""
    tenant = current_tenant_or_none()
    return tenant is not None and actor.is_support_of(tenant.id)


def can_enter_workspace(actor: Actor) -> bool:
    """Whether the actor works here: on the staff of this tenant, whatever the role, or let in for support."""
    tenant = current_tenant_or_none()
    return tenant is not None and (actor.is_staff_of(tenant.id) or _is_support(actor))


def can_have_account(actor: Actor) -> bool:
    """Whether the actor has an account of this tenant, whatever the role; support's lie with the IT provider."""
    tenant = current_tenant_or_none()
    return tenant is not None and actor.is_staff_of(tenant.id)


def can_edit_catalogue(actor: Actor) -> bool:
    """Whether the actor may decide on services and change their texts here."""
    return _holds(actor, Role.ADMINISTRATOR, Role.EDITOR) or _is_support(actor)


def can_translate(actor: Actor) -> bool:
    """Whether the actor may read services in the work area and write their texts in languages other than German."""
    return can_edit_catalogue(actor) or _holds(actor, Role.TRANSLATOR)


def can_edit_portal(actor: Actor) -> bool:
    """Whether the actor may change the look, contact, opening hours, notices and pages of this portal."""
    return _holds(actor, Role.ADMINISTRATOR, Role.EDITOR) or _is_support(actor)


def can_manage_staff(actor: Actor) -> bool:
    """Whether the actor may invite people to this tenant, change their roles and end their access."""
    return _holds(actor, Role.ADMINISTRATOR)


def can_manage_tokens(actor: Actor) -> bool:
    """Whether the actor may give programs access to this portal and take it from them."""
    return _holds(actor, Role.ADMINISTRATOR)


def can_read_audit(actor: Actor) -> bool:
    """Whether the actor may read the audit trail of this tenant. Auditors may do nothing else."""
    return _holds(actor, Role.ADMINISTRATOR, Role.AUDITOR) or _is_support(actor)


def can_manage_support(actor: Actor) -> bool:
    """Whether the actor may see, allow and end the IT provider's visits: administrators, never the visitor."""
    return _holds(actor, Role.ADMINISTRATOR)


def require(policy: Callable[P, bool], *args: P.args, **kwargs: P.kwargs) -> None:
    """Ask a policy: `require(can_edit_portal, actor)`.

    Raises: NotAllowed when it says no.
    """
    if not policy(*args, **kwargs):
        raise NotAllowed(
            _("Dafür fehlt Ihnen die Berechtigung. Wenden Sie sich an die Verwaltung Ihres Portals."),
            data={"policy": getattr(policy, "__name__", "")},
        )
