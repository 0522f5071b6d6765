"""Contributions for a region's editors: the inbox, one contribution beside what stands there, and the decision."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.contributions.foreseen import foresee_contribution
from catalog.contributions.forms import DeclineForm, PublishForm
from catalog.contributions.models import DECIDED, WAITING, InboxState
from catalog.contributions.naming import name_target
from catalog.contributions.presentation import STATE_KINDS, compare
from catalog.contributions.selectors import get_contribution, list_contributions
from catalog.contributions.services import decline_contribution, publish_contribution
from catalog.contributions.services import start_review as take_on
from catalog.editing.guards import actor_of, region_editors_only
from catalog.editing.impact import Effect
from tenants.editors.policies import can_publish_layer
from tenants.errors import Conflict, DomainError, InvalidInput

_STATES: Final = {
    "wartend": tuple(map(str, WAITING)),
    "entschieden": (*map(str, DECIDED), str(InboxState.WITHDRAWN)),
    "alle": (),
}


def saved_message(request: HttpRequest) -> str:
    """Return the confirmation that the address names, or ""."""
    messages = {
        "angesehen": _("Die Kommune sieht, dass Sie den Beitrag prüfen."),
        "text": _("Ihre Fassung ist gespeichert. Veröffentlicht ist sie noch nicht."),
        "veroeffentlicht": _("Der Beitrag ist veröffentlicht. Die Kommunen, die folgen, zeigen ihn ab sofort."),
        "abgelehnt": _("Der Beitrag ist abgelehnt. Die Kommune liest Ihren Grund."),
    }
    return messages.get(request.GET.get("gespeichert", ""), "")


def back_to(contribution_id: UUID, *, saved: str, anchor: str = "") -> HttpResponseRedirect:
    """Return to a contribution with a confirmation."""
    path = reverse("catalog_contributions:contribution", kwargs={"contribution_id": contribution_id})
    return HttpResponseRedirect(f"{path}?gespeichert={saved}{f'#{anchor}' if anchor else ''}")


@require_safe
@region_editors_only
def contributions(request: HttpRequest) -> HttpResponse:
    """List what towns have offered to the editor's layers."""
    asked = request.GET.get("stand", "wartend")
    wanted = asked if asked in _STATES else "wartend"
    found = list_contributions(actor=actor_of(request), states=_STATES[wanted])
    labels = {"wartend": _("Wartend"), "entschieden": _("Entschieden"), "alle": _("Alle")}
    context = {
        "lines": [(one, name_target(one.target_layer, one.target_area)) for one in found],
        "kinds": STATE_KINDS,
        "tabs": [
            {"label": label, "href": f"?stand={name}", "current": name == wanted} for name, label in labels.items()
        ],
    }
    return render(request, "contributions/contributions.html", context)


@require_safe
@region_editors_only
def contribution(request: HttpRequest, contribution_id: UUID) -> HttpResponse:
    """Show one contribution beside what stands in the catalogue now."""
    return _page(request, contribution_id)


@require_POST
@region_editors_only
def start_review(request: HttpRequest, contribution_id: UUID) -> HttpResponse:
    """Say that somebody looks at it."""
    take_on(actor=actor_of(request), contribution_id=contribution_id)
    return back_to(contribution_id, saved="angesehen")


@require_http_methods(["POST"])
@region_editors_only
def publish(request: HttpRequest, contribution_id: UUID) -> HttpResponse:
    """Put it into the catalogue."""
    form = PublishForm(request.POST)
    if not form.is_valid():
        return _page(request, contribution_id, publish_form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        publish_contribution(
            actor=actor_of(request),
            contribution_id=contribution_id,
            note=form.cleaned_data["note"],
            expected_version=form.cleaned_data["version"],
        )
    except (Conflict, InvalidInput) as refused:
        return _page(request, contribution_id, refused=refused)
    return back_to(contribution_id, saved="veroeffentlicht")


@require_POST
@region_editors_only
def decline(request: HttpRequest, contribution_id: UUID) -> HttpResponse:
    """Decline it with a reason."""
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _page(request, contribution_id, decline_form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        decline_contribution(
            actor=actor_of(request), contribution_id=contribution_id, reason=form.cleaned_data["reason"]
        )
    except Conflict as refused:
        return _page(request, contribution_id, refused=refused)
    return back_to(contribution_id, saved="abgelehnt")


def _page(
    request: HttpRequest,
    contribution_id: UUID,
    *,
    refused: DomainError | None = None,
    status: int = HTTPStatus.OK,
    **forms: Any,
) -> HttpResponse:
    actor = actor_of(request)
    info = get_contribution(contribution_id, actor=actor)
    can_decide = can_publish_layer(actor, layer=info.target_layer, area=info.target_area)
    impact = foresee_contribution(info) if info.is_waiting and can_decide else None
    context = {
        "info": info,
        "impact": impact,
        "towns": {effect.value: impact.towns(effect) for effect in Effect} if impact else {},
        "comparison": compare(info, region=actor.region),
        "kinds": STATE_KINDS,
        "can_decide": can_decide,
        "publish_form": PublishForm(initial={"version": info.version}),
        "decline_form": DeclineForm(),
        "refused": refused.user_message if refused else "",
        "saved": "" if refused else saved_message(request),
        **forms,
    }
    return render(
        request, "contributions/contribution.html", context, status=refused.http_status if refused else status
    )
