"""Onboard a tenant: one transaction, from nothing to a portal that answers. Its states of life are in `life`."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tenants import names
from tenants.actors import Actor
from tenants.context import as_migration, in_tenant
from tenants.policies import require_onboard
from tenants.provisioning.life import clear_error, note_error, resume, set_life, suspend
from tenants.provisioning.locking import hold_onboarding_lock
from tenants.provisioning.replay import ensure_role, replay_schema, schema_exists
from tenants.provisioning.requests import CheckedRequest, OnboardingRequest, check_request, require_area_of_region
from tenants.provisioning.seeds import SeedContext, run_seeds
from tenants.provisioning.snapshot import Snapshot, snapshot_of
from tenants.registry.generations import touch_registry
from tenants.registry.models import Domain, Generation, Tenant, TenantCode
from tenants.registry.sites import directory
from tenants.registry.trail import record_support
from tenants.rollout.newcomers import snapshot_for_newcomers
from tenants.sorting import german_sort_key

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
        tenant = wish.existing or _register(wish, snapshot)
        completed = _ensure_parts(tenant, wish, snapshot)
        told = _run_seeds(tenant, wish, actor)
        record_support(
            actor=actor,
            tenant=tenant,
            action="tenant.onboarded" if wish.existing is None else "tenant.completed",
            data={"slug": tenant.slug, "ags": wish.area.ags, "host": wish.host, "completed": list(completed)},
        )
        touch_registry()
        transaction.on_commit(directory.expire)
        host = Domain.objects.get(tenant=tenant, is_primary=True).domain
    created = wish.existing is None
    return Onboarded(tenant.id, tenant.slug, host, created, () if created else completed, told)


def _register(wish: CheckedRequest, snapshot: Snapshot) -> Tenant:
    area = wish.area
    keys = TenantCode.objects.filter(valid_to__isnull=True, is_training=False)
    district = keys.filter(ags=f"{area.district_ags}000").first()
    tenant = Tenant(
        slug=wish.slug,
        name=area.name,
        official_name=wish.official_name,
        sort_key=german_sort_key(area.name),
        schema_name=names.schema_name(wish.slug),
        kind=area.kind,
        life=wish.life,
        region=wish.region,
        operator=wish.region.operator,
        district_id=district.tenant_id if district and area.district_ags else None,
        state_code=area.state_code,
        latitude=area.latitude,
        longitude=area.longitude,
        population=area.population,
        postcodes=list(area.postcodes),
        schema_version=snapshot.version,
    )
    tenant.save()
    return tenant


def _ensure_parts(tenant: Tenant, wish: CheckedRequest, snapshot: Snapshot) -> tuple[str, ...]:
    completed = []
    if not tenant.codes.filter(valid_to__isnull=True).exists():
        # Since when the key holds is not in the list of areas: the registry knows it from today on.
        TenantCode.objects.create(tenant=tenant, ags=wish.area.ags, ars=wish.area.ars, valid_from=timezone.localdate())
        completed.append("codes")
    role = ensure_role(tenant.schema_name)
    if not schema_exists(tenant.schema_name):
        # An existing tenant stays at the version it has; a rollout may bring it on, with the data steps in between.
        is_newest = tenant.schema_version == snapshot.version
        replay_schema(tenant.schema_name, snapshot if is_newest else snapshot_of(tenant.schema_version))
        completed.append("schema")
    if Generation.objects.get_or_create(scope=role)[1]:
        completed.append("generation")
    for host in (wish.host, *wish.other_hosts):
        if not Domain.objects.filter(domain=host).exists():
            primary = not tenant.domains.filter(is_primary=True).exists()
            Domain.objects.create(domain=host, tenant=tenant, is_primary=primary)
            completed.append(host)
    if wish.area.kind == "district":
        _adopt_towns(tenant, wish.area.ags[:5])
    return tuple(completed)


def _adopt_towns(district: Tenant, district_ags: str) -> None:
    """Towns that were there before their district get to know it now."""
    towns = Tenant.objects.filter(codes__ags__startswith=district_ags, kind="town", is_training=False)
    towns = towns.filter(district__isnull=True)
    towns.update(district=district)


def _run_seeds(tenant: Tenant, wish: CheckedRequest, actor: Actor) -> dict[str, str]:
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
        options={"admin_email": wish.admin_email, **wish.options},
    )
    with in_tenant(tenant.ref):
        return run_seeds(context)
