"""What pages of a portal know of their request: the town, and its profile read once."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext as _

from shared_services.identity.requests import site_of
from shared_services.portal.selectors import get_profile
from shared_services.portal.values import ProfileInfo
from tenants.errors import NotFound
from tenants.registry.sites import TenantInfo

_PROFILE: Final = "_portal_profile"


def tenant_of(request: HttpRequest) -> TenantInfo:
    """Return the town of the request's host. Raises: NotFound on a host without one."""
    tenant = site_of(request).tenant
    if tenant is None:
        raise NotFound(_("Diese Seite gibt es hier nicht."))
    return tenant


def profile_of(request: HttpRequest) -> ProfileInfo:
    """Return the profile of the request's town; page and frame of one request share the query."""
    found: ProfileInfo | None = getattr(request, _PROFILE, None)
    if found is None:
        found = get_profile()
        setattr(request, _PROFILE, found)
    return found
