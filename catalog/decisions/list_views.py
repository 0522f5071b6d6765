"""The list of services in the work area, and the lists that staff keep under a name."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from catalog.decisions.bulk_forms import write_selection
from catalog.decisions.guards import actor_of, editors_only, translators_too
from catalog.decisions.listing import ORDERS, TRAITS, ListedService, ListFilter, list_for_staff
from catalog.decisions.policies import can_tidy_views
from catalog.decisions.presentation import DECISION_LABELS
from catalog.decisions.saved_views import delete_view, list_saved_views, save_view, share_view
from catalog.decisions.topics import TownCategory, list_all_categories
from catalog.resolution.decide import Decision
from catalog.resolution.values import Layer
from catalog.services.fields import LAYER_NAMES, page_language
from tenants.errors import InvalidInput
from tenants.staff.policies import can_edit_catalogue

PAGE_SIZE = 50


def list_message(request: HttpRequest) -> str:
    """Return the confirmation that the address names, or ""."""
    messages = {
        "ansicht": _("Die Ansicht ist gespeichert. Sie steht über der Liste."),
        "geloescht": _("Die Ansicht ist gelöscht."),
        "geteilt": _("Die Freigabe der Ansicht ist geändert."),
    }
    return messages.get(request.GET.get("gespeichert", ""), "")


@require_GET
@translators_too
def services(request: HttpRequest) -> HttpResponse:
    """List services with what the town does with them; search, filter, sort, choose some."""
    return list_page(request, ListFilter.read(request.GET.dict()))


def list_page(
    request: HttpRequest, wanted: ListFilter, *, wrong: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    """Show the list; `wrong` says why what was asked for could not be done."""
    lines = list_for_staff(wanted)
    pages = max(1, -(-len(lines) // PAGE_SIZE))
    number = page_number(request, pages)
    shown = lines[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    topics = list_all_categories(page_language())
    context = {
        "lines": shown,
        "picks": {line.id: _pick(line) for line in shown},
        "total": len(lines),
        "may_edit": can_edit_catalogue(actor_of(request)),
        "choosable": sum(not line.is_local for line in lines),
        "labels": DECISION_LABELS,
        "layer_labels": LAYER_NAMES,
        "filters": _filter_fields(wanted, topics),
        "active": _active_filters(wanted, topics),
        "views": _view_tabs(request, wanted),
        "address": wanted.address,
        "number": number,
        "pages": pages,
        "href_prefix": f"?{wanted.address}&seite=" if wanted.address else "?seite=",
        "saved": list_message(request),
        "wrong": wrong,
    }
    return render(request, "decisions/services.html", context, status=status)


@require_http_methods(["GET", "POST"])
@editors_only
def saved_views(request: HttpRequest) -> HttpResponse:
    """Keep the list of an address under a name; look through those that are kept."""
    if request.method == "GET":
        return _views_page(request, query=_clean(request.GET.get("liste", "")))
    query = _clean(request.POST.get("query", ""))
    try:
        save_view(
            actor=actor_of(request),
            name=request.POST.get("name", ""),
            query=query,
            is_shared="is_shared" in request.POST,
        )
    except InvalidInput as refused:
        return _views_page(request, query=query, refused=refused)
    return _to_list(query, saved="ansicht")


@require_POST
@editors_only
def share_saved_view(request: HttpRequest, view_id: UUID) -> HttpResponse:
    """Share a kept list, or keep it to oneself again."""
    share_view(actor=actor_of(request), view_id=view_id, is_shared=request.POST.get("is_shared") == "1")
    return HttpResponseRedirect(f"{reverse('catalog_decisions:saved_views')}?gespeichert=geteilt")


@require_POST
@editors_only
def delete_saved_view(request: HttpRequest, view_id: UUID) -> HttpResponse:
    """Delete a kept list."""
    delete_view(actor=actor_of(request), view_id=view_id)
    return HttpResponseRedirect(f"{reverse('catalog_decisions:saved_views')}?gespeichert=geloescht")


def page_number(request: HttpRequest, pages: int) -> int:
    """Return the page that the address asks for, within what there is."""
    given = request.GET.get("seite", "1")
    return min(max(int(given), 1), pages) if given.isdecimal() and len(given) < 7 else 1


def _views_page(request: HttpRequest, *, query: str, refused: InvalidInput | None = None) -> HttpResponse:
    context = {
        "views": list_saved_views(actor_of(request)),
        "can_tidy": can_tidy_views(actor_of(request)),
        "query": query,
        "name": request.POST.get("name", ""),
        "is_shared": "is_shared" in request.POST,
        "errors": refused.fields.get("name", []) if refused else [],
        "saved": list_message(request),
    }
    status = refused.http_status if refused else HTTPStatus.OK
    return render(request, "decisions/saved_views.html", context, status=status)


def _clean(query: str) -> str:
    """Keep of a query string what a list understands."""
    return ListFilter.read(dict(parse_qsl(query.lstrip("?")))).address


def _to_list(query: str, *, saved: str) -> HttpResponseRedirect:
    more = urlencode({"gespeichert": saved})
    return HttpResponseRedirect(f"{reverse('catalog_decisions:services')}?{query}{'&' if query else ''}{more}")


def _pick(line: ListedService) -> str:
    return write_selection({line.id: line.decision_version})


def _filter_fields(wanted: ListFilter, topics: list[TownCategory]) -> list[dict[str, Any]]:
    every = ("", _("alle"))
    selects: list[tuple[str, str, str, list[tuple[str, Any]]]] = [
        (
            "entscheidung",
            _("Entscheidung"),
            wanted.decision,
            [every, *((d.value, t) for d, t in DECISION_LABELS.items())],
        ),
        ("thema", _("Thema"), wanted.topic, [every, *((one.code, one.label) for one in topics)]),
        ("ebene", _("Ausgeführt von"), wanted.layer, [every, *_options(LAYER_NAMES)]),
        ("merkmal", _("Merkmal"), wanted.trait, [every, *TRAITS.items()]),
        ("sortierung", _("Sortieren nach"), wanted.order, list(ORDERS.items())),
    ]
    search = {"name": "q", "label": _("Titel oder Suchwort"), "kind": "search", "value": wanted.query}
    return [
        search,
        *(
            {"name": name, "label": label, "kind": "select", "value": value, "options": options}
            for name, label, value, options in selects
        ),
    ]


def _options(labels: Mapping[Any, Any]) -> list[tuple[str, Any]]:
    return [(str(value), label) for value, label in labels.items()]


def _active_filters(wanted: ListFilter, topics: list[TownCategory]) -> list[dict[str, str]]:
    labels = {one.code: one.label for one in topics}
    shown = [
        ("query", f"„{wanted.query}“" if wanted.query else ""),
        ("decision", str(DECISION_LABELS[Decision(wanted.decision)]) if wanted.decision else ""),
        ("topic", labels.get(wanted.topic, wanted.topic)),
        ("layer", str(LAYER_NAMES[Layer(wanted.layer)]) if wanted.layer else ""),
        ("trait", str(TRAITS[wanted.trait]) if wanted.trait else ""),
    ]
    return [{"label": label, "href": f"?{wanted.without(name)}"} for name, label in shown if label]


def _view_tabs(request: HttpRequest, wanted: ListFilter) -> list[dict[str, Any]]:
    path = reverse("catalog_decisions:services")
    kept = list_saved_views(actor_of(request))
    tabs = [{"label": _("Alle Leistungen"), "href": path, "current": not wanted.address}]
    return tabs + [
        {"label": one.name, "href": f"{path}?{one.query}", "current": bool(one.query) and one.query == wanted.address}
        for one in kept
    ]
