"""The editors' list of services, and the lists that they keep under a name."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.editing.desk import SCOPE, Desk, desk_of, saved_message
from catalog.editing.guards import actor_of, region_editors_only
from catalog.editing.listing import DRAFTS, NAMES, ORDERS, ListFilter, filtered, maturity_options
from catalog.editing.policies import can_tidy_views
from catalog.editing.saved_views import delete_view, list_saved_views, save_view, share_view
from catalog.editing.selectors import list_service_lines
from catalog.services.fields import page_language
from catalog.services.models import LAYER_CHOICES, State
from catalog.services.selectors import list_categories
from tenants.errors import InvalidInput

PAGE_SIZE: Final = 50


@require_safe
@region_editors_only
def services(request: HttpRequest) -> HttpResponse:
    """List all services of the catalogue; search, filter and sort. The address holds everything."""
    desk, wanted = desk_of(request), ListFilter.read(request.GET.dict())
    found = list_service_lines(desk.scope, actor=desk.actor)
    shown = filtered(found, wanted, scope=desk.scope)
    pages = max(1, -(-len(shown) // PAGE_SIZE))
    number = _page_number(request, pages)
    topics = {one.code: one.label(page_language()) for one in list_categories()}
    authors = sorted({draft.edited_by for one in found for draft in one.drafts if draft.edited_by})
    layer = urlencode({SCOPE: desk.scope.key})
    context = {
        "desk": desk,
        "services": shown[(number - 1) * PAGE_SIZE : number * PAGE_SIZE],
        "total": len(shown),
        "layers": dict(LAYER_CHOICES),
        "filter_fields": _filter_fields(desk, wanted, topics=topics, authors=authors),
        "active": _active_filters(desk, wanted, topics),
        "views": _view_tabs(desk, wanted),
        "address": wanted.address,
        "number": number,
        "pages": pages,
        "href_prefix": f"?{wanted.address}{'&' if wanted.address else ''}{layer}&seite=",
        "saved": saved_message(request),
    }
    return render(request, "editing/services.html", context)


@require_http_methods(["GET", "POST"])
@region_editors_only
def saved_views(request: HttpRequest) -> HttpResponse:
    """Keep the list of an address under a name; look through those that are kept."""
    desk = desk_of(request)
    if request.method == "GET":
        return _views_page(request, desk, query=_clean(request.GET.get("liste", "")))
    query = _clean(request.POST.get("query", ""))
    try:
        save_view(
            actor=desk.actor,
            name=request.POST.get("name", ""),
            query=query,
            is_shared="is_shared" in request.POST,
        )
    except InvalidInput as refused:
        return _views_page(request, desk, query=query, refused=refused)
    kept = [*parse_qsl(query), (SCOPE, desk.scope.key), ("gespeichert", "ansicht")]
    return HttpResponseRedirect(f"{reverse('catalog_editing:services')}?{urlencode(kept)}")


@require_POST
@region_editors_only
def share_saved_view(request: HttpRequest, view_id: UUID) -> HttpResponse:
    """Share a kept list with the region's editors, or keep it to oneself again."""
    share_view(actor=actor_of(request), view_id=view_id, is_shared=request.POST.get("is_shared") == "1")
    return HttpResponseRedirect(f"{reverse('catalog_editing:saved_views')}?gespeichert=ansicht-geteilt")


@require_POST
@region_editors_only
def delete_saved_view(request: HttpRequest, view_id: UUID) -> HttpResponse:
    """Delete a kept list."""
    delete_view(actor=actor_of(request), view_id=view_id)
    return HttpResponseRedirect(f"{reverse('catalog_editing:saved_views')}?gespeichert=ansicht-geloescht")


def _views_page(request: HttpRequest, desk: Desk, *, query: str, refused: InvalidInput | None = None) -> HttpResponse:
    context = {
        "desk": desk,
        "views": list_saved_views(desk.actor),
        "can_tidy": can_tidy_views(desk.actor),
        "query": query,
        "name": request.POST.get("name", ""),
        "is_shared": "is_shared" in request.POST,
        "errors": refused.fields.get("name", []) if refused else [],
        "saved": saved_message(request),
    }
    status = refused.http_status if refused else HTTPStatus.OK
    return render(request, "editing/saved_views.html", context, status=status)


def _clean(query: str) -> str:
    """Keep of a query string what a list understands."""
    return ListFilter.read(dict(parse_qsl(query.lstrip("?")))).address


def _view_tabs(desk: Desk, wanted: ListFilter) -> list[dict[str, Any]]:
    """Return a tab for the whole list and one for each kept one, on the layer that the editor looks at."""
    path, layer = reverse("catalog_editing:services"), urlencode({SCOPE: desk.scope.key})
    tabs = [{"label": _("Alle Leistungen"), "href": f"{path}?{layer}", "current": not wanted.address}]
    return tabs + [
        {
            "label": one.name,
            "href": f"{path}?{one.query}{'&' if one.query else ''}{layer}",
            "current": bool(one.query) and one.query == wanted.address,
        }
        for one in list_saved_views(desk.actor)
    ]


def _filter_fields(
    desk: Desk, wanted: ListFilter, *, topics: dict[str, str], authors: list[str]
) -> list[dict[str, Any]]:
    every = ("", _("alle"))
    selects: list[tuple[str, str, list[tuple[str, Any]]]] = [
        ("draft", _("Entwurf"), [every, *DRAFTS.items()]),
        ("layer", _("Wer führt aus?"), [every, *((str(code), label) for code, label in LAYER_CHOICES)]),
        ("topic", _("Thema"), [every, *topics.items()]),
        ("state", _("Zustand"), [every, *State.choices]),
        ("maturity", _("OZG-Reifegrad"), [every, *maturity_options().items()]),
        ("author", _("Entwurf von"), [every, *((one, one) for one in authors)]),
        ("order", _("Reihenfolge"), list(ORDERS.items())),
    ]
    search = {
        "name": "q",
        "label": _("Titel, Adresse oder Leistungsschlüssel"),
        "kind": "search",
        "value": wanted.query,
    }
    chosen = [
        {"name": NAMES[name], "label": label, "kind": "select", "value": getattr(wanted, name), "options": options}
        for name, label, options in selects
    ]
    return [search, *chosen, {"name": SCOPE, "label": "", "kind": "hidden", "value": desk.scope.key}]


def _active_filters(desk: Desk, wanted: ListFilter, topics: dict[str, str]) -> list[dict[str, str]]:
    """Return what is filtered, each with the address without it."""
    layer = urlencode({SCOPE: desk.scope.key})
    shown = [
        ("query", f"„{wanted.query}“" if wanted.query else ""),
        ("draft", str(DRAFTS[wanted.draft]) if wanted.draft else ""),
        ("layer", str(dict(LAYER_CHOICES)[wanted.layer]) if wanted.layer else ""),
        ("topic", topics.get(wanted.topic, wanted.topic)),
        ("state", str(State(wanted.state).label) if wanted.state else ""),
        ("maturity", str(maturity_options().get(wanted.maturity, ""))),
        ("author", wanted.author),
    ]
    return [{"label": label, "href": f"?{wanted.without(name)}&{layer}"} for name, label in shown if label]


def _page_number(request: HttpRequest, pages: int) -> int:
    given = request.GET.get("seite", "1")
    return min(max(int(given), 1), pages) if given.isdecimal() and len(given) < 7 else 1
