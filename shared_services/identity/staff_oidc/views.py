"""The way in and back for those who work here, where Keycloak signs people in."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shared_services.identity.citizen import attempts
from shared_services.identity.citizen.provider import Cancelled
from shared_services.identity.citizen.services import limit_returns
from shared_services.identity.decorators import can_work, never_stored
from shared_services.identity.flashes import flash
from shared_services.identity.keycloak.switch import uses_keycloak
from shared_services.identity.redirects import PARAMETER, safe_path
from shared_services.identity.refusals import note_refusal
from shared_services.identity.requests import actor_of, site_of
from shared_services.identity.staff_oidc import invitations, services
from shared_services.identity.staff_oidc.directories import list_directories
from shared_services.identity.staff_oidc.places import place_of_site
from shared_services.identity.views.invitations import no_invitation
from tenants.errors import DomainError

# What the links on our own pages say: go to Keycloak now, with another account than the one that is known there.
GO = "los"
ANOTHER = "anderes"
OVER = "ueber"
_OTHER_ACCOUNT: Final = frozenset({"no_account", "no_member", "person_linked", "directory_foreign", "directory_other"})


@require_safe
def sign_in(request: HttpRequest) -> HttpResponse:
    """Lead to Keycloak: at once from a page that needs it, by a link from this one, which also knows directories."""
    wanted = safe_path(request.GET.get(PARAMETER, ""), default="")
    target = wanted or _work_path()
    if can_work(actor_of(request)):
        return never_stored(HttpResponseRedirect(target))
    directories = list_directories(place_of_site(site_of(request)))
    another = ANOTHER in request.GET
    if GO not in request.GET and (not wanted or directories):
        context = {"directories": directories, "query": _query(target, another=another)}
        return never_stored(render(request, "identity/sign_in_elsewhere.html", context))
    return _to_keycloak(request, target=target, another=another)


@require_safe
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation, and lead to Keycloak to accept it."""
    place = place_of_site(site_of(request))
    try:
        invitations.invited_address(place, token)
    except DomainError as missing:
        return no_invitation(request, missing)
    if GO in request.GET and actor_of(request).is_anonymous:
        return _to_keycloak(request, target=_work_path(), invitation=token)
    context = {"actor": actor_of(request), "place": place.name, "directories": list_directories(place)}
    return never_stored(render(request, "identity/invitation_elsewhere.html", context))


@require_safe
def returned(request: HttpRequest) -> HttpResponse:
    """Take what comes back from Keycloak, and go on to where the person wanted to be."""
    if not uses_keycloak():
        raise Http404
    attempt = attempts.take(request, state=request.GET.get("state", "")[:200])
    if attempt is None or not services.is_of_work(attempt):
        note_refusal("state_unknown")
        return _refused(request, attempts.no_attempt(), target=_work_path())
    if attempt.target.startswith("/en/"):
        translation.activate("en")  # the way back has one address for all languages
    following = None
    try:
        limit_returns(request)
        address, following = services.complete(request, attempt)
        response: HttpResponse = HttpResponseRedirect(address)
    except DomainError as refused:
        response = _refused(request, refused, target=attempt.target)
    except Cancelled:
        flash(request, _("Sie haben die Anmeldung abgebrochen. Melden Sie sich an, wenn Sie arbeiten möchten."), "info")
        response = HttpResponseRedirect(reverse("identity:sign_in"))
    attempts.drop(request, response, attempt, following=following)
    return never_stored(response)


def _to_keycloak(request: HttpRequest, *, target: str, invitation: str = "", another: bool = False) -> HttpResponse:
    directory = request.GET.get(OVER, "")[:41]
    try:
        address, attempt = services.begin(
            request, target=target, invitation=invitation, another=another, directory=directory
        )
    except DomainError as refused:
        return _refused(request, refused, target=target)
    response = HttpResponseRedirect(address)
    attempts.keep(request, response, attempt)
    return never_stored(response)


def _refused(request: HttpRequest, refused: DomainError, *, target: str) -> HttpResponse:
    """Say why it did not work; the way on is a new beginning, with another account if the person has one."""
    another = refused.code in _OTHER_ACCOUNT
    # Where there is more than one way the page that has them comes first.
    query = _query(target, another=another) | ({} if list_directories(place_of_site(site_of(request))) else {GO: "1"})
    context = {
        "message": refused.user_message,
        "again": f"{reverse('identity:sign_in')}?{urlencode(query)}",
        "is_away": refused.http_status >= 500,
        "may_change_account": another,
    }
    return never_stored(render(request, "identity/refused_elsewhere.html", context, status=refused.http_status))


def _query(target: str, *, another: bool) -> dict[str, str]:
    return {PARAMETER: target} | ({ANOTHER: "1"} if another else {})


def _work_path() -> str:
    return reverse("identity:sign_in").removesuffix("anmelden/")
