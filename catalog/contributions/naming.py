"""What the catalogues are called to which towns offer something."""

from __future__ import annotations

from django.utils.translation import gettext as _

from catalog.editing.places import scope_from
from catalog.resolution.values import Layer
from tenants.registry.sites import directory


def name_target(layer: str, area: str) -> str:
    """Return a layer and its area in words: `Kreis Recklinghausen`, `Region Emscher-Lippe`."""
    region = directory.snapshot().regions.get(area) if layer == Layer.REGION else None
    if region is None:
        return scope_from(layer, area).name
    return _("Region {name}").format(name=region.short_name)
