"""A citizen's own account: overview, devices, what happened."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shared_services.accounts import events, secondfactor
from shared_services.accounts import sessions as account_sessions
from shared_services.accounts.book import get_own_account
from shared_services.identity.citizen import services
from shared_services.identity.citizen.endings import OWN_LOGIN
from shared_services.identity.citizen.guards import citizen_required
from shared_services.identity.citizen.handover import PROVIDER
from shared_services.identity.citizen.presentation import present_devices, present_events
from shared_services.identity.citizen.views.flow import default_target, lead_on
from shared_services.identity.flashes import flash, flash_signed_out
from shared_services.identity.keycloak.switch import uses_keycloak
from shared_services.identity.requests import actor_of
from tenants.errors import NotFound


def own_id(request: HttpRequest) -> UUID:
    """Return whose page it is. Raises: NotFound for anybody but a citizen, whom guards keep out."""
    actor = actor_of(request)
    if actor.kind != "citizen" or actor.id is None:
        raise NotFound(_("Bitte melden Sie sich an."))
    return actor.id


@require_safe
@citizen_required()
def overview(request: HttpRequest) -> HttpResponse:
    """Show one's own area."""
    account_id = own_id(request)
    proof = services.current_proof(request)
    context = {
        "account": get_own_account(account_id),
        "factors": secondfactor.get_factors(account_id),
        "level": actor_of(request).trust_level.word,
        "has_second_factor": bool(proof and proof.has_second_factor),
        "is_built_in": not uses_keycloak(),
        "is_by_password": proof is not None and proof.provider in {PROVIDER, OWN_LOGIN},
    }
    return render(request, "citizen/overview.html", context)


@require_safe
@citizen_required()
def devices(request: HttpRequest) -> HttpResponse:
    """Show on which devices one is signed in, and where."""
    account_id, proof = own_id(request), services.current_proof(request)
    found = account_sessions.list_devices(account_id, current=proof.session_key if proof else None)
    return render(request, "citizen/devices.html", {"devices": present_devices(found)})


@require_POST
@citizen_required()
def end_device(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """End one device's sign-in, in all portals; this one's is signing out."""
    proof = services.current_proof(request)
    if proof is not None and proof.session_key == session_id:
        address = services.sign_out(request)
        flash_signed_out(request, everywhere=True)
        return lead_on(request, address or default_target(request, signed_out=True))
    services.end_device(request, session_id)
    flash(request, _("Dieses Gerät ist abgemeldet."))
    return HttpResponseRedirect(reverse("citizen:devices"))


@require_POST
@citizen_required()
def end_other_devices(request: HttpRequest) -> HttpResponse:
    """End the sign-ins of all devices but this one."""
    services.end_other_devices(request)
    flash(request, _("Auf allen anderen Geräten sind Sie jetzt abgemeldet."))
    return HttpResponseRedirect(reverse("citizen:devices"))


@require_safe
@citizen_required()
def history(request: HttpRequest) -> HttpResponse:
    """Show what happened to the account, and who looked at its data."""
    return render(request, "citizen/history.html", {"events": present_events(events.list_events(own_id(request)))})
