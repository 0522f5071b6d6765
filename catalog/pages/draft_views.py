"""The page of a service with its drafts, as citizens would see it: for the town's staff alone, and stored nowhere."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from catalog.decisions.drafts import list_drafts_of
from catalog.decisions.guards import translators_too
from catalog.decisions.selectors import preview_town_service
from catalog.pages.views import service_context
from catalog.services.fields import page_language


@require_GET
@translators_too
def draft_preview(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a shared service as it would be once its drafts are published."""
    found = preview_town_service(slug)
    context = service_context(found, language=page_language())
    # What does not exist for citizens yet has no page in Leichte Sprache, and nothing for machines.
    changes = {"linked_data": None, "has_easy": False, "has_drafts": bool(list_drafts_of(found.id))}
    return render(request, "pages/draft_preview.html", {**context, **changes})
