"""Read what onboarding knows: the areas still to come, and the version that a schema should have."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from tenants.context import as_operator
from tenants.errors import NotFound
from tenants.provisioning.areas import Area, list_areas
from tenants.provisioning.graph import tenant_graph
from tenants.registry.models import Region, TenantCode
from tenants.sorting import german_sort_key, spelled_out


@dataclass(frozen=True, slots=True)
class RegionAreas:
    """The areas of a region by their names in German order: those still to come, and all of them by key."""

    tenant_domain: str
    open: list[Area]
    all: dict[str, Area]


def get_region_areas(region_slug: str) -> RegionAreas:
    """Return the municipalities and districts of a region, from the list of areas.

    Raises: NotFound.
    """
    with as_operator():
        region = Region.objects.filter(slug=region_slug).first()
        if region is None:
            raise NotFound(_("Die Portalregion „{slug}“ gibt es nicht.").format(slug=region_slug))
        prefixes = tuple(region.area_prefixes)
        inside = {ags: area for ags, area in list_areas().items() if area.ars.startswith(prefixes)}
        taken = TenantCode.objects.filter(ags__in=list(inside), valid_to__isnull=True, is_training=False)
        known = set(taken.values_list("ags", flat=True))
    still_open = [area for ags, area in inside.items() if ags not in known]
    return RegionAreas(region.tenant_domain, sorted(still_open, key=_order), inside)


def find_areas(areas: list[Area], text: str) -> list[Area]:
    """Return the areas that a text means: the one with this key or this very name, else all that contain it."""
    wanted = spelled_out(" ".join(text.split()))
    exact = [area for area in areas if wanted in {area.ags, spelled_out(area.name), spelled_out(area_label(area))}]
    return exact or [area for area in areas if wanted in spelled_out(area.name) or area.ags.startswith(wanted)]


def area_label(area: Area) -> str:
    """Return the name with the key, because some names are there twice."""
    return f"{area.name} ({area.ags})"


def current_version() -> str:
    """Return the version of the tenant schemas that this process's code expects; read from disk once."""
    return tenant_graph().version


def _order(area: Area) -> str:
    return german_sort_key(area.name)
