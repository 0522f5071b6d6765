"""A citizen's area on a town's portal: what is of this town, and the way to the account."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from shared_services.identity.citizen import services
from shared_services.identity.citizen.guards import citizen_required
from shared_services.identity.requests import actor_of, language_prefix, site_of
from tenants.links import public_url


@require_safe
@citizen_required()
def overview(request: HttpRequest) -> HttpResponse:
    """Show that one is signed in here, at which level, and where the account is."""
    region, proof = site_of(request).region, services.current_proof(request)
    context = {
        "level": actor_of(request).trust_level.word,
        "has_second_factor": bool(proof and proof.has_second_factor),
        "account_url": public_url(region.host, f"{language_prefix(request)}/konto/") if region else "",
        "region": region,
    }
    return render(request, "citizen/town.html", context)
