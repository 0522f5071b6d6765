"""The first look, and the list of municipalities."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from federation.console import listing
from federation.console.access import operator_id_of
from federation.console.trail import list_trail
from shared_services.identity.decorators import operator_required
from shared_services.identity.requests import actor_of
from tenants.links import public_url
from tenants.operators.selectors import list_manageable_tenants, list_onboarding_regions
from tenants.provisioning.selectors import current_version
from tenants.registry.selectors import TenantQuery, count_tenants, get_tenant_page, list_life_choices

_ERRORS_SHOWN = 10
_ENTRIES_SHOWN = 15


@require_safe
@operator_required
def overview(request: HttpRequest) -> HttpResponse:
    """Show regions, states, towns with errors and what was done last."""
    operator_id = operator_id_of(request)
    counts = count_tenants(operator_id=operator_id)
    failing = TenantQuery(operator_id=operator_id, needs="error", order="error", size=_ERRORS_SHOWN)
    behind = TenantQuery(operator_id=operator_id, needs="behind", current_version=current_version(), size=1)
    tenants_by_id = {one.id: one for one in list_manageable_tenants(actor=actor_of(request))}
    context = {
        "regions": _regions(request, counts),
        "states": [
            (life, label, sum(count for (_region, state), count in counts.items() if state == life))
            for life, label in list_life_choices()
        ],
        "total": sum(counts.values()),
        "failing": get_tenant_page(failing),
        "behind": get_tenant_page(behind).total,
        "entries": list_trail(list(tenants_by_id), limit=_ENTRIES_SHOWN),
        "tenants_by_id": tenants_by_id,
    }
    return render(request, "console/overview.html", context)


def _regions(request: HttpRequest, counts: dict[tuple[str, str], int]) -> list[dict[str, object]]:
    found = []
    for region in list_onboarding_regions(actor=actor_of(request)):
        total = sum(count for (slug, _life), count in counts.items() if slug == region.slug)
        found.append({"name": region.name, "slug": region.slug, "url": public_url(region.host), "count": total})
    return found


@require_safe
@operator_required
def tenants(request: HttpRequest) -> HttpResponse:
    """List the operator's municipalities with state, version and last error."""
    regions = list_onboarding_regions(actor=actor_of(request))
    filters = listing.read_filters(request.GET, regions)
    page = get_tenant_page(filters.as_query(operator_id_of(request), listing.read_number(request.GET)))
    context = {
        "page": page,
        "filters": filters,
        "fields": listing.filter_fields(filters, regions),
        "active": listing.active_filters(filters, regions, reverse("console:tenants")),
        "show_region": len(regions) > 1,
        "current_version": current_version(),
    }
    return render(request, "console/tenants.html", context)
