"""What a tenant consists of in registry and database: made for a new one, completed for one that is there."""

from __future__ import annotations

from django.utils import timezone

from tenants import names
from tenants.provisioning.replay import (
    ensure_role,
    list_present,
    make_role,
    replay_schema,
    schema_exists,
    share_role,
)
from tenants.provisioning.requests import CheckedRequest
from tenants.provisioning.snapshot import Snapshot, snapshot_of
from tenants.registry.models import Domain, Generation, Tenant, TenantCode
from tenants.sorting import german_sort_key

# What `completed` calls them, beside the hosts.
CODES, SCHEMA, GENERATION = "codes", "schema", "generation"


def register(wish: CheckedRequest, snapshot: Snapshot) -> Tenant:
    """Enter a new tenant into the registry, in the running transaction."""
    area = wish.area
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
        district_id=wish.district_id,
        state_code=area.state_code,
        latitude=area.latitude,
        longitude=area.longitude,
        population=area.population,
        postcodes=list(area.postcodes),
        schema_version=snapshot.version,
    )
    tenant.save()
    return tenant


def make_parts(tenant: Tenant, wish: CheckedRequest, snapshot: Snapshot) -> tuple[str, ...]:
    """Give a tenant that was registered a moment ago its keys, role, schema and hosts; return what was made.

    Nobody is asked what is there, but the database for a schema or role that somebody left behind.
    """
    made = [CODES]
    _add_code(tenant, wish)
    present = list_present(tenant.schema_name)
    role = names.tenant_role(tenant.schema_name)
    (share_role if present.role else make_role)(role)
    if not present.schema:
        replay_schema(tenant.schema_name, snapshot)
        made.append(SCHEMA)
    Generation.objects.bulk_create([Generation(scope=role)], ignore_conflicts=True)
    hosts = (wish.host, *wish.other_hosts)
    # Not one by one: saving a domain of django-tenants looks for other primary ones each time.
    Domain.objects.bulk_create(Domain(domain=host, tenant=tenant, is_primary=host == wish.host) for host in hosts)
    _adopt_towns(tenant, wish)
    return (*made, GENERATION, *hosts)


def complete_parts(tenant: Tenant, wish: CheckedRequest, snapshot: Snapshot) -> tuple[str, ...]:
    """Add what a tenant lacks, whatever an earlier run left, and return what that was."""
    completed = []
    if not tenant.codes.filter(valid_to__isnull=True).exists():
        _add_code(tenant, wish)
        completed.append(CODES)
    role = ensure_role(tenant.schema_name)
    if not schema_exists(tenant.schema_name):
        # It stays at the version it has; a rollout may bring it on, with the data steps in between.
        is_newest = tenant.schema_version == snapshot.version
        replay_schema(tenant.schema_name, snapshot if is_newest else snapshot_of(tenant.schema_version))
        completed.append(SCHEMA)
    if Generation.objects.get_or_create(scope=role)[1]:
        completed.append(GENERATION)
    for host in (wish.host, *wish.other_hosts):
        if not Domain.objects.filter(domain=host).exists():
            primary = not tenant.domains.filter(is_primary=True).exists()
            Domain.objects.create(domain=host, tenant=tenant, is_primary=primary)
            completed.append(host)
    _adopt_towns(tenant, wish)
    return tuple(completed)


def _add_code(tenant: Tenant, wish: CheckedRequest) -> None:
    # Since when the key holds is not in the list of areas: the registry knows it from today on.
    TenantCode.objects.create(tenant=tenant, ags=wish.area.ags, ars=wish.area.ars, valid_from=timezone.localdate())


def _adopt_towns(tenant: Tenant, wish: CheckedRequest) -> None:
    """Towns that were there before their district get to know it now."""
    if wish.area.kind != "district":
        return
    towns = Tenant.objects.filter(codes__ags__startswith=wish.area.ags[:5], kind="town", is_training=False)
    towns.filter(district__isnull=True).update(district=tenant)
