"""Onboard a tenant: one transaction, from nothing to a portal that answers; and its suspension and return."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants import names
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.context import as_migration, as_operator, in_tenant
from tenants.errors import Conflict, InvalidInput, NotFound
from tenants.policies import require_manage_tenant, require_onboard
from tenants.provisioning.replay import ensure_role, replay_schema, schema_exists
from tenants.provisioning.requests import CheckedRequest, OnboardingRequest, check_request
from tenants.provisioning.seeds import SeedContext, run_seeds
from tenants.provisioning.snapshot import Snapshot, ensure_snapshot
from tenants.registry.generations import touch_registry
from tenants.registry.models import Domain, Generation, Life, Tenant, TenantCode
from tenants.registry.sites import directory
from tenants.sorting import german_sort_key

# One onboarding at a time per deployment: two with the same name must not race. The number is arbitrary.
_ONBOARDING_LOCK = 7_215_001


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

    Run again for the same municipality it completes what is missing and changes nothing else.

    Effects: every process reloads its directory of sites after commit, so the host answers right afterwards.
    Raises: InvalidInput, NotFound, Conflict (see `check_request`) and NotAllowed; nothing is left behind then.
    """
    snapshot = ensure_snapshot()
    with as_migration(), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONBOARDING_LOCK])
        wish = check_request(request)
        require_onboard(actor, operator_id=wish.region.operator_id)
        tenant = wish.existing or _register(wish, snapshot)
        completed = _ensure_parts(tenant, wish, snapshot)
        told = _run_seeds(tenant, wish, actor)
        record(
            actor=actor,
            action="tenant.onboarded" if wish.existing is None else "tenant.completed",
            subject=f"tenant:{tenant.id}",
            data={"slug": tenant.slug, "ags": wish.area.ags, "host": wish.host},
            tenant_id=tenant.id,
        )
        touch_registry()
        transaction.on_commit(directory.reload)
    created = wish.existing is None
    return Onboarded(tenant.id, tenant.slug, wish.host, created, () if created else completed, told)


def _register(wish: CheckedRequest, snapshot: Snapshot) -> Tenant:
    area = wish.area
    district = TenantCode.objects.filter(ags=f"{area.district_ags}000", valid_to__isnull=True).first()
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
    if not tenant.codes.exists():
        TenantCode.objects.create(
            tenant=tenant, ags=wish.area.ags, ars=wish.area.ars, valid_from=datetime.date(1975, 1, 1)
        )
        completed.append("codes")
    role = ensure_role(tenant.schema_name)
    if not schema_exists(tenant.schema_name):
        replay_schema(tenant.schema_name, snapshot)
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
    towns = Tenant.objects.filter(codes__ags__startswith=district_ags, kind="town", district__isnull=True)
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


def suspend(*, actor: Actor, slug: str, reason: str) -> None:
    """Close a tenant's portal: it answers 503 and says whom to call. Its data stay untouched.

    Raises: NotFound; NotAllowed; InvalidInput without a reason; Conflict when it is suspended already or leaving.
    """
    if not reason.strip():
        message = _("Nennen Sie den Grund der Sperrung: er steht im Protokoll.")
        raise InvalidInput(message, data={"fields": {"reason": [message]}})
    with as_operator(), transaction.atomic():
        tenant = _locked(actor, slug)
        if tenant.life in {Life.SUSPENDED, Life.LEAVING}:
            raise Conflict(_("{name} ist nicht in Betrieb und kann nicht gesperrt werden.").format(name=tenant.name))
        _change_life(actor, tenant, Life.SUSPENDED, reason.strip())


def resume(*, actor: Actor, slug: str) -> None:
    """Open a suspended tenant's portal again, in the state in which it was suspended.

    Raises: NotFound; NotAllowed; Conflict when it is not suspended.
    """
    with as_operator(), transaction.atomic():
        tenant = _locked(actor, slug)
        if tenant.life != Life.SUSPENDED:
            raise Conflict(_("{name} ist nicht gesperrt.").format(name=tenant.name))
        _change_life(actor, tenant, tenant.life_before or Life.LIVE, "")


def set_life(*, actor: Actor, slug: str, life: str) -> None:
    """Move a tenant on: from being set up to pilot or live, from pilot to live, to leaving.

    Raises: NotFound; NotAllowed; InvalidInput for an unknown state or one that has a call of its own.
    """
    if life not in {Life.SETUP, Life.PILOT, Life.LIVE, Life.LEAVING}:
        raise InvalidInput(_("Diesen Zustand kann man so nicht setzen."))
    with as_operator(), transaction.atomic():
        tenant = _locked(actor, slug)
        if tenant.life == Life.SUSPENDED:
            raise Conflict(_("{name} ist gesperrt. Geben Sie das Portal erst frei.").format(name=tenant.name))
        _change_life(actor, tenant, life, "")


def note_error(*, tenant_id: UUID, message: str) -> None:
    """Keep the last error of a tenant, for the operators' console. Personal data must not be in the message."""
    with as_operator(), transaction.atomic():
        Tenant.objects.filter(id=tenant_id).update(last_error=message[:2000], last_error_at=timezone.now())


def _locked(actor: Actor, slug: str) -> Tenant:
    tenant = Tenant.objects.select_for_update(of=("self",)).filter(slug=slug).first()
    if tenant is None:
        raise NotFound(_("Die Kommune „{slug}“ gibt es nicht.").format(slug=slug))
    require_manage_tenant(actor, operator_id=tenant.operator_id)
    return tenant


def _change_life(actor: Actor, tenant: Tenant, life: str, reason: str) -> None:
    before = tenant.life
    tenant.life, tenant.life_before, tenant.suspended_reason = life, before, reason
    tenant.save(update_fields=["life", "life_before", "suspended_reason"])
    record(
        actor=actor,
        action="tenant.life_changed",
        subject=f"tenant:{tenant.id}",
        data={"from": before, "to": life, "reason": reason},
        tenant_id=tenant.id,
    )
    touch_registry()
    transaction.on_commit(directory.reload)
