"""Where an archive goes: under which name, host and region, as which tenant. Checked before anything is made."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from tenants import names
from tenants.actors import Actor
from tenants.errors import Conflict, InvalidInput, NotFound
from tenants.ids import uuid7
from tenants.lifecycle.models import Offboarding, OffboardingState
from tenants.lifecycle.registration import Registration
from tenants.policies import require_onboard
from tenants.provisioning.replay import schema_exists
from tenants.registry.hosts import check_host, normal_host
from tenants.registry.models import Domain, Region, Tenant, TenantCode


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What whoever imports asks for; an empty text means: as in the archive."""

    slug: str = ""
    host: str = ""
    region_slug: str = ""
    is_training: bool = False


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where it goes. `left_out_hosts` are the archive's hosts that do not come along."""

    tenant_id: UUID
    is_same_tenant: bool
    slug: str
    region: Region
    district: Tenant | None
    hosts: tuple[str, ...]
    left_out_hosts: tuple[str, ...]
    is_training: bool

    @property
    def schema(self) -> str:
        """The schema that will be made."""
        return names.schema_name(self.slug)


def find_place(actor: Actor, registration: Registration, wish: Wish) -> Place:
    """Check a wish against what is there, and fill it up from the archive.

    Raises: NotAllowed; NotFound for an unknown region; InvalidInput for a name or host that is none; Conflict for a
    name, schema, host or official key that a tenant has.
    """
    slug = checked_slug(wish.slug or registration.slug)
    region = _region(wish.region_slug or registration.region)
    require_onboard(actor, operator_id=region.operator_id)
    is_training = wish.is_training or registration.is_training
    # Asked before the departures: one that is removed in between is among those then.
    is_known = Tenant.objects.filter(id=registration.tenant_id).exists()
    _require_free(slug, registration, is_training=is_training)
    hosts, left_out = _hosts(registration, wish, slug=slug, region=region)
    return Place(
        tenant_id=uuid7() if is_known else registration.tenant_id,
        is_same_tenant=not is_known,
        slug=slug,
        region=region,
        district=_district(registration),
        hosts=hosts,
        left_out_hosts=left_out,
        is_training=is_training,
    )


def checked_slug(given: str) -> str:
    """Return a short name as it is stored. Raises: InvalidInput (field `slug`)."""
    slug = given.strip().lower()
    if not names.SLUG_PATTERN.fullmatch(slug):
        message = _(
            "Der Kurzname besteht aus Kleinbuchstaben, Ziffern und einzelnen Bindestrichen, höchstens 40 Zeichen."
        )
        raise InvalidInput(message, data={"fields": {"slug": [message]}})
    return slug


def _region(slug: str) -> Region:
    region = Region.objects.select_related("operator").filter(slug=slug).first()
    if region is None:
        known = ", ".join(Region.objects.order_by("slug").values_list("slug", flat=True)) or "–"
        raise NotFound(
            _("Die Portalregion „{slug}“ gibt es hier nicht. Nennen Sie eine mit --region: {known}.").format(
                slug=slug, known=known
            )
        )
    return region


