"""The municipality a visitor chose: a cookie of the umbrella's own host, and where a choice leads."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from federation.ui.context import MUNICIPALITY_COOKIE
from federation.ui.paths import here
from federation.umbrella.places import get_places
from federation.umbrella.requests import region_of
from tenants.links import public_url
from tenants.registry.sites import TenantInfo

YEAR_SECONDS: Final = 365 * 24 * 3600
MAX_PATH_LENGTH: Final = 300


def get_chosen(request: HttpRequest) -> TenantInfo | None:
    """Return the portal that the visitor chose, if it is an open one of this region; a cookie is a visitor's word."""
    return get_places(region_of(request).slug).find_member(request.COOKIES.get(MUNICIPALITY_COOKIE, ""))


def remember(response: HttpResponse, tenant: TenantInfo) -> None:
    """Set the cookie for this host only, for a year."""
    response.set_cookie(
        MUNICIPALITY_COOKIE,
        tenant.slug,
        max_age=YEAR_SECONDS,
        samesite="Lax",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )


def choose_url(slug: str, *, onward: str = "") -> str:
    """Return the address that chooses a municipality and then leads on."""
    query = {"kommune": slug} | ({"weiter": onward} if onward else {})
    return f"{reverse('umbrella:choose')}?{urlencode(query)}"


def portal_url(tenant: TenantInfo, path: str = "/") -> str:
    """Return the address of a page in a town's portal, in the language of this one."""
    return public_url(tenant.host, here(path))


def safe_onward(request: HttpRequest, path: str) -> str:
    """Return the path if it is one of our own pages of this host, else an empty text: nobody is sent elsewhere."""
    is_plain = path.startswith("/") and not path.startswith(("//", "/\\")) and len(path) <= MAX_PATH_LENGTH
    if not is_plain or not url_has_allowed_host_and_scheme(path, allowed_hosts=None):
        return ""
    try:
        resolve(path.partition("?")[0].partition("#")[0], urlconf=getattr(request, "urlconf", None))
    except Resolver404:
        return ""
    return path
