"""Mail that did not arrive."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from shared_services.identity.decorators import operator_required
from shared_services.identity.requests import actor_of
from tenants.mail.selectors import list_problems
from tenants.mail.services import can_send_mail
from tenants.operators.selectors import list_manageable_tenants, list_onboarding_regions

_SHOWN = 100


@require_safe
@operator_required
def mail(request: HttpRequest) -> HttpResponse:
    """List the mails of the operator's towns and regions that did not arrive, without addresses."""
    actor = actor_of(request)
    tenants = {one.id: one for one in list_manageable_tenants(actor=actor)}
    regions = {one.slug: one for one in list_onboarding_regions(actor=actor)}
    context = {
        "problems": list_problems(tenant_ids=list(tenants), regions=list(regions), limit=_SHOWN),
        "tenants": tenants,
        "regions": regions,
        "can_send": can_send_mail(),
    }
    return render(request, "console/mail.html", context)
