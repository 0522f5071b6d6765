"""Onboard a tenant: one transaction, from nothing to a portal that answers. Its states of life are in `life`."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from tenants.actors import Actor
from tenants.context import as_migration, in_new_tenant, in_tenant
from tenants.policies import require_onboard
from tenants.provisioning.life import clear_error, note_error, resume, set_life, suspend
from tenants.provisioning.locking import hold_onboarding_lock
from tenants.provisioning.parts import SCHEMA, complete_parts, make_parts, register
from tenants.provisioning.requests import CheckedRequest, OnboardingRequest, check_request, require_area_of_region
from tenants.provisioning.seeds import SeedContext, run_seeds
from tenants.registry.generations import touch_registry
from tenants.registry.models import Domain, Tenant
from tenants.registry.sites import directory
from tenants.registry.trail import record_support
from tenants.rollout.newcomers import snapshot_for_newcomers

__all__ = ("Onboarded", "clear_error", "note_error", "onboard", "resume", "set_life", "suspend")


@dataclass(frozen=True)
class Onboarded:
    """What came of it. `told` holds what seeds have to tell once, such as the path of the invitation."""

    tenant_id: UUID
    slug: str
    host: str
    created: bool
    completed: tuple[str, ...] = ()
    told: dict[str, str] = field(default_factory=dict)


def onboard(*, actor: Actor, request: OnboardingRequest) -> Onboarded:
    """Create a tenant with schema, role, grants, domains and everything its portal starts with, in one transaction.

    Run again for the same municipality it completes what is missing and changes nothing else. The schema is at the
    newest version with which every program that runs now can work.

    Effects: every process looks at the registry anew after commit, so the host answers right afterwards; this one only
    when it is next asked for a host, so that onboarding costs the same however many tenants there are.
    Raises: InvalidInput, NotFound, Conflict (see `check_request`, `snapshot_for_newcomers`) and NotAllowed; nothing is
    left behind then.
    """
    snapshot = snapshot_for_newcomers()
    with as_migration(), transaction.atomic():
        hold_onboarding_lock()
        wish = check_request(request)
        # An existing tenant is its own operator's to complete, whatever region was named.
        require_onboard(actor, operator_id=(wish.existing or wish.region).operator_id)
        if actor.kind == "operator" and wish.existing is None:
            require_area_of_region(wish)
        if wish.existing is None:
            tenant = register(wish, snapshot)
            completed = make_parts(tenant, wish, snapshot)
        else:
            tenant = wish.existing
            completed = complete_parts(tenant, wish, snapshot)
        # Before the seeds, which go on in the tenant: every change of identity is another message.
        is_empty = SCHEMA in completed
        record_support(
            actor=actor,
            tenant=tenant,
            action="tenant.onboarded" if wish.existing is None else "tenant.completed",
            data={"slug": tenant.slug, "ags": wish.area.ags, "host": wish.host, "completed": list(completed)},
            is_new=is_empty,
        )
        told = _run_seeds(tenant, wish, actor=actor, is_empty=is_empty)
        touch_registry()
        transaction.on_commit(directory.expire)
        created = wish.existing is None
        host = wish.host if created else Domain.objects.get(tenant=tenant, is_primary=True).domain
    return Onboarded(tenant.id, tenant.slug, host, created, () if created else completed, told)


def _run_seeds(tenant: Tenant, wish: CheckedRequest, *, actor: Actor, is_empty: bool) -> dict[str, str]:
    context = SeedContext(
        tenant=tenant.ref,
        actor=actor,
        name=tenant.name,
        official_name=tenant.official_name,
        kind=tenant.kind,
        state_code=tenant.state_code,
        ars=wish.area.ars,
        host=wish.host,
        region_slug=wish.region.slug,
        region_name=wish.region.name,
        operator_name=tenant.operator.name,
        is_empty=is_empty,
        options={"admin_email": wish.admin_email, **wish.options},
    )
    with in_new_tenant(tenant.ref) if is_empty else in_tenant(tenant.ref):
        return run_seeds(context)