def _require_free(slug: str, registration: Registration, *, is_training: bool) -> None:
    # Under whichever name: what is still to be removed is found by the id, too.
    same = Q(schema_name=names.schema_name(slug)) | Q(tenant_id=registration.tenant_id)
    leaving = Offboarding.objects.filter(same, state=OffboardingState.REMOVING).first()
    if leaving is not None:
        raise Conflict(
            _(
                "Die Löschung von {slug} ist noch nicht abgeschlossen. Führen Sie erst noch einmal „verbund tenants "
                "offboard {slug}“ aus."
            ).format(slug=leaving.slug),
            code="still_removing",
        )
    taken = Tenant.objects.filter(schema_name=names.schema_name(slug)).first()
    if taken is not None:
        raise Conflict(
            _("Den Kurznamen „{slug}“ hat schon {name}. Nehmen Sie mit --as einen anderen.").format(
                slug=slug, name=taken.official_name
            ),
            code="slug_taken",
        )
    if schema_exists(names.schema_name(slug)):
        raise Conflict(
            _(
                "Das Schema {schema} gibt es schon, ohne dass eine Kommune dazu gehört. „verbund doctor“ sagt mehr."
            ).format(schema=names.schema_name(slug)),
            code="schema_orphaned",
        )
    keys = [code.ags for code in registration.codes if not code.valid_to]
    owner = TenantCode.objects.select_related("tenant").filter(ags__in=keys, valid_to__isnull=True, is_training=False)
    found = None if is_training else owner.first()
    if found is not None:
        raise Conflict(
            _(
                "{name} ({ags}) gibt es hier schon, unter dem Kurznamen „{slug}“. Daneben geht es nur als Übungskopie: "
                "--training."
            ).format(name=found.tenant.official_name, ags=found.ags, slug=found.tenant.slug),
            code="ags_taken",
        )


def _hosts(
    registration: Registration, wish: Wish, *, slug: str, region: Region
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    own = (registration.primary_host, *registration.other_hosts)
    stays = not wish.host and slug == registration.slug and region.slug == registration.region
    if stays and registration.primary_host:
        primary, others = registration.primary_host, registration.other_hosts
    else:
        primary, others = normal_host(wish.host) or f"{slug}.{region.tenant_domain}", ()
    check_host(primary)
    for host in others:
        check_host(host)
    hosts = tuple(dict.fromkeys((primary, *others)))
    return hosts, tuple(host for host in own if host and host not in hosts)


def _district(registration: Registration) -> Tenant | None:
    if not registration.district_ags:
        return None
    code = TenantCode.objects.select_related("tenant").filter(
        ags=registration.district_ags, valid_to__isnull=True, is_training=False
    )
    found = code.first()
    return found.tenant if found else None


def register(place: Place, registration: Registration, *, schema_version: str) -> Tenant:
    """Write the registry's rows of a tenant that arrives."""
    tenant = Tenant.objects.create(
        id=place.tenant_id,
        slug=place.slug,
        name=registration.name,
        official_name=registration.official_name,
        sort_key=registration.sort_key,
        schema_name=place.schema,
        kind=registration.kind,
        life=registration.state.life,
        life_before=registration.state.life_before,
        suspended_reason=registration.state.suspended_reason,
        is_training=place.is_training,
        region=place.region,
        operator=place.region.operator,
        district=place.district,
        state_code=registration.state_code,
        latitude=registration.latitude,
        longitude=registration.longitude,
        population=registration.population,
        postcodes=list(registration.postcodes),
        schema_version=schema_version,
    )
    Tenant.objects.filter(id=tenant.id).update(created_at=dt.datetime.fromisoformat(registration.created_at_utc))
    _register_keys_and_hosts(tenant, place, registration)
    if registration.kind == "district" and not place.is_training:
        _adopt_towns(tenant, registration.ags[:5])
    return tenant


def _register_keys_and_hosts(tenant: Tenant, place: Place, registration: Registration) -> None:
    TenantCode.objects.bulk_create(
        TenantCode(
            tenant=tenant,
            ags=code.ags,
            ars=code.ars,
            valid_from=dt.date.fromisoformat(code.valid_from),
            valid_to=dt.date.fromisoformat(code.valid_to) if code.valid_to else None,
            is_training=place.is_training,
        )
        for code in registration.codes
    )
    Domain.objects.bulk_create(
        Domain(domain=host, tenant=tenant, is_primary=number == 0) for number, host in enumerate(place.hosts)
    )


def _adopt_towns(district: Tenant, prefix: str) -> None:
    """Towns that are without a district get to know the one that arrives."""
    towns = Tenant.objects.filter(codes__ags__startswith=prefix, kind="town", district__isnull=True, is_training=False)
    towns.update(district=district)
