"""Where a site's passkeys are valid: at its own host and nowhere else. No town's opens another town."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from shared_services.identity.requests import site_of
from tenants.links import public_url
from tenants.passkeys import Place


def place_of(request: HttpRequest) -> Place:
    """Return where passkeys of this site are valid. Its host comes from the registry, not from the request."""
    host = site_of(request).host
    return Place(host=host, origin=public_url(host, ""), name=place_name(request))


def place_name(request: HttpRequest) -> str:
    """Return the name under which devices and apps list an account of this site."""
    site = site_of(request)
    if site.tenant is not None:
        return site.tenant.name
    return site.region.name if site.region is not None else _("Verbund-Konsole")
