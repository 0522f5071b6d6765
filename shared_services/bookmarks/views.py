"""Pages of remembered services."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.decisions.selectors import get_town_service
from shared_services.bookmarks.selectors import find_bookmark, list_bookmarks
from shared_services.bookmarks.services import add_bookmark, remove_bookmark
from shared_services.identity.citizen.guards import citizen_required
from shared_services.identity.citizen.views.account import own_id
from shared_services.identity.flashes import flash
from shared_services.identity.requests import actor_of


@require_safe
@citizen_required()
def bookmarks(request: HttpRequest) -> HttpResponse:
    """Show what one remembers here."""
    return render(request, "bookmarks/bookmarks.html", {"bookmarks": list_bookmarks(own_id(request))})


@require_http_methods(["GET", "HEAD", "POST"])
@citizen_required()
def bookmark(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask whether to remember a service, and do it."""
    if request.method == "POST":
        is_new = add_bookmark(actor=actor_of(request), slug=slug)
        flash(request, _("Die Leistung ist gemerkt.") if is_new else _("Diese Leistung ist schon gemerkt."))
        return HttpResponseRedirect(reverse("bookmarks:bookmarks"))
    service = get_town_service(slug)
    context = {
        "slug": service.slug,
        "service_title": service.title((get_language() or "de")[:2]),
        "bookmark_id": find_bookmark(own_id(request), service.id),
    }
    return render(request, "bookmarks/bookmark.html", context)


@require_POST
@citizen_required()
def remove(request: HttpRequest, bookmark_id: UUID) -> HttpResponse:
    """Forget a service. One that is gone already is no error: the person wanted it gone."""
    remove_bookmark(actor=actor_of(request), bookmark_id=bookmark_id)
    flash(request, _("Die Leistung ist nicht mehr gemerkt."))
    return HttpResponseRedirect(reverse("bookmarks:bookmarks"))
