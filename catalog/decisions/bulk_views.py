"""Decide on many services: choose, look at what would happen, do it, and take it back.

Each step is a page of its own, and the selection travels through the forms: nothing is kept on the way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qsl
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from catalog.decisions.bulk import (
    decide_many,
    get_bulk_change,
    list_bulk_changes,
    preview_bulk,
    preview_undo,
)
from catalog.decisions.bulk import (
    undo_bulk as undo,
)
from catalog.decisions.bulk_forms import BulkForm, read_selection, write_selection
from catalog.decisions.bulk_plan import REASONS, Outcome, Planned
from catalog.decisions.guards import actor_of, editors_only
from catalog.decisions.list_views import list_page
from catalog.decisions.listing import ListFilter, list_for_staff
from catalog.decisions.wording import ACTION_LABELS, describe_bulk, describe_state, field_names
from tenants.errors import Conflict, InvalidInput


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A service of the preview, in words."""

    slug: str
    title: str
    now: str
    then: str
    reason: str
    resting: str
    waking: str
    is_nobodys: bool = False


@require_http_methods(["GET", "POST"])
@editors_only
def bulk_choose(request: HttpRequest) -> HttpResponse:
    """Take the services that were marked, or all of the list, and ask what is to hold for them."""
    if request.method == "GET":
        return HttpResponseRedirect(reverse("catalog_decisions:services"))
    listed = ListFilter.read(dict(parse_qsl(request.POST.get("liste", ""))))
    try:
        selection = _chosen(request, listed)
    except InvalidInput as wrong:
        return list_page(request, listed, wrong=wrong.user_message, status=wrong.http_status)
    if not selection:
        message = _("Markieren Sie zuerst Leistungen, oder wählen Sie alle gefundenen.")
        return list_page(request, listed, wrong=message, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    form = BulkForm(initial={"selection": write_selection(selection)})
    return _choose_page(request, form, count=len(selection))


@require_http_methods(["GET", "POST"])
@editors_only
def bulk_preview(request: HttpRequest) -> HttpResponse:
    """Show what would become of each service."""
    if request.method == "GET":
        return HttpResponseRedirect(reverse("catalog_decisions:services"))
    return _preview_page(request)


@require_http_methods(["GET", "POST"])
@editors_only
def bulk_confirm(request: HttpRequest) -> HttpResponse:
    """Decide, and show what was done and what was left out."""
    if request.method == "GET":
        return HttpResponseRedirect(reverse("catalog_decisions:services"))
    form = BulkForm(request.POST)
    try:
        selection = read_selection(request.POST.get("selection", "").split())
        if not form.is_valid():
            return _preview_page(request)
        bulk = decide_many(actor=actor_of(request), wish=form.wish(), selection=selection)
    except InvalidInput:
        return _preview_page(request)
    except Conflict as nothing:
        if nothing.code != "nothing_to_change":
            raise
        return _preview_page(request, wrong=nothing)
    path = reverse("catalog_decisions:bulk_change", kwargs={"bulk_id": bulk.id})
    return HttpResponseRedirect(f"{path}?gespeichert=sammlung")


@require_GET
@editors_only
def bulk_changes(request: HttpRequest) -> HttpResponse:
    """List what was decided for many services at once."""
    context = {"changes": [describe_bulk(one) for one in list_bulk_changes()]}
    return render(request, "decisions/bulk_changes.html", context)


@require_GET
@editors_only
def bulk_change(request: HttpRequest, bulk_id: UUID) -> HttpResponse:
    """Show one decision on many services: what was done, what was left out."""
    found = get_bulk_change(bulk_id)
    saved = {
        "sammlung": _("Die Entscheidung ist gespeichert."),
        "zurueck": _("Die Entscheidung ist rückgängig gemacht."),
    }.get(request.GET.get("gespeichert", ""), "")
    context = {"change": describe_bulk(found), "saved": saved}
    return render(request, "decisions/bulk_change.html", context)


@require_http_methods(["GET", "POST"])
@editors_only
def undo_bulk(request: HttpRequest, bulk_id: UUID) -> HttpResponse:
    """Show what taking a decision back would do; do it when asked."""
    found = get_bulk_change(bulk_id)
    refused: Conflict | None = None
    if request.method == "POST":
        try:
            undo(actor=actor_of(request), bulk_id=bulk_id)
        except Conflict as wrong:
            refused = wrong
        else:
            path = reverse("catalog_decisions:bulk_change", kwargs={"bulk_id": bulk_id})
            return HttpResponseRedirect(f"{path}?gespeichert=zurueck")
    back, kept = preview_undo(bulk_id)
    context = {
        "change": describe_bulk(found),
        "back": [_row(one) for one in back],
        "kept": [_kept(one) for one in kept],
        "wrong": refused.user_message if refused else "",
    }
    status = refused.http_status if refused else HTTPStatus.OK
    return render(request, "decisions/undo_bulk.html", context, status=status)


def _chosen(request: HttpRequest, listed: ListFilter) -> dict[UUID, int]:
    if "alle" in request.POST:
        return {line.id: line.decision_version for line in list_for_staff(listed) if not line.is_local}
    return read_selection([*request.POST.getlist("service"), *request.POST.get("selection", "").split()])


def _choose_page(request: HttpRequest, form: BulkForm, *, count: int, status: int = HTTPStatus.OK) -> HttpResponse:
    return render(request, "decisions/bulk_choose.html", {"form": form, "count": count}, status=status)


def _preview_page(request: HttpRequest, *, wrong: Conflict | None = None) -> HttpResponse:
    form = BulkForm(request.POST)
    count = len(request.POST.get("selection", "").split())
    if not form.is_valid():
        return _choose_page(request, form, count=count, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        selection = read_selection(form.cleaned_data["selection"].split())
        wish = form.wish()
        planned = preview_bulk(actor=actor_of(request), wish=wish, selection=selection)
    except InvalidInput as refused:
        for name, messages in refused.fields.items():
            field = {"decision": "action"}.get(name, name)
            for message in messages:
                form.add_error(field if field in form.fields and field != "selection" else None, message)
        return _choose_page(request, form, count=count, status=refused.http_status)
    by_outcome: dict[Outcome, list[PlannedRow]] = {one: [] for one in Outcome}
    for one in planned:
        by_outcome[one.outcome].append(_row(one))
    context = {
        "form": form,
        "wish": ACTION_LABELS[wish.action],
        "changed": by_outcome[Outcome.CHANGED],
        "same": by_outcome[Outcome.SAME],
        "left_out": by_outcome[Outcome.REFUSED] + by_outcome[Outcome.STALE] + by_outcome[Outcome.GONE],
        "wrong": wrong.user_message if wrong else "",
    }
    status = wrong.http_status if wrong else HTTPStatus.OK
    return render(request, "decisions/bulk_preview.html", context, status=status)


def _kept(entry: Mapping[str, str]) -> PlannedRow:
    reason = str(REASONS[entry["reason"]])
    return PlannedRow(entry["slug"], entry["title"], now="", then="", reason=reason, resting="", waking="")


def _row(one: Planned) -> PlannedRow:
    then = describe_state(one.then, preset=one.preset)
    if one.now.row is None and one.then.row is not None and one.now_kind is one.then_kind:
        then = _("{decision}, auch wenn sich die Voreinstellung ändert").format(decision=then)
    return PlannedRow(
        slug=one.slug,
        title=one.title or str(_("eine Leistung, die es nicht mehr gibt")),
        now=describe_state(one.now, preset=one.preset),
        then=then,
        reason=str(REASONS[one.reason]) if one.reason else "",
        resting=field_names(one.resting),
        waking=field_names(one.waking),
        is_nobodys=one.is_nobodys,
    )
