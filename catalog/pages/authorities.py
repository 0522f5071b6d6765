"""Who does the services of a town: its own units, the district, the state, the federation; and what each does here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from catalog.decisions.selectors import list_offered_services
from catalog.decisions.town import TownService, current_town
from catalog.pages.links import authority_name, district_of
from catalog.pages.selectors import ServiceLink, link_to
from catalog.resolution.values import Layer
from tenants.errors import NotFound
from tenants.links import public_url
from tenants.registry.sites import TenantInfo
from tenants.sorting import german_sort_key, slug_of

OWN: Final = "own"
# In the order in which a citizen meets them.
LEVELS: Final = (OWN, Layer.MUNICIPALITY.value, Layer.DISTRICT.value, Layer.REGION.value, "state", "federation")


@dataclass(frozen=True, slots=True)
class Authority:
    """Somebody who does services. `level`: `own` for the town's units, else the layer of the first service."""

    slug: str
    name: str
    level: str
    url: str
    services: tuple[ServiceLink, ...]

    @property
    def is_own(self) -> bool:
        """The town itself, or a unit of it."""
        return self.level == OWN


def level_label(level: str, town: TenantInfo) -> str:
    """Return the heading of authorities of a level."""
    labels = {
        OWN: town.official_name,
        Layer.MUNICIPALITY.value: _("Andere Stellen vor Ort"),
        Layer.DISTRICT.value: _("Kreis und Landkreis"),
        Layer.REGION.value: _("Region"),
        Layer.STATE.value: _("Land"),
        Layer.FEDERATION.value: _("Bund und bundesweite Stellen"),
    }
    return labels[level]


def authority_of(service: TownService, town: TenantInfo) -> str:
    """Return the name under which an authority's page lists a service; "" when nobody is named."""
    row, known = service.decided.row, service.authority
    if service.is_nobodys:
        return ""
    if row.link_authority and not service.decided.is_own:
        return row.link_authority
    if known is not None and known.is_own:
        return known.name or known.unit or town.official_name
    return authority_name(known, town) or (town.official_name if service.decided.is_own else "")


def list_authorities(language: str) -> list[Authority]:
    """Return everybody who does a listed service here, by level and in German order; two queries."""
    town = current_town()
    groups: dict[str, list[TownService]] = {}
    for service in list_offered_services(language):
        if slug := slug_of(authority_of(service, town)):
            groups.setdefault(slug, []).append(service)
    found = [_authority(slug, services, town, language=language) for slug, services in groups.items()]
    return sorted(found, key=lambda one: (LEVELS.index(one.level), german_sort_key(one.name)))


def get_authority(slug: str, *, language: str) -> Authority:
    """Return one of them. Raises: NotFound."""
    found = next((one for one in list_authorities(language) if one.slug == slug), None)
    if found is None:
        raise NotFound(_("Diese Behörde hat hier keine Leistungen. Wählen Sie eine aus der Übersicht."))
    return found


def _authority(slug: str, services: list[TownService], town: TenantInfo, *, language: str) -> Authority:
    level = OWN if any(_is_done_here(one) for one in services) else services[0].record.head.layer.value
    return Authority(
        slug=slug,
        name=authority_of(services[0], town),
        level=level,
        url=_url(services, town),
        services=tuple(link_to(one, language) for one in services),
    )


def _is_done_here(service: TownService) -> bool:
    """Whether the town does it: by its decision, or as the authority that is named for its place."""
    named = service.authority is not None and service.authority.is_own and not service.decided.row.link_authority
    return service.decided.is_own or named


def _url(services: list[TownService], town: TenantInfo) -> str:
    named = next((one.authority.url for one in services if one.authority is not None and one.authority.url), "")
    district = district_of(town)
    if named or district is None or not district.is_open:
        return named
    is_district = all(one.record.head.layer is Layer.DISTRICT and not one.decided.is_own for one in services)
    return public_url(district.host) if is_district else ""
