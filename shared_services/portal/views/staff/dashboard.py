"""The first page of the workspace."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from shared_services.identity.decorators import staff_required
from shared_services.identity.requests import actor_of
from shared_services.portal.dashboard import get_dashboard
from shared_services.portal.requests import tenant_of
from tenants.staff.policies import can_edit_portal, can_read_audit, can_translate


@require_safe
@staff_required
def staff_dashboard(request: HttpRequest) -> HttpResponse:
    """Show what there is to do and what was changed last; who may only read the trail is led there.

    Whoever may change nothing of the portal finds what there is for the own roles.
    """
    actor = actor_of(request)
    if actor.roles == {"auditor"}:
        return HttpResponseRedirect(reverse("trail:entries"))
    if not can_edit_portal(actor):
        context = {"tenant": tenant_of(request), "actor": actor, "reads_trail": can_read_audit(actor)}
        context |= {"translates": can_translate(actor), "has_cases": bool(actor.roles & {"clerk", "cashier"})}
        return render(request, "portal/staff_start.html", context)
    context = {"tenant": tenant_of(request), "dashboard": get_dashboard(actor=actor)}
    return render(request, "portal/staff_dashboard.html", context)
