"""What every view of the umbrella asks of its request."""

from __future__ import annotations

from django.http import HttpRequest

from tenants.errors import NotFound
from tenants.registry.sites import RegionInfo, Site


def region_of(request: HttpRequest) -> RegionInfo:
    """Return the region whose host was asked for.

    Raises: NotFound on a host that is no umbrella; the URLconf makes sure that it is one.
    """
    site: Site | None = getattr(request, "site", None)
    if site is None or site.region is None:
        raise NotFound("")
    return site.region
