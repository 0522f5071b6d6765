"""The editors' list of services, one service with all its fields on one layer, and new services."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.editing.desk import (
    LANGUAGE,
    SCOPE,
    back_to,
    desk_of,
    language_of,
    open_service,
    saved_message,
    service_path,
)
from catalog.editing.forms import NewServiceForm
from catalog.editing.guards import actor_of, region_editors_only
from catalog.editing.impact import list_showing_towns
from catalog.editing.lifecycle import archive_service, create_service, restore_service
from catalog.editing.models import DraftState
from catalog.editing.places import Scope, scope_from_key
from catalog.editing.policies import can_archive, can_lock, can_write_draft_info
from catalog.editing.presentation import list_lines
from catalog.editing.selectors import ServiceLine, get_edited_service, get_slug, list_service_lines
from catalog.resolution.values import TEXT_LANGUAGES
from catalog.services.fields import LANGUAGE_LABELS, page_language
from catalog.services.models import LAYER_CHOICES, State
from catalog.services.selectors import list_categories
from tenants.errors import Conflict, InvalidInput
from tenants.sorting import german_sort_key, spelled_out

PAGE_SIZE: Final = 50
_FILTERS: Final = ("q", "ebene-der", "thema", "zustand", "entwurf", "wer")
_SORTS: Final[dict[str, Callable[[ServiceLine], Any]]] = {
    "titel": lambda one: german_sort_key(one.title),
    "geaendert": lambda one: (one.changed_at is None, -one.changed_at.timestamp() if one.changed_at else 0.0, one.slug),
    "entwurf": lambda one: (
        not one.drafts,
        -max((draft.edited_at.timestamp() for draft in one.drafts), default=0.0),
        german_sort_key(one.title),
    ),
}


@require_safe
@region_editors_only
def services(request: HttpRequest) -> HttpResponse:
    """List all services of the catalogue; search, filter and sort. The address holds everything."""
    desk = desk_of(request)
    asked = {name: request.GET.get(name, "").strip() for name in _FILTERS}
    found = list_service_lines(desk.scope, actor=desk.actor)
    authors = sorted({draft.edited_by for one in found for draft in one.drafts if draft.edited_by})
    shown = [one for one in found if _matches(one, asked, desk.scope)]
    sort = request.GET.get("sortierung", "titel")
    shown.sort(key=_SORTS.get(sort, _SORTS["titel"]))
    pages = max(1, -(-len(shown) // PAGE_SIZE))
    number = _page_number(request, pages)
    kept = urlencode({**asked, "sortierung": sort, SCOPE: desk.scope.key})
    language = page_language()
    topics = {one.code: one.label(language) for one in list_categories()}
    context = {
        "desk": desk,
        "services": shown[(number - 1) * PAGE_SIZE : number * PAGE_SIZE],
        "total": len(shown),
        "asked": asked,
        "sort": sort,
        "topics": topics,
        "layers": dict(LAYER_CHOICES),
        "authors": [(one, one) for one in authors],
        "states": State.choices,
        "number": number,
        "pages": pages,
        "href_prefix": f"?{kept}&seite=",
        "saved": saved_message(request),
    }
    return render(request, "editing/services.html", context)


@require_safe
@region_editors_only
def service(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a service on one layer: every field with its origin, draft and lock, and what stands above and below."""
    desk, found = open_service(request, slug)
    language = language_of(request)
    path = service_path("service", found)
    may_archive = can_archive(desk.actor, found.home)
    context = {
        "desk": desk,
        "service": found,
        "lines": list_lines(found, language),
        "language": language,
        "languages": [
            {"label": LANGUAGE_LABELS[code], "href": f"{path}&{LANGUAGE}={code}#felder", "current": code == language}
            for code in TEXT_LANGUAGES
        ],
        "layer_tabs": desk.tabs(path.partition("?")[0]),
        "can_write": can_write_draft_info(desk.actor, found.scope, found.draft),
        "can_lock": can_lock(desk.actor, found.scope),
        "can_archive": may_archive,
        "showing": list_showing_towns(found.record, found.home) if may_archive and found.is_published else [],
        "saved": saved_message(request),
    }
    return render(request, "editing/service.html", context)


@require_http_methods(["GET", "POST"])
@region_editors_only
def service_new(request: HttpRequest) -> HttpResponse:
    """Begin a new service in one of the editor's catalogues."""
    desk = desk_of(request)
    topics = [(one.code, one.label(page_language())) for one in list_categories()]
    options: dict[str, Any] = {"scopes": desk.scopes, "topics": topics}
    if request.method == "GET":
        form = NewServiceForm(initial={"scope": desk.scope.key, "target_groups": ["citizens"]}, **options)
        return render(request, "editing/service_new.html", {"desk": desk, "form": form})
    form = NewServiceForm(request.POST, **options)
    if not form.is_valid():
        return _new_page(request, form)
    try:
        draft = create_service(actor=desk.actor, scope=scope_from_key(form.cleaned_data["scope"]), **form.parts())
    except InvalidInput as wrong:
        for name, messages in wrong.fields.items():
            for message in messages:
                form.add_error(name if name in form.fields else None, message)
        return _new_page(request, form)
    except Conflict as taken:
        form.add_error("slug", taken.user_message)
        return _new_page(request, form)
    begun = get_edited_service(get_slug(draft.service_id), draft.scope, actor=desk.actor)
    return back_to("service", begun, saved="angelegt")


@require_POST
@region_editors_only
def archive(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a service off every page."""
    _desk, found = open_service(request, slug)
    archive_service(actor=actor_of(request), service_id=found.id, reason=request.POST.get("reason", ""))
    return back_to("service", found, saved="archiviert")


@require_POST
@region_editors_only
def restore(request: HttpRequest, slug: str) -> HttpResponse:
    """Bring an archived service back."""
    _desk, found = open_service(request, slug)
    restore_service(actor=actor_of(request), service_id=found.id)
    return back_to("service", found, saved="wiederhergestellt")


def _new_page(request: HttpRequest, form: NewServiceForm) -> HttpResponse:
    context = {"desk": desk_of(request), "form": form}
    return render(request, "editing/service_new.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _matches(one: ServiceLine, asked: dict[str, str], scope: Scope) -> bool:
    if asked["ebene-der"] and one.layer.value != asked["ebene-der"]:
        return False
    if asked["thema"] and asked["thema"] not in one.category_codes:
        return False
    if asked["zustand"] and one.state.value != asked["zustand"]:
        return False
    if asked["entwurf"] and not _has_draft(one, asked["entwurf"], scope):
        return False
    if asked["wer"] and asked["wer"] not in {draft.edited_by for draft in one.drafts} | {one.changed_by}:
        return False
    words = spelled_out(f"{one.title} {one.slug}")
    return all(word in words for word in spelled_out(asked["q"]).split())


def _has_draft(one: ServiceLine, which: str, scope: Scope) -> bool:
    states = {"pruefung": DraftState.IN_REVIEW, "geplant": DraftState.SCHEDULED}
    if which == "ohne":
        return not one.drafts
    if which == "hier":
        return any(draft.scope == scope for draft in one.drafts)
    return any(which not in states or draft.state is states[which] for draft in one.drafts)


def _page_number(request: HttpRequest, pages: int) -> int:
    given = request.GET.get("seite", "1")
    return min(max(int(given), 1), pages) if given.isdecimal() and len(given) < 7 else 1
