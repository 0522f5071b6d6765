"""Security headers on every answer, also on those that no view has made."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from tenants.registry.sites import Site

GetResponse = Callable[[HttpRequest], HttpResponse]

# The one feature a page may ask for is the place of the device ("in meiner Nähe"), and only after a click.
_PERMISSIONS: Final = "camera=(), geolocation=(self), microphone=(), payment=(), usb=(), browsing-topics=()"


class HeadersMiddleware:
    """Adds what is missing; what a view, the page cache or the middleware of django-csp has set stays."""

    def __init__(self, get_response: GetResponse) -> None:
        """Keep the rest of the chain."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with all headers."""
        return add_headers(request, self._get_response(request))


def add_headers(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Add the headers an answer lacks and return it."""
    headers = response.headers
    for name, value in _fixed_headers():
        headers.setdefault(name, value)
    site: Site | None = getattr(request, "site", None)
    if site is not None and site.tenant is not None and site.tenant.is_training:
        headers.setdefault("X-Robots-Tag", "noindex, nofollow")
    if settings.SECURE_HSTS_SECONDS and request.is_secure():
        headers.setdefault("Strict-Transport-Security", f"max-age={settings.SECURE_HSTS_SECONDS}")
    return response


@lru_cache(maxsize=1)
def _fixed_headers() -> tuple[tuple[str, str], ...]:
    return (
        # django-csp sits behind the host check and writes the nonce; this is for answers that never got there.
        ("Content-Security-Policy", build_policy()),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", settings.X_FRAME_OPTIONS),
        ("Referrer-Policy", settings.SECURE_REFERRER_POLICY),
        ("Permissions-Policy", _PERMISSIONS),
        ("Cross-Origin-Opener-Policy", settings.SECURE_CROSS_ORIGIN_OPENER_POLICY),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    )
