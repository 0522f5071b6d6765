"""Sitemaps: which pages there are, in which languages, and when each changed. Source: https://www.sitemaps.org."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID
from xml.sax.saxutils import escape

from django.conf import settings
from django.db.models import Max
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from catalog.decisions.localsource import list_local_services
from catalog.decisions.models import Adoption, Override
from catalog.decisions.selectors import list_town_services
from catalog.pages.easy import has_easy_page
from catalog.services.versions import list_last_changes
from tenants.errors import NotFound

MAX_ADDRESSES: Final = 50_000
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACE: Final = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_XHTML: Final = 'xmlns:xhtml="http://www.w3.org/1999/xhtml"'


@dataclass(frozen=True, slots=True)
class SitemapPage:
    """A page with its path in every language it has."""

    paths: Mapping[str, str] = field(hash=False)
    changed_at: dt.datetime | None = None


def page_in_all_languages(route: str, *, changed_at: dt.datetime | None = None, **values: str) -> SitemapPage:
    """Return a route's page with its paths in all languages of the interface."""
    paths = {}
    for language in dict(settings.LANGUAGES):
        with override(language):
            paths[language] = reverse(route, kwargs=values)
    return SitemapPage(paths, changed_at)


def list_service_pages() -> list[SitemapPage]:
    """Return the pages of the services that the current tenant offers or links, in five queries."""
    shared, own = list_last_changes(), _list_own_changes()
    pages = []
    fields = ("title", "short_text")
    for service in [*list_town_services(fields=fields), *list_local_services(fields)]:
        if not service.decided.is_listed:
            continue
        changed_at = max((one[service.id] for one in (shared, own) if service.id in one), default=None)
        pages.append(page_in_all_languages("catalog_pages:service", changed_at=changed_at, slug=service.slug))
        if has_easy_page(service):
            with override(settings.LANGUAGE_CODE):
                path = reverse("catalog_pages:easy_service", kwargs={"slug": service.slug})
            pages.append(SitemapPage({"de-simple": path}, changed_at))
    return pages


def _list_own_changes() -> dict[UUID, dt.datetime]:
    """Return when the current tenant last decided on a service or changed a value of its own."""
    decided = dict(Adoption.objects.values_list("service_id", "decided_at"))
    written = dict(Override.objects.values_list("service_id").annotate(last=Max("changed_at")))
    return {key: max(times[key] for times in (decided, written) if key in times) for key in {*decided, *written}}


def answer_sitemap(pages: Sequence[SitemapPage], *, url: Callable[[str], str], number: int = 0) -> HttpResponse:
    """Answer all pages in one file, or an index of files where they are too many for one; `number` asks for one.

    `url` makes a path an address. Raises: NotFound for a number that there is not.
    """
    files = split(pages)
    if number == 0 and len(files) > 1:
        return answer_index([url(f"/sitemap-{place}.xml") for place in range(1, len(files) + 1)])
    if number > len(files):
        raise NotFound(_("Diese Seite gibt es hier nicht."))
    entries = "".join(_entries(page, url) for page in files[max(number, 1) - 1])
    return _xml(f"<urlset {_SPACE} {_XHTML}>{entries}</urlset>\n")


def answer_index(addresses: Sequence[str]) -> HttpResponse:
    """Answer where the sitemaps are."""
    entries = "".join(f"<sitemap><loc>{escape(address)}</loc></sitemap>" for address in addresses)
    return _xml(f"<sitemapindex {_SPACE}>{entries}</sitemapindex>\n")


def split(pages: Sequence[SitemapPage]) -> list[list[SitemapPage]]:
    """Return the pages in files of no more addresses than one may hold; at least one file."""
    files: list[list[SitemapPage]] = [[]]
    count = 0
    for page in pages:
        if count + len(page.paths) > MAX_ADDRESSES:
            files.append([])
            count = 0
        files[-1].append(page)
        count += len(page.paths)
    return files


def _entries(page: SitemapPage, url: Callable[[str], str]) -> str:
    addresses = {language: escape(url(path), {'"': "&quot;"}) for language, path in page.paths.items()}
    changed = f"<lastmod>{page.changed_at.date().isoformat()}</lastmod>" if page.changed_at else ""
    others = ""
    if len(addresses) > 1:
        named = {**addresses, "x-default": addresses[settings.LANGUAGE_CODE]}
        others = "".join(
            f'<xhtml:link rel="alternate" hreflang="{language}" href="{address}"/>'
            for language, address in named.items()
        )
    return "".join(f"<url><loc>{address}</loc>{changed}{others}</url>" for address in addresses.values())


def _xml(body: str) -> HttpResponse:
    return HttpResponse(_HEAD + body, content_type="application/xml; charset=utf-8")
