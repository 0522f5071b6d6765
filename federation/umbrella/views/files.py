"""What browsers and search engines fetch beside pages."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from catalog.services.selectors import list_service_ids
from federation.umbrella.requests import region_of
from shared_services.portal.theme_presets import NEUTRAL
from shared_services.portal.theming import InvalidColour, Theme, theme_css, theme_from_dict
from tenants.links import public_url
from tenants.pages import public_page
from tenants.registry.sites import RegionInfo

_PAGES = (
    "home",
    "municipalities",
    "services",
    "members",
    "imprint",
    "privacy",
    "accessibility",
    "easy_language",
    "sign_language",
)


@require_safe
@public_page
def theme(request: HttpRequest) -> HttpResponse:
    """The region's colours as a stylesheet."""
    return HttpResponse(theme_css(_theme_of(region_of(request))), content_type="text/css; charset=utf-8")


def _theme_of(region: RegionInfo) -> Theme:
    modes = {mode: colours for mode, colours in region.theme.items() if isinstance(colours, Mapping)}
    try:
        return theme_from_dict(modes)
    except (KeyError, TypeError, ValueError, InvalidColour):
        return NEUTRAL


@require_safe
@public_page
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may read: pages, not results."""
    host = region_of(request).host
    lines = (
        "User-agent: *",
        "Disallow: /suche/",
        "Disallow: /kommune/",
        "Disallow: /kommunen/suche/",
        "Disallow: /kommunen/in-der-naehe/",
        "Disallow: /en/suche/",
        "Disallow: /en/kommune/",
        f"Sitemap: {public_url(host, '/sitemap.xml')}",
        "",
    )
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
@public_page
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every page in both languages."""
    host = region_of(request).host
    slugs = sorted(list_service_ids())
    entries = []
    for language in ("de", "en"):
        with translation.override(language):
            paths = [reverse(f"umbrella:{name}") for name in _PAGES]
            paths += [reverse("umbrella:service", kwargs={"slug": slug}) for slug in slugs]
            entries += [public_url(host, path) for path in paths]
    return render(request, "umbrella/sitemap.xml", {"entries": entries}, content_type="application/xml; charset=utf-8")
