"""Where the newest rollout stands, for the operator's own municipalities. It is steered by `verbund rollout`."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from federation.console.access import operator_id_of
from shared_services.identity.decorators import operator_required
from tenants.registry.sites import directory
from tenants.rollout.selectors import get_status
from tenants.rollout.texts import reason_text


@require_safe
@operator_required
def rollout(request: HttpRequest) -> HttpResponse:
    """Show the whole page."""
    return render(request, "console/rollout.html", _context(request))


@require_safe
@operator_required
def rollout_state(request: HttpRequest) -> HttpResponse:
    """Show the part that changes while a rollout runs; htmx asks for it every few seconds."""
    return render(request, "console/_rollout_state.html", _context(request))


def _context(request: HttpRequest) -> dict[str, object]:
    status = get_status(operator_id=operator_id_of(request))
    names = {slug: info.name for slug, info in directory.snapshot().tenants.items()}
    return {"status": status, "names": names, "reason": "" if status is None else _reason(status.reason)}


def _reason(reason: Mapping[str, object]) -> str:
    if reason.get("code") == "elsewhere":
        return _("Der Betrieb der Plattform hat sie angehalten. Ihre Kommunen sind nicht die Ursache.")
    return reason_text(reason)
