"""Pick a municipality: by name, by postcode, nearby, from the list, on the map."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from federation.umbrella.choice import choose_url, get_chosen, portal_url, remember, safe_onward
from federation.umbrella.distance import parse_position
from federation.umbrella.matching import MAX_QUERY_LENGTH, postcode_of
from federation.umbrella.picker import MAX_SUGGESTIONS, hint_of, kind_label, make_picker, suggest_places
from federation.umbrella.places import POSTCODE_DIGITS, get_places
from federation.umbrella.requests import region_of
from federation.umbrella.selectors import Elsewhere, find_elsewhere
from tenants.errors import NotFound
from tenants.links import public_url
from tenants.pages import public_page

FAR_AWAY_KM = 60


@require_safe
@public_page
def municipalities(request: HttpRequest) -> HttpResponse:
    """All municipalities: map, list, and the other ways."""
    context = {"picker": make_picker(request), "hint_of": hint_of, "kind_label": kind_label}
    return render(request, "umbrella/municipalities.html", context)


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Answer a name or a postcode: with the one municipality, with several to choose from, or with other ways."""
    query = request.GET.get("q", "").strip()[:MAX_QUERY_LENGTH]
    picker = make_picker(request)
    found = picker.places.search(query) if query else []
    context = {
        "picker": picker,
        "query": query,
        "is_postcode": len(postcode_of(query)) == POSTCODE_DIGITS,
        "found": found,
        "portals": {place.portal.id for place in found},
        "elsewhere": find_elsewhere(query, region=region_of(request)) if query and not found else [],
        "elsewhere_url": partial(_elsewhere_url, onward=picker.onward),
        "hint_of": hint_of,
        "kind_label": kind_label,
    }
    return render(request, "umbrella/find.html", context)


def _elsewhere_url(one: Elsewhere, *, onward: str) -> str:
    """Return the way to a place of another region: its umbrella leads on to the page that was asked for, if one was."""
    if not onward:
        return portal_url(one.place.portal)
    return public_url(one.region.host, choose_url(one.place.portal.slug, onward=onward))


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """Suggest municipalities while someone types (htmx)."""
    query = request.GET.get("q", "").strip()[:MAX_QUERY_LENGTH]
    picker = make_picker(request)
    found = picker.places.search(query)[:MAX_SUGGESTIONS] if query else []
    return render(request, "umbrella/_suggestions.html", {"items": suggest_places(picker, found)})


@require_safe
def nearby(request: HttpRequest) -> HttpResponse:
    """List the nearest municipalities to a location rounded to about a kilometre; nothing of it is kept."""
    picker = make_picker(request)
    position = parse_position(request.GET.get("lat", ""), request.GET.get("lon", ""))
    near = picker.places.nearest(position) if position else []
    context = {
        "picker": picker,
        "near": near,
        "is_asked": "lat" in request.GET or "lon" in request.GET,
        "is_far": bool(near) and near[0].distance_km > FAR_AWAY_KM,
        "hint_of": hint_of,
    }
    return render(request, "umbrella/nearby.html", context)


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Remember a municipality and lead on: to its portal, or to a page of this host that asked for it."""
    tenant = get_places(region_of(request).slug).find_member(request.GET.get("kommune", ""))
    if tenant is None:
        raise NotFound(_("Diese Kommune hat hier kein offenes Portal. Wählen Sie eine andere aus der Liste."))
    onward = safe_onward(request, request.GET.get("weiter", ""))
    response = HttpResponseRedirect(onward or portal_url(tenant))
    remember(response, tenant)
    return response


@require_safe
def change(request: HttpRequest) -> HttpResponse:
    """Show what is chosen and all ways to choose another municipality."""
    chosen = get_chosen(request)
    context = {
        "picker": make_picker(request),
        "chosen_url": portal_url(chosen) if chosen else "",
        "hint_of": hint_of,
        "kind_label": kind_label,
    }
    return render(request, "umbrella/change.html", context)
