"""Offices and people, the same for every visitor."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.pages.selectors import ServiceLink, list_links_of
from shared_services.directory.presentation import describe_office, hours_rows, list_branches, today_line
from shared_services.directory.selectors import get_person, get_unit, list_units
from shared_services.directory.values import UnitInfo
from shared_services.portal.requests import tenant_of
from shared_services.portal.texts import current_language
from tenants.links import public_url
from tenants.pages import public_page


@require_safe
@public_page
def units(request: HttpRequest) -> HttpResponse:
    """Show all offices as a tree."""
    return render(
        request, "directory/units.html", {"branches": list_branches(list_units()), "town": tenant_of(request)}
    )


@require_safe
@public_page
def unit(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an office: place, hours, people, services, and the offices below it."""
    found, town = get_unit(slug), tenant_of(request)
    everybody = list_units()
    context = {
        "unit": found,
        "town": town,
        "today": today_line(found, timezone.localtime()),
        "hours": hours_rows(found),
        "services": _services(found),
        "above": next((one for one in everybody if one.id == found.parent_id), None),
        "below": [one for one in everybody if one.parent_id == found.id],
        "linked_data": describe_office(found, town=town, url=public_url(town.host, request.path)),
    }
    return render(request, "directory/unit.html", context)


@require_safe
@public_page
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show whom to ask, and how."""
    found, office = get_person(person_id)
    context = {
        "person": found,
        "unit": office,
        "town": tenant_of(request),
        "today": today_line(office, timezone.localtime()),
        "hours": hours_rows(office),
        "services": list_links_of(current_language(), service_ids=found.service_ids),
    }
    return render(request, "directory/person.html", context)


def _services(found: UnitInfo) -> list[ServiceLink]:
    return list_links_of(current_language(), service_ids=found.service_ids, unit=found.name)
