"""What browsers and search engines fetch beside pages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog.pages.sitemaps import SitemapPage, answer_index, answer_sitemap, page_in_all_languages, split
from catalog.pages.situations import list_situation_links
from catalog.services.versions import list_last_changes
from federation.umbrella.places import get_places
from federation.umbrella.requests import region_of
from federation.umbrella.selectors import list_service_lines
from federation.umbrella.topics import list_topics
from shared_services.portal.theme_presets import NEUTRAL
from shared_services.portal.theming import InvalidColour, Theme, theme_css, theme_from_dict
from tenants.links import public_url
from tenants.pages import public_page
from tenants.registry.sites import RegionInfo

_PAGES = (
    "home",
    "municipalities",
    "services",
    "topics",
    "situations",
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
        "Disallow: /redaktion/",
        "Disallow: /en/redaktion/",
        f"Sitemap: {public_url(host, '/sitemap.xml')}",
        "",
    )
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
@public_page
def sitemap(request: HttpRequest) -> HttpResponse:
    """Where the sitemaps are: the umbrella's own, and one of every open portal of the region."""
    region = region_of(request)
    own = [
        public_url(region.host, f"/sitemap-{number}.xml") for number in range(1, len(split(_list_pages(region))) + 1)
    ]
    towns = [public_url(member.host, "/sitemap.xml") for member in get_places(region.slug).members]
    return answer_index([*own, *towns])


@require_safe
@public_page
def sitemap_part(request: HttpRequest, number: int) -> HttpResponse:
    """The umbrella's own pages in all languages, with the day on which a service last changed."""
    region = region_of(request)
    return answer_sitemap(_list_pages(region), url=partial(public_url, region.host), number=number)


def _list_pages(region: RegionInfo) -> list[SitemapPage]:
    lines, changes = list_service_lines(region, language="de"), list_last_changes()
    situations = list_situation_links(lines, language="de")
    return [
        *(page_in_all_languages(f"umbrella:{name}") for name in _PAGES),
        *(page_in_all_languages("umbrella:situation", slug=one.slug) for one in situations),
        *(page_in_all_languages("umbrella:topic", code=one.code) for one in list_topics(region, language="de")),
        *(
            page_in_all_languages(f"umbrella:{route}", changed_at=changes.get(service_id), slug=line.slug)
            for service_id, line in sorted(lines.items(), key=lambda one: one[1].slug)
            for route in ("service", "compare")
        ),
    ]
