"""See a draft as a citizen of a town: the town's real page, made from what would hold, and stored nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import get_urlconf, set_urlconf
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from markupsafe import Markup

from catalog.decisions.selectors import town_service_of
from catalog.editing.desk import open_service, service_path
from catalog.editing.foreseen import with_draft
from catalog.editing.guards import region_editors_only
from catalog.editing.places import list_towns_in
from catalog.editing.selectors import EditedService
from catalog.pages.easy import present_easy_service
from catalog.pages.views import service_context
from catalog.resolution.resolve import area_covers
from catalog.resolution.values import EASY_LANGUAGE, SOURCE_LANGUAGE, TEXT_LANGUAGES
from catalog.services.fields import LANGUAGE_LABELS
from tenants.context import as_editor, in_tenant
from tenants.errors import NotFound
from tenants.links import public_url
from tenants.registry.sites import TenantInfo
from tenants.rollout.serving import can_serve

_LOCAL_LINK: Final = re.compile(r'\b(href|action)="/(?!/|static/)')


@require_safe
@region_editors_only
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the page of a town with the draft."""
    desk, found = open_service(request, slug)
    towns = [one for one in list_towns_in(found.scope) if one.is_open and can_serve(one.schema_version)]
    town = _chosen(request.GET.get("kommune", ""), towns, found)
    asked = request.GET.get("sprache", "")
    language = asked if asked in TEXT_LANGUAGES else SOURCE_LANGUAGE
    context = {
        "desk": desk,
        "service": found,
        "town": town,
        "towns": [(one.slug, one.name) for one in towns],
        "page_language": language,
        "languages": [(code, LANGUAGE_LABELS[code]) for code in TEXT_LANGUAGES],
        "page": _town_page(request, found, town, language=language) if town else Markup(""),
        "path": service_path("preview", found).partition("?")[0],
    }
    return render(request, "editing/preview.html", context)


def _chosen(asked: str, towns: list[TenantInfo], found: EditedService) -> TenantInfo | None:
    """Return the town that is asked for, else the first that has to do with the service.

    Raises: NotFound for a town that the layer does not speak for.
    """
    if asked:
        town = next((one for one in towns if one.slug == asked), None)
        if town is None:
            raise NotFound(_("Diese Kommune gehört nicht zu Ihrer Ebene."))
        return town
    head = found.record.head
    near = [one for one in towns if area_covers(head.layer, head.area, ars=one.ars, region=one.region_slug)]
    fitting = [one for one in near if (one.kind == "district") == (head.layer == "district")]
    return next(iter(fitting or near or towns), None)


def _town_page(request: HttpRequest, found: EditedService, town: TenantInfo, *, language: str) -> Markup:
    """Render the body of the town's page; its links lead to the town's portal. Nothing where there is no such page."""
    with as_editor():
        record = with_draft(found.record, found.draft)
    context: dict[str, object] = {"layout": "editing/_preview_frame.html"}
    with in_tenant(town.ref), _addresses_of_towns(), translation.override("en" if language == "en" else "de"):
        seen = town_service_of(record)
        more: dict[str, object]
        if language == EASY_LANGUAGE:
            page = present_easy_service(seen, town=town)
            template, more = "pages/easy_service.html", {"page": page, "town": town, "slug": seen.slug}
        else:
            template, more = "pages/service.html", service_context(seen, language=language)
        html = render_to_string(template, context | more, request) if more["page"] else ""
    address = public_url(town.host, "/")
    return Markup(_LOCAL_LINK.sub(rf'\1="{address}', html))  # noqa: S704 -- rendered by the page's own template


@contextmanager
def _addresses_of_towns() -> Iterator[None]:
    """Let names of routes mean those of a town's portal."""
    before = get_urlconf()
    set_urlconf("federation.urls.tenant")
    try:
        yield
    finally:
        set_urlconf(before)
