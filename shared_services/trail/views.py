"""The audit trail of a town: who did what, and whether it is still what was written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import cast

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shared_services.identity.decorators import staff_required
from shared_services.identity.requests import actor_of
from shared_services.trail import exports
from shared_services.trail.filters import Choice, active_filters, filter_fields, people_of, read_before, read_filters
from shared_services.trail.presentation import describe_chain, describe_entry
from tenants.audit.selectors import get_own_chain_state, get_own_page, iterate_own, list_own_actors
from tenants.audit.services import note_export
from tenants.audit.wording import GROUPS
from tenants.context import current_tenant


@require_safe
@staff_required
def entries(request: HttpRequest) -> HttpResponse:
    """List the newest entries that fit, and how it stands with the chain."""
    actor = actor_of(request)
    parts = _parts()
    filters = read_filters(request.GET, parts)
    before = read_before(request.GET)
    page = get_own_page(actor=actor, wanted=filters.as_query(before=before))
    people = people_of(list_own_actors(actor=actor, wanted=filters.as_query()))
    path = reverse("trail:entries")
    context = {
        "entries": [describe_entry(one) for one in page.entries],
        "chain": describe_chain(get_own_chain_state(actor=actor)),
        "filters": filters,
        "fields": filter_fields(filters, parts, people),
        "active": active_filters(filters, parts, people, path=path),
        "older_href": f"{path}?{filters.query(vor=str(page.next_before))}" if page.next_before else "",
        "newest_href": f"{path}?{filters.query()}" if before else "",
        "export_query": filters.query(),
    }
    return render(request, "trail/entries.html", context)


@require_safe
@staff_required
def entries_csv(request: HttpRequest) -> HttpResponse:
    """Return all entries that fit as a table."""
    return _export(request, exports.csv_file, "csv")


@require_safe
@staff_required
def entries_json(request: HttpRequest) -> HttpResponse:
    """Return all entries that fit with everything that is stored of them."""
    return _export(request, exports.json_file, "json")


def _export(request: HttpRequest, make: Callable[..., StreamingHttpResponse], ending: str) -> HttpResponse:
    actor = actor_of(request)
    filters = read_filters(request.GET, _parts())
    found = iterate_own(actor=actor, wanted=filters.as_query())
    if request.method == "GET":
        note_export(
            actor=actor, ending=ending, filters={name: value for name, value in asdict(filters).items() if value}
        )
    # The guards only set headers, which a stream has, too.
    return cast("HttpResponse", make(found, current_tenant()))


def _parts() -> Choice:
    return Choice(_("Bereich"), GROUPS)
