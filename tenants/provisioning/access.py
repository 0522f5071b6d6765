"""The way in for a tenant's first administrator, or for the next one when nobody there can sign in any more."""

from __future__ import annotations

from django.db import transaction

from tenants.actors import Actor
from tenants.context import as_operator, in_tenant
from tenants.registry.services import locked_tenant
from tenants.registry.trail import record_support
from tenants.staff.invitations import NewInvitation, renew_first_invitation


def invite_administrator(*, actor: Actor, slug: str, email: str = "") -> NewInvitation:
    """Make a link by which somebody becomes administrator of a tenant; without `email` the person names it.

    It stands in the tenant's own trail that support did this.

    Raises: NotFound, for another operator's tenant too; InvalidInput (field `admin_email`).
    """
    with as_operator(), transaction.atomic():
        tenant = locked_tenant(actor, slug)
        record_support(actor=actor, tenant=tenant, action="tenant.invited", data={})
        with in_tenant(tenant.ref):
            return renew_first_invitation(actor=actor, email=email)
