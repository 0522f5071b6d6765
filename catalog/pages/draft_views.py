"""The page of a service with its drafts, as citizens would see it: for the town's staff alone, and stored nowhere."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from catalog.decisions.drafts import list_drafts_of
from catalog.decisions.guards import translators_too
from catalog.decisions.selectors import preview_town_service
from catalog.decisions.town import TownService, current_town
from catalog.pages.easy import present_easy_service
from catalog.pages.views import service_context
from catalog.resolution.values import EASY_LANGUAGE
from catalog.services.fields import page_language
from tenants.errors import NotFound

# Asks a preview for the page in Leichte Sprache.
EASY_QUERY: Final = f"?sprache={EASY_LANGUAGE}"


@require_GET
@translators_too
def draft_preview(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a shared service as it would be once its drafts are published, in Leichte Sprache if asked for."""
    found = preview_town_service(slug)
    has_drafts = bool(list_drafts_of(found.id))
    if wants_easy(request):
        back = reverse("catalog_decisions:service", kwargs={"slug": slug})
        return answer_easy_preview(request, found, back_href=back, has_drafts=has_drafts)
    return render(request, "pages/draft_preview.html", preview_context(found) | {"has_drafts": has_drafts})


def wants_easy(request: HttpRequest) -> bool:
    """Whether a preview is asked for in Leichte Sprache."""
    return request.GET.get("sprache") == EASY_LANGUAGE


def preview_context(found: TownService) -> dict[str, object]:
    """Return what a preview shows: the page, with a way to its preview in Leichte Sprache, and nothing for machines."""
    return {**service_context(found, language=page_language()), "linked_data": None, "easy_href": EASY_QUERY}


def answer_easy_preview(request: HttpRequest, found: TownService, *, back_href: str, has_drafts: bool) -> HttpResponse:
    """Show the page in Leichte Sprache as it would be. Raises: NotFound where title or short text are missing."""
    town = current_town()
    page = present_easy_service(found, town=town)
    if page is None:
        raise NotFound(
            _("Diese Seite gibt es noch nicht. Schreiben Sie zuerst den Titel und den Kurztext in Leichter Sprache.")
        )
    context = {
        "page": page,
        "town": town,
        "slug": found.slug,
        "plain_href": request.path,
        "back_href": back_href,
        "has_drafts": has_drafts,
    }
    return render(request, "pages/easy_preview.html", context)
