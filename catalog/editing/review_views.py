"""Check a draft: what it changes, whom it touches; hand in, send back, publish now or later, discard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.editing.desk import Desk, back_to, open_service, saved_message, service_path
from catalog.editing.errors import other_draft
from catalog.editing.forms import PublishForm
from catalog.editing.guards import actor_of, region_editors_only
from catalog.editing.impact import Effect, foresee
from catalog.editing.models import DraftState
from catalog.editing.policies import (
    can_publish_scope,
    can_set_rules,
    can_start_draft,
    can_write_draft_info,
    is_four_eyes_kept,
)
from catalog.editing.review import list_changes
from catalog.editing.selectors import EditedService, asks_four_eyes, has_four_eyes
from catalog.editing.services import discard_draft
from catalog.editing.workflow import (
    publish_draft,
    recall_draft,
    schedule_draft,
    send_back,
    set_four_eyes,
    submit_draft,
)
from tenants.errors import DomainError, NotFound

# The draft that the page was about: a newer one may be open by now.
DRAFT: Final = "entwurf"
EFFECTS = tuple(one for one in Effect if one is not Effect.UNTOUCHED)


@require_safe
@region_editors_only
def review(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what a draft changes and what publishing it does to the towns."""
    desk, found = open_service(request, slug)
    return _page(request, desk, found)


@require_POST
@region_editors_only
def review_submit(request: HttpRequest, slug: str) -> HttpResponse:
    """Hand the draft in."""
    note = request.POST.get("note", "")
    return _step(request, slug, "eingereicht", act=lambda named: submit_draft(**named, note=note))


@require_POST
@region_editors_only
def review_recall(request: HttpRequest, slug: str) -> HttpResponse:
    """Take the draft back into work."""
    return _step(request, slug, "zurueckgeholt", act=lambda named: recall_draft(**named))


@require_POST
@region_editors_only
def review_send_back(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the draft back with a comment."""
    comment = request.POST.get("comment", "")
    return _step(request, slug, "zurueckgegeben", act=lambda named: send_back(**named, comment=comment))


@require_POST
@region_editors_only
def review_publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Publish the draft, now or at the chosen moment."""
    form = PublishForm(request.POST)
    if not form.is_valid():
        desk, found = open_service(request, slug)
        return _page(request, desk, found, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    publish_at = form.publish_at()
    decided = {"note": form.cleaned_data["note"], "expected_version": form.cleaned_data["version"]}
    if publish_at is None:
        return _step(request, slug, "veroeffentlicht", act=lambda named: publish_draft(**named, **decided))
    return _step(request, slug, "geplant", act=lambda named: schedule_draft(**named, **decided, publish_at=publish_at))


@require_POST
@region_editors_only
def review_discard(request: HttpRequest, slug: str) -> HttpResponse:
    """Discard the whole draft."""
    return _step(request, slug, "entwurf-verworfen", act=lambda named: discard_draft(**named))


@require_http_methods(["GET", "POST"])
@region_editors_only
def rules(request: HttpRequest) -> HttpResponse:
    """Show how the region publishes, and let its publishers change it."""
    actor = actor_of(request)
    if request.method == "POST":
        set_four_eyes(actor=actor, region=actor.region, is_on=request.POST.get("four_eyes") == "1")
    context = {
        "four_eyes": has_four_eyes(actor.region),
        "can_set": can_set_rules(actor, actor.region),
        "saved": _("Die Regel ist gespeichert und gilt ab sofort.") if request.method == "POST" else "",
    }
    return render(request, "editing/rules.html", context)


def _step(request: HttpRequest, slug: str, saved: str, *, act: Callable[[dict[str, Any]], object]) -> HttpResponse:
    """Take one step of the workflow; what can't be done is said on the page of the draft, with the right status."""
    desk, found = open_service(request, slug)
    if found.draft is None:
        raise NotFound(_("Hier ist kein Entwurf offen. Vielleicht wurde er inzwischen veröffentlicht oder verworfen."))
    try:
        if request.GET.get(DRAFT, str(found.draft.id)) != str(found.draft.id):
            raise other_draft()
        act({"actor": desk.actor, "draft_id": found.draft.id})
    except DomainError as problem:
        desk, fresh = open_service(request, slug)
        return _page(request, desk, fresh, problem=problem.user_message, status=problem.http_status)
    # Published under a new name: the old address leads on, the new one is shown.
    new_slug = found.draft.head.get("slug") if saved == "veroeffentlicht" else None
    target = found if new_slug is None else _renamed(found, str(new_slug.value))
    return back_to("service" if saved in {"veroeffentlicht", "entwurf-verworfen"} else "review", target, saved=saved)


def _renamed(found: EditedService, slug: str) -> EditedService:
    return replace(found, record=replace(found.record, head=replace(found.record.head, slug=slug)))


def _page(
    request: HttpRequest,
    desk: Desk,
    found: EditedService,
    *,
    form: PublishForm | None = None,
    problem: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    draft = found.draft
    impact = foresee(found.record, draft) if draft else None
    is_kept = draft is None or is_four_eyes_kept(desk.actor, draft, is_on=asks_four_eyes(found.scope))
    initial = {"note": draft.note, "version": draft.version} if draft else {}
    context = {
        "desk": desk,
        "service": found,
        "draft": draft,
        "states": DraftState,
        "changes": list_changes(found, impact) if draft else [],
        "impact": impact,
        "towns": {effect.value: impact.towns(effect) for effect in EFFECTS} if impact else {},
        "form": form or PublishForm(initial=initial),
        "can_submit": can_start_draft(desk.actor, found.scope),
        "can_publish": can_publish_scope(desk.actor, found.scope),
        "can_write": can_write_draft_info(desk.actor, found.scope, draft),
        "four_eyes_kept": is_kept,
        "layer_tabs": desk.tabs(service_path("review", found).partition("?")[0]),
        "saved": saved_message(request),
        "problem": problem,
    }
    return render(request, "editing/review.html", context, status=status)
