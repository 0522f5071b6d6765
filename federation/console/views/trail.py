"""What operators and commands did to the municipalities of one IT provider."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from federation.console.trail import OPERATIONS, in_words
from shared_services.identity.decorators import operator_required
from shared_services.identity.requests import actor_of
from shared_services.trail.filters import Choice, active_filters, filter_fields, people_of, read_before, read_filters
from tenants.audit.selectors import get_page_about, list_actors_about
from tenants.operators.selectors import list_manageable_tenants


@require_safe
@operator_required
def trail(request: HttpRequest) -> HttpResponse:
    """List the newest actions that fit. What a town's staff do is not among them."""
    own = list_manageable_tenants(actor=actor_of(request))
    towns = Choice(_("Kommune"), {one.slug: one.name for one in own})
    filters = read_filters(request.GET, towns)
    before = read_before(request.GET)
    wanted = replace(filters.as_query(before=before), group="", subject="")
    ids = [one.id for one in own if not filters.bereich or one.slug == filters.bereich]
    page = get_page_about(ids, prefix=OPERATIONS, wanted=wanted)
    people = people_of(list_actors_about(ids, prefix=OPERATIONS, wanted=wanted))
    path = reverse("console:trail")
    context = {
        "entries": [in_words(one) for one in page.entries],
        "tenants_by_id": {one.id: one for one in own},
        "filters": filters,
        "fields": [field for field in filter_fields(filters, towns, people) if field["name"] != "gegenstand"],
        "active": active_filters(filters, towns, people, path=path),
        "older_href": f"{path}?{filters.query(vor=str(page.next_before))}" if page.next_before else "",
        "newest_href": f"{path}?{filters.query()}" if before else "",
    }
    return render(request, "console/trail.html", context)
