"""Write the registry: the hosts of a tenant. Its creation and its states of life lie in `tenants.provisioning`."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tenants.actors import Actor
from tenants.context import as_operator
from tenants.errors import Conflict, NotFound
from tenants.policies import require_manage_tenant
from tenants.registry.generations import touch_registry
from tenants.registry.hosts import check_host, host_is_taken, normal_host
from tenants.registry.models import Domain, Tenant
from tenants.registry.sites import directory
from tenants.registry.trail import record_support


def add_domain(*, actor: Actor, slug: str, host: str) -> str:
    """Let a tenant answer under one more host, which redirects to its primary one; return the host as stored.

    Effects: every process knows the host after commit.
    Raises: NotFound; InvalidInput or Conflict (field `host`), also when the tenant has this host already.
    """
    name = normal_host(host)
    with as_operator(), transaction.atomic():
        tenant = locked_tenant(actor, slug)
        check_host(name, tenant_id=tenant.id)
        if Domain.objects.filter(tenant=tenant, domain=name).exists():
            message = _("{host} gehört schon zu {name}.").format(host=name, name=tenant.name)
            raise Conflict(message, code="host_known", data={"fields": {"host": [message]}})
        try:
            with transaction.atomic():
                Domain.objects.create(tenant=tenant, domain=name, is_primary=False)
        except IntegrityError as raced:
            raise host_is_taken(name) from raced
        _publish(actor, tenant, action="tenant.domain_added", host=name)
    return name


def make_domain_primary(*, actor: Actor, slug: str, host: str) -> None:
    """Make one of a tenant's hosts the one to which its others redirect. Nothing happens if it is already.

    Effects: every process follows after commit.
    Raises: NotFound for a tenant or a host that is not the actor's or not the tenant's.
    """
    with as_operator(), transaction.atomic():
        tenant = locked_tenant(actor, slug)
        domain = _domain(tenant, host)
        if domain.is_primary:
            return
        Domain.objects.filter(tenant=tenant, is_primary=True).update(is_primary=False)
        Domain.objects.filter(id=domain.id).update(is_primary=True)
        _publish(actor, tenant, action="tenant.domain_made_primary", host=domain.domain)


def remove_domain(*, actor: Actor, slug: str, host: str) -> None:
    """Take a host from a tenant: it is unknown from then on.

    Effects: every process follows after commit.
    Raises: NotFound as above; Conflict for the primary host.
    """
    with as_operator(), transaction.atomic():
        tenant = locked_tenant(actor, slug)
        domain = _domain(tenant, host)
        if domain.is_primary:
            raise Conflict(
                _("{host} ist die Hauptadresse von {name}. Bestimmen Sie erst eine andere dazu.").format(
                    host=domain.domain, name=tenant.name
                ),
                code="host_is_primary",
            )
        Domain.objects.filter(id=domain.id).delete()
        _publish(actor, tenant, action="tenant.domain_removed", host=domain.domain)


def locked_tenant(actor: Actor, slug: str) -> Tenant:
    """Return a tenant that the actor may manage, locked until the running transaction ends.

    Raises: NotFound, for another operator's tenant too.
    """
    tenant = Tenant.objects.select_for_update(of=("self",)).filter(slug=slug).first()
    if tenant is None:
        raise NotFound(_("Die Kommune „{slug}“ gibt es nicht.").format(slug=slug))
    require_manage_tenant(actor, operator_id=tenant.operator_id)
    return tenant


def _domain(tenant: Tenant, host: str) -> Domain:
    domain = Domain.objects.filter(tenant=tenant, domain=normal_host(host)).first()
    if domain is None:
        raise NotFound(_("{host} gehört nicht zu {name}.").format(host=host, name=tenant.name))
    return domain


def _publish(actor: Actor, tenant: Tenant, *, action: str, host: str) -> None:
    record_support(actor=actor, tenant=tenant, action=action, data={"host": host})
    touch_registry()
    transaction.on_commit(directory.reload)
