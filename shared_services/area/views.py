"""A citizen's area: all towns on the umbrella, one town in its own portal."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shared_services.area.selectors import list_sections_here, list_towns, open_town
from shared_services.identity.citizen import services
from shared_services.identity.citizen.guards import citizen_required
from shared_services.identity.citizen.views.account import own_id
from shared_services.identity.requests import actor_of, language_prefix, site_of
from tenants.errors import NotFound
from tenants.links import public_url
from tenants.registry.sites import TenantInfo, directory


@require_safe
@citizen_required()
def overview(request: HttpRequest) -> HttpResponse:
    """Show which towns have something of the person."""
    return render(request, "area/overview.html", {"towns": list_towns(own_id(request))})


@require_safe
@citizen_required()
def town(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what one town has of the person, fetched now and as that town."""
    chosen = directory.snapshot().tenants.get(slug)
    sections = open_town(own_id(request), chosen) if chosen else []
    # A town that is not there for everybody yet exists for those who have something there.
    if chosen is None or not (sections or chosen.is_listed):
        raise NotFound(_("Diese Kommune gibt es hier nicht. Wählen Sie eine aus der Liste unter „Mein Bereich“."))
    prefix = language_prefix(request)
    context = {
        "town": chosen,
        "sections": sections,
        "town_url": public_url(chosen.host, f"{prefix}/"),
        "base": public_url(chosen.host, prefix),
    }
    return render(request, "area/town.html", context)


@require_safe
@citizen_required()
def here(request: HttpRequest) -> HttpResponse:
    """Show, in a town's portal, what this town has of the person, and where the account is."""
    site, proof = site_of(request), services.current_proof(request)
    region, here_town = site.region, site.tenant
    context = {
        "sections": list_sections_here(own_id(request), here_town) if isinstance(here_town, TenantInfo) else [],
        "base": language_prefix(request),
        "level": actor_of(request).trust_level.word,
        "has_second_factor": bool(proof and proof.has_second_factor),
        "area_url": public_url(region.host, f"{language_prefix(request)}/konto/bereich/") if region else "",
        "account_url": public_url(region.host, f"{language_prefix(request)}/konto/") if region else "",
        "region": region,
    }
    return render(request, "area/here.html", context)
