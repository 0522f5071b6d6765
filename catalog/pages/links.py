"""Where a service that a town does not carry out itself is to be found."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from catalog.decisions.town import TownService
from catalog.resolution.decide import AuthorityRow
from catalog.resolution.values import SOURCE_LANGUAGE, Layer
from tenants.links import public_url
from tenants.registry.sites import TenantInfo, directory


@dataclass(frozen=True, slots=True)
class Target:
    """Another authority's page of a service."""

    authority: str
    url: str
    is_portal: bool = False


def link_target(service: TownService, town: TenantInfo) -> Target:
    """Return where a linked service is: where the town says, else the district, else the catalogue."""
    row, known = service.decided.row, service.authority
    if service.is_nobodys:
        return Target(_("niemand"), "")
    authority = row.link_authority or authority_name(known, town)
    if row.link_url:
        return Target(authority or _("andere Stelle"), row.link_url)
    district = district_of(town)
    if service.record.head.layer is Layer.DISTRICT and district is not None and district.is_open:
        return Target(authority or district.official_name, service_url(district, service.slug), is_portal=True)
    url = str((service.online_service or {}).get("url") or "")
    return Target(authority or _layer_authority(service), url or (known.url if known else ""))


def where_instead(row: AuthorityRow | None) -> Target | None:
    """Return where to go where nobody is responsible, if that is known."""
    return Target(row.name, row.url) if row is not None and row.is_nobody and row.name else None


def district_of(town: TenantInfo) -> TenantInfo | None:
    """Return the town's district if it is a tenant here."""
    return directory.snapshot().tenants_by_id.get(town.district_id) if town.district_id else None


def list_towns_of(district: TenantInfo) -> list[TenantInfo]:
    """Return the open towns of a district, in German order."""
    return [one for one in directory.snapshot().tenants.values() if one.district_id == district.id and one.is_listed]


def umbrella_service_url(town: TenantInfo, slug: str) -> str:
    """Return the umbrella's page of a service, where citizens choose their town; in the page's language."""
    region = directory.snapshot().regions[town.region_slug]
    # The path is the same at the umbrella and in every town.
    return public_url(region.host, f"{reverse('catalog_pages:service', kwargs={'slug': slug})}?auswahl=1")


def service_url(tenant: TenantInfo, slug: str) -> str:
    """Return the address of a service in another tenant's portal, in the page's language."""
    return public_url(tenant.host, reverse("catalog_pages:service", kwargs={"slug": slug}))


def easy_address(town: TenantInfo, slug: str) -> str:
    """Return the address of a service in Leichte Sprache, which is German on the English portal, too."""
    with override(SOURCE_LANGUAGE):
        return public_url(town.host, reverse("catalog_pages:easy_service", kwargs={"slug": slug}))


def authority_name(row: AuthorityRow | None, town: TenantInfo) -> str:
    """Return who does it, as citizens call it: the named authority, or the unit of the town. "" when unknown."""
    if row is None or row.is_nobody:
        return ""
    if row.name:
        return row.name
    return f"{row.unit}, {town.official_name}" if row.unit and row.is_own else row.unit


def _layer_authority(service: TownService) -> str:
    names = {
        Layer.FEDERATION: _("Behörde des Bundes"),
        Layer.STATE: _("Behörde des Landes"),
        Layer.REGION: _("Stelle der Region"),
        Layer.DISTRICT: _("Kreisverwaltung"),
        Layer.MUNICIPALITY: _("Stadt oder Gemeinde"),
    }
    return names[service.record.head.layer]
