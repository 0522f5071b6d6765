"""What is asked for when a tenant is onboarded, checked against the list of areas and against what exists."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from tenants import names
from tenants.errors import Conflict, InvalidInput, NotFound
from tenants.provisioning.areas import Area, list_areas, normal_ags
from tenants.registry.hosts import check_hosts, normal_host
from tenants.registry.models import Domain, Life, Region, Tenant, TenantCode
from tenants.sorting import slug_of

FIRST_LIVES: Final = (Life.SETUP.value, Life.PILOT.value, Life.LIVE.value)


@dataclass(frozen=True)
class OnboardingRequest:
    """The wish: everything but the slug and the AGS has a default made from the list of areas and the region."""

    slug: str
    ags: str
    region_slug: str = ""
    host: str = ""
    other_hosts: tuple[str, ...] = ()
    official_name: str = ""
    admin_email: str = ""
    life: str = Life.SETUP
    options: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CheckedRequest:
    """The wish, with every default filled in and nothing left to refuse.

    `existing` is the tenant of an earlier run, `district_id` the district in which the area lies, if it is a tenant.
    """

    slug: str
    area: Area
    region: Region
    host: str
    other_hosts: tuple[str, ...]
    official_name: str
    admin_email: str
    life: str
    options: dict[str, str]
    existing: Tenant | None
    district_id: UUID | None


def check_request(request: OnboardingRequest) -> CheckedRequest:
    """Check a wish and fill in its defaults.

    Raises: InvalidInput (with a message per field) for a wrong key, name or host; NotFound for an unknown region;
    Conflict for a name, host or key that another tenant has.
    """
    slug = request.slug.strip().lower()
    if not names.SLUG_PATTERN.fullmatch(slug):
        raise _wrong(
            "slug",
            _("Der Kurzname besteht aus Kleinbuchstaben, Ziffern und einzelnen Bindestrichen, höchstens 40 Zeichen."),
        )
    area = _area(request.ags, slug)
    regions = list(Region.objects.select_related("operator"))
    region = _region(request.region_slug, area, regions)
    codes = _valid_codes(area)
    existing = _existing(slug, codes.get(area.ags))
    if existing is not None and existing.life == Life.OFFBOARDING:
        raise Conflict(_("{name} wird gerade entfernt.").format(name=existing.official_name), code="offboarding")
    _check_region(existing, region, is_named=bool(request.region_slug))
    region = existing.region if existing else region
    host = normal_host(request.host) or _default_host(slug, region, existing)
    hosts = tuple(dict.fromkeys(normal_host(one) for one in request.other_hosts if one.strip()))
    check_hosts(
        {host: "host"} | {one: "other_hosts" for one in hosts if one != host},
        tenant_id=existing.id if existing else None,
        region_hosts={one.host for one in regions},
    )
    if request.life not in FIRST_LIVES:
        raise _wrong(
            "life", _("So kann eine Kommune nicht beginnen. Möglich: {states}.").format(states=", ".join(FIRST_LIVES))
        )
    district = codes.get(_district_key(area))
    return CheckedRequest(
        slug=slug,
        area=area,
        region=region,
        host=host,
        other_hosts=tuple(one for one in hosts if one != host),
        official_name=request.official_name.strip() or area.official_name,
        admin_email=request.admin_email.strip(),
        life=request.life,
        options=request.options,
        existing=existing,
        district_id=district.tenant_id if district else None,
    )


def require_area_of_region(wish: CheckedRequest) -> None:
    """Hold people of an IT provider to the areas of the region; a command may bring in a member from outside.

    Raises: InvalidInput (field `ags`).
    """
    if not wish.area.ars.startswith(tuple(wish.region.area_prefixes)):
        message = _("{name} liegt nicht im Gebiet von {region}.").format(name=wish.area.name, region=wish.region.name)
        raise _wrong("ags", message)


def _wrong(field_name: str, message: str) -> InvalidInput:
    return InvalidInput(message, data={"fields": {field_name: [message]}})


def _area(given: str, slug: str) -> Area:
    ags = normal_ags(given)
    if ags is None:
        raise _wrong(
            "ags", _("Der amtliche Gemeindeschlüssel (AGS) hat 8 Ziffern, der eines Kreises 5. Prüfen Sie die Eingabe.")
        )
    areas = list_areas()
    meant = areas.get(ags)
    if meant is not None and meant.slug == slug:
        return meant
    same_name = [area for area in areas.values() if area.slug == slug]
    if meant is None:
        hint = _suggestion(same_name, ags)
        raise _wrong("ags", _("Den Schlüssel {ags} gibt es in der Gemeindeliste nicht.").format(ags=ags) + hint)
    if same_name:
        raise _wrong(
            "ags",
            _("Der Schlüssel {ags} gehört zu {name}.").format(ags=ags, name=meant.name) + _suggestion(same_name, ags),
        )
    if not slug.startswith(slug_of(meant.name)):
        raise _wrong(
            "slug",
            _("Der Kurzname „{slug}“ passt nicht zu {name} ({ags}). Nehmen Sie „{right}“.").format(
                slug=slug, name=meant.name, ags=ags, right=meant.slug
            ),
        )
    return meant


def _suggestion(same_name: list[Area], ags: str) -> str:
    keys = [area.ags for area in same_name] or difflib.get_close_matches(ags, list(list_areas()), n=1, cutoff=0.8)
    if not keys:
        return ""
    return " " + _("Meinten Sie {ags} ({name})?").format(ags=keys[0], name=list_areas()[keys[0]].name)


def _region(slug: str, area: Area, regions: list[Region]) -> Region:
    if slug:
        found = next((region for region in regions if region.slug == slug), None)
        if found is None:
            known = ", ".join(sorted(region.slug for region in regions)) or "–"
            message = _("Die Portalregion „{slug}“ gibt es nicht. Vorhanden: {known}.").format(slug=slug, known=known)
            raise NotFound(message, data={"fields": {"region_slug": [message]}})
        return found
    fitting = [
        (len(prefix), region) for region in regions for prefix in region.area_prefixes if area.ars.startswith(prefix)
    ]
    if not fitting:
        raise _wrong("region_slug", _("Keine Portalregion umfasst {name}. Nennen Sie eine.").format(name=area.name))
    return max(fitting, key=lambda pair: pair[0])[1]


def _default_host(slug: str, region: Region, existing: Tenant | None) -> str:
    """Return the host that a tenant has already, or the one that its region gives it."""
    own = Domain.objects.filter(tenant=existing, is_primary=True).first() if existing else None
    return own.domain if own else f"{slug}.{region.tenant_domain}"


def _check_region(existing: Tenant | None, region: Region, *, is_named: bool) -> None:
    """A repeated onboarding completes a tenant where it is; it never moves it to another region."""
    if existing is None or not is_named or existing.region_id == region.id:
        return
    message = _("{name} gehört schon zur Portalregion {region}.").format(
        name=existing.official_name, region=existing.region.name
    )
    raise Conflict(message, code="other_region", data={"fields": {"region_slug": [message]}})


def _district_key(area: Area) -> str:
    return f"{area.district_ags}000" if area.district_ags else ""


def _valid_codes(area: Area) -> dict[str, TenantCode]:
    """Return the keys of an area and of its district as tenants hold them now; of two for one key the older one."""
    keys = TenantCode.objects.select_related("tenant").filter(ags__in=[area.ags, _district_key(area)])
    return {code.ags: code for code in keys.filter(valid_to__isnull=True, is_training=False).order_by("-id")}


def _existing(slug: str, code: TenantCode | None) -> Tenant | None:
    tenant = Tenant.objects.select_related("region", "operator").filter(slug=slug).first()
    if tenant is not None and code is None and not tenant.codes.exists():
        return tenant
    if tenant is not None and (code is None or code.tenant_id != tenant.id):
        raise Conflict(
            _("Der Kurzname „{slug}“ ist vergeben an {name}.").format(slug=slug, name=tenant.official_name),
            data={"fields": {"slug": [_("Dieser Kurzname ist vergeben.")]}},
        )
    if code is not None and (tenant is None or code.tenant_id != tenant.id):
        raise Conflict(
            _("{name} ist schon angelegt, unter dem Kurznamen „{slug}“.").format(
                name=code.tenant.official_name, slug=code.tenant.slug
            ),
            data={"fields": {"ags": [_("Diese Kommune gibt es schon.")]}},
        )
    return tenant
