"""One service with all its fields on one layer, new services, and the archive."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.editing.approval import approve_service
from catalog.editing.desk import (
    LANGUAGE,
    Desk,
    back_to,
    desk_of,
    language_of,
    open_service,
    saved_message,
    service_path,
)
from catalog.editing.forms import ApprovalForm, NewServiceForm
from catalog.editing.guards import actor_of, region_editors_only
from catalog.editing.impact import list_showing_towns
from catalog.editing.lifecycle import archive_service, create_service, restore_service
from catalog.editing.places import scope_from_key
from catalog.editing.policies import can_approve, can_archive, can_lock, can_write_draft_info
from catalog.editing.presentation import list_lines
from catalog.editing.selectors import EditedService, get_edited_service, get_slug
from catalog.resolution.values import TEXT_LANGUAGES
from catalog.services.fields import LANGUAGE_LABELS, page_language
from catalog.services.selectors import list_categories
from tenants.errors import Conflict, InvalidInput, NotAllowed


@require_safe
@region_editors_only
def service(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a service on one layer: every field with its origin, draft and lock, and what stands above and below."""
    return show_service(request, *open_service(request, slug))


def show_service(
    request: HttpRequest,
    desk: Desk,
    found: EditedService,
    *,
    approval: ApprovalForm | None = None,
    problem: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """Show the page of a service; `problem` says why what was asked for there could not be done."""
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
        "approval": approval or ApprovalForm(initial={"approved_at": timezone.localdate()}),
        "can_approve": can_approve(desk.actor, found.home) and found.is_published,
        "problem": problem,
    }
    return render(request, "editing/service.html", context, status=status)


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
def approve(request: HttpRequest, slug: str) -> HttpResponse:
    """Say that a service is right in substance."""
    desk, found = open_service(request, slug)
    form = ApprovalForm(request.POST)
    if not form.is_valid():
        return show_service(request, desk, found, approval=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        approve_service(actor=desk.actor, service_id=found.id, approved_at=form.cleaned_data["approved_at"])
    except InvalidInput as wrong:
        form.add_error("approved_at", wrong.user_message)
        return show_service(request, desk, found, approval=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except (Conflict, NotAllowed) as refused:
        return show_service(request, desk, found, problem=refused.user_message, status=refused.http_status)
    return back_to("service", found, saved="freigegeben")


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
