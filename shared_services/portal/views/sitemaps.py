"""The sitemap of a town: its pages and the services that it offers or links, in every language."""

from __future__ import annotations

from functools import partial
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog.decisions.selectors import list_offered_services
from catalog.pages.authorities import list_authorities
from catalog.pages.selectors import list_categories
from catalog.pages.sitemaps import SitemapPage, answer_sitemap, list_service_pages, page_in_all_languages
from catalog.pages.situations import list_situation_links
from shared_services.portal.requests import tenant_of
from shared_services.portal.texts import SOURCE_LANGUAGE
from tenants.errors import NotFound
from tenants.links import public_url
from tenants.pages import public_page

_OWN: Final = ("home", "contact", "accessibility", "easy_language", "sign_language", "imprint", "privacy")
_LISTS: Final = ("services", "categories", "situations", "authorities")


@require_safe
@public_page
def sitemap(request: HttpRequest) -> HttpResponse:
    """Answer all addresses, or where they are when there are too many for one file; of a training copy, none."""
    return _answer(request)


@require_safe
@public_page
def sitemap_part(request: HttpRequest, number: int) -> HttpResponse:
    """Answer one file of a sitemap that is too long for one."""
    return _answer(request, number=max(number, 1))


def _answer(request: HttpRequest, *, number: int = 0) -> HttpResponse:
    tenant = tenant_of(request)
    if tenant.is_training:
        raise NotFound(_("Diese Seite gibt es hier nicht."))
    return answer_sitemap(_list_pages(), url=partial(public_url, tenant.host), number=number)


def _list_pages() -> list[SitemapPage]:
    offered = [service.id for service in list_offered_services(SOURCE_LANGUAGE)]
    situations = list_situation_links(offered, language=SOURCE_LANGUAGE)
    return [
        *(page_in_all_languages(f"portal:{name}") for name in _OWN),
        *(page_in_all_languages(f"catalog_pages:{name}") for name in _LISTS),
        *(page_in_all_languages("catalog_pages:category", code=one.code) for one in list_categories(SOURCE_LANGUAGE)),
        *(page_in_all_languages("catalog_pages:situation", slug=one.slug) for one in situations),
        *(page_in_all_languages("catalog_pages:authority", slug=one.slug) for one in list_authorities(SOURCE_LANGUAGE)),
        *list_service_pages(),
    ]
