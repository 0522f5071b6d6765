"""No service can have a name in addresses under which a work area has a page: the list is read from the routes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from catalog.services.reserved import RESERVED_SLUGS

SERVICE = "<slug:slug>"
# Where a service stands in addresses: in the two work areas, and in a town's portal.
AREAS = ("verwaltung/leistungen/", "redaktion/leistungen/", "leistungen/")


def routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    """Return every route of a site, languages and anchors left out."""
    for one in resolver.url_patterns:
        part = re.sub(r"^\^|\$$|^[a-z]{2}/$", "", str(one.pattern))
        if isinstance(one, URLResolver):
            yield from routes(one, before + part)
        elif isinstance(one, URLPattern):
            yield before + part


def test_every_page_beside_services_is_reserved() -> None:
    found = {route for kind in ("tenant", "umbrella") for route in routes(get_resolver(f"federation.urls.{kind}"))}
    beside = set()
    for area in AREAS:
        assert any(route.startswith(area + SERVICE) for route in found), area
        names = {route.removeprefix(area).partition("/")[0] for route in found if route.startswith(area)}
        beside |= {name for name in names if re.fullmatch(r"[a-z0-9-]+", name)}
    assert beside == RESERVED_SLUGS
